"""Statements whose text is made once for each engine, as making it takes longer than running it; knows no table."""

import sqlite3
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from importlib import import_module
from typing import Any

from sqlalchemy import Connection, Dialect, Select, Table
from sqlalchemy.exc import DBAPIError
from sqlalchemy.sql.compiler import SQLCompiler

Convert = Callable[[Any], Any]
Named = tuple[tuple[str, Convert], ...]
Placed = tuple[tuple[int, Convert], ...]


@dataclass(frozen=True, slots=True)
class _Text:
    """A statement as one driver wants it.

    Attributes:
        fixed: values that are part of the statement.
        order: the names of all values, where the driver takes them by place; None where it takes them by name.
        inward, outward: what has to be done to values before they go in, and to columns that come out.
    """

    text: str
    fixed: Mapping[str, Any]
    order: tuple[str, ...] | None
    inward: Named
    outward: Placed


class Prepared:
    """A statement that is run over and over with other values.

    SQLAlchemy caches what it compiles; looking that up costs several times what the embedded database needs. So does
    its way to a driver: the embedded database is asked directly, within the transaction that SQLAlchemy began.

    Args:
        statement: the statement, or what makes it for a dialect of that name. Values have names (`bindparam`); those
            of an INSERT are the names of the columns.
    """

    def __init__(self, statement: Any) -> None:
        self._statement = statement
        self._texts: dict[str, _Text] = {}

    def rows(self, connection: Connection, given: Mapping[str, Any]) -> list[tuple[Any, ...]]:
        """Runs it with the given values, and returns the rows."""
        outward = self._text(connection.dialect).outward
        with _failing_as_ever():
            found = self._run(connection, given).fetchall()
        return [_converted(row, outward) for row in found]

    def row(self, connection: Connection, given: Mapping[str, Any]) -> tuple[Any, ...] | None:
        """As `rows`, where there is one row at most."""
        found = self.rows(connection, given)
        return found[0] if found else None

    def count(self, connection: Connection, given: Mapping[str, Any]) -> int:
        """Runs it with the given values, and returns how many rows it changed."""
        with _failing_as_ever():
            changed: int = self._run(connection, given).rowcount
        return changed

    def many(self, connection: Connection, given: Iterable[Mapping[str, Any]]) -> None:
        """Runs it with each of the given values, in one go."""
        text = self._text(connection.dialect)
        if not (values := [_values(text, each) for each in given]):
            return
        if text.order is None:
            connection.exec_driver_sql(text.text, values)
            return
        with _failing_as_ever():
            _embedded(connection).executemany(text.text, values)

    def _run(self, connection: Connection, given: Mapping[str, Any]) -> Any:
        text = self._text(connection.dialect)
        if text.order is None:
            return connection.exec_driver_sql(text.text, _values(text, given))
        return _embedded(connection).execute(text.text, _values(text, given))

    def _text(self, dialect: Dialect) -> _Text:
        known = self._texts.get(dialect.name)
        if known is None:
            known = self._texts[dialect.name] = self._made(dialect)
        return known

    def _made(self, dialect: Dialect) -> _Text:
        statement = self._statement(dialect.name) if callable(self._statement) else self._statement
        compiled: SQLCompiler = statement.compile(dialect=dialect)
        columns = statement.selected_columns if isinstance(statement, Select) else ()
        inward = ((name, _inward(bound.type, dialect)) for name, bound in compiled.binds.items())
        outward = ((place, _outward(column.type, dialect)) for place, column in enumerate(columns))
        return _Text(
            text=str(compiled),
            fixed={name: value for name, value in compiled.params.items() if value is not None},
            order=tuple(compiled.positiontup or ()) if dialect.positional else None,
            inward=tuple((name, convert) for name, convert in inward if convert is not None),
            outward=tuple((place, convert) for place, convert in outward if convert is not None),
        )


def insert_unless_there(table: Table) -> Prepared:
    """An INSERT that does nothing when there is a row of that key already; its count is 0 then."""

    def made(dialect: str) -> Any:
        words = import_module(f"sqlalchemy.dialects.{dialect}")  # late: those of PostgreSQL take their time
        return words.insert(table).on_conflict_do_nothing()

    return Prepared(made)


def _embedded(connection: Connection) -> Any:
    """The driver's connection to the embedded database, in a transaction that SQLAlchemy began."""
    if not connection.in_transaction():
        connection.begin()
    return connection.connection.dbapi_connection


@contextmanager
def _failing_as_ever() -> Iterator[None]:
    """What fails in the driver of the embedded database comes out as SQLAlchemy's, as from everywhere else."""
    try:
        yield
    except sqlite3.Error as error:
        failure: Any = DBAPIError.instance(None, None, error, sqlite3.Error, hide_parameters=True)
        raise failure from error


def _values(text: _Text, given: Mapping[str, Any]) -> Any:
    values = {**text.fixed, **given}
    for name, convert in text.inward:
        values[name] = convert(values[name])
    return values if text.order is None else tuple([values[name] for name in text.order])


def _converted(row: Sequence[Any], outward: Placed) -> tuple[Any, ...]:
    if not outward:
        return tuple(row)
    values = list(row)
    for place, convert in outward:
        values[place] = convert(values[place])
    return tuple(values)


def _inward(kind: Any, dialect: Dialect) -> Convert | None:
    convert: Convert | None = kind.dialect_impl(dialect).bind_processor(dialect)
    return convert


def _outward(kind: Any, dialect: Dialect) -> Convert | None:
    convert: Convert | None = kind.dialect_impl(dialect).result_processor(dialect, None)
    return convert
