"""How much an organisation stores, counted with each thing that comes or goes; knows not how much is allowed."""

from sqlalchemy import Connection, bindparam, func, select

from app.storage import counters
from app.storage.initiatives import INITIATIVES
from app.storage.prepared import Prepared

STORED_INITIATIVES = "initiatives"

_STORED = Prepared(
    select(func.count()).select_from(INITIATIVES).where(INITIATIVES.c.organisation_id == bindparam("organisation"))
)


def add_initiative(connection: Connection, organisation_id: str, most: int) -> bool:
    """Counts one more, in the transaction that stores it and before it does; False where there are that many."""

    def stored() -> int:
        row = _STORED.row(connection, {"organisation": organisation_id})
        return 0 if row is None else int(row[0])

    return counters.add_one(connection, organisation_id, STORED_INITIATIVES, most, stored)


def remove_initiative(connection: Connection, organisation_id: str) -> None:
    """Counts one less, in the transaction that deletes it."""
    counters.take_one(connection, organisation_id, STORED_INITIATIVES)
