"""API keys as they are kept: a digest, a label, scopes and an end; knows no key and not what a scope allows."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, bindparam, insert, select, update

from app.domain.access import Scope
from app.domain.errors import NotFound
from app.security.sealing import DataKey
from app.storage.credentials import KEYS
from app.storage.newest_first import NewestFirst
from app.storage.pages import Cursor, Page
from app.storage.prepared import Prepared

_COLUMNS = KEYS.c["id", "person_id", "label", "scopes", "created_at", "expires_at", "revoked_at"]
_IN = KEYS.c.organisation_id == bindparam("organisation")
_HERE = _IN & (KEYS.c.id == bindparam("api_key"))
_THEIRS = KEYS.c.person_id == bindparam("person")
_ADD = Prepared(insert(KEYS))
_FIND = Prepared(select(*_COLUMNS).where(_HERE))
_OF_PERSON = Prepared(select(*_COLUMNS).where(_IN, _THEIRS).order_by(KEYS.c.created_at, KEYS.c.id))
# A key that is revoked, or will be, never lives longer by being revoked again.
_REVOKE = Prepared(
    update(KEYS)
    .where(_HERE, KEYS.c.revoked_at.is_(None) | (KEYS.c.revoked_at > bindparam("moment")))
    .values(revoked_at=bindparam("moment"))
)


_REVOKE_ALL = Prepared(
    update(KEYS)
    .where(
        _IN,
        _THEIRS,
        KEYS.c.expires_at > bindparam("moment"),
        KEYS.c.revoked_at.is_(None) | (KEYS.c.revoked_at > bindparam("moment")),
    )
    .values(revoked_at=bindparam("moment"))
)


@dataclass(frozen=True, slots=True)
class ApiKey:
    """What is known of an API key; the key itself is known to its holder alone.

    Attributes:
        label: what its person calls it.
        revoked_at: when it ends or ended before its time, None if it does not.
    """

    id: str
    person_id: str
    label: str
    scopes: frozenset[Scope]
    created_at: datetime
    expires_at: datetime
    revoked_at: datetime | None = None


def add(connection: Connection, key: DataKey, api_key: ApiKey, digest: str) -> None:
    """Stores a new key under the digest that it is found by."""
    values = {
        "organisation_id": key.organisation,
        "id": api_key.id,
        "person_id": api_key.person_id,
        "digest": digest,
        "label": key.seal_text(_field(api_key.id), 0, api_key.label),
        "scopes": " ".join(sorted(api_key.scopes)),
        "created_at": api_key.created_at,
        "expires_at": api_key.expires_at,
        "revoked_at": api_key.revoked_at,
    }
    _ADD.count(connection, values)


def find(connection: Connection, key: DataKey, api_key_id: str) -> ApiKey:
    """The key of that id.

    Raises:
        NotFound: when there is none.
        Damaged: what is stored does not verify.
    """
    row = _FIND.row(connection, {"organisation": key.organisation, "api_key": api_key_id})
    if row is None:
        raise NotFound
    return _api_key(row, key)


def page(
    connection: Connection, key: DataKey, person_id: str | None, cursor: Cursor | None, limit: int
) -> Page[ApiKey]:
    """A page of keys, the newest first; those of one person if one is named."""
    given = {"organisation": key.organisation}
    if person_id is None:
        return _LIST.page(connection, key, given, cursor, limit)
    return _LIST_OF_PERSON.page(connection, key, {**given, "person": person_id}, cursor, limit)


def of_person(connection: Connection, key: DataKey, person_id: str) -> tuple[ApiKey, ...]:
    """Every key of a person, oldest first."""
    rows = _OF_PERSON.rows(connection, {"organisation": key.organisation, "person": person_id})
    return tuple(_api_key(row, key) for row in rows)


def revoke(connection: Connection, organisation_id: str, api_key_id: str, moment: datetime) -> bool:
    """Ends the key at that moment, unless it ends earlier; whether anything changed."""
    place = {"organisation": organisation_id, "api_key": api_key_id, "moment": moment}
    return _REVOKE.count(connection, place) > 0


def revoke_all(connection: Connection, organisation_id: str, person_id: str, moment: datetime) -> int:
    """Ends every key of a person that has not ended by itself; how many."""
    place = {"organisation": organisation_id, "person": person_id, "moment": moment}
    return _REVOKE_ALL.count(connection, place)


def _api_key(row: Sequence[Any], key: DataKey) -> ApiKey:
    identity, person_id, label, scopes, created_at, expires_at, revoked_at = row
    return ApiKey(
        id=identity,
        person_id=person_id,
        label=key.open_text(_field(identity), 0, label),
        scopes=frozenset(map(Scope, scopes.split())),
        created_at=created_at,
        expires_at=expires_at,
        revoked_at=revoked_at,
    )


_KEYS = select(*_COLUMNS).where(_IN)
_LIST, _LIST_OF_PERSON = (
    NewestFirst(keys, KEYS.c.created_at, KEYS.c.id, lambda key, *row: _api_key(row, key))
    for keys in (_KEYS, _KEYS.where(_THEIRS))
)


def _field(api_key_id: str) -> str:
    """What the seal of the label is bound to, beside the organisation."""
    return f"key {api_key_id} label"
