"""What a measure is: a value with its bounds, or why it is unknown, and what it rests on; knows no design."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from fractions import Fraction
from typing import Any, NamedTuple

from app.domain.reading import Answers

ZERO, ONE = Fraction(0), Fraction(1)


class Grounds(NamedTuple):
    """What a measure rests on.

    Attributes:
        at: JSON Pointers of what gave the value, or its known bound.
        open_at: JSON Pointers of what keeps it unknown.
        figures: named figures for the message, rounded only there.
    """

    at: tuple[str, ...] = ()
    open_at: tuple[str, ...] = ()
    figures: Mapping[str, Any] = {}


class Measure(NamedTuple):
    """A figure derived from a design.

    Attributes:
        value: the exact value; None where it is unknown or makes no sense.
        reason: why there is no value, or why it is not applicable, in words.
        applicable: False where there is nothing to measure (one party only, groups too small to compare).
        lower, upper: what is known of an unknown value.
        after_one_move: the value that would be left if one person moved, where the measure is one of composition.
        grounds: gives what it rests on; only asked by who writes about it, for it takes as long as the measure itself.
            It must not hold the Facts, which keep the measure: what holds itself is freed late, and that costs time.
    """

    value: Fraction | None = None
    reason: str = ""
    applicable: bool = True
    lower: Fraction | None = None
    upper: Fraction | None = None
    after_one_move: Fraction | None = None
    grounds: Callable[[], Grounds] = Grounds

    @property
    def at(self) -> tuple[str, ...]:
        """JSON Pointers of what gave the value, or its known bound."""
        return self.grounds().at

    @property
    def open_at(self) -> tuple[str, ...]:
        """JSON Pointers of what keeps it unknown."""
        return self.grounds().open_at

    @property
    def figures(self) -> Mapping[str, Any]:
        """Named figures for the message, rounded only there."""
        return self.grounds().figures

    def is_over(self, limit: Fraction) -> bool | None:
        """Whether the value is over the limit; None where what is known does not decide it."""
        if self.value is not None:
            return _is_more(self.value, limit)
        if self.lower is not None and _is_more(self.lower, limit):
            return True
        return False if self.upper is not None and not _is_more(self.upper, limit) else None

    def is_under(self, limit: Fraction) -> bool | None:
        """Whether the value is under the limit; None where what is known does not decide it."""
        if self.value is not None:
            return _is_more(limit, self.value)
        if self.upper is not None and _is_more(limit, self.upper):
            return True
        return False if self.lower is not None and not _is_more(limit, self.lower) else None

    def stays_over(self, limit: Fraction) -> bool | None:
        """Whether the value would still be over the limit if one person moved (`after_one_move`)."""
        if self.after_one_move is not None and _is_more(self.after_one_move, limit):
            return True
        return False if self.value is not None else None


def _is_more(one: Fraction, other: Fraction) -> bool:
    """Whether the one is more: quicker than `>`, which looks first at what kind of number the other is."""
    above, below = one.as_integer_ratio()
    limit_above, limit_below = other.as_integer_ratio()
    return above * limit_below > limit_above * below


def measured(value: Fraction, grounds: Callable[[], Grounds] = Grounds) -> Measure:
    """A measure that the design tells."""
    return Measure(value, grounds=grounds)


def nothing_to_measure(reason: str) -> Measure:
    """A measure that makes no sense here."""
    return Measure(reason=reason, applicable=False)


def unknown(reason: str, *open_at: str, lower: Fraction | None = None, upper: Fraction | None = None) -> Measure:
    """A measure that the design does not tell, with whatever bounds are known and the places that would tell."""
    return Measure(reason=reason, lower=lower, upper=upper, grounds=lambda: Grounds(open_at=open_at))


def pointers(rows: Iterable[Answers]) -> tuple[str, ...]:
    """The JSON Pointers of some rows."""
    return tuple([row.pointer for row in rows])
