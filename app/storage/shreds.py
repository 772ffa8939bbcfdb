"""Which keys are still to be destroyed: asked for with a deletion, and forgotten once it is done; knows no key."""

from collections.abc import Iterable
from datetime import datetime

from sqlalchemy import Connection, bindparam, delete, select

from app.storage.access_tables import ShredRow
from app.storage.prepared import Prepared, insert_unless_there
from app.storage.tables import table_of

SHREDS = table_of(ShredRow)

_ADD = insert_unless_there(SHREDS)
_WAITING = Prepared(select(SHREDS.c.subject_id).where(SHREDS.c.organisation_id == bindparam("organisation")))
_EVERYWHERE = Prepared(select(SHREDS.c.organisation_id).distinct())
_DONE = Prepared(
    delete(SHREDS).where(
        SHREDS.c.organisation_id == bindparam("organisation"), SHREDS.c.subject_id == bindparam("subject")
    )
)


def ask_for(connection: Connection, organisation_id: str, subjects: Iterable[str], now: datetime) -> None:
    """Asks, in the transaction of a deletion, that these keys be destroyed after it."""
    for subject in subjects:
        _ADD.count(connection, {"organisation_id": organisation_id, "subject_id": subject, "created_at": now})


def waiting(connection: Connection, organisation_id: str) -> list[str]:
    """The subjects of the organisation whose keys are still to be destroyed."""
    return [row[0] for row in _WAITING.rows(connection, {"organisation": organisation_id})]


def organisations(connection: Connection) -> list[str]:
    """The organisations, deleted ones too, that have any; for the operator's view."""
    return [row[0] for row in _EVERYWHERE.rows(connection, {})]


def done(connection: Connection, organisation_id: str, subjects: Iterable[str]) -> None:
    """Forgets these: their keys are destroyed."""
    for subject in subjects:
        _DONE.count(connection, {"organisation": organisation_id, "subject": subject})
