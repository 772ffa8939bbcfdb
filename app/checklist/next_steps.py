"""What to do first: seven steps at most, chosen from an evaluation by one documented rule; judges nothing anew."""

from __future__ import annotations

import re
from collections import Counter
from dataclasses import dataclass

from app.checklist.evaluation import ATTENTION, Evaluation, Finding
from app.checklist.outcome import Outcome, Weight

MOST_STEPS = 7
ROW = re.compile(r"/\d+(?=/|$)")


@dataclass(frozen=True, slots=True)
class NextStep:
    """One thing to do.

    Attributes:
        finding: what raised it; its check's advice says what to do and who does it.
        settles: ids of the other findings left that point at the same field, so that one answer serves them too.
    """

    finding: Finding
    settles: tuple[str, ...]


def next_steps(evaluation: Evaluation) -> tuple[NextStep, ...]:
    """The steps to take first, seven at most.

    The rule: essential concerns, in the checklist's order; then essential open questions; then whatever is left, first
    what points at a field that settles most findings, concerns before open questions, in the checklist's order.
    Findings that are waived, and open questions that are not yet worth asking at the design's stage, are no step.
    """
    left = [one for one in evaluation.findings if one.outcome in ATTENTION and not one.waived and not one.later]
    shared = Counter(field for one in left for field in fields(one))
    order = {one.check.id: place for place, one in enumerate(left)}

    def rank(finding: Finding) -> tuple[int, int, int, int]:
        is_open = int(finding.outcome is Outcome.OPEN)
        if finding.check.weight is Weight.ESSENTIAL:
            return (is_open, 0, 0, order[finding.check.id])
        most = max((shared[field] for field in fields(finding)), default=0)
        return (2, -most, is_open, order[finding.check.id])

    return tuple(NextStep(one, _also_settled(one, left)) for one in sorted(left, key=rank)[:MOST_STEPS])


def fields(finding: Finding) -> frozenset[str]:
    """The fields that a finding points at, whichever row they stand in."""
    return frozenset(ROW.sub("/*", place) for place in finding.at)


def _also_settled(finding: Finding, left: list[Finding]) -> tuple[str, ...]:
    here = fields(finding)
    return tuple(one.check.id for one in left if one is not finding and not here.isdisjoint(fields(one)))
