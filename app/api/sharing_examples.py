"""The bodies and links that the documentation shows of roles, break-glass, notices and readers; knows no route."""

from typing import Any, Final

from app.api.examples import INITIATIVE_ID
from app.api.links import link

ORGANISATION_ID: Final = "7d0a3c52-4a55-4a1e-8a3b-3c1f5e2d9a01"
ANNA: Final = {"id": "c3e1f6a2-7b0d-4f0e-9c61-5a8e0d3b7f01", "name": "Anna"}
BEN: Final = {"id": "c3e1f6a2-7b0d-4f0e-9c61-5a8e0d3b7f02", "name": "Ben"}
CARL: Final = {"id": "c3e1f6a2-7b0d-4f0e-9c61-5a8e0d3b7f03", "name": "Carl"}
_NOON: Final = "2027-03-01T12:00:00Z"
_INITIATIVE: Final = {"initiative_id": "$request.path.initiative_id"}

ROLES: Final[dict[str, Any]] = {
    "items": [
        {"person_id": ANNA["id"], "name": "Anna", "role": "owner", "given_by": ANNA["id"], "given_at": _NOON},
        {"person_id": BEN["id"], "name": "Ben", "role": "reviewer", "given_by": ANNA["id"], "given_at": _NOON},
    ]
}
NEW_ROLE: Final = {"role": "reviewer"}
TRANSFER: Final[dict[str, Any]] = {"to": BEN["id"], "keep": "viewer"}

NEW_BREAK_GLASS: Final = {
    "initiative_id": INITIATIVE_ID,
    "person_id": CARL["id"],
    "role": "owner",
    "reason": "Its only owner is ill, and the meeting is on Thursday.",
}
REQUEST: Final[dict[str, Any]] = {
    "id": "e5b0c1d4-2f6a-4c8e-b7a9-1d3f5e7a9c01",
    "initiative_id": INITIATIVE_ID,
    "person": CARL,
    "role": "owner",
    "reason": NEW_BREAK_GLASS["reason"],
    "state": "pending",
    "requested_by": BEN,
    "requested_at": _NOON,
    "expires_at": "2027-03-04T12:00:00Z",
    "decided_by": None,
    "decided_at": None,
}
DECIDED: Final[dict[str, Any]] = {
    **REQUEST,
    "state": "approved",
    "decided_by": {"id": "c3e1f6a2-7b0d-4f0e-9c61-5a8e0d3b7f04", "name": "Dora"},
    "decided_at": "2027-03-01T15:20:00Z",
}
NOTICE: Final[dict[str, Any]] = {
    "id": "9a4d2b6c-8e1f-4d3a-a5c7-6b8f0e2d4c01",
    "kind": "break_glass_requested",
    "initiative_id": INITIATIVE_ID,
    "created_at": _NOON,
    "read_at": None,
    "break_glass": REQUEST,
}
READER: Final[dict[str, Any]] = {
    "person_id": BEN["id"],
    "name": "Ben",
    "operation": "get_initiative",
    "changes": False,
    "times": 3,
    "first_at": _NOON,
    "last_at": "2027-03-02T08:15:00Z",
}

AFTER_ROLES: Final = {
    "put": link(
        "put_role",
        "Give somebody another role.",
        {
            **_INITIATIVE,
            "person_id": "$response.body#/items/0/person_id",
            "header.If-Match": "$response.header.ETag",
        },
        {"role": "owner"},
    ),
}
_REQUEST: Final = {"organisation_id": "$request.path.organisation_id", "request_id": "$response.body#/id"}
AFTER_REQUEST: Final = {
    "get": link("get_break_glass", "Read it.", _REQUEST),
    "decide": link("decide_break_glass", "Decide it, as another admin.", _REQUEST, {"decision": "refuse"}),
}
AFTER_NOTICES: Final = {
    "read": link("mark_notice_read", "Say that it was read.", {"notice_id": "$response.body#/items/0/id"}),
}
