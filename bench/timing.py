"""Times two things in turn (A B A B …) and gives the ratio of their medians; asserts nothing."""

from __future__ import annotations

import gc
import statistics
import time
from collections.abc import Callable
from dataclasses import dataclass

ROUNDS = 7


@dataclass(frozen=True, slots=True)
class Ratio:
    """How one thing stands to another: both medians in the same unit, their ratio, and the target."""

    name: str
    ours: float
    base: float
    unit: str
    target: str
    reached: bool

    @property
    def value(self) -> float:
        """Ours over the base."""
        return self.ours / self.base if self.base else float("nan")

    def line(self) -> str:
        """One line of the report."""
        mark = "reached" if self.reached else "missed "
        figures = f"{self.ours:.4g} against {self.base:.4g} {self.unit}"
        return f"{mark}  {self.value:8.2f}  target {self.target:>8}  {self.name}  ({figures})"


def seconds_each(work: Callable[[], object], repeats: int) -> float:
    """The mean seconds of one call over so many calls, with the garbage collector still."""
    gc.collect()
    gc.disable()
    try:
        start = time.perf_counter()
        for _ in range(repeats):
            work()
        return (time.perf_counter() - start) / repeats
    finally:
        gc.enable()


def medians_in_turn(ours: Callable[[], float], base: Callable[[], float], rounds: int = ROUNDS) -> tuple[float, float]:
    """The medians of two measurements taken in turn."""
    pairs = [(ours(), base()) for _ in range(rounds)]
    return statistics.median(pair[0] for pair in pairs), statistics.median(pair[1] for pair in pairs)


def at_most(name: str, ours: float, base: float, limit: float, unit: str = "s") -> Ratio:
    """A ratio that should stay at or under a limit: smaller is better."""
    return Ratio(name, ours, base, unit, f"<= {limit:g}", ours <= limit * base)


def at_least(name: str, ours: float, base: float, limit: float, unit: str = "requests/s") -> Ratio:
    """A ratio that should reach a limit: larger is better."""
    return Ratio(name, ours, base, unit, f">= {limit:g}", ours >= limit * base)
