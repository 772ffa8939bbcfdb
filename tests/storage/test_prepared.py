"""Statements made beforehand change what they say, fail as SQLAlchemy's do, and belong to a transaction."""

from collections.abc import Callable, Iterator
from typing import Any

import pytest
from sqlalchemy import Connection, func, insert, select
from sqlalchemy.exc import IntegrityError

from app.storage.engines import connect
from app.storage.known import CHECKLISTS
from app.storage.prepared import Prepared

FIRST, SECOND = ({"digest": letter * 64, "name": "lake-centre", "version": 1, "pack": b"{}"} for letter in "ab")
Add = Callable[[Prepared, Connection, dict[str, Any]], object]


def in_one_go(statement: Prepared, connection: Connection, row: dict[str, Any]) -> None:
    statement.many(connection, [row])


WAYS = pytest.mark.parametrize("add", [Prepared.count, in_one_go], ids=["one", "many"])


@pytest.fixture
def connection(engine_url: str) -> Iterator[Connection]:
    """A connection to a database that has its tables, with no transaction begun."""
    engine = connect(engine_url)
    with engine.connect() as made:
        yield made
    engine.dispose()


@pytest.fixture
def adding() -> Prepared:
    return Prepared(insert(CHECKLISTS))


def kept(connection: Connection) -> int:
    return int(connection.scalar(select(func.count()).select_from(CHECKLISTS)) or 0)


@WAYS
def test_what_is_added_belongs_to_a_transaction(connection: Connection, adding: Prepared, add: Add) -> None:
    before = kept(connection)
    connection.rollback()
    add(adding, connection, FIRST)
    assert connection.in_transaction()
    assert kept(connection) == before + 1
    connection.rollback()
    assert kept(connection) == before
    connection.rollback()
    add(adding, connection, FIRST)
    connection.commit()
    assert kept(connection) == before + 1


@WAYS
def test_what_breaks_a_rule_of_the_database_fails_as_from_everywhere_else(
    connection: Connection, adding: Prepared, add: Add
) -> None:
    add(adding, connection, FIRST)
    with pytest.raises(IntegrityError) as failed:
        add(adding, connection, FIRST)
    assert "lake-centre" not in str(failed.value)


def test_many_are_all_added(connection: Connection, adding: Prepared) -> None:
    before = kept(connection)
    adding.many(connection, iter([FIRST, SECOND]))
    assert kept(connection) == before + 2


def test_nothing_is_asked_for_none(connection: Connection, adding: Prepared) -> None:
    adding.many(connection, [])
    assert not connection.in_transaction()
