"""Runs the examples of a check, which are its tests and its documentation; knows how to say what went wrong."""

from __future__ import annotations

from collections.abc import Iterator
from typing import NamedTuple

from app.checklist.check import Check, Explanation
from app.checklist.definition import Example
from app.checklist.outcome import Outcome
from app.domain.design import design_from
from app.domain.errors import DesignRefused
from app.domain.facts import Facts

EXAMPLE_TITLE = "An example"


class Failure(NamedTuple):
    """What is wrong with an example (its number, from 0), or with all of them together (None)."""

    example: int | None
    text: str


def failures(check: Check) -> Iterator[Failure]:
    """A failure for every example that does not come out as it says, and for every outcome that none shows."""
    for number, example in enumerate(check.definition.examples):
        yield from (Failure(number, f"{example.name}: {failure}") for failure in shortfalls(check, example))
    for outcome in sorted(possible_outcomes(check) - {example.outcome for example in check.definition.examples}):
        yield Failure(None, f"no example shows the outcome {outcome.value}")


def example_failures(check: Check) -> Iterator[str]:
    """The failures as sentences."""
    return (failure.text for failure in failures(check))


def possible_outcomes(check: Check) -> set[Outcome]:
    """The outcomes that a check can give, as far as its definition tells."""
    definition = check.definition
    possible = {Outcome.MET, Outcome.OPEN}
    if definition.concern:
        possible.add(Outcome.CONCERN)
    if definition.applies:
        possible.add(Outcome.NOT_APPLICABLE)
    return possible


def shortfalls(check: Check, example: Example) -> Iterator[str]:
    """What does not come out as the example says, a sentence each."""
    try:
        design = design_from({"title": EXAMPLE_TITLE, **example.design})
    except DesignRefused as refused:
        yield "; ".join(f"{fault.pointer} {fault.detail}" for fault in refused.faults)
        return
    facts = Facts(design)
    judgement = check.judge(facts)
    explanation = check.explain(facts, judgement)
    if judgement.outcome != example.outcome:
        found = f"is {judgement.outcome.value}: {explanation.message} {list(explanation.at)}"
        yield f"should be {example.outcome.value}, {found}"
        return
    yield from _explanation_failures(example, explanation)


def _explanation_failures(example: Example, explanation: Explanation) -> Iterator[str]:
    for text in example.says:
        if text not in explanation.message:
            yield f"should say {text!r}, says: {explanation.message}"
    for place in example.at:
        if place not in explanation.at:
            yield f"should point at {place}, points at {list(explanation.at)}"
    if "not known" in explanation.message:
        yield f"shows a figure that is not known: {explanation.message}"
