"""What people must be told, and whether they have read it; knows not why, and holds ids and codes only."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, Integer, bindparam, case, insert, select, tuple_, update

from app.storage.access_tables import NoticeRow
from app.storage.prepared import Prepared
from app.storage.tables import table_of

NOTICES = table_of(NoticeRow)
FIELDS = ("id", "person_id", "kind", "initiative_id", "subject_id", "created_at", "read_at")

_IN = (NOTICES.c.organisation_id == bindparam("organisation")) & (NOTICES.c.person_id == bindparam("person"))
_HERE = _IN & (NOTICES.c.id == bindparam("notice"))
_was_read = case((NOTICES.c.read_at.is_(None), 0), else_=1)
_place = tuple_(-_was_read, NOTICES.c.created_at, NOTICES.c.id)
_here = tuple_(
    bindparam("order", type_=Integer),
    bindparam("moment", type_=NOTICES.c.created_at.type),
    bindparam("notice", type_=NOTICES.c.id.type),
)
_listed = (
    select(*NOTICES.c[FIELDS])
    .where(_IN)
    .order_by(_was_read, NOTICES.c.created_at.desc(), NOTICES.c.id.desc())
    .limit(bindparam("most"))
)
_ADD = Prepared(insert(NOTICES))
_FIRST_PAGE = Prepared(_listed)
_PAGE = Prepared(_listed.where(_place < _here))
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
    given: dict[str, Any] = {"organisation": organisation_id, "person": person_id, "most": most}
    if after is None:
        rows = _FIRST_PAGE.rows(connection, given)
    else:
        place = {"order": -int(after.was_read), "moment": after.created_at, "notice": after.id}
        rows = _PAGE.rows(connection, {**given, **place})
    return tuple(Notice(*row) for row in rows)


def find(connection: Connection, organisation_id: str, person_id: str, notice_id: str) -> Notice | None:
    """The person's notice of that id; None for nobody's and for somebody else's."""
    row = _FIND.row(connection, {"organisation": organisation_id, "person": person_id, "notice": notice_id})
    return None if row is None else Notice(*row)


def read(connection: Connection, organisation_id: str, person_id: str, notice_id: str, now: datetime) -> None:
    """Notes that the person has read it; the first time counts."""
    given = {"organisation": organisation_id, "person": person_id, "notice": notice_id, "now": now}
    _READ.count(connection, given)
