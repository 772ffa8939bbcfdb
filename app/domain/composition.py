"""How the sides compare in size, in officials, in backgrounds and in the way they were chosen; judges no difference."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from fractions import Fraction
from itertools import combinations
from typing import Any

from app.domain.facts import Facts
from app.domain.measure import Measure, nothing_to_measure, unknown
from app.domain.sides import Side

SMALLEST_WITH_OFFICIALS = 3
SMALLEST_WITH_BACKGROUNDS = 4


@dataclass(frozen=True, slots=True)
class Group:
    """The people of a side who state something, counted by what they state; one person or more."""

    side: Side
    parts: tuple[int, ...]
    size: int
    words: str


@dataclass(frozen=True, slots=True)
class Pair:
    """Two groups, how far apart they are, and how far they would be if one person of the smaller one moved; 0..1."""

    groups: tuple[Group, Group]
    distance: Fraction
    after_one_move: Fraction


def not_comparable(facts: Facts) -> Measure | None:
    """Why there is nothing to compare: the parties are not listed, or fewer than two sides can come."""
    if facts.present_sides is None:
        return unknown("The parties are not listed.", open_at=("/conflict/parties",))
    if len(facts.present_sides) < 2:
        return nothing_to_measure("There are not two sides to compare.")
    return None


def evenness(facts: Facts) -> Measure:
    """The smallest side's headcount over the largest's, 0..1; unknown where one is, the known ones' an upper bound.

    A side with nobody leaves nothing to compare: that it is empty is another question.
    """
    return not_comparable(facts) or _of_headcounts(facts, _evenness)


def headcount_difference(facts: Facts) -> Measure:
    """The largest side's headcount less the smallest's, in people, 0 or more; the known ones' is a lower bound."""
    return not_comparable(facts) or _of_headcounts(facts, _difference)


def _of_headcounts(facts: Facts, measure: Callable[[int, int, bool], dict[str, Any]]) -> Measure:
    sides = facts.present_sides or []
    known = [side for side in sides if "headcount" in side]
    if not known:
        return unknown("It is not said how many people come.", open_at=pointers(sides))
    smallest, largest = min(known, key=_headcount), max(known, key=_headcount)
    low, high = smallest["headcount"], largest["headcount"]
    complete = len(known) == len(sides)
    return Measure(
        at=() if len(known) < 2 else pointers([smallest, largest]),
        open_at=() if complete else pointers([side for side in sides if "headcount" not in side]),
        figures={
            "smallest": low,
            "largest": high,
            "difference": high - low,
            "sides": [f"{side.label} {side['headcount']}" for side in known],
            "unknown": [side.label for side in sides if "headcount" not in side],
        },
        **{"reason": "" if complete else "Not every side's number of people is given.", **measure(low, high, complete)},
    )


def _evenness(low: int, high: int, complete: bool) -> dict[str, Any]:
    if low == 0:
        value = Fraction(0) if high and complete else None
        return {"value": value, "applicable": False, "reason": "A side has nobody yet."}
    return _exactly(Fraction(low, high)) if complete else {"lower": Fraction(0), "upper": Fraction(low, high)}


def _difference(low: int, high: int, complete: bool) -> dict[str, Any]:
    return _exactly(Fraction(high - low)) if complete else {"lower": Fraction(high - low)}


def _exactly(value: Fraction) -> dict[str, Any]:
    return {"value": value, "lower": value, "upper": value}


def _headcount(side: Side) -> int:
    return int(side["headcount"])


def official_gap(facts: Facts) -> Measure:
    """The largest difference between two sides' shares of people who advise the authorities or hold a post, 0..1.

    Of those who state it, among sides of three people or more: smaller sides are left out, and a side of three or more
    where under three or under half state it is unknown. `after_one_move` takes one person of the smaller group.
    """
    return _widest(facts, _official_group, SMALLEST_WITH_OFFICIALS, "how near to the authorities they are")


def _official_group(side: Side) -> Group | None:
    stated, headcount = side.get("official_stated", 0), side.get("headcount")
    if stated < SMALLEST_WITH_OFFICIALS or headcount is None or 2 * stated < headcount:
        return None
    near = side["officials"]
    return Group(side, (near, stated - near), stated, f"{near} of {stated}")


