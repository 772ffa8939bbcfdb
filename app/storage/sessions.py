"""Signed-in browsers as they are kept: a digest, whose, and until when; knows no token and no cookie."""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Connection, bindparam, delete, insert, select

from app.storage.credentials import SESSIONS
from app.storage.prepared import Prepared

_IN = SESSIONS.c.organisation_id == bindparam("organisation")
_OF_PERSON = _IN & (SESSIONS.c.person_id == bindparam("person"))
_ADD = Prepared(insert(SESSIONS))
_ALL = Prepared(
    select(*SESSIONS.c["id", "person_id", "created_at", "expires_at"])
    .where(_OF_PERSON)
    .order_by(SESSIONS.c.created_at, SESSIONS.c.id)
)
_REMOVE = Prepared(delete(SESSIONS).where(_OF_PERSON, SESSIONS.c.id == bindparam("session")))
_REMOVE_ENDED = Prepared(delete(SESSIONS).where(_OF_PERSON, SESSIONS.c.expires_at <= bindparam("now")))


@dataclass(frozen=True, slots=True)
class Session:
    """A signed-in browser of a person; its token is known to the browser alone."""

    id: str
    person_id: str
    created_at: datetime
    expires_at: datetime


def add(connection: Connection, organisation_id: str, session: Session, digest: str) -> None:
    """Stores a new session under the digest that it is found by, and forgets those of the person that have ended."""
    place = {"organisation": organisation_id, "person": session.person_id}
    _REMOVE_ENDED.count(connection, {**place, "now": session.created_at})
    values = {
        "organisation_id": organisation_id,
        "id": session.id,
        "person_id": session.person_id,
        "digest": digest,
        "created_at": session.created_at,
        "expires_at": session.expires_at,
    }
    _ADD.count(connection, values)


def of_person(connection: Connection, organisation_id: str, person_id: str, now: datetime) -> tuple[Session, ...]:
    """The sessions of a person that have not ended, oldest first."""
    rows = _ALL.rows(connection, {"organisation": organisation_id, "person": person_id})
    every = (Session(*row) for row in rows)
    return tuple(session for session in every if session.expires_at > now)


def remove(connection: Connection, organisation_id: str, person_id: str, session_id: str) -> bool:
    """Ends a session of this person at once; whether there was one."""
    place = {"organisation": organisation_id, "person": person_id, "session": session_id}
    return _REMOVE.count(connection, place) > 0
