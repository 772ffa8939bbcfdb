"""A row in every table for each of two organisations, made from the shapes of the tables alone; knows no rule."""

import re
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from typing import Any

from sqlalchemy import CheckConstraint, Column, Connection, Table

from app.storage.engines import connect
from app.storage.schema import every_table

OURS = "0b8d8d0a-6d1e-4b6f-9a55-0d6c2f1f0001"
THEIRS = "0b8d8d0a-6d1e-4b6f-9a55-0d6c2f1f0002"
NOON = datetime(2026, 3, 1, 12, 0, 0, 250, tzinfo=UTC)
# Which column says whose a row is.
OWNER_COLUMNS = {
    table.name: "organisation_id" for table in every_table().tables.values() if "organisation_id" in table.c
}
OWNER_COLUMNS["organisations"] = "id"
TABLES = {name: every_table().tables[name] for name in OWNER_COLUMNS}


def owner_column(table: Table) -> Column[Any]:
    return table.c[OWNER_COLUMNS[table.name]]


def digest_of(organisation: str) -> str:
    """What the key and the session of an organisation are found by."""
    return organisation[-1] * 64


def value(table: Table, column: Column[Any], organisation: str) -> object:
    """Something that the column takes; one id for everything of an organisation, so that all references hold."""
    if column.name == OWNER_COLUMNS.get(table.name):
        return organisation
    if column.nullable:
        return None
    if table.name in {"api_keys", "sessions"} and column.name == "digest":
        return digest_of(organisation)
    rules = [str(rule.sqltext) for rule in table.constraints if isinstance(rule, CheckConstraint)]
    words = re.findall(rf"\b{column.name} IN \('(\w+)'", " ".join(rules))
    values: dict[type, object] = {str: words[0] if words else "x", int: 1, bool: False, bytes: b"sealed"}
    return values.get(column.type.python_type, NOON)


def row(table: Table, organisation: str) -> dict[str, object]:
    return {column.name: value(table, column, organisation) for column in table.c}


@contextmanager
def opened(url: str) -> Iterator[Connection]:
    """A transaction in this database, and nothing left open afterwards."""
    engine = connect(url)
    try:
        with engine.begin() as connection:
            yield connection
    finally:
        engine.dispose()


def fill(owner_url: str) -> None:
    """Puts them there. On PostgreSQL it takes somebody who may pass by row-level security."""
    with opened(owner_url) as connection:
        checklists = every_table().tables["checklists"]
        connection.execute(checklists.insert().values({**row(checklists, ""), "digest": "x"}))
        for table in every_table().sorted_tables:
            if table.name in TABLES:
                connection.execute(table.insert(), [row(table, OURS), row(table, THEIRS)])
