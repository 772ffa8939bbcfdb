"""Numbers that several processes count together, each with a moment when it ends; knows not what is counted."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime

from sqlalchemy import Connection, bindparam, select, update
from sqlalchemy.exc import IntegrityError

from app.domain.errors import Unauthenticated
from app.storage.access_tables import CounterRow
from app.storage.prepared import Prepared, insert_unless_there
from app.storage.tables import table_of

COUNTERS = table_of(CounterRow)
NEVER = datetime(9999, 12, 31, tzinfo=UTC)

_IN = COUNTERS.c.organisation_id == bindparam("organisation")
_HERE = _IN & (COUNTERS.c.name == bindparam("counter"))
_ADD = insert_unless_there(COUNTERS)
_LOOK = Prepared(select(*COUNTERS.c["used", "expires_at"]).where(_HERE))
_HOLD = Prepared(select(*COUNTERS.c["used", "expires_at"]).where(_HERE).with_for_update())
_PUT = Prepared(update(COUNTERS).where(_HERE).values(used=bindparam("new_used"), expires_at=bindparam("new_end")))
_MORE = Prepared(update(COUNTERS).where(_HERE, COUNTERS.c.used < bindparam("most")).values(used=COUNTERS.c.used + 1))
_LESS = Prepared(update(COUNTERS).where(_HERE, COUNTERS.c.used > 0).values(used=COUNTERS.c.used - 1))


@dataclass(frozen=True, slots=True)
class Count:
    """How many there are, and until when they count."""

    used: int
    ends_at: datetime


def hold(connection: Connection, organisation_id: str, counter: str, fresh: Count) -> Count:
    """The counter as it stands, a fresh one if it is new; nobody else changes it before the transaction ends.

    Whoever holds several takes them in the order of their names, so that two never wait for each other.

    Raises:
        Unauthenticated: the organisation is not there any more.
    """
    place = _place(organisation_id, counter)
    row = _HOLD.row(connection, place)
    if row is None:
        _add(connection, organisation_id, counter, fresh)
        row = _HOLD.row(connection, place)
    return fresh if row is None else Count(*row)


def look(connection: Connection, organisation_id: str, counter: str, fresh: Count) -> Count:
    """The counter as it stands, a fresh one if there is none; it may have changed by the next moment."""
    row = _LOOK.row(connection, _place(organisation_id, counter))
    return fresh if row is None else Count(*row)


def put(connection: Connection, organisation_id: str, counter: str, count: Count) -> None:
    """Puts this in the place of what is held."""
    values = {"new_used": count.used, "new_end": count.ends_at}
    _PUT.count(connection, {**_place(organisation_id, counter), **values})


def add_one(connection: Connection, organisation_id: str, counter: str, most: int, first: Callable[[], int]) -> bool:
    """Counts one more of what does not end by itself; False, and nothing is counted, where there are that many.

    Args:
        first: how many there are already, asked the first time only.
    """
    place = _place(organisation_id, counter)
    if _MORE.count(connection, {**place, "most": most}) > 0:
        return True
    if _LOOK.row(connection, place) is None:
        _add(connection, organisation_id, counter, Count(first(), NEVER))
    return _MORE.count(connection, {**place, "most": most}) > 0


def take_one(connection: Connection, organisation_id: str, counter: str) -> None:
    """Counts one less, unless there is none."""
    _LESS.count(connection, _place(organisation_id, counter))


def _add(connection: Connection, organisation_id: str, counter: str, count: Count) -> None:
    values = {"organisation_id": organisation_id, "name": counter, "used": count.used, "expires_at": count.ends_at}
    try:
        _ADD.count(connection, values)
    except IntegrityError:  # whoever asks was recognised, and then their organisation was deleted
        raise Unauthenticated from None


def _place(organisation_id: str, counter: str) -> dict[str, object]:
    return {"organisation": organisation_id, "counter": counter}
