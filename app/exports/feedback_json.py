"""Feedback as JSON bytes, joined from texts that are written once a checklist; pure, and it knows no HTTP.

Most of a finding is the check's own text, the same in every answer. It is encoded once; only what the design changes
(outcome, message, places, figures, waiver) is encoded each time.
"""

from collections.abc import Collection
from functools import lru_cache
from typing import Any, Final, NamedTuple

from pydantic_core import to_json

from app.checklist.check import Check, Explanation
from app.checklist.checklist import Checklist
from app.checklist.evaluation import AppliedWaiver, Evaluation, Finding
from app.checklist.messages import plain_figure
from app.checklist.outcome import Outcome

CHECKLISTS_KEPT = 64
PLAIN_KINDS: Final = frozenset({int, str, bool, list, type(None)})
"""Figures that are written as they are; lists hold names."""


class _Fixed(NamedTuple):
    """What never changes of a finding: for each outcome its beginning up to the message; its end; and usual findings.

    A usual finding says the same of any design with its outcome: it is here as a whole.
    """

    beginnings: dict[Outcome, bytes]
    end: bytes
    usual: dict[Outcome, bytes]


def feedback_json(
    evaluation: Evaluation,
    outcomes: Collection[str] | None = None,
    categories: Collection[str] | None = None,
    answered_by: Collection[str] | None = None,
) -> bytes:
    """The evaluation as compact JSON, findings in the checklist's order.

    Args:
        evaluation: what to write.
        outcomes: the outcomes of the findings to show; None shows all. The counts stay whole.
        categories: the categories of the findings to show; None shows all.
        answered_by: who can answer the findings to show; None shows all.
    """
    fixed = _fixed(evaluation.checklist)
    findings: list[bytes] = []
    for finding in evaluation.findings:
        if (
            (outcomes is None or finding.outcome in outcomes)
            and (categories is None or finding.check.category in categories)
            and (answered_by is None or finding.check.answered_by in answered_by)
        ):
            findings += (b",", *_pieces(finding, fixed[finding.check.id]))
    # All is joined at once: an answer is large enough for each copy of it to be felt.
    return b"".join(
        (
            b'{"checklist":%b,"categories":%b,"findings":['
            % (_name(evaluation.checklist), to_json([_category(category) for category in evaluation.categories])),
            *findings[1:],
            b'],"counts":%b}' % to_json(evaluation.counts),
        )
    )


@lru_cache(maxsize=CHECKLISTS_KEPT)
def _name(checklist: Checklist) -> bytes:
    return to_json({"name": checklist.name, "version": checklist.version, "digest": checklist.digest})


def check_json(check: Check) -> dict[str, Any]:
    """What a reader of a finding needs of its check, as plain objects."""
    return {
        "question": check.question,
        "rationale": check.rationale,
        "advice": check.advice,
        "limits": check.limits,
        "sources": [source.model_dump(mode="json", exclude_none=True) for source in check.sources],
        "precedents": list(check.precedents),
        "ask_from": check.ask_from,
        "answered_by": check.answered_by,
    }


def waiver_json(applied: AppliedWaiver) -> dict[str, Any]:
    """A waiver as it stands now, as plain objects."""
    waiver = applied.waiver
    return {
        "state": applied.state,
        "reason": waiver.reason,
        "by": waiver.by or waiver.given_by,
        "given_at": waiver.given_at,
        "given_by": {"id": waiver.giver, "name": waiver.given_by} if waiver.giver else None,
        "approved_by": None if waiver.approver is None else {"id": waiver.approver, "name": waiver.approved_by},
        "approved_at": waiver.approved_at,
        "checklist": waiver.checklist,
        "version": waiver.version,
    }


def finding_json(evaluation: Evaluation, check_id: str) -> bytes:
    """One finding as compact JSON.

    Raises:
        UnknownChecklist: the checklist has no such check.
    """
    return b"".join(_pieces(evaluation.finding(check_id), _fixed(evaluation.checklist)[check_id]))


def _pieces(finding: Finding, fixed: _Fixed) -> tuple[bytes, ...]:
    waiver = finding.waiver
    if waiver is None and finding.is_usual:
        return (fixed.usual[finding.outcome],)
    said = Explanation(finding.message, finding.at, finding.figures)
    # The long texts are bytes already: as text, one accent anywhere would double the size of all that is copied.
    return fixed.beginnings[finding.outcome], _changing(said, finding.later, waiver), fixed.end


def _changing(said: Explanation, later: bool = False, waiver: AppliedWaiver | None = None) -> bytes:
    """What the design changes of a finding, without the braces around it."""
    figures = said.figures
    if not PLAIN_KINDS.issuperset(map(type, figures.values())):
        figures = {name: plain_figure(value) for name, value in figures.items()}
    content = {
        "message": said.message,
        "at": said.at,
        "figures": figures,
        "later": later,
        "waiver": None if waiver is None else waiver_json(waiver),
    }
    return to_json(content)[1:-1]


def _category(category: Any) -> dict[str, Any]:
    return {"id": category.id, "name": category.name, "state": category.state, "counts": category.counts}


@lru_cache(maxsize=CHECKLISTS_KEPT)
def _fixed(checklist: Checklist) -> dict[str, _Fixed]:
    return {check.id: _fixed_of(check) for check in checklist.checks}


def _fixed_of(check: Check) -> _Fixed:
    texts = check_json(check)
    question = texts.pop("question")
    beginnings = {}
    for outcome in Outcome:
        head = {"check": check.id, "category": check.category, "weight": check.weight, "outcome": outcome}
        beginnings[outcome] = to_json(head | {"question": question}).removesuffix(b"}") + b","
    end = b"," + to_json(texts).removeprefix(b"{")
    usual = {outcome: beginnings[outcome] + _changing(said) + end for outcome, said in check.usual.items()}
    return _Fixed(beginnings, end, usual)
