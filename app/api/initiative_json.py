"""How an initiative, its revisions and its waivers are written as JSON; knows no request."""

from typing import Any

from pydantic_core import to_json

from app.checklist.catalogue import Catalogue
from app.domain.errors import NotFound
from app.domain.revision import Initiative, Revision, StoredDesign
from app.exports.feedback_json import feedback_json, waiver_json
from app.usecases.codes import states_of
from app.usecases.judged import Judged


def summary(catalogue: Catalogue, initiative: Initiative) -> dict[str, Any]:
    """An initiative without its contents."""
    states = states_of(catalogue, initiative)
    return {
        "id": initiative.id,
        "title": initiative.title,
        "lifecycle": initiative.lifecycle,
        "revision": initiative.revision,
        "checklist_digest": initiative.checklist_digest,
        "categories": [{"id": category, "state": state} for category, state in states.items()],
        "review": _review(initiative),
        "created_at": initiative.created_at,
        "updated_at": initiative.updated_at,
    }


def _review(initiative: Initiative) -> dict[str, Any] | None:
    """Where the review stands, and whether the design was changed since the revision that it is of."""
    found = initiative.review
    if found is None:
        return None
    return {
        "state": found.state,
        "review_id": found.review_id,
        "revision": found.revision,
        "for_earlier_revision": found.revision < initiative.revision,
    }


def whole(catalogue: Catalogue, judged: Judged) -> bytes:
    """An initiative with its design and the feedback on it."""
    head = to_json(summary(catalogue, judged.initiative)).removesuffix(b"}")
    return b'%b,"design":%b,"feedback":%b}' % (head, judged.stored.document, feedback_json(judged.evaluation))


def revision_summary(revision: Revision) -> dict[str, Any]:
    """A revision without its document."""
    return {
        "number": revision.number,
        "cause": revision.cause,
        "restored_from": revision.restored_from,
        "created_at": revision.created_at,
        "checklist_digest": revision.checklist_digest,
    }


def whole_revision(stored: StoredDesign) -> bytes:
    """A revision with its document."""
    head = to_json(revision_summary(stored.revision)).removesuffix(b"}")
    return b'%b,"design":%b}' % (head, stored.document)


def waiver_of(judged: Judged, check: str) -> dict[str, Any]:
    """The waiver of a check, as it stands now.

    Raises:
        NotFound: none was given.
    """
    given = judged.evaluation.waivers.get(check)
    if given is None:
        raise NotFound("No waiver was given for this check.")
    return {"check": check, **waiver_json(given)}


def waivers(judged: Judged) -> list[dict[str, Any]]:
    """Every waiver that was given, as it stands now, in the checklist's order."""
    return [waiver_of(judged, check) for check in judged.evaluation.waivers]
