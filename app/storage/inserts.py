"""Inserts that do nothing when the row is there already, for each engine; knows no table by name."""

from collections.abc import Mapping

from sqlalchemy import Connection, Executable, Table
from sqlalchemy.dialects import postgresql, sqlite


def unless_there(table: Table) -> Mapping[str, Executable]:
    """The statement by the name of the dialect."""
    statements = {
        "sqlite": sqlite.insert(table).on_conflict_do_nothing(),
        "postgresql": postgresql.insert(table).on_conflict_do_nothing(),
    }
    return {dialect: statement.execution_options(preserve_rowcount=True) for dialect, statement in statements.items()}


def was_inserted(connection: Connection, statements: Mapping[str, Executable], values: dict[str, object]) -> bool:
    """Inserts the values, and says whether they were new."""
    return connection.execute(statements[connection.dialect.name], values).rowcount == 1
