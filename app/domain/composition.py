"""How the sides compare in size, in officials, in backgrounds and in the way they were chosen; judges no difference."""

from __future__ import annotations

from collections.abc import Callable
from fractions import Fraction
from itertools import combinations
from typing import NamedTuple

from app.domain.facts import Facts
from app.domain.measure import ONE, ZERO, Grounds, Measure, measured, nothing_to_measure, pointers, unknown
from app.domain.sides import Side

SMALLEST_WITH_OFFICIALS = 3
SMALLEST_WITH_BACKGROUNDS = 4
NO_PARTIES = unknown("The parties are not listed.", "/conflict/parties")
NO_TWO_SIDES = nothing_to_measure("There are not two sides to compare.")
SIZE_UNKNOWN = "Not every side's number of people is given."
CHOICE_UNKNOWN = "It is not said who chose each side."


class Sizes(NamedTuple):
    """The sides by what is known of their headcounts."""

    known: list[Side]
    silent: list[Side]
    smallest: int
    largest: int


class Group(NamedTuple):
    """The people of a side who state something, counted by what they state; one person or more."""

    side: Side
    parts: tuple[int, ...]
    size: int


class Pair(NamedTuple):
    """Two groups, how far apart they are, and how far they would be if one person of the smaller one moved.

    Both distances, 0..1, are parts of the same whole: a fraction is made of the largest only.
    """

    one: Group
    other: Group
    apart: int
    moved: int
    whole: int

    @property
    def distance(self) -> Fraction:
        """How far apart they are."""
        return Fraction(self.apart, self.whole)


class Comparison(NamedTuple):
    """Something to compare the sides by: their groups, the smallest side that is compared, and words."""

    group_of: Callable[[Side], Group | None]
    words_of: Callable[[Group], str]
    smallest: int
    what: str


def not_comparable(facts: Facts) -> Measure | None:
    """Why there is nothing to compare: the parties are not listed, or fewer than two sides can come."""
    sides = facts.present_sides
    if sides is None:
        return NO_PARTIES
    return NO_TWO_SIDES if len(sides) < 2 else None


def evenness(facts: Facts) -> Measure:
    """The smallest side's headcount over the largest's, 0..1; unknown where one is, the known ones' an upper bound.

    A side with nobody leaves nothing to compare: that it is empty is another question.
    """
    if nothing := not_comparable(facts):
        return nothing
    sizes = _sizes(facts)
    if not sizes.known:
        return Measure(reason=SIZE_UNKNOWN, lower=ZERO, upper=ONE, grounds=lambda: _size_grounds(sizes))
    if sizes.smallest == 0:
        value = ZERO if sizes.largest and not sizes.silent else None
        return Measure(value, "A side has nobody yet.", applicable=False, grounds=lambda: _size_grounds(sizes))
    value = Fraction(sizes.smallest, sizes.largest)
    if sizes.silent:
        return Measure(reason=SIZE_UNKNOWN, lower=ZERO, upper=value, grounds=lambda: _size_grounds(sizes))
    return measured(value, lambda: _size_grounds(sizes))


def headcount_difference(facts: Facts) -> Measure:
    """The largest side's headcount less the smallest's, in people, 0 or more; the known ones' is a lower bound."""
    if nothing := not_comparable(facts):
        return nothing
    sizes = _sizes(facts)
    difference = Fraction(sizes.largest - sizes.smallest)
    if sizes.silent:
        return Measure(reason=SIZE_UNKNOWN, lower=difference, grounds=lambda: _size_grounds(sizes))
    return measured(difference, lambda: _size_grounds(sizes))


def _sizes(facts: Facts) -> Sizes:
    sides = facts.present_sides or []
    headcounts = [number for side in sides if (number := side.get("headcount")) is not None]
    if len(headcounts) == len(sides):
        return Sizes(sides, [], min(headcounts), max(headcounts))
    known, silent = _parted(sides, "headcount")
    return Sizes(known, silent, min(headcounts, default=0), max(headcounts, default=0))


def _parted(sides: list[Side], field: str) -> tuple[list[Side], list[Side]]:
    return [side for side in sides if side.get(field) is not None], [side for side in sides if side.get(field) is None]


def _size_grounds(sizes: Sizes) -> Grounds:
    extremes = [side for side in sizes.known if side["headcount"] in (sizes.smallest, sizes.largest)]
    figures = {
        "smallest": sizes.smallest,
        "largest": sizes.largest,
        "difference": sizes.largest - sizes.smallest,
        "sides": [f"{side.label} {side['headcount']}" for side in sizes.known],
        "unknown": [side.label for side in sizes.silent],
    }
    return Grounds(pointers(extremes), pointers(sizes.silent), figures)


def official_gap(facts: Facts) -> Measure:
    """The largest difference between two sides' shares of people who advise the authorities or hold a post, 0..1.

    Of those who state it, among sides of three people or more: smaller sides are left out, and a side of three or more
    where under three or under half state it is unknown. `after_one_move` takes one person of the smaller group.
    """
    return _widest(facts, OFFICIALS)


