"""Inserts whose text is made once, as they are what a write waits for; knows no table by name."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Connection, Dialect, Table, insert
from sqlalchemy.dialects import postgresql, sqlite

_UNLESS_THERE: dict[str, Callable[[Table], Any]] = {
    "sqlite": lambda table: sqlite.insert(table).on_conflict_do_nothing(),
    "postgresql": lambda table: postgresql.insert(table).on_conflict_do_nothing(),
}
Convert = Callable[[Any], Any]


@dataclass(frozen=True, slots=True)
class _Text:
    """An INSERT as one driver wants it: the text, its columns, those to convert first, and whether by place."""

    text: str
    columns: tuple[str, ...]
    converted: tuple[tuple[str, Convert], ...]
    by_place: bool


class Insert:
    """An INSERT of whole rows into a table.

    Compiling a statement is cached anyway; looking it up in the cache for every row takes longer than inserting it.

    Args:
        unless_there: do nothing when there is a row of that key already.
    """

    def __init__(self, table: Table, *, unless_there: bool = False) -> None:
        self._table = table
        self._unless_there = unless_there
        self._texts: dict[str, _Text] = {}

    def run(self, connection: Connection, values: Mapping[str, Any]) -> bool:
        """Inserts a row with a value for each column, and says whether it did."""
        dialect = connection.dialect
        text = self._texts.get(dialect.name) or self._make(dialect)
        row = dict(values)
        for name, convert in text.converted:
            row[name] = convert(row[name])
        given: Any = tuple([row[name] for name in text.columns]) if text.by_place else row
        return connection.exec_driver_sql(text.text, given).rowcount == 1

    def _make(self, dialect: Dialect) -> _Text:
        statement = _UNLESS_THERE[dialect.name](self._table) if self._unless_there else insert(self._table)
        compiled = statement.compile(dialect=dialect)
        processors = {column.name: _converter(column.type, dialect) for column in self._table.columns}
        made = _Text(
            text=str(compiled),
            columns=tuple(compiled.positiontup or ()),
            converted=tuple((name, convert) for name, convert in processors.items() if convert is not None),
            by_place=dialect.positional,
        )
        self._texts[dialect.name] = made
        return made


def _converter(kind: Any, dialect: Dialect) -> Convert | None:
    convert: Convert | None = kind.dialect_impl(dialect).bind_processor(dialect)
    return convert
