"""Rows that have had their time: forgotten a few at a time, so that nobody waits for it; knows no meaning."""

from datetime import datetime, timedelta
from typing import Final

from sqlalchemy import ColumnElement, Connection, Delete, Table, bindparam, delete, select, tuple_

from app.storage.access_tables import CounterRow, SessionRow
from app.storage.prepared import Prepared
from app.storage.tables import IdempotencyKeyRow, table_of

KEPT_FOR_RETRIES: Final = timedelta(days=7)
KEPT_FOR_LATE_CLOCKS: Final = timedelta(hours=1)  # another process may still count in a window that has ended here

RETRIES, SESSIONS, COUNTERS = (table_of(row) for row in (IdempotencyKeyRow, SessionRow, CounterRow))


def _forgetting(table: Table, moment: ColumnElement[datetime]) -> Prepared:
    key = table.primary_key.columns
    ended = (
        select(*key)
        .where(table.c.organisation_id == bindparam("organisation"), moment <= bindparam("then"))
        .order_by(moment)
        .limit(bindparam("most"))
    )

    def made(dialect: str) -> Delete:
        found = ended
        if dialect == "postgresql":
            # What another transaction holds is being used again. The rest is looked up apart, as within the DELETE it
            # may be looked up again for each row, and so pass the limit.
            found = select(*ended.with_for_update(skip_locked=True).cte("ended").c)
        return delete(table).where(tuple_(*key).in_(found))

    return Prepared(made)


_FORGET: Final = (
    (_forgetting(RETRIES, RETRIES.c.created_at), KEPT_FOR_RETRIES),
    (_forgetting(SESSIONS, SESSIONS.c.expires_at), timedelta()),
    (_forgetting(COUNTERS, COUNTERS.c.expires_at), KEPT_FOR_LATE_CLOCKS),
)


def forget(connection: Connection, organisation_id: str, now: datetime, most: int) -> bool:
    """Forgets so many rows of each kind that have ended; whether there may be more."""
    given = {"organisation": organisation_id, "most": most}
    counts = [statement.count(connection, {**given, "then": now - kept}) for statement, kept in _FORGET]
    return max(counts) == most