def background_distance(facts: Facts) -> Measure:
    """Half the sum of the differences between two sides' shares of three bands of backgrounds, the largest, 0..1.

    The bands: people of the state, of knowledge, of society; `other` is in none. Among sides of four people or more:
    smaller sides are left out, and a side of four or more with under four in the bands is unknown. `after_one_move`
    takes one person of the smaller group.
    """
    return _widest(facts, _background_group, SMALLEST_WITH_BACKGROUNDS, "what their background is")


def _background_group(side: Side) -> Group | None:
    bands = side.get("bands", (0, 0, 0))
    size = sum(bands)
    if size < SMALLEST_WITH_BACKGROUNDS:
        return None
    return Group(side, bands, size, f"{bands[0]} state, {bands[1]} knowledge, {bands[2]} society")


def _widest(facts: Facts, group_of: Callable[[Side], Group | None], smallest: int, what: str) -> Measure:
    if nothing := not_comparable(facts):
        return nothing
    sides = [side for side in facts.present_sides or () if side.get("headcount", smallest) >= smallest]
    if len(sides) < 2:
        return nothing_to_measure(f"Fewer than two sides have {smallest} people or more.")
    groups = {side.pointer: group for side in sides if (group := group_of(side))}
    silent = [side for side in sides if side.pointer not in groups]
    pairs = [_pair(one, other) for one, other in combinations(groups.values(), 2)]
    figures = {
        "shares": [f"{group.side.label} {group.words}" for group in groups.values()],
        "unknown": [side.label for side in silent],
    }
    if not pairs:
        return _too_few(what, silent, figures)
    return _largest(pairs, what, silent, figures)


def _largest(pairs: list[Pair], what: str, silent: list[Side], figures: Mapping[str, Any]) -> Measure:
    widest = max(pairs, key=_distance)
    return Measure(
        value=None if silent else widest.distance,
        lower=widest.distance,
        upper=Fraction(1) if silent else widest.distance,
        after_one_move=max(pair.after_one_move for pair in pairs),
        reason=_says_too_little(what) if silent else "",
        at=pointers(group.side for group in widest.groups),
        open_at=pointers(silent),
        figures={"gap": widest.distance, **figures},
    )


def _too_few(what: str, silent: list[Side], figures: Mapping[str, Any]) -> Measure:
    bounds = {"lower": Fraction(0), "upper": Fraction(1)}
    return unknown(_says_too_little(what), open_at=pointers(silent), figures=figures, **bounds)


def _says_too_little(what: str) -> str:
    return f"Too few people of a side say {what}."


def _pair(one: Group, other: Group) -> Pair:
    """Half the sum of the differences between the shares, and the same less one person of the smaller group."""
    apart = sum([abs(a * other.size - b * one.size) for a, b in zip(one.parts, other.parts, strict=True)])
    whole = 2 * one.size * other.size
    moved = max(0, apart - 2 * max(one.size, other.size))
    return Pair((one, other), Fraction(apart, whole), Fraction(moved, whole))


def _distance(pair: Pair) -> Fraction:
    return pair.distance


def selection_evenness(facts: Facts) -> Measure:
    """1 where every side was chosen by the same (a set of several counts as a way of its own), 0 where they differ.

    Two sides known to differ decide it; else a side of which it is not said leaves it unknown.
    """
    if nothing := not_comparable(facts):
        return nothing
    sides = facts.present_sides or []
    known = [side for side in sides if "selected_by_set" in side]
    silent = [side for side in sides if "selected_by_set" not in side]
    differ = len({side["selected_by_set"] for side in known}) > 1
    figures = {
        "sides": [f"{side.label}: {' and '.join(sorted(side['selected_by_set']))}" for side in known],
        "unknown": [side.label for side in silent],
    }
    if silent and not differ:
        bounds = {"lower": Fraction(0), "upper": Fraction(1)}
        return unknown("It is not said who chose each side.", open_at=pointers(silent), figures=figures, **bounds)
    return Measure(**_exactly(Fraction(not differ)), at=pointers(known), figures=figures)


def pointers(rows: Any) -> tuple[str, ...]:
    """The JSON Pointers of some rows."""
    return tuple([row.pointer for row in rows])
