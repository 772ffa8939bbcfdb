"""A list of what hangs on an initiative, the newest first, a page at a time; knows no table by name."""

from collections.abc import Callable, Mapping
from typing import Any, Generic, TypeVar

from sqlalchemy import Column, Connection, Select, bindparam

from app.storage.pages import WAYS, Cursor, Page, Place, given_by, in_order, turned
from app.storage.prepared import Prepared

Item = TypeVar("Item")


class NewestFirst(Generic[Item]):
    """A list in the order of a moment and an id.

    Args:
        statement: what is listed, without its order.
        moment, identity: the columns that say where a row stands.
        read: makes an item of a row.
    """

    def __init__(
        self, statement: Select[Any], moment: Column[Any], identity: Column[Any], read: Callable[..., Item]
    ) -> None:
        placed = statement.add_columns(moment.label("listed_at"), identity.label("listed_id"))
        self._statements = {
            way: Prepared(in_order(placed, moment, identity, way).limit(bindparam("most"))) for way in WAYS
        }
        self._read = read

    def page(
        self, connection: Connection, key: Any, given: Mapping[str, Any], cursor: Cursor | None, limit: int
    ) -> Page[Item]:
        """The items after the cursor, or the newest ones.

        Args:
            key: what opens a row; it is given to `read` before the columns.
            given: the values that the statement needs.
        """
        way = None if cursor is None else cursor.direction
        rows = self._statements[way].rows(connection, {**given, **given_by(cursor), "most": limit + 1})
        found = rows[:limit]
        onward = _place_of(found[-1]) if len(rows) > limit else None
        page = turned(found, _place_of, onward, cursor)
        return Page(tuple(self._read(key, *row[:-2]) for row in page.items), page.next, page.previous)


def _place_of(row: tuple[Any, ...]) -> Place:
    return row[-2], row[-1]
