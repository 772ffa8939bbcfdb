"""The bodies that the API documentation shows of reviews and conversations, and the links that lead on."""

from typing import Any, Final

from app.api.examples import CHECK
from app.api.links import link

ANNA: Final = {"id": "7d0f7a52-51c4-4a7c-8d5c-6a0b6ea0c2d1", "name": "Anna"}
BEN: Final = {"id": "c1d9a3b4-7f44-4b0e-9d38-0a5f3c1b2e77", "name": "Ben"}

NEW_REVIEW: Final = {"note": "Please look at the funding above all."}
REVIEW: Final[dict[str, Any]] = {
    "id": "52c7a7f0-9a0e-4c8e-8a52-3d0b8f5f4a10",
    "revision": 3,
    "state": "submitted",
    "note": "Please look at the funding above all.",
    "submitted_by": ANNA,
    "submitted_at": "2027-03-01T09:30:00Z",
    "statement": None,
    "settled_by": None,
    "settled_at": None,
    "newest_revision": 3,
    "for_earlier_revision": False,
}
SIGN_OFF: Final = {"decision": "sign_off", "statement": "Sides and money are even; the purpose is agreed."}
ASK_FOR_CHANGES: Final = {"decision": "ask_for_changes", "statement": "Say when participants hear who pays."}
SETTLED: Final = {"settled_by": BEN, "settled_at": "2027-03-04T16:00:00Z"}
SIGNED_OFF: Final[dict[str, Any]] = {**REVIEW, **SETTLED, "state": "signed_off", "statement": SIGN_OFF["statement"]}
WITHDRAWN: Final[dict[str, Any]] = {
    **REVIEW,
    "state": "withdrawn",
    "settled_by": ANNA,
    "settled_at": "2027-03-02T08:00:00Z",
}

ABOUT_A_FINDING: Final = {"about": "finding", "check": CHECK, "text": "Both boards read it differently."}
ABOUT_A_FIELD: Final = {"about": "field", "pointer": "/purpose/why_now", "text": "What ends if we wait a year?"}
ABOUT_ALL_OF_IT: Final = {"about": "whole", "revision": 1, "text": "Is this one dialogue or two?"}
THREAD_SUMMARY: Final[dict[str, Any]] = {
    "id": "d2c1f3a8-64a7-4c55-a1c9-0f7a3f4b9d21",
    "revision": 3,
    "about": "finding",
    "check": CHECK,
    "pointer": None,
    "state": "open",
    "text": ABOUT_A_FINDING["text"],
    "entries": 1,
    "created_by": BEN,
    "created_at": "2027-03-02T10:00:00Z",
    "settled_by": None,
    "settled_at": None,
}
COMMENT: Final[dict[str, Any]] = {
    "number": 1,
    "did": "said",
    "text": ABOUT_A_FINDING["text"],
    "written_by": BEN,
    "written_at": "2027-03-02T10:00:00Z",
}
REPLY: Final = {"text": "The second sentence is new. Does it help?"}
ANSWER: Final = {**COMMENT, **REPLY, "number": 2, "written_by": ANNA, "written_at": "2027-03-02T11:00:00Z"}
THREAD: Final[dict[str, Any]] = {**THREAD_SUMMARY, "comments": [COMMENT]}
ANSWERED_THREAD: Final[dict[str, Any]] = {**THREAD_SUMMARY, "entries": 2, "comments": [COMMENT, ANSWER]}
RESOLUTION: Final = {"state": "resolved"}
RESOLVED: Final[dict[str, Any]] = {"settled_by": BEN, "settled_at": "2027-03-02T12:00:00Z"}
RESOLVED_THREAD: Final[dict[str, Any]] = {
    **ANSWERED_THREAD,
    **RESOLVED,
    "state": "resolved",
    "entries": 3,
    "comments": [
        COMMENT,
        ANSWER,
        {**COMMENT, "number": 3, "did": "resolved", "text": None, "written_at": "2027-03-02T12:00:00Z"},
    ],
}

_INITIATIVE: Final = {"initiative_id": "$request.path.initiative_id"}
_REVIEW: Final = {**_INITIATIVE, "review_id": "$response.body#/id"}
_THREAD: Final = {**_INITIATIVE, "thread_id": "$response.body#/id"}
_TAG: Final = {"header.If-Match": "$response.header.ETag"}

AFTER_SUBMITTING: Final = {
    "get": link("get_review", "Read the review.", _REVIEW),
    "list": link("list_reviews", "List all reviews.", _INITIATIVE),
    "decide": link("decide_review", "Ask for changes, or sign it off.", _REVIEW | _TAG, SIGN_OFF),
    "withdraw": link("withdraw_review", "Withdraw it.", _REVIEW | _TAG),
}
AFTER_OPENING: Final = {
    "get": link("get_thread", "Read the conversation.", _THREAD),
    "list": link("list_threads", "List all conversations.", _INITIATIVE),
    "reply": link("add_comment", "Answer.", _THREAD, REPLY),
    "resolve": link("change_thread", "Resolve it.", _THREAD | _TAG, RESOLUTION),
}
