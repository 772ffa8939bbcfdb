"""What can be done next with an answer, as OpenAPI links; knows operations by name only."""

from typing import Any, Final

_ID: Final = {"initiative_id": "$response.body#/id"}
_OLD_TAG: Final = {"header.If-Match": "$response.header.ETag"}


def link(operation: str, description: str, parameters: dict[str, str]) -> dict[str, Any]:
    """A link to an operation with where its parameters come from."""
    return {"operationId": operation, "description": description, "parameters": parameters}


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
    "replace": link("replace_design", "Replace its design.", _ID | _OLD_TAG),
    "patch": link("patch_design", "Change its design.", _ID | _OLD_TAG),
    "restore": link("restore_revision", "Restore a revision.", _ID | _OLD_TAG),
    "waive": link("put_waiver", "Waive a finding.", _ID | _OLD_TAG),
    "unwaive": link("delete_waiver", "Take a waiver back.", _ID | _OLD_TAG),
    "delete": link("delete_initiative", "Delete it.", _ID | _OLD_TAG),
}
