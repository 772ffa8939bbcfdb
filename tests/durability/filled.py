"""Rows in every table of a database, of whatever version it is, and all of them read back; knows no migration."""

import json
from collections.abc import Iterator
from datetime import date
from typing import Any

from sqlalchemy import Column, Connection, MetaData, Table, insert, select

from app.storage.schema import every_table
from app.storage.views import NOTHING, OPERATOR, of, show
from tests.storage.rows import NOON, value

Shape = dict[str, list[str]]
Rows = dict[str, list[dict[str, Any]]]

# What a migration reads must mean something; all else may be anything that the column takes.
CHECKLIST = {"contents": {"categories": [{"id": "x"}]}, "checks": [{"id": "x"}, {"id": "y"}]}
MEANING: dict[tuple[str, str], object] = {
    ("checklists", "digest"): "x",
    ("checklists", "pack"): json.dumps(CHECKLIST).encode(),
    ("initiatives", "codes"): "kco",
    ("initiatives", "waived"): "",
    ("evaluations", "codes"): "kco",
}


def fill(connection: Connection, organisations: list[str]) -> None:
    """A row for each organisation in every table that is empty, and a checklist that all of them refer to."""
    for table in tables_in(connection):
        owner = owner_of(table)
        for organisation in organisations if owner is not None else [""]:
            show(connection, of(organisation))
            if connection.execute(_theirs(table, organisation).limit(1)).first() is None:
                connection.execute(insert(table).values({c.name: _value(table, c, organisation) for c in table.c}))
    show(connection, NOTHING)


def rows(connection: Connection) -> Rows:
    """Every row of every table, in an order of its own."""
    tables, found = tables_in(connection), {}
    show(connection, OPERATOR)
    everybody = [row[0] for row in connection.execute(select(_named(tables, "organisations").c.id))]
    for table in tables:
        theirs: list[dict[str, Any]] = []
        for organisation in everybody if owner_of(table) is not None else [""]:
            show(connection, of(organisation))
            theirs += [dict(row._mapping) for row in connection.execute(_theirs(table, organisation))]
        found[table.name] = sorted(theirs, key=repr)
    show(connection, NOTHING)
    return found


def shape(connection: Connection) -> Shape:
    """The columns of every table."""
    return {table.name: [column.name for column in table.c] for table in tables_in(connection)}


def part(all_rows: Rows, columns: Shape) -> Rows:
    """What of the rows is in these tables and columns, where both are."""
    return {
        name: sorted(({c: row[c] for c in columns[name] if c in row} for row in theirs), key=repr)
        for name, theirs in all_rows.items()
        if name in columns
    }


def tables_in(connection: Connection) -> list[Table]:
    """As they are there, those that others refer to first."""
    known = MetaData()
    known.reflect(connection, only=lambda name, _: name != "alembic_version")
    return known.sorted_tables


def owner_of(table: Table) -> Column[Any] | None:
    return table.c.get("id" if table.name == "organisations" else "organisation_id")


def _theirs(table: Table, organisation: str) -> Any:
    owner = owner_of(table)
    return select(table) if owner is None else select(table).where(owner == organisation)


def _value(table: Table, column: Column[Any], organisation: str) -> object:
    if (table.name, column.name) in MEANING:
        return MEANING[table.name, column.name]
    known = every_table().tables.get(table.name, table)
    if column.type.python_type in (bool, date):
        return {bool: False, date: NOON.date()}[column.type.python_type]
    return value(known, known.c.get(column.name, column), organisation)


def _named(tables: list[Table], name: str) -> Table:
    return next(table for table in tables if table.name == name)


def organisations(number: int) -> Iterator[str]:
    """Ids of so many organisations."""
    return (f"0b8d8d0a-6d1e-4b6f-9a55-{one:012x}" for one in range(1, number + 1))
