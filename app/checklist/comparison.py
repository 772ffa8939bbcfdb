"""What became of each finding between two designs, and whether the edit or a newer checklist did it; stores nothing."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from enum import StrEnum

from app.checklist.check import Check
from app.checklist.checklist import Checklist
from app.checklist.evaluate import evaluate
from app.checklist.evaluation import ATTENTION, Evaluation, Finding
from app.checklist.outcome import Outcome
from app.domain.design import Design


class Turn(StrEnum):
    """What became of a finding: it now needs attention, no longer does, says something else, or the same."""

    NEW = "new"
    GONE = "gone"
    CHANGED = "changed"
    SAME = "same"


class Reason(StrEnum):
    """What made the difference; both: either alone would have, or only the two together did."""

    EDIT = "edit"
    CHECKLIST = "checklist"
    BOTH = "both"


@dataclass(frozen=True, slots=True)
class Comparison:
    """One check's finding on the two designs.

    Attributes:
        check: the check, in its newer form where both checklists have it.
        turn: new (a concern or an open question that was none), gone, changed (another outcome or message), same.
        before, after: the outcomes; None where that checklist has no such check.
        message_before, message_after: what was said; None likewise.
        caused_by: None where nothing is different.
    """

    check: Check
    turn: Turn
    before: Outcome | None
    after: Outcome | None
    message_before: str | None
    message_after: str | None
    caused_by: Reason | None


def compare(before: Design, after: Design, old: Checklist, new: Checklist) -> tuple[Comparison, ...]:
    """The findings of the old checklist on the old design against those of the new one on the new.

    In the order of the new checklist; checks that it no longer has come last. Each design is judged by each
    checklist, so that the cause of a difference is known and not guessed.
    """
    four = _Four(
        before=_findings(evaluate(before, old)),
        edited=_findings(evaluate(after, old)),
        reviewed=_findings(evaluate(before, new)),
        after=_findings(evaluate(after, new)),
    )
    return tuple(_compared(four, check) for check in _checks(old, new))


Findings = dict[str, Finding]
Said = tuple[Outcome, str] | None


@dataclass(frozen=True, slots=True)
class _Four:
    """The findings of the old design and the edited one, by the old checklist and by the new."""

    before: Findings
    edited: Findings
    reviewed: Findings
    after: Findings


def _findings(evaluation: Evaluation) -> Findings:
    return {finding.check.id: finding for finding in evaluation.findings}


def _checks(old: Checklist, new: Checklist) -> Iterator[Check]:
    yield from new.checks
    kept = {check.id for check in new.checks}
    yield from (check for check in old.checks if check.id not in kept)


def _compared(four: _Four, check: Check) -> Comparison:
    before, after = _said(four.before, check), _said(four.after, check)
    turn = _turn(before, after)
    return Comparison(
        check=check,
        turn=turn,
        before=before[0] if before else None,
        after=after[0] if after else None,
        message_before=before[1] if before else None,
        message_after=after[1] if after else None,
        caused_by=None if turn is Turn.SAME else _reason(four, check, after),
    )


def _said(findings: Findings, check: Check) -> Said:
    finding = findings.get(check.id)
    return None if finding is None else (finding.outcome, finding.message)


def _turn(before: Said, after: Said) -> Turn:
    if before == after:
        return Turn.SAME
    needed, needs = _needs_attention(before), _needs_attention(after)
    if needed == needs:
        return Turn.CHANGED
    return Turn.NEW if needs else Turn.GONE


def _needs_attention(said: Said) -> bool:
    return said is not None and said[0] in ATTENTION


def _reason(four: _Four, check: Check, after: Said) -> Reason:
    edit_would_do = _said(four.edited, check) == after
    checklist_would_do = _said(four.reviewed, check) == after
    if edit_would_do == checklist_would_do:
        return Reason.BOTH
    return Reason.EDIT if edit_would_do else Reason.CHECKLIST
