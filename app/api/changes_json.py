"""How the changes between two revisions are written as JSON; knows no request."""

from typing import Any

from app.checklist.checklist import Checklist
from app.checklist.comparison import Comparison
from app.domain.differences import Difference
from app.domain.revision import Revision
from app.usecases.changes import Changes


def changes_json(changes: Changes) -> dict[str, Any]:
    """Everything that is different, as plain objects."""
    return {
        "from": _side(changes.before, changes.checklist_before),
        "to": _side(changes.after, changes.checklist_after),
        "design": [_difference(difference) for difference in changes.design],
        "findings": [_finding(comparison) for comparison in changes.findings],
    }


def _side(revision: Revision, checklist: Checklist) -> dict[str, Any]:
    name = {"name": checklist.name, "version": checklist.version, "digest": checklist.digest}
    return {"revision": revision.number, "created_at": revision.created_at, "checklist": name}


def _difference(difference: Difference) -> dict[str, Any]:
    return {
        "pointer": difference.pointer,
        "kind": difference.kind,
        "before": difference.before,
        "after": difference.after,
    }


def _finding(comparison: Comparison) -> dict[str, Any]:
    return {
        "check": comparison.check.id,
        "category": comparison.check.category,
        "weight": comparison.check.weight,
        "question": comparison.check.question,
        "turn": comparison.turn,
        "caused_by": comparison.caused_by,
        "before": _said(comparison.before, comparison.message_before),
        "after": _said(comparison.after, comparison.message_after),
    }


def _said(outcome: str | None, message: str | None) -> dict[str, Any] | None:
    return None if outcome is None else {"outcome": outcome, "message": message}
