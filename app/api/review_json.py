"""How reviews and conversations are written as JSON; knows no request."""

from typing import Any

from pydantic_core import to_json

from app.domain.review import Comment, Signature, Thread
from app.usecases.comments import ShownThread
from app.usecases.reviews import ShownReview


def review_json(shown: ShownReview) -> dict[str, Any]:
    """A review as it is now."""
    review = shown.review
    return {
        "id": review.id,
        "revision": review.revision,
        "state": review.state,
        "note": review.note,
        "submitted_by": _person(review.submitted),
        "submitted_at": review.submitted.at,
        "statement": review.statement,
        **_settled(review.settled),
        "newest_revision": shown.newest_revision,
        "for_earlier_revision": shown.for_earlier_revision,
    }


def thread_summary(thread: Thread) -> dict[str, Any]:
    """A conversation with what was said first."""
    subject = thread.subject
    return {
        "id": thread.id,
        "revision": subject.revision,
        "about": subject.about,
        "check": subject.check,
        "pointer": subject.pointer,
        "state": thread.state,
        "text": thread.opening,
        "entries": thread.entries,
        "created_by": _person(thread.opened),
        "created_at": thread.opened.at,
        **_settled(thread.settled),
    }


def whole_thread(shown: ShownThread) -> bytes:
    """A conversation with everything that was said in it."""
    return to_json({**thread_summary(shown.thread), "comments": [_comment(comment) for comment in shown.comments]})


def _comment(comment: Comment) -> dict[str, Any]:
    return {
        "number": comment.number,
        "did": comment.did,
        "text": comment.text,
        "written_by": _person(comment.written),
        "written_at": comment.written.at,
    }


def _settled(signature: Signature | None) -> dict[str, Any]:
    if signature is None:
        return {"settled_by": None, "settled_at": None}
    return {"settled_by": _person(signature), "settled_at": signature.at}


def _person(signature: Signature) -> dict[str, str]:
    return {"id": signature.person_id, "name": signature.name}
