"""A person's list of initiatives, a page at a time, by place: it costs the same anywhere. Knows no checklist."""

from base64 import urlsafe_b64decode, urlsafe_b64encode
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from enum import StrEnum
from typing import Any, Generic, TypeVar
from uuid import UUID

from sqlalchemy import ColumnElement, Connection, Select, String, and_, bindparam, func, or_, select, tuple_

from app.domain.errors import BadInput
from app.storage.access_tables import GrantRow
from app.storage.initiatives import COLUMNS, INITIATIVES, SealedInitiative
from app.storage.prepared import Prepared
from app.storage.tables import table_of

Item = TypeVar("Item")

Place = tuple[Any, ...]  # the moment of the last change, and the id

# A page that leaves things out holds the event loop of the embedded database for some ten milliseconds at this number.
MOST_EXAMINED = 2_000
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


def in_order(statement: Select[Any], moment: Any, identity: Any, way: Direction | None) -> Select[Any]:
    """The statement, newest first, from the place of a cursor (`given_by`) if there is a way to go from one."""
    # The row values let both engines go straight to the place.
    place = tuple_(moment, identity)
    here = tuple_(bindparam("moment", type_=moment.type), bindparam("identity", type_=String))
    if way is Direction.BEFORE:
        return statement.where(place > here).order_by(moment, identity)
    if way is Direction.AFTER:
        statement = statement.where(place < here)
    return statement.order_by(moment.desc(), identity.desc())


def given_by(cursor: Cursor | None) -> dict[str, Any]:
    """The values that a statement `in_order` needs."""
    return {} if cursor is None else {"moment": cursor.updated_at, "identity": cursor.id}


# Made once: making a statement takes longer than a page.
GRANTS = table_of(GrantRow)
_place = tuple_(GRANTS.c.changed_at, GRANTS.c.initiative_id)
_GRANTED = GRANTS.join(
    INITIATIVES,
    and_(INITIATIVES.c.organisation_id == GRANTS.c.organisation_id, INITIATIVES.c.id == GRANTS.c.initiative_id),
)


def _onward(statement: Select[Any], way: Direction | None) -> Select[Any]:
    statement = statement.where(
        GRANTS.c.organisation_id == bindparam("organisation"), GRANTS.c.person_id == bindparam("person")
    )
    return in_order(statement, GRANTS.c.changed_at, GRANTS.c.initiative_id, way)


WAYS = (None, Direction.AFTER, Direction.BEFORE)
_SELECT = {way: _onward(select(*COLUMNS).select_from(_GRANTED), way).limit(bindparam("most")) for way in WAYS}
_PAGE = {way: Prepared(statement) for way, statement in _SELECT.items()}
_LAST_EXAMINED = {
    way: Prepared(_onward(select(*GRANTS.c["changed_at", "initiative_id"]), way).limit(1).offset(MOST_EXAMINED - 1))
    for way in WAYS
}


def page(
    connection: Connection,
    organisation_id: str,
    person_id: str,
    selection: Selection,
    cursor: Cursor | None,
    limit: int,
) -> Page[SealedInitiative]:
    """The initiatives on which the person has a role, the one that changed last first.

    Looks at `MOST_EXAMINED` initiatives at most when something is left out, so a page may hold fewer than `limit`.
    """
    way = None if cursor is None else cursor.direction
    given: dict[str, Any] = {"organisation": organisation_id, "person": person_id, "most": limit + 1}
    given |= given_by(cursor)
    found: Sequence[Any]
    if selection.is_everything:
        found, end = _PAGE[way].rows(connection, given), None
    else:
        found, end = _selected(connection, selection, way, given)
    items = [SealedInitiative(tuple(row)) for row in found[:limit]]
    onward = _place_of(items[-1]) if len(found) > limit else end
    return turned(items, _place_of, onward, cursor)


def _selected(
    connection: Connection, selection: Selection, way: Direction | None, given: dict[str, Any]
) -> tuple[Sequence[Any], Place | None]:
    """The rows that are wanted among those that are looked at, and the last place that was looked at."""
    statement = _SELECT[way].where(*map(_any_of, selection.letters))
    if selection.lifecycle is not None:
        statement = statement.where(INITIATIVES.c.lifecycle == selection.lifecycle)
    last = _LAST_EXAMINED[way].row(connection, given)
    if last is None:
        return connection.execute(statement, given).all(), None
    end = tuple_(*last)
    statement = statement.where(_place <= end if way is Direction.BEFORE else _place >= end)
    return connection.execute(statement, given).all(), last


def _any_of(alternatives: tuple[Letter, ...]) -> ColumnElement[bool]:
    return or_(*map(_holds, alternatives))


def _holds(letter: Letter) -> ColumnElement[bool]:
    same_checklist = INITIATIVES.c.checklist_digest == letter.checklist_digest
    return and_(same_checklist, func.substr(INITIATIVES.c.codes, letter.place + 1, 1) == letter.letter)


def _place_of(item: SealedInitiative) -> Place:
    return item.updated_at, item.id


def turned(
    items: list[Item], place_of: Callable[[Item], Place], onward: Place | None, cursor: Cursor | None
) -> Page[Item]:
    """The page in the order of the list, whichever way it was read.

    Args:
        items: in the order in which they were read.
        place_of: where an item stands: its moment and its id.
        onward: the last place that was read, if there is more in that direction.
        cursor: where reading began.
    """
    if cursor is None:
        return Page(tuple(items), _cursor(Direction.AFTER, onward), None)
    here = (cursor.updated_at, cursor.id)
    nearest = place_of(items[0]) if items else here
    if cursor.direction is Direction.BEFORE:
        return Page(tuple(reversed(items)), _cursor(Direction.AFTER, nearest), _cursor(Direction.BEFORE, onward))
    return Page(tuple(items), _cursor(Direction.AFTER, onward), _cursor(Direction.BEFORE, nearest))


def _cursor(direction: Direction, place: Place | None) -> str | None:
    return None if place is None else str(Cursor(direction, *place))
