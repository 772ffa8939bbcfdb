"""What a checklist says of many designs together: counts, days, pairs of concerns; it knows no single design."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from heapq import nsmallest
from itertools import combinations

from app.checklist.check import Check
from app.checklist.checklist import Checklist
from app.checklist.definition import CategoryFile
from app.checklist.outcome import OUTCOME_CODES, Outcome

_AS_BITS = str.maketrans({letter: "01"[outcome is Outcome.CONCERN] for outcome, letter in OUTCOME_CODES.items()})
LEAST_TOGETHER = 2  # what one design alone has says nothing of a habit


@dataclass(frozen=True, slots=True)
class CategoryCounts:
    """For how many designs a category is in each state, waivers left aside, and in how many a waiver stands in it."""

    category: CategoryFile
    clear: int
    open: int
    concerns: int
    waived: int


@dataclass(frozen=True, slots=True)
class CheckCounts:
    """For how many designs a check has each outcome, and for how many of them an active waiver stands."""

    check: Check
    met: int
    concern: int
    open: int
    not_applicable: int
    waived: int


@dataclass(frozen=True, slots=True)
class Counted:
    """The counts of all designs that one checklist judged.

    Attributes:
        elsewhere: how many designs another checklist, or another version, judged when they were last changed.
    """

    checklist: Checklist
    designs: int
    categories: tuple[CategoryCounts, ...]
    checks: tuple[CheckCounts, ...]
    elsewhere: int = 0


@dataclass(frozen=True, slots=True)
class Day:
    """The counts at the end of a day, or by now if it is today."""

    day: date
    counted: Counted


@dataclass(frozen=True, slots=True)
class Days:
    """Days on which something changed, oldest first."""

    checklist: Checklist
    items: tuple[Day, ...]


@dataclass(frozen=True, slots=True)
class Pair:
    """Two checks that raise a concern in the same designs.

    Attributes:
        together: how many designs have both.
        share: of the designs that were compared.
        lift: how many times as often as if one had nothing to do with the other.
    """

    first: Check
    second: Check
    together: int
    share: float
    lift: float


@dataclass(frozen=True, slots=True)
class Clusters:
    """Which concerns occur together, the most frequent pair first.

    Attributes:
        designs: how many designs of this checklist there are.
        compared: how many of them were looked at, the newest ones.
    """

    checklist: Checklist
    designs: int
    compared: int
    items: tuple[Pair, ...]


Told = Counted | Days | Clusters


def pairs(checklist: Checklist, codes: Sequence[str], most: int) -> list[Pair]:
    """Pairs of concerns that two of these designs have at least, the most frequent first; waivers left aside.

    Args:
        codes: as this checklist judged each design.
        most: how many pairs.
    """
    first, whole, width = len(checklist.categories), "".join(codes), len(codes[0]) if codes else 1
    raised = [_bits(whole[place::width]) for place in range(first, width)]
    times = [bits.bit_count() for bits in raised]
    often = [place for place, count in enumerate(times) if count >= LEAST_TOGETHER]
    found = []
    for one, other in combinations(often, 2):
        together = (raised[one] & raised[other]).bit_count()
        if together >= LEAST_TOGETHER:
            lift = together * len(codes) / (times[one] * times[other])
            found.append((-together, -lift, one, other))
    checks = checklist.checks
    return [
        Pair(checks[one], checks[other], -together, round(-together / len(codes), 4), round(-lift, 4))
        for together, lift, one, other in nsmallest(most, found)
    ]


def _bits(letters: str) -> int:
    return int("0" + letters.translate(_AS_BITS), 2)
