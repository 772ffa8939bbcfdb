"""What can be done next with an answer, as OpenAPI links; knows operations by name only."""

from typing import Any, Final

from app.api import examples

_ID: Final = {"initiative_id": "$response.body#/id"}
_CHECK: Final = {**_ID, "check_id": examples.CHECK}
_TAG: Final = {"header.If-Match": "$response.header.ETag"}


def link(operation: str, description: str, parameters: dict[str, str], body: Any = None) -> dict[str, Any]:
    """A link to an operation with where its parameters come from, and what to send."""
    described: dict[str, Any] = {"operationId": operation, "description": description, "parameters": parameters}
    return described | ({} if body is None else {"requestBody": body})


AFTER_CREATION: Final = {
    "get": link("get_initiative", "Read it.", _ID),
    "design": link("get_design", "Read its design.", _ID),
    "feedback": link("get_feedback", "Read the feedback.", _ID),
    "revisions": link("list_revisions", "List its revisions.", _ID),
    "revision": link("get_revision", "Read the revision.", {**_ID, "number": "$response.body#/revision"}),
    "changes": link(
        "get_changes", "Compare.", {**_ID, "from": "$response.body#/revision", "to": "$response.body#/revision"}
    ),
    "waivers": link("list_waivers", "List its waivers.", _ID),
    "replace": link("replace_design", "Replace its design.", _ID | _TAG, examples.DESIGN),
    "patch": link("patch_design", "Change its design.", _ID | _TAG, examples.CHANGE),
    "restore": link("restore_revision", "Restore a revision.", _ID | _TAG, {"restores": 1}),
    "waive": link("put_waiver", "Waive a finding.", _CHECK | _TAG, examples.NEW_WAIVER),
    "submit": link("submit_review", "Submit it for review.", _ID, {}),
    "reviews": link("list_reviews", "List its reviews.", _ID),
    "comment": link("open_thread", "Comment on it.", _ID, {"about": "whole", "text": "Is this one dialogue or two?"}),
    "threads": link("list_threads", "List what was said about it.", _ID),
    "roles": link("list_roles", "See who has which role on it.", _ID),
    "readers": link("list_readers", "See who has read it.", _ID),
    "delete": link("delete_initiative", "Delete it.", _ID | _TAG),
}

AFTER_WAIVING: Final = {
    "get": link(
        "get_waiver",
        "Read the waiver.",
        {"initiative_id": "$request.path.initiative_id", "check_id": "$request.path.check_id"},
    ),
    "approve": link(
        "approve_waiver",
        "Approve it, as a second person.",
        {"initiative_id": "$request.path.initiative_id", "check_id": "$request.path.check_id"} | _TAG,
    ),
    "delete": link(
        "delete_waiver",
        "Take it back.",
        {"initiative_id": "$request.path.initiative_id", "check_id": "$request.path.check_id"} | _TAG,
    ),
}
