"""What requests with an Idempotency-Key did; knows neither the key itself nor the request, only their digests."""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Connection, bindparam, select

from app.storage.prepared import Prepared, insert_unless_there
from app.storage.tables import IdempotencyKeyRow, table_of

KEYS = table_of(IdempotencyKeyRow)

_ADD = insert_unless_there(KEYS)
_FIND = Prepared(
    select(*KEYS.c["request_digest", "subject_id", "revision", "created_at"]).where(
        KEYS.c.organisation_id == bindparam("organisation"), KEYS.c.key_digest == bindparam("key")
    )
)


@dataclass(frozen=True, slots=True)
class Retry:
    """A request that may be sent again: the digest of its key and of all that makes it this request (sha256, hex)."""

    key_digest: str
    request_digest: str


@dataclass(frozen=True, slots=True)
class Effect:
    """What a request did: it made this subject, or this revision of it (0 for what has no revisions)."""

    request_digest: str
    subject_id: str
    revision: int
    created_at: datetime


class KeyTakenError(Exception):
    """Another process has stored an effect under the same key in the meantime."""


def add(connection: Connection, organisation_id: str, key_digest: str, effect: Effect) -> None:
    """Stores what the request did; do it first, so that the same request does nothing twice.

    Raises:
        KeyTakenError: when the key has an effect already.
    """
    values = {
        "organisation_id": organisation_id,
        "key_digest": key_digest,
        "request_digest": effect.request_digest,
        "subject_id": effect.subject_id,
        "revision": effect.revision,
        "created_at": effect.created_at,
    }
    if _ADD.count(connection, values) == 0:
        raise KeyTakenError


def find(connection: Connection, organisation_id: str, key_digest: str) -> Effect | None:
    """What was done under that key, None if nothing was."""
    row = _FIND.row(connection, {"organisation": organisation_id, "key": key_digest})
    return None if row is None else Effect(*row)
