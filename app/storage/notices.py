"""What people must be told, and whether they have read it; knows not why, and holds ids and codes only."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, Select, bindparam, insert, select, update

from app.storage.access_tables import NoticeRow
from app.storage.pages import Direction, in_order
from app.storage.prepared import Prepared
from app.storage.tables import table_of

NOTICES = table_of(NoticeRow)
FIELDS = ("id", "person_id", "kind", "initiative_id", "subject_id", "created_at", "read_at")

_IN = (NOTICES.c.organisation_id == bindparam("organisation")) & (NOTICES.c.person_id == bindparam("person"))
_HERE = _IN & (NOTICES.c.id == bindparam("notice"))
_WAS_READ = {False: NOTICES.c.read_at.is_(None), True: NOTICES.c.read_at.is_not(None)}


def _part(was_read: bool, way: Direction | None) -> Select[Any]:
    """Those that were read or those that were not, as each part goes along an index of its own."""
    part = select(*NOTICES.c[FIELDS]).where(_IN, _WAS_READ[was_read])
    return in_order(part, NOTICES.c.created_at, NOTICES.c.id, way).limit(bindparam("most"))


_ADD = Prepared(insert(NOTICES))
_FIRST_PAGE = {was_read: Prepared(_part(was_read, None)) for was_read in _WAS_READ}
_PAGE = {was_read: Prepared(_part(was_read, Direction.AFTER)) for was_read in _WAS_READ}
_FIND = Prepared(select(*NOTICES.c[FIELDS]).where(_HERE))
_READ = Prepared(update(NOTICES).where(_HERE, NOTICES.c.read_at.is_(None)).values(read_at=bindparam("now")))


@dataclass(frozen=True, slots=True)
class Notice:
    """Something that a person must be told.

    Attributes:
        person_id: who must be told.
        kind: a code that says what happened.
        initiative_id, subject_id: to which initiative, and by what.
        read_at: when the person said that they have read it, None before.
    """

    id: str
    person_id: str
    kind: str
    initiative_id: str
    subject_id: str
    created_at: datetime
    read_at: datetime | None = None


@dataclass(frozen=True, slots=True)
class NoticePlace:
    """A place in somebody's list."""

    was_read: bool
    created_at: datetime
    id: str


def add(connection: Connection, organisation_id: str, notices: Iterable[Notice]) -> None:
    """Stores new notices."""
    for notice in notices:
        values = {name: getattr(notice, name) for name in FIELDS}
        _ADD.count(connection, {"organisation_id": organisation_id, **values})


def page(
    connection: Connection, organisation_id: str, person_id: str, after: NoticePlace | None, most: int
) -> tuple[Notice, ...]:
    """The notices of a person that follow this place: first those that were not read, and of each the newest first."""
    given: dict[str, Any] = {"organisation": organisation_id, "person": person_id}
    if after is not None:
        given |= {"moment": after.created_at, "identity": after.id}
    found: list[Notice] = []
    for was_read in (False, True) if after is None or not after.was_read else (True,):
        statement = (_PAGE if after is not None and after.was_read == was_read else _FIRST_PAGE)[was_read]
        rows = statement.rows(connection, {**given, "most": most - len(found)})
        found += [Notice(*row) for row in rows]
    return tuple(found)


def find(connection: Connection, organisation_id: str, person_id: str, notice_id: str) -> Notice | None:
    """The person's notice of that id; None for nobody's and for somebody else's."""
    row = _FIND.row(connection, {"organisation": organisation_id, "person": person_id, "notice": notice_id})
    return None if row is None else Notice(*row)


def read(connection: Connection, organisation_id: str, person_id: str, notice_id: str, now: datetime) -> None:
    """Notes that the person has read it; the first time counts."""
    given = {"organisation": organisation_id, "person": person_id, "notice": notice_id, "now": now}
    _READ.count(connection, given)