def _official_group(side: Side) -> Group | None:
    stated, headcount = side.get("official_stated", 0), side.get("headcount")
    if stated < SMALLEST_WITH_OFFICIALS or headcount is None or 2 * stated < headcount:
        return None
    return Group(side, (side["officials"], stated - side["officials"]), stated)


def _official_words(group: Group) -> str:
    return f"{group.side.label} {group.parts[0]} of {group.size}"


def background_distance(facts: Facts) -> Measure:
    """Half the sum of the differences between two sides' shares of three bands of backgrounds, the largest, 0..1.

    The bands: people of the state, of knowledge, of society; `other` is in none. Among sides of four people or more:
    smaller sides are left out, and a side of four or more with under four in the bands is unknown. `after_one_move`
    takes one person of the smaller group.
    """
    return _widest(facts, BACKGROUNDS)


def _background_group(side: Side) -> Group | None:
    bands = side.get("bands", (0, 0, 0))
    size = sum(bands)
    return None if size < SMALLEST_WITH_BACKGROUNDS else Group(side, bands, size)


def _background_words(group: Group) -> str:
    state, knowledge, society = group.parts
    return f"{group.side.label} {state} state, {knowledge} knowledge, {society} society"


OFFICIALS = Comparison(
    _official_group, _official_words, SMALLEST_WITH_OFFICIALS, "how near to the authorities they are"
)
BACKGROUNDS = Comparison(_background_group, _background_words, SMALLEST_WITH_BACKGROUNDS, "what their background is")


def _widest(facts: Facts, by: Comparison) -> Measure:
    if nothing := not_comparable(facts):
        return nothing
    large = [side for side in facts.present_sides or () if side.get("headcount", by.smallest) >= by.smallest]
    if len(large) < 2:
        return nothing_to_measure(f"Fewer than two sides have {by.smallest} people or more.")
    groups = [group for side in large if (group := by.group_of(side))]
    pairs = [_pair(one, other) for one, other in combinations(groups, 2)]
    if not pairs:
        reason = _says_too_little(by)
        return Measure(reason=reason, lower=ZERO, upper=ONE, grounds=lambda: _gap_grounds(large, groups, pairs, by))
    return _largest(large, groups, pairs, by)


def _largest(large: list[Side], groups: list[Group], pairs: list[Pair], by: Comparison) -> Measure:
    distance = _widest_of(pairs).distance
    complete = len(groups) == len(large)
    return Measure(
        value=distance if complete else None,
        reason="" if complete else _says_too_little(by),
        lower=distance,
        upper=distance if complete else ONE,
        after_one_move=_largest_fraction([(pair.moved, pair.whole) for pair in pairs]),
        grounds=lambda: _gap_grounds(large, groups, pairs, by),
    )


def _says_too_little(by: Comparison) -> str:
    return f"Too few people of a side say {by.what}."


def _gap_grounds(large: list[Side], groups: list[Group], pairs: list[Pair], by: Comparison) -> Grounds:
    said = {group.side.pointer for group in groups}
    silent = [side for side in large if side.pointer not in said]
    widest = _widest_of(pairs) if pairs else None
    figures = {
        "gap": None if widest is None else widest.distance,
        "shares": [by.words_of(group) for group in groups],
        "unknown": [side.label for side in silent],
    }
    at = () if widest is None else (widest.one.side.pointer, widest.other.side.pointer)
    return Grounds(at, pointers(silent), figures)


def _widest_of(pairs: list[Pair]) -> Pair:
    """The first of those that are farthest apart."""
    widest = pairs[0]
    for pair in pairs:
        if pair.apart * widest.whole > widest.apart * pair.whole:
            widest = pair
    return widest


def _largest_fraction(parts: list[tuple[int, int]]) -> Fraction:
    above, below = parts[0]
    for part, whole in parts:
        if part * below > above * whole:
            above, below = part, whole
    return Fraction(above, below) if above else ZERO


def _pair(one: Group, other: Group) -> Pair:
    """Half the sum of the differences between the shares, and the same less one person of the smaller group."""
    size, others = one.size, other.size
    apart = 0
    for a, b in zip(one.parts, other.parts, strict=True):
        apart += abs(a * others - b * size)
    return Pair(one, other, apart, max(0, apart - 2 * max(size, others)), 2 * size * others)


def selection_evenness(facts: Facts) -> Measure:
    """1 where every side was chosen by the same (a set of several counts as a way of its own), 0 where they differ.

    Two sides known to differ decide it; else a side of which it is not said leaves it unknown.
    """
    if nothing := not_comparable(facts):
        return nothing
    known, silent = _parted(facts.present_sides or [], "selected_by_set")
    differ = len({side["selected_by_set"] for side in known}) > 1
    if silent and not differ:
        return Measure(reason=CHOICE_UNKNOWN, lower=ZERO, upper=ONE, grounds=lambda: _choice_grounds(known, silent))
    return measured(ZERO if differ else ONE, lambda: _choice_grounds(known, silent))


def _choice_grounds(known: list[Side], silent: list[Side]) -> Grounds:
    figures = {
        "sides": [f"{side.label}: {' and '.join(sorted(side['selected_by_set'])).replace('_', ' ')}" for side in known],
        "unknown": [side.label for side in silent],
    }
    return Grounds(pointers(known), pointers(silent), figures)
