"""Signs by which a doctor sees how a database is: its clock, its newest entries, work that nobody does; judges none."""

from datetime import UTC, datetime
from typing import Final

from sqlalchemy import Connection, bindparam, func, select

from app.storage.access_tables import AuditEntryRow
from app.storage.audit import HEADS
from app.storage.job_tables import JobPieceRow
from app.storage.prepared import Prepared
from app.storage.tables import table_of

ENTRIES = table_of(AuditEntryRow)
PIECES = table_of(JobPieceRow)

_NEWEST: Final = Prepared(
    select(ENTRIES.c.at)
    .join(HEADS, (HEADS.c.organisation_id == ENTRIES.c.organisation_id) & (HEADS.c.number == ENTRIES.c.number))
    .where(ENTRIES.c.organisation_id == bindparam("organisation"))
)
_DELETED: Final = Prepared(
    select(ENTRIES.c.subject_id).where(
        ENTRIES.c.organisation_id == bindparam("organisation"), ENTRIES.c.action == bindparam("action")
    )
)
_LEASED_UNTIL: Final = Prepared(
    select(func.max(PIECES.c.locked_until)).where(
        PIECES.c.organisation_id == bindparam("organisation"),
        PIECES.c.job_id == bindparam("job"),
        PIECES.c.is_done.is_(False),
    )
)


def clock(connection: Connection) -> datetime | None:
    """What the database takes for the present moment; None where its clock is that of this machine."""
    if connection.dialect.name != "postgresql":
        return None
    found = connection.exec_driver_sql("SELECT clock_timestamp()").scalar_one()
    return found.astimezone(UTC) if isinstance(found, datetime) else None


def newest_entry(connection: Connection, organisation_id: str) -> datetime | None:
    """The moment of the last entry of the audit trail."""
    row = _NEWEST.row(connection, {"organisation": organisation_id})
    return None if row is None else row[0]


def subjects_of(connection: Connection, organisation_id: str, action: str) -> list[str]:
    """Whatever an action was done to, by the audit trail."""
    rows = _DELETED.rows(connection, {"organisation": organisation_id, "action": action})
    return sorted({row[0] for row in rows})


def leased_until(connection: Connection, organisation_id: str, job_id: str) -> datetime | None:
    """Until when somebody has taken a part of the job that is left to do; None where nothing is left."""
    row = _LEASED_UNTIL.row(connection, {"organisation": organisation_id, "job": job_id})
    return None if row is None else row[0]
