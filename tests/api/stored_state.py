"""Everything that is stored, seen from outside the application: to be compared, and put back as it was."""

from collections.abc import Mapping, Sequence
from typing import Any, Self

from sqlalchemy import Connection, Engine, create_engine, insert, text

from app.storage.schema import every_table

# A refusal may be entered into the audit trail and counted; nothing else may change by it.
MAY_CHANGE = frozenset({"audit_entries", "audit_heads", "counters"})
_DIGEST = "SELECT '{}', count(*), sum(hashtextextended(t::text, 0)) FROM {} t"
Rows = Sequence[dict[str, Any]]


class Stored:
    """The data and the key store of an application that serves, each by an address that sees all of it."""

    def __init__(self, owner_url: str, key_store_url: str) -> None:
        self._data: Engine = create_engine(owner_url)
        self._keys: Engine = create_engine(key_store_url)
        self._tables = every_table().sorted_tables

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self._data.dispose()
        self._keys.dispose()

    def digests(self) -> dict[str, Any]:
        """What is in each table, in one number; of this process only."""
        names = [table.name for table in self._tables if table.name not in MAY_CHANGE]
        with self._data.connect() as connection:
            cursor = connection.connection.cursor()  # the driver's own: it is asked thousands of times
            if connection.dialect.name == "postgresql":  # there each statement has a way to go, so there is only one
                cursor.execute(" UNION ALL ".join(map(_DIGEST.format, names, names)))
                return {name: (rows, total) for name, rows, total in cursor.fetchall()}
            return {name: _digest(cursor, name) for name in names}

    def keys(self) -> dict[str, bytes]:
        """The wrapped keys; some are made before they are needed, so there may be more later."""
        with self._keys.connect() as connection:
            return {
                row[0]: bytes(row[1]) for row in connection.execute(text("SELECT subject, wrapped FROM wrapped_keys"))
            }

    def rows(self) -> Mapping[str, Rows]:
        """Every row of every table."""
        with self._data.connect() as connection:
            return {table.name: _rows(connection, table) for table in self._tables}

    def put_back(self, rows: Mapping[str, Rows], keys: Mapping[str, bytes]) -> None:
        """Makes everything as it was when these were read."""
        with self._data.begin() as connection:
            for table in reversed(self._tables):
                connection.execute(table.delete())
            for table in self._tables:
                if rows[table.name]:
                    connection.execute(insert(table), list(rows[table.name]))
        lost = keys.keys() - self.keys().keys()
        if lost:
            with self._keys.begin() as connection:
                for subject in lost:
                    connection.execute(
                        text("INSERT INTO wrapped_keys (subject, wrapped) VALUES (:subject, :wrapped)"),
                        {"subject": subject, "wrapped": keys[subject]},
                    )


def _rows(connection: Connection, table: Any) -> Rows:
    return [dict(row) for row in connection.execute(table.select()).mappings()]


def _digest(cursor: Any, table: str) -> int:
    cursor.execute(f"SELECT * FROM {table}")
    return hash(frozenset(cursor.fetchall()))
