"""Judges a design by many checks: one after the other at first, then by a few functions; knows no single check.

A function for several checks works out what they share only once: the table of a list, a column, an answer.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Final

from app.checklist.check import Check, Judgement
from app.checklist.predicates.code import Code
from app.domain.facts import Facts

JUDGED_FIRST: Final = 16
"""How many designs are judged before anything is written out: a command that judges one never pays for it."""
TOGETHER: Final = 16
"""How many checks one function is for: more share more, but whoever waits while it is written waits longer."""

Judging = Callable[[Facts], Sequence[Judgement]]


class Judges:
    """Gives what each of some checks makes of a design, in their order.

    Attributes:
        judging: the functions, each for some of the checks.

    Writing a function takes some milliseconds, as long as some ten evaluations. So the first designs are judged without
    any, and each of the next waits for one of them at most.
    """

    def __init__(self, checks: Sequence[Check]) -> None:
        self._parts = [checks[start : start + TOGETHER] for start in range(0, len(checks), TOGETHER)]
        self.judging: list[Judging] = [_one_by_one(part) for part in self._parts]
        self._written = -JUDGED_FIRST

    def __call__(self, facts: Facts) -> list[Judgement]:
        """A judgement for each check."""
        if self._written < len(self._parts):
            self._write_next()
        judgements: list[Judgement] = []
        for judge in self.judging:
            judgements += judge(facts)
        return judgements

    def write_all(self) -> None:
        """Writes everything out at once."""
        self.judging = list(map(written_together, self._parts))
        self._written = len(self._parts)

    def _write_next(self) -> None:
        number = self._written
        self._written += 1
        if 0 <= number < len(self._parts):  # two threads may come here at once
            self.judging[number] = written_together(self._parts[number])


def _one_by_one(checks: Sequence[Check]) -> Judging:
    slowly = [check.judge_slowly for check in checks]
    return lambda facts: [judge(facts) for judge in slowly]


def written_together(checks: Sequence[Check]) -> Judging:
    """One function that judges by all of the checks."""
    code = Code()
    found = [check.write(code) for check in checks]
    code.line(f"return {', '.join(found)},")
    judge: Judging = code.function(f"{checks[0].id} and {len(checks) - 1} more")
    return judge
