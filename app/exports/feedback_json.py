"""Feedback as JSON bytes, joined from texts that are written once a checklist; pure, and it knows no HTTP.

Most of a finding is the check's own text, the same in every answer. It is encoded once; only what the design changes
(outcome, message, places, figures, waiver) is encoded each time.
"""

from collections.abc import Collection, Sequence
from functools import lru_cache
from typing import Any, Final, NamedTuple

from pydantic_core import to_json

from app.checklist.check import Check, Explanation
from app.checklist.checklist import Checklist
from app.checklist.evaluation import AppliedWaiver, CategoryState, Evaluation
from app.checklist.messages import plain_figure
from app.checklist.outcome import Outcome

CHECKLISTS_KEPT = 64
KEPT_BY_KEY = 20
MESSAGE: Final = b'"message":'
PLAIN_KINDS: Final = frozenset({int, str, bool, list, type(None)})
"""Figures that are written as they are; lists hold names."""


class _Fixed(NamedTuple):
    """What never changes of a finding, beginning with the comma before it.

    For each outcome its beginning up to what the message is; its end; and usual findings. A usual finding says the same
    of any design with its outcome, unless its check asks every side and sides are left out: it is here as a whole. So
    are findings that tell no more of a design than how many rows were looked at, or that nothing is said, by their key
    (`Check.keys`); not all are kept.
    """

    beginnings: dict[Outcome, bytes]
    end: bytes
    usual: dict[Outcome, bytes]
    by_key: dict[tuple[Outcome, bool, int | str], bytes]
    asks_every_side: bool


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
    fixed, found, sides_left_out = _fixed(evaluation.checklist), evaluation.outcomes, evaluation.leaves_sides_out
    # All is joined at once: an answer is large enough for each copy of it to be felt.
    pieces, changing = [b""], []
    for number in _shown(evaluation, outcomes, categories, answered_by):
        one, outcome = fixed[number], found[number]
        said = one.usual.get(outcome)
        if sides_left_out and one.asks_every_side:
            said = None
        elif said is None:
            said = _like_others(evaluation, number, one)
        if said is None:
            changing.append((len(pieces) + 1, _changing(evaluation, number)))
            pieces += one.beginnings[outcome], b"", one.end
        else:
            pieces.append(said)
    for (place, _), text in zip(changing, _texts([one for _, one in changing]), strict=True):
        pieces[place] = text
    states = to_json([_category(category) for category in evaluation.categories])
    pieces[0] = b'{"checklist":%b,"categories":%b,"findings":[' % (_name(evaluation.checklist), states)
    if len(pieces) > 1:
        pieces[1] = pieces[1][1:]
    pieces.append(b'],"counts":%b}' % to_json(evaluation.counts))
    return b"".join(pieces)


def _shown(
    evaluation: Evaluation,
    outcomes: Collection[str] | None,
    categories: Collection[str] | None,
    answered_by: Collection[str] | None,
) -> Sequence[int]:
    """The numbers of the checks whose findings are shown."""
    checks, found = evaluation.checklist.checks, evaluation.outcomes
    if outcomes is None and categories is None and answered_by is None:
        return range(len(checks))
    return [
        number
        for number, (check, outcome) in enumerate(zip(checks, found, strict=True))
        if (outcomes is None or outcome in outcomes)
        and (categories is None or check.category in categories)
        and (answered_by is None or check.answered_by in answered_by)
    ]


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
    number = evaluation.checklist.number_of(check_id)
    return _written(evaluation, number, _fixed(evaluation.checklist)[number])[1:]


def _like_others(evaluation: Evaluation, number: int, fixed: _Fixed) -> bytes | None:
    """The finding as a whole, where it tells no more of the design than a key by which it is kept."""
    key = evaluation.key_at(number)
    if key is None:
        return None
    kept = fixed.by_key.get(key)
    if kept is None:
        kept = _written(evaluation, number, fixed)
        if len(fixed.by_key) < KEPT_BY_KEY:
            fixed.by_key[key] = kept
    return kept


def _written(evaluation: Evaluation, number: int, fixed: _Fixed) -> bytes:
    """One finding as a whole, beginning with the comma before it."""
    (changing,) = _texts([_changing(evaluation, number)])
    return b"".join([fixed.beginnings[evaluation.outcomes[number]], changing, fixed.end])


def _changing(evaluation: Evaluation, number: int) -> dict[str, Any]:
    """What the design changes of a finding, as plain objects; the message is first."""
    explanation, later, waiver = evaluation.said_at(number)
    return _said(explanation, later, None if waiver is None else waiver_json(waiver))


def _said(explanation: Explanation, later: bool = False, waiver: dict[str, Any] | None = None) -> dict[str, Any]:
    message, at, figures = explanation
    if not PLAIN_KINDS.issuperset(map(type, figures.values())):
        figures = {name: plain_figure(value) for name, value in figures.items()}
    return {"message": message, "at": at, "figures": figures, "later": later, "waiver": waiver}


def _texts(findings: list[dict[str, Any]]) -> list[bytes]:
    """What changes of each finding as JSON, from the message on and without the brace at the end.

    All are encoded at once, which is quicker, and parted again: within a text every quotation mark is escaped.
    """
    if not findings:
        return []
    return to_json(findings)[len(b"[{" + MESSAGE) : -len(b"}]")].split(b"},{" + MESSAGE)


def _category(category: CategoryState) -> dict[str, Any]:
    return {"id": category.id, "name": category.name, "state": category.state, "counts": category.counts}


@lru_cache(maxsize=CHECKLISTS_KEPT)
def _fixed(checklist: Checklist) -> tuple[_Fixed, ...]:
    return tuple(map(_fixed_of, checklist.checks))


def _fixed_of(check: Check) -> _Fixed:
    texts = check_json(check)
    question = texts.pop("question")
    beginnings = {}
    for outcome in Outcome:
        head = {"check": check.id, "category": check.category, "weight": check.weight, "outcome": outcome}
        beginnings[outcome] = b"," + to_json(head | {"question": question}).removesuffix(b"}") + b"," + MESSAGE
    # The long texts are bytes already: as text, one accent anywhere would double the size of all that is copied.
    end = b"," + to_json(texts).removeprefix(b"{")
    usual = {
        outcome: b"".join([beginnings[outcome], *_texts([_said(said)]), end]) for outcome, said in check.usual.items()
    }
    return _Fixed(beginnings, end, usual, {}, check.asks_every_side)
