"""The bodies and links that the documentation shows of organisations, members, keys and oneself; knows no route."""

from typing import Any, Final

from app.api.links import link
from app.api.people_json import SHOWN_ONCE
from app.api.sharing_examples import ANNA, BEN, ORGANISATION_ID

_NOON: Final = "2027-03-01T12:00:00Z"
_HERE: Final = {"organisation_id": "$request.path.organisation_id"}
_TAG: Final = {"header.If-Match": "$response.header.ETag"}
_EXAMPLE_KEY: Final = "go_" + "0" * 49  # of the right shape, and nobody's

ORGANISATION: Final[dict[str, Any]] = {"id": ORGANISATION_ID, "name": "Hill House", "created_at": _NOON}
NEW_NAME: Final = {"name": "Hill House Dialogues"}

MEMBER: Final[dict[str, Any]] = {
    **BEN,
    "role": "member",
    "sign_in_name": "ben",
    "has_password": True,
    "created_at": _NOON,
}
NAME_AND_ROLE: Final[dict[str, Any]] = {**ANNA, "role": "admin"}
NEW_MEMBER: Final[dict[str, Any]] = {"name": "Ben", "role": "member", "first_key": True}
NEW_SIGNER_IN: Final[dict[str, Any]] = {"name": "Ben", "sign_in_name": "ben", "password": "seven grey herons asleep"}
PROMOTION: Final = {"role": "admin"}

API_KEY: Final[dict[str, Any]] = {
    "id": "5c1e7f30-9b2d-4f6a-8e4c-2a7d9b0c6e01",
    "person_id": BEN["id"],
    "label": "The office laptop",
    "scopes": ["read", "review", "write"],
    "state": "active",
    "created_at": _NOON,
    "expires_at": "2027-05-30T12:00:00Z",
    "revoked_at": None,
}
ISSUED_KEY: Final[dict[str, Any]] = {**API_KEY, "key": _EXAMPLE_KEY, "note": SHOWN_ONCE, "replaces": None}
NEW_KEY: Final[dict[str, Any]] = {"label": "The office laptop", "scopes": ["read", "write"], "expires_in_days": 30}
ROTATION: Final = {"grace_hours": 24}
REPLACING_KEY: Final[dict[str, Any]] = {
    **ISSUED_KEY,
    "id": "5c1e7f30-9b2d-4f6a-8e4c-2a7d9b0c6e02",
    "replaces": {**API_KEY, "state": "ending", "revoked_at": "2027-03-02T12:00:00Z"},
}
ADDED_MEMBER: Final[dict[str, Any]] = {
    **MEMBER,
    "sign_in_name": None,
    "has_password": False,
    "first_key": {
        **ISSUED_KEY,
        "label": "First key",
        "scopes": ["keys", "read", "review", "share", "write"],
        "expires_at": "2027-03-15T12:00:00Z",
    },
}

ONESELF: Final[dict[str, Any]] = {
    **BEN,
    "role": "member",
    "sign_in_name": "ben",
    "has_password": True,
    "organisation": {"id": ORGANISATION_ID, "name": "Hill House"},
    "credential": {
        "id": API_KEY["id"],
        "kind": "api_key",
        "scopes": ["read", "review", "write"],
        "expires_at": "2027-05-30T12:00:00Z",
    },
    "links": {
        "initiatives": "/v1/initiatives",
        "organisation": f"/v1/organisations/{ORGANISATION_ID}",
        "members": f"/v1/organisations/{ORGANISATION_ID}/members",
        "keys": f"/v1/organisations/{ORGANISATION_ID}/keys",
    },
}
OWN_NAME: Final = {"name": "Benedict"}
OWN_PASSWORD: Final = {"password": "seven grey herons asleep", "present_password": "nine red foxes awake"}

_MINE: Final = {"organisation_id": "$response.body#/organisation/id"}
AFTER_ONESELF: Final = {
    "organisation": link("get_organisation", "Read your organisation.", _MINE),
    "members": link("list_members", "See who is in it.", _MINE),
    "keys": link("list_keys", "See your keys.", _MINE),
    "key": link("get_key", "Look at the key that you use.", {**_MINE, "key_id": "$response.body#/credential/id"}),
    "new_key": link("create_key", "Make a key.", _MINE, NEW_KEY),
    "new_member": link("add_member", "Add somebody.", _MINE, NEW_MEMBER),
}
AFTER_ORGANISATION: Final = {
    "change": link("change_organisation", "Rename it.", _HERE | _TAG, NEW_NAME),
}
_NEWCOMER: Final = {**_HERE, "person_id": "$response.body#/id"}
AFTER_ADDING: Final = {
    "get": link("get_member", "Read about them.", _NEWCOMER),
    "change": link("change_member", "Change them.", _NEWCOMER | _TAG, PROMOTION),
    "remove": link("remove_member", "Remove them.", _NEWCOMER | _TAG),
}
_NEW_KEY: Final = {**_HERE, "key_id": "$response.body#/id"}
AFTER_ISSUING: Final = {
    "get": link("get_key", "See what is known of it.", _NEW_KEY),
    "rotate": link("rotate_key", "Replace it.", _NEW_KEY, ROTATION),
    "revoke": link("revoke_key", "Revoke it.", _NEW_KEY),
}
