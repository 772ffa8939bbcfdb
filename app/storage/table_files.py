"""All rows of a PostgreSQL database as files of JSON lines, a table a file, and back; knows no table by name but a few.

It works as whoever may use the tables: one transaction, which sees one moment, opens the view of one organisation after
the other. What it reads and writes are the tables as they are there, of whatever version.
"""

import base64
import json
import os
from collections.abc import Callable, Iterable, Iterator, Sequence
from datetime import date, datetime
from itertools import groupby
from pathlib import Path
from typing import Any, BinaryIO, Final

from sqlalchemy import Connection, MetaData, Table, func, insert, select, text

from app.domain.errors import Conflict, Damaged
from app.storage.engines import connect, for_reading
from app.storage.failures import honest_failures
from app.storage.sqlite_copies import MIGRATIONS, make_new
from app.storage.views import NOTHING, OPERATOR, View, of, show

ENDING: Final = ".jsonl"
PIECE: Final = 200  # rows that are read or written at a time; one may have a quarter of a megabyte
WHOSE: Final = "organisation_id"
NO_HURRY: Final = (
    "SELECT set_config('statement_timeout', '0', true), set_config('idle_in_transaction_session_timeout', '0', true)"
)

NOT_EMPTY: Final = "The database is not empty, and nothing of it is overwritten. Name one with no rows in it."
NOT_READ: Final = "A file of the backup cannot be read. Take another backup, and keep this one apart."


def write_out(url: str, folder: Path) -> dict[str, int]:
    """Writes every row into new files in the folder, and returns how many each table has.

    Raises:
        Unavailable: the database is out of reach.
        OSError: the files cannot be written.
    """
    engine = connect(url)
    try:
        with honest_failures(), for_reading(engine).connect() as connection, connection.begin():
            connection.execute(text(NO_HURRY))
            tables, organisations = _tables(connection), _organisations(connection)
            return {table.name: _write_table(connection, table, organisations, folder) for table in tables}
    finally:
        engine.dispose()


def read_in(url: str, folder: Path) -> dict[str, int]:
    """Puts the rows of the files into empty tables, all of them or none, and returns how many each table got.

    Raises:
        Conflict: there are rows already; nothing was changed.
        Damaged: a file, or a table for one, is not as it must be; nothing was changed.
        Unavailable: as `write_out`.
    """
    engine = connect(url)
    try:
        with honest_failures(), engine.begin() as connection:
            connection.execute(text(NO_HURRY))
            tables = _tables(connection)
            _check_empty(connection, tables)
            if {table.name for table in tables} != {file.stem for file in folder.glob(f"*{ENDING}")}:
                raise Damaged(NOT_READ)
            return {table.name: _read_table(connection, table, folder) for table in tables}
    finally:
        engine.dispose()


def is_empty(url: str) -> bool:
    """Whether there is no row in view of the operator, which is to say: none at all."""
    engine = connect(url)
    try:
        with honest_failures(), for_reading(engine).connect() as connection, connection.begin():
            _check_empty(connection, _tables(connection))
    except Conflict:
        return False
    finally:
        engine.dispose()
    return True


def pairs_in(file: Path) -> Iterator[tuple[str, bytes]]:
    """The rows of a table of two columns, a name and bytes."""
    for row in _rows_of(file):
        name, value = row.values()
        yield name, value


def _tables(connection: Connection) -> list[Table]:
    """As they are there, those that others refer to first."""
    known = MetaData()
    known.reflect(connection, only=lambda name, _: name != MIGRATIONS)
    return known.sorted_tables


def _organisations(connection: Connection) -> list[str]:
    """Everybody who has a row: each organisation, and those deleted ones that have keys left to destroy."""
    show(connection, OPERATOR)
    known = MetaData()
    known.reflect(connection, only=lambda name, _: name in {"organisations", "shreds"}, resolve_fks=False)
    found: set[str] = set()
    for name, column in (("organisations", "id"), ("shreds", WHOSE)):
        if name in known.tables:
            found.update(connection.scalars(select(known.tables[name].c[column]).distinct()))
    return sorted(found)


def _whose(table: Table) -> str | None:
    """The column that says whose a row is; None where rows are nobody's."""
    if table.name == "organisations":
        return "id"
    return WHOSE if WHOSE in table.c else None


def _write_table(connection: Connection, table: Table, organisations: Sequence[str], folder: Path) -> int:
    """In the order of the organisations, so that reading them in changes the view no more often than that."""
    file = folder / f"{table.name}{ENDING}"
    make_new(file)
    with file.open("wb") as out:
        column, query = _whose(table), select(table).order_by(*table.primary_key.columns)
        out.write(_line(list(table.c.keys())))
        if column is None:
            rows = _write_rows(connection, NOTHING, query, out)
        else:
            # Named as well as viewed: a role that passes by row-level security would find everybody's each time.
            rows = sum(
                _write_rows(connection, of(each), query.where(table.c[column] == each), out) for each in organisations
            )
        out.flush()
        os.fsync(out.fileno())
    return rows


def _write_rows(connection: Connection, view: View, query: Any, out: BinaryIO) -> int:
    show(connection, view)
    rows = 0
    with connection.execute(query, execution_options={"yield_per": PIECE}) as found:
        for piece in found.partitions():
            out.writelines(_line([_said(value) for value in row]) for row in piece)
            rows += len(piece)
    return rows


def _check_empty(connection: Connection, tables: Iterable[Table]) -> None:
    """Rows of organisations are out of view here, but they hang on rows that are not."""
    show(connection, OPERATOR)
    if any(connection.scalar(select(func.count()).select_from(select(table).limit(1).subquery())) for table in tables):
        raise Conflict(NOT_EMPTY)


def _read_table(connection: Connection, table: Table, folder: Path) -> int:
    column, rows = _whose(table), 0

    def owner(row: dict[str, Any]) -> str:
        return "" if column is None else row[column]

    for organisation, theirs in groupby(_rows_of(folder / f"{table.name}{ENDING}"), owner):
        show(connection, of(organisation))
        for piece in _pieces(theirs):
            connection.execute(insert(table), piece)
            rows += len(piece)
    return rows


def _pieces(rows: Iterator[dict[str, Any]]) -> Iterator[list[dict[str, Any]]]:
    piece: list[dict[str, Any]] = []
    for row in rows:
        piece.append(row)
        if len(piece) == PIECE:
            yield piece
            piece = []
    if piece:
        yield piece


def _rows_of(file: Path) -> Iterator[dict[str, Any]]:
    try:
        with file.open("rb") as lines:
            columns = json.loads(next(lines))
            for line in lines:
                yield {name: _meant(value) for name, value in zip(columns, json.loads(line), strict=True)}
    except (OSError, ValueError, StopIteration):
        raise Damaged(NOT_READ) from None


def _line(values: list[Any]) -> bytes:
    return json.dumps(values, ensure_ascii=False, separators=(",", ":")).encode() + b"\n"


def _said(value: object) -> object:
    """What JSON has no word for becomes an object with one: bytes, moments, days."""
    if isinstance(value, bytes | memoryview):
        return {"bytes": base64.b64encode(value).decode()}
    if isinstance(value, datetime):
        return {"moment": value.isoformat()}
    return {"day": value.isoformat()} if isinstance(value, date) else value


def _meant(value: Any) -> Any:
    if not isinstance(value, dict):
        return value
    ((kind, said),) = value.items()
    readers: dict[str, Callable[[str], Any]] = {
        "bytes": lambda text_: base64.b64decode(text_, validate=True),
        "moment": datetime.fromisoformat,
        "day": date.fromisoformat,
    }
    return readers[kind](said)
