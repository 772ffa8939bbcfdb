"""Lists of initiatives, a page at a time; by place, so that a page costs the same anywhere. Knows no checklist."""

from base64 import urlsafe_b64decode, urlsafe_b64encode
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from enum import StrEnum
from typing import Any, Generic, TypeVar
from uuid import UUID

from sqlalchemy import ColumnElement, Connection, Select, Subquery, and_, func, or_, select, tuple_

from app.domain.errors import BadInput
from app.domain.revision import Initiative
from app.storage.initiatives import COLUMNS, INITIATIVES, initiative_of

Item = TypeVar("Item")

MOST_EXAMINED = 5_000
START = datetime(1970, 1, 1, tzinfo=UTC)
MICROSECOND = timedelta(microseconds=1)


class Direction(StrEnum):
    """Which way to go from a place in the list."""

    AFTER = "after"
    BEFORE = "before"


@dataclass(frozen=True, slots=True)
class Page(Generic[Item]):
    """A part of a list.

    Attributes:
        next: the cursor of the page that follows, None at the end. A page may be short, or empty, and still have one.
        previous: the cursor of the page before, None at the beginning.
    """

    items: tuple[Item, ...]
    next: str | None
    previous: str | None


@dataclass(frozen=True, slots=True)
class Letter:
    """A judgement to look for: this letter at this place (from 0) of the codes that this checklist gave."""

    checklist_digest: str
    place: int
    letter: str


@dataclass(frozen=True, slots=True)
class Selection:
    """Which initiatives are listed: of this lifecycle, and for each of `letters` one of its alternatives holds."""

    lifecycle: str | None = None
    letters: tuple[tuple[Letter, ...], ...] = ()

    @property
    def is_everything(self) -> bool:
        """Whether nothing is left out."""
        return self.lifecycle is None and not self.letters


@dataclass(frozen=True, slots=True)
class Cursor:
    """A place in the list, newest change first, and which way to go from there."""

    direction: Direction
    updated_at: datetime
    id: str

    def __str__(self) -> str:
        microseconds = (self.updated_at - START) // MICROSECOND
        return urlsafe_b64encode(f"{self.direction} {microseconds} {self.id}".encode()).decode().rstrip("=")

    @classmethod
    def read(cls, text: str) -> "Cursor":
        """The cursor in a text that `str()` made.

        Raises:
            BadInput: when it is no such text.
        """
        try:
            word, microseconds, identity = urlsafe_b64decode(text + "=" * (-len(text) % 4)).decode().split(" ")
            return cls(Direction(word), START + int(microseconds) * MICROSECOND, str(UUID(identity)))
        except (ValueError, OverflowError):
            raise BadInput("The cursor is not one that this list gave.") from None


def page(
    connection: Connection, organisation_id: str, selection: Selection, cursor: Cursor | None, limit: int
) -> Page[Initiative]:
    """The initiatives of an organisation, the one that changed last first.

    Looks at 5,000 initiatives at most when something is left out, so a page may hold fewer than `limit`.
    """
    examined = _examined(organisation_id, cursor)
    backwards = cursor is not None and cursor.direction is Direction.BEFORE
    if selection.is_everything:
        rows = connection.execute(examined.limit(limit + 1)).all()
    else:
        rows = connection.execute(_selected(examined.limit(MOST_EXAMINED), selection, backwards).limit(limit + 1)).all()
    found = [initiative_of(row) for row in rows[:limit]]
    if len(rows) > limit:
        onward: Initiative | None = found[-1]
    else:
        onward = None if selection.is_everything else _last_examined(connection, examined)
    return _turned(found, onward, cursor, backwards=backwards)


def _examined(organisation_id: str, cursor: Cursor | None) -> Select[Any]:
    place = tuple_(INITIATIVES.c.updated_at, INITIATIVES.c.id)
    statement = select(*COLUMNS).where(INITIATIVES.c.organisation_id == organisation_id)
    if cursor is None:
        return statement.order_by(INITIATIVES.c.updated_at.desc(), INITIATIVES.c.id.desc())
    here = tuple_(cursor.updated_at, cursor.id)
    if cursor.direction is Direction.BEFORE:
        return statement.where(place > here).order_by(INITIATIVES.c.updated_at, INITIATIVES.c.id)
    return statement.where(place < here).order_by(INITIATIVES.c.updated_at.desc(), INITIATIVES.c.id.desc())


def _selected(examined: Select[Any], selection: Selection, backwards: bool) -> Select[Any]:
    rows = examined.subquery()
    order = (rows.c.updated_at, rows.c.id) if backwards else (rows.c.updated_at.desc(), rows.c.id.desc())
    statement = select(rows).where(*(_any_of(rows, alternatives) for alternatives in selection.letters))
    if selection.lifecycle is not None:
        statement = statement.where(rows.c.lifecycle == selection.lifecycle)
    return statement.order_by(*order)


def _any_of(rows: Subquery, alternatives: tuple[Letter, ...]) -> ColumnElement[bool]:
    return or_(*(_holds(rows, letter) for letter in alternatives))


def _holds(rows: Subquery, letter: Letter) -> ColumnElement[bool]:
    same_checklist = rows.c.checklist_digest == letter.checklist_digest
    return and_(same_checklist, func.substr(rows.c.codes, letter.place + 1, 1) == letter.letter)


def _last_examined(connection: Connection, examined: Select[Any]) -> Initiative | None:
    """Where the next page goes on when this one stopped looking; None when there was nothing more to look at."""
    row = connection.execute(examined.offset(MOST_EXAMINED - 1).limit(1)).one_or_none()
    return None if row is None else initiative_of(row)


def _turned(
    found: list[Initiative], onward: Initiative | None, cursor: Cursor | None, *, backwards: bool
) -> Page[Initiative]:
    """The page in the order of the list, whichever way it was read."""
    if cursor is None:
        return Page(tuple(found), _cursor(Direction.AFTER, onward), None)
    if backwards:
        found.reverse()
        next_place = found[-1] if found else None
        following = _cursor(Direction.AFTER, next_place) or str(Cursor(Direction.AFTER, cursor.updated_at, cursor.id))
        return Page(tuple(found), following, _cursor(Direction.BEFORE, onward))
    first = found[0] if found else None
    before = _cursor(Direction.BEFORE, first) or str(Cursor(Direction.BEFORE, cursor.updated_at, cursor.id))
    return Page(tuple(found), _cursor(Direction.AFTER, onward), before)


def _cursor(direction: Direction, initiative: Initiative | None) -> str | None:
    return None if initiative is None else str(Cursor(direction, initiative.updated_at, initiative.id))
