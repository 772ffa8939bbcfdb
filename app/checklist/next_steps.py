"""What to do first: seven steps at most, chosen from an evaluation by one documented rule; judges nothing anew."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass

from app.checklist.evaluation import ATTENTION, Evaluation, Finding
from app.checklist.outcome import Outcome, Weight

MOST_STEPS = 7
ROW = re.compile(r"/\d+(?=/|$)")
A_WHOLE_SIDE = "/conflict/parties/*"
"""Where a finding on a side's people points: no answer of one question, so it settles no other."""


@dataclass(frozen=True, slots=True)
class NextStep:
    """One thing to do.

    Attributes:
        finding: what raised it; its check's advice says what to do and who does it.
        settles: ids of the other findings left that point at no field but those of this one: its answer serves them.
    """

    finding: Finding
    settles: tuple[str, ...]

    @property
    def action(self) -> str:
        """What to do, and who does it."""
        return self.finding.check.advice


def _any(_finding: Finding) -> bool:
    return True


def next_steps(evaluation: Evaluation, wanted: Callable[[Finding], bool] = _any) -> tuple[NextStep, ...]:
    """The steps to take first, seven at most, among the findings that are wanted.

    The rule: essential concerns, in the checklist's order; then essential open questions; then whatever is left, first
    what settles most others, concerns before open questions, in the checklist's order. What an earlier step settles
    is no step of its own, unless it is essential. Findings that are waived, and open questions that are not yet worth
    asking at the design's stage, are no step. What is settled is counted over all that is left, wanted or not.
    """
    left = [one for one in evaluation.findings if one.outcome in ATTENTION and not one.waived and not one.later]
    chosen: list[NextStep] = []
    settled: set[str] = set()
    for step in sorted(_possible_steps(left, wanted), key=_rank):
        if len(chosen) < MOST_STEPS and (_is_essential(step) or step.finding.check.id not in settled):
            chosen.append(step)
            settled.update(step.settles)
    return tuple(chosen)


def fields(finding: Finding) -> frozenset[str]:
    """The fields that a finding points at, whichever row they stand in."""
    return frozenset(ROW.sub("/*", place) for place in finding.at)


def _possible_steps(left: list[Finding], wanted: Callable[[Finding], bool]) -> Iterator[NextStep]:
    places = [(one, fields(one)) for one in left]
    for finding, here in places:
        if wanted(finding):
            others = [one for one, there in places if one is not finding and there and there <= here - {A_WHOLE_SIDE}]
            yield NextStep(finding, tuple(one.check.id for one in others))


def _rank(step: NextStep) -> tuple[int, int, int]:
    """Sorts before what comes later; equal ranks keep the checklist's order."""
    is_open = int(step.finding.outcome is Outcome.OPEN)
    return (is_open, 0, 0) if _is_essential(step) else (2, -len(step.settles), is_open)


def _is_essential(step: NextStep) -> bool:
    return step.finding.check.weight is Weight.ESSENTIAL
