"""The next steps as JSON bytes: what to do first, and why; pure, and it knows neither the rule nor HTTP."""

from __future__ import annotations

from typing import Any

from pydantic_core import to_json

from app.checklist.evaluation import Evaluation
from app.checklist.next_steps import NextStep, next_steps
from app.exports.feedback_json import feedback_json
from app.exports.wanted import EVERYTHING, Wanted


def next_steps_json(evaluation: Evaluation, wanted: Wanted = EVERYTHING) -> bytes:
    """The steps as compact JSON, in the order in which to take them; the counts are those of the whole evaluation."""
    checklist = evaluation.checklist
    return to_json(
        {
            "checklist": {"name": checklist.name, "version": checklist.version, "digest": checklist.digest},
            "next_steps": [_step(step) for step in next_steps(evaluation, wanted.has)],
            "counts": evaluation.counts,
        }
    )


def any_json(evaluation: Evaluation, wanted: Wanted = EVERYTHING) -> bytes:
    """The view that is wanted, as compact JSON."""
    if wanted.view == "next-steps":
        return next_steps_json(evaluation, wanted)
    return feedback_json(evaluation, wanted.outcomes, wanted.categories, wanted.answered_by)


def _step(step: NextStep) -> dict[str, Any]:
    finding, check = step.finding, step.finding.check
    return {
        "check": check.id,
        "category": check.category,
        "weight": check.weight,
        "outcome": finding.outcome,
        "question": check.question,
        "message": finding.message,
        "action": step.action,
        "at": finding.at,
        "settles": step.settles,
        "answered_by": check.answered_by,
    }
