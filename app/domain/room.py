"""Who is in the room in all: how many, how many women a side lacks, how many young; knows no money."""

from __future__ import annotations

from collections.abc import Iterable
from fractions import Fraction
from typing import NamedTuple

from app.domain.columns import rows_in
from app.domain.composition import NO_PARTIES
from app.domain.facts import Facts
from app.domain.measure import ZERO, Grounds, Measure, measured, nothing_to_measure, pointers, unknown
from app.domain.reading import Answers
from app.domain.sides import Side

SMALLEST_WITH_WOMEN = 3
GENDERS_UNKNOWN = "Too few people of a side disclose their gender."
AGES_UNKNOWN = "Too few people disclose their age."
WHO_COMES_UNKNOWN = "It is not said how many people come."


class Women(NamedTuple):
    """The women of one side, or of several small sides together, of the people who disclose their gender."""

    sides: list[Side]
    women: int
    stated: int

    def missing(self, share: Fraction) -> int:
        """How many more it would take: the share of its people to the nearest, half down, never under one."""
        people, whole = share.numerator * self.stated, share.denominator
        nearest = -((whole - 2 * people) // (2 * whole))
        return max(0, max(1, nearest) - self.women)

    def __str__(self) -> str:
        return f"{' and '.join([side.label for side in self.sides])} {self.women} of {self.stated}"


def women_missing(facts: Facts, share: Fraction) -> Measure:
    """The largest number of women missing on a side for the share (0..1) of those who disclose, 0 or more.

    A side where under half disclose is unknown. Sides of under three who disclose are taken together; where that makes
    under three people, there is nothing to measure in them.
    """
    if facts.present_sides is None:
        return NO_PARTIES
    groups, silent = _groups_of_women(facts.present_sides)
    if not groups and not silent:
        return nothing_to_measure("No side has three people or more.")
    missing = [group.missing(share) for group in groups]
    most = Fraction(max(missing, default=0))
    if silent:
        return Measure(reason=GENDERS_UNKNOWN, lower=most, grounds=lambda: _women_grounds(groups, missing, silent))
    return measured(most, lambda: _women_grounds(groups, missing, silent))


def _women_grounds(groups: list[Women], missing: list[int], silent: list[Side]) -> Grounds:
    short = [group for group, number in zip(groups, missing, strict=True) if number]
    figures = {
        "missing": max(missing, default=0),
        "sides": [str(group) for group in groups],
        "short": [str(group) for group in short],
        "unknown": [side.label for side in silent],
    }
    return Grounds(pointers(side for group in short for side in group.sides), pointers(silent), figures)


def _groups_of_women(sides: Iterable[Side]) -> tuple[list[Women], list[Side]]:
    groups: list[Women] = []
    small: list[Side] = []
    silent: list[Side] = []
    for side in sides:
        stated, headcount = side.get("gender_stated", 0), side.get("headcount")
        if headcount is None or 2 * stated < headcount:
            silent.append(side)
        elif stated >= SMALLEST_WITH_WOMEN:
            groups.append(Women([side], side["women"], stated))
        elif stated:
            small.append(side)
    together = sum([side["gender_stated"] for side in small])
    if together >= SMALLEST_WITH_WOMEN:
        groups.append(Women(small, sum([side["women"] for side in small]), together))
    return groups, silent


class Ages(NamedTuple):
    """The people under thirty, those who disclose their age, and all of them (None where not known)."""

    under_30: int
    disclosed: int
    people: int | None


def under_30(facts: Facts) -> Measure:
    """The people under thirty in the whole room, of those who disclose their age, 0 or more; unknown if under half do.

    Those without a side count too. One known to be young is a lower bound whatever the others are.
    """
    ages = _ages_of_the_room(facts)
    if ages is None:
        return unknown("It is not said who comes.", "/participation", lower=ZERO)
    place = f"/participation/{'participants' if facts.participants else 'planned'}"
    if ages.people == 0:
        return nothing_to_measure("Nobody is listed or planned.")
    value = Fraction(ages.under_30)
    if ages.people is None or not ages.disclosed or 2 * ages.disclosed < ages.people:
        return Measure(reason=AGES_UNKNOWN, lower=value, grounds=lambda: _age_grounds(place, ages))
    return measured(value, lambda: _age_grounds(place, ages))


def _age_grounds(place: str, ages: Ages) -> Grounds:
    return Grounds((place,), (place,), ages._asdict())


def _ages_of_the_room(facts: Facts) -> Ages | None:
    young, people = _of_the_whole_room(facts, "under_30"), _of_the_whole_room(facts, "headcount")
    if young is not None:
        return Ages(young, people or 0, people)
    sides = facts.present_sides or []
    alone = facts.people_without_side
    if not alone and not any("there" in side for side in sides):
        return None if facts.participants is None else Ages(0, 0, 0)
    ages = [age for person in alone if (age := person["age_group"]) not in (None, "undisclosed")]
    young = ages.count("under_30") + sum([side.get("under_30", 0) for side in sides])
    disclosed = len(ages) + sum([side.get("age_stated", 0) for side in sides])
    counts = [side.get("headcount") for side in sides]
    return Ages(young, disclosed, None if None in counts else len(alone) + sum(filter(None, counts)))


def room_size(facts: Facts) -> Measure:
    """Everybody in the room: the sides' headcounts, people without a side, guests and `others`; 0 or more.

    A planned row without a party is the room's total until people are listed; a row of `others` without a number is
    one person.
    """
    beside = _people_beside_the_sides(facts)
    others = sum([1 if (number := row.get("headcount")) is None else number for row in beside])
    counted, complete = _people_of_the_room(facts)
    number = Fraction(counted + others)
    sides, participation = facts.present_sides or (), "participation" in facts.answers

    def grounds() -> Grounds:
        silent = pointers(side for side in sides if "headcount" not in side)
        figures = {"people": counted + others, "participants": counted, "others": others}
        at = pointers(beside) or (("/participation",) if participation else ())
        return Grounds(at, () if complete else silent or ("/participation",), figures)

    if complete:
        return measured(number, grounds)
    return Measure(reason=WHO_COMES_UNKNOWN, lower=number, grounds=grounds)


def _people_beside_the_sides(facts: Facts) -> list[Answers]:
    """The guests among the participants, and everybody who is no side's."""
    people = facts.people
    return [*rows_in(people.guests, people.rows), *(facts.at("participation", "others") or ())]


def _people_of_the_room(facts: Facts) -> tuple[int, bool]:
    """The participants of the room, and whether that is all of them."""
    if (total := _of_the_whole_room(facts, "headcount")) is not None:
        return total, True
    if facts.present_sides is None:
        return len(facts.participants or ()), facts.participants is not None
    counts = [side.get("headcount") for side in facts.present_sides]
    said = facts.participants is not None or bool(counts)
    return len(facts.people_without_side) + sum(filter(None, counts)), said and None not in counts


def _of_the_whole_room(facts: Facts, field: str) -> int | None:
    """What the planned rows that name no party give for the room, while nobody is listed; None where they do not."""
    if facts.participants:
        return None
    rows: list[Answers] = facts.at("participation", "planned") or []
    numbers = [row[field] for row in rows if row["party"] is None]
    return None if not numbers or None in numbers else sum(numbers)
