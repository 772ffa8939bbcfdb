"""Every measure of a design, each with its definition and range; unknown is told from zero, and nothing is judged."""

from __future__ import annotations

from collections.abc import Callable
from fractions import Fraction
from itertools import combinations

from app.domain.facts import Facts
from app.domain.measure import Measure, nothing_to_measure, unknown
from app.domain.sides import Side

SMALLEST_COMPARED_GROUP = 3


def official_share(side: Side) -> Fraction | None:
    """The share of a side's people who advise the authorities or hold a post, of those who state it; 0..1.

    None where under half of them state it, or nobody does.
    """
    stated, headcount = side.get("official_stated", 0), side.get("headcount")
    if not stated or headcount is None or 2 * stated < headcount:
        return None
    return Fraction(side["officials"], stated)


def official_gap(facts: Facts) -> Measure:
    """The largest difference between two sides' official shares, 0..1, among sides of three or more who state it.

    Smaller sides are left out. A side of three or more of whom too few state it leaves the others' gap as a lower bound.
    `after_one_move` takes from each pair's gap one person of its smaller group.
    """
    if facts.present_sides is None:
        return unknown("The parties are not listed.")
    if len(facts.present_sides) < 2:  # noqa: PLR2004
        return nothing_to_measure("There are not two sides to compare.")
    large = [
        side
        for side in facts.present_sides
        if side.get("headcount", SMALLEST_COMPARED_GROUP) >= SMALLEST_COMPARED_GROUP
    ]
    if len(large) < 2:
        return nothing_to_measure("Fewer than two sides have three people or more.")
    known = [
        side
        for side in large
        if side.get("official_stated", 0) >= SMALLEST_COMPARED_GROUP and official_share(side) is not None
    ]
    return _largest_gap(large, known)


def _largest_gap(large: list[Side], known: list[Side]) -> Measure:
    shares = {side.pointer: official_share(side) or Fraction(0) for side in known}
    pairs = [
        (abs(shares[a.pointer] - shares[b.pointer]), min(a["official_stated"], b["official_stated"]))
        for a, b in combinations(known, 2)
    ]
    gap = max((gap for gap, _ in pairs), default=None)
    after = max((gap - Fraction(1, smaller) for gap, smaller in pairs), default=None)
    complete = len(known) == len(large)
    return Measure(
        value=gap if complete else None,
        lower=gap,
        upper=Fraction(1),
        after_one_move=after,
        reason="" if complete else "Too few people of a side say how near to the authorities they are.",
        at=tuple(side.pointer for side in large),
        figures={
            "gap": gap,
            "shares": [f"{side.label} {side['officials']} of {side['official_stated']}" for side in known],
            "unknown": [side.label for side in large if side not in known],
        },
    )


MEASURES: dict[str, Callable[[Facts], Measure]] = {"official_gap": official_gap}
