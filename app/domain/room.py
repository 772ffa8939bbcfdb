"""Who is in the room in all: how many, how many women a side lacks, how many young; compares no money."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from fractions import Fraction
from math import ceil

from app.domain.composition import pointers
from app.domain.facts import Facts
from app.domain.measure import Measure, nothing_to_measure, unknown
from app.domain.reading import Answers
from app.domain.sides import NOT_COMING, Side

SMALLEST_WITH_WOMEN = 3
HALF = Fraction(1, 2)


@dataclass(frozen=True, slots=True)
class Women:
    """The women of one side, or of several small sides together, of the people who disclose their gender."""

    label: str
    women: int
    stated: int
    at: tuple[str, ...]

    def missing(self, share: Fraction) -> int:
        """How many more it would take: the share of its people to the nearest, half down, never under one."""
        return max(0, max(1, ceil(share * self.stated - HALF)) - self.women)


def women_missing(facts: Facts, share: Fraction) -> Measure:
    """The largest number of women missing on a side for the share (0..1) of those who disclose, 0 or more.

    A side where under half disclose is unknown. Sides of under three who disclose are taken together; where that makes
    under three people, there is nothing to measure in them.
    """
    if facts.present_sides is None:
        return unknown("The parties are not listed.", open_at=("/conflict/parties",))
    groups, silent = _groups_of_women(facts.present_sides)
    if not groups and not silent:
        return nothing_to_measure("No side has three people or more.")
    missing = [group.missing(share) for group in groups]
    short = [group for group, number in zip(groups, missing, strict=True) if number]
    most = Fraction(max(missing, default=0))
    return Measure(
        value=None if silent else most,
        lower=most,
        upper=None if silent else most,
        reason="Too few people of a side disclose their gender." if silent else "",
        at=tuple(place for group in short for place in group.at),
        open_at=pointers(silent),
        figures={
            "missing": int(most),
            "sides": [f"{group.label} {group.women} of {group.stated}" for group in groups],
            "short": [f"{group.label} {group.women} of {group.stated}" for group in short],
            "unknown": [side.label for side in silent],
        },
    )


def _groups_of_women(sides: Iterable[Side]) -> tuple[list[Women], list[Side]]:
    groups: list[Women] = []
    small: list[Side] = []
    silent: list[Side] = []
    for side in sides:
        stated, headcount = side.get("gender_stated", 0), side.get("headcount")
        if headcount is None or 2 * stated < headcount:
            silent.append(side)
        elif stated >= SMALLEST_WITH_WOMEN:
            groups.append(Women(side.label, side["women"], stated, (side.pointer,)))
        elif stated:
            small.append(side)
    if sum([side["gender_stated"] for side in small]) >= SMALLEST_WITH_WOMEN:
        groups.append(_together(small))
    return groups, silent


def _together(sides: list[Side]) -> Women:
    label = " and ".join(side.label for side in sides)
    women, stated = sum([side["women"] for side in sides]), sum([side["gender_stated"] for side in sides])
    return Women(label, women, stated, pointers(sides))


def under_30(facts: Facts) -> Measure:
    """The people under thirty in the whole room, of those who disclose their age, 0 or more; unknown if under half do.

    Those without a side count too. One known to be young is a lower bound whatever the others are.
    """
    room = _whole_room(facts)
    if room is None:
        return unknown("It is not said who comes.", lower=Fraction(0), open_at=("/participation",))
    young, stated, people = room
    figures = {"under_30": young, "disclosed": stated, "people": people}
    if people == 0:
        return nothing_to_measure("Nobody is listed or planned.")
    if people is None or not stated or 2 * stated < people:
        at = ("/participation",)
        return unknown("Too few people disclose their age.", lower=Fraction(young), open_at=at, figures=figures)
    value = Fraction(young)
    return Measure(value=value, lower=value, upper=value, at=("/participation",), figures=figures)


def _whole_room(facts: Facts) -> tuple[int, int, int | None] | None:
    """The people under thirty, those who disclose their age, and all of them; None where no list says."""
    total = _room_total(facts)
    if total is not None and total["under_30"] is not None and not facts.participants:
        return total["under_30"], total["headcount"] or 0, total["headcount"]
    sides = facts.present_sides or []
    alone = _without_side(facts)
    if not alone and not any("headcount" in side or "there" in side for side in sides):
        return None if facts.participants is None else (0, 0, 0)
    ages = [age for person in alone if (age := person["age_group"]) not in (None, "undisclosed")]
    young = ages.count("under_30") + sum([side.get("under_30", 0) for side in sides])
    stated = len(ages) + sum([side.get("age_stated", 0) for side in sides])
    counts = [side.get("headcount") for side in sides]
    return young, stated, None if None in counts else len(alone) + sum(filter(None, counts))


def room_size(facts: Facts) -> Measure:
    """Everybody in the room: the sides' headcounts, people without a side, guests and `others`; 0 or more.

    A planned row without a party is the room's total until people are listed; a row of `others` is one person or more.
    """
    beside, at = _people_beside_the_sides(facts)
    counted, complete = _people_of_the_room(facts)
    number = Fraction(counted + beside)
    figures = {"people": counted + beside, "participants": counted, "others": beside}
    if complete:
        return Measure(value=number, lower=number, upper=number, at=at, figures=figures)
    silent = pointers([side for side in facts.present_sides or () if "headcount" not in side])
    return unknown("It is not said how many people come.", lower=number, at=at, open_at=silent, figures=figures)


def _people_beside_the_sides(facts: Facts) -> tuple[int, tuple[str, ...]]:
    people = facts.at("participation", "participants") or ()
    guests = [person for person in people if person["seat"] == "guest" and person["status"] not in NOT_COMING]
    others = facts.at("participation", "others") or ()
    number = len(guests) + sum([1 if row["headcount"] is None else row["headcount"] for row in others])
    return number, pointers([*guests, *others])


def _people_of_the_room(facts: Facts) -> tuple[int, bool]:
    """The participants of the room, and whether that is all of them."""
    total = _room_total(facts)
    if total is not None and total["headcount"] is not None and not facts.participants:
        return total["headcount"], True
    if facts.present_sides is None:
        return len(facts.participants or ()), facts.participants is not None
    counts = [side.get("headcount") for side in facts.present_sides]
    return len(_without_side(facts)) + sum(filter(None, counts)), None not in counts


def _room_total(facts: Facts) -> Answers | None:
    """The planned row that names no party: it speaks for the whole room."""
    rows: list[Answers] = facts.at("participation", "planned") or []
    return next((row for row in rows if row["party"] is None), None)


def _without_side(facts: Facts) -> list[Answers]:
    return [person for person in facts.participants or () if person["party"] not in facts.side_of]
