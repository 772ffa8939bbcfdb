"""What a measure is: a value with its bounds, or the reason why it is unknown; knows no design."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from fractions import Fraction
from typing import Any


@dataclass(frozen=True, slots=True)
class Measure:
    """A figure derived from a design.

    Attributes:
        value: the exact value; None where it is unknown or makes no sense.
        reason: why there is no value, in words.
        applicable: False where there is nothing to measure (one party only, groups too small to compare).
        lower, upper: what is known of an unknown value.
        after_one_move: the value that would be left if one person moved, where the measure is one of composition.
        at: JSON Pointers of what gave the value, or its known bound.
        open_at: JSON Pointers of what keeps it unknown.
        figures: named figures for the message, rounded only there.
    """

    value: Fraction | None = None
    reason: str = ""
    applicable: bool = True
    lower: Fraction | None = None
    upper: Fraction | None = None
    after_one_move: Fraction | None = None
    at: tuple[str, ...] = ()
    open_at: tuple[str, ...] = ()
    figures: Mapping[str, Any] = field(default_factory=dict)

    def is_over(self, limit: Fraction) -> bool | None:
        """Whether the value is over the limit; None where what is known does not decide it."""
        lowest = self.value if self.value is not None else self.lower
        highest = self.value if self.value is not None else self.upper
        if lowest is not None and lowest > limit:
            return True
        return False if highest is not None and highest <= limit else None

    def is_under(self, limit: Fraction) -> bool | None:
        """Whether the value is under the limit; None where what is known does not decide it."""
        lowest = self.value if self.value is not None else self.lower
        highest = self.value if self.value is not None else self.upper
        if highest is not None and highest < limit:
            return True
        return False if lowest is not None and lowest >= limit else None

    def stays_over(self, limit: Fraction) -> bool | None:
        """Whether the value would still be over the limit if one person moved (`after_one_move`)."""
        if self.after_one_move is not None and self.after_one_move > limit:
            return True
        return False if self.value is not None else None


def nothing_to_measure(reason: str) -> Measure:
    """A measure that makes no sense here."""
    return Measure(reason=reason, applicable=False)


def unknown(reason: str, **known: Any) -> Measure:
    """A measure that the design does not tell, with whatever bounds are known."""
    return Measure(reason=reason, **known)
