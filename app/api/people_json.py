"""How organisations, members, API keys and oneself are written as JSON; knows no request."""

from datetime import UTC, datetime
from typing import Any, Final

from app.storage.api_keys import ApiKey
from app.storage.organisations import Organisation
from app.usecases.api_keys import Issued, state_of
from app.usecases.members import Added, Member
from app.usecases.oneself import Oneself

SHOWN_ONCE: Final = "This is the only time that the key is shown. Keep it where nobody else can read it."
SHOWN_BEFORE: Final = (
    "This request was carried out before, and the key was shown then; nobody can show it again. If it is lost, revoke "
    "it and make another one."
)


def organisation_json(organisation: Organisation) -> dict[str, Any]:
    """An organisation."""
    return {"id": organisation.id, "name": organisation.name, "created_at": organisation.created_at}


def member_json(member: Member) -> dict[str, Any]:
    """A member, as far as the one who asks may see them."""
    person = member.person
    shown: dict[str, Any] = {"id": person.id, "name": person.name, "role": person.role}
    if member.whole:
        shown["sign_in_name"] = person.sign_in_name
        shown["has_password"] = person.password is not None
        shown["created_at"] = person.created_at
    return shown


def added_json(added: Added) -> dict[str, Any]:
    """A new member with the key that was made for them."""
    first_key = None if added.first_key is None else issued_json(Issued(added.first_key, added.secret))
    return {**member_json(added.member), "first_key": first_key}


def api_key_json(api_key: ApiKey) -> dict[str, Any]:
    """What is known of a key."""
    return {
        "id": api_key.id,
        "person_id": api_key.person_id,
        "label": api_key.label,
        "scopes": sorted(api_key.scopes),
        "state": state_of(api_key, datetime.now(UTC)),
        "created_at": api_key.created_at,
        "expires_at": api_key.expires_at,
        "revoked_at": api_key.revoked_at,
    }


def issued_json(issued: Issued) -> dict[str, Any]:
    """A new key, with itself if this is the answer that shows it."""
    return {
        **api_key_json(issued.api_key),
        "key": issued.secret,
        "note": SHOWN_BEFORE if issued.replayed else SHOWN_ONCE,
        "replaces": None if issued.replaces is None else api_key_json(issued.replaces),
    }


def oneself_json(oneself: Oneself) -> dict[str, Any]:
    """Who is asking, and by what."""
    person, shown = oneself.person, oneself.credential
    address = f"/v1/organisations/{oneself.organisation.id}"
    return {
        "id": person.id,
        "name": person.name,
        "role": person.role,
        "sign_in_name": person.sign_in_name,
        "has_password": person.password is not None,
        "organisation": {"id": oneself.organisation.id, "name": oneself.organisation.name},
        "credential": {
            "id": shown.credential_id,
            "kind": shown.kind,
            "scopes": sorted(shown.scopes),
            "expires_at": shown.expires_at,
        },
        "links": {
            "initiatives": "/v1/initiatives",
            "organisation": address,
            "members": f"{address}/members",
            "keys": f"{address}/keys",
        },
    }
