"""The migrations make the tables that the code expects, and can be undone and done again on a filled database."""

import json
from concurrent.futures import ThreadPoolExecutor
from typing import Any, get_args

import pytest
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import Connection, inspect, select
from sqlalchemy.exc import DBAPIError

from app.domain.design import Stage
from app.domain.revision import Cause
from app.storage.database import Database
from app.storage.engines import connect
from app.storage.migrations import HEAD, alembic_settings, is_at_head, migrate
from app.storage.tables import CAUSES, LIFECYCLES, Row
from tests.storage.builders import RIVER, numbered, store


def shapes(connection: Connection) -> str:
    """Everything that the database knows of its tables, as text."""
    inspector = inspect(connection)
    found: dict[str, Any] = {}
    for table in sorted(inspector.get_table_names()):
        found[table] = {
            "columns": [{**column, "type": str(column["type"])} for column in inspector.get_columns(table)],
            "key": inspector.get_pk_constraint(table),
            "references": sorted(map(str, inspector.get_foreign_keys(table))),
            "rules": sorted(map(str, inspector.get_check_constraints(table))),
            "indexes": sorted(map(str, inspector.get_indexes(table))),
        }
    return json.dumps(found, indent=1, default=str)


def rows(connection: Connection) -> dict[str, list[tuple[object, ...]]]:
    """Every row of every table."""
    tables = Row.metadata.sorted_tables
    return {table.name: sorted(map(tuple, connection.execute(select(table))), key=str) for table in tables}


def fill(connection: Connection, kept: dict[str, list[tuple[object, ...]]]) -> None:
    """Puts the rows back."""
    for table in Row.metadata.sorted_tables:
        for row in kept[table.name]:
            connection.execute(table.insert().values(dict(zip(table.columns.keys(), row, strict=True))))


async def test_a_fresh_database_is_at_the_head(database: Database) -> None:
    assert await database.read(is_at_head)


async def test_the_migrations_make_exactly_the_tables_of_the_code(database: Database) -> None:
    def differences(connection: Connection) -> list[Any]:
        return list(compare_metadata(MigrationContext.configure(connection), Row.metadata))

    assert await database.write(differences) == []


async def test_the_rules_of_the_tables_are_those_of_the_code(database: Database, engine_url: str) -> None:
    def made_by_the_code(connection: Connection) -> str:
        Row.metadata.drop_all(connection)
        Row.metadata.create_all(connection)
        return shapes(connection)

    migrated = await database.write(shapes)
    assert await database.write(made_by_the_code) == migrated


async def test_up_down_and_up_again_on_a_filled_database_gives_the_same_tables(engine_url: str) -> None:
    database = Database.open(engine_url)
    await store(database, RIVER, *map(numbered, range(1, 21)))
    before, kept = await database.read(shapes), await database.read(rows)
    await database.close()

    migrate(engine_url, "base")
    database = Database.open(engine_url)
    assert not await database.read(is_at_head)
    await database.close()

    migrate(engine_url)
    database = Database.open(engine_url)
    assert await database.read(is_at_head)
    assert await database.read(shapes) == before
    await database.write(lambda connection: fill(connection, kept))
    assert await database.read(rows) == kept
    await database.close()


def test_several_processes_may_migrate_at_once(engine_url: str) -> None:
    migrate(engine_url, "base")
    with ThreadPoolExecutor(3) as processes:
        list(processes.map(migrate, [engine_url] * 3))
    engine = connect(engine_url)
    with engine.begin() as connection:
        assert is_at_head(connection)
    engine.dispose()


def test_migrating_twice_changes_nothing(engine_url: str) -> None:
    migrate(engine_url)
    engine = connect(engine_url)
    with engine.begin() as connection:
        assert is_at_head(connection)
    engine.dispose()


@pytest.mark.parametrize("stops_at", ["revisions", "idempotency_keys"])
def test_a_migration_that_fails_half_way_leaves_nothing(engine_url: str, stops_at: str) -> None:
    migrate(engine_url, "base")
    engine = connect(engine_url)
    with engine.begin() as connection:
        connection.exec_driver_sql(f"CREATE TABLE {stops_at} (in_the_way int)")
    with pytest.raises(DBAPIError, match=stops_at):
        migrate(engine_url)
    with engine.begin() as connection:
        assert set(inspect(connection).get_table_names()) <= {stops_at, "alembic_version"}
        assert not is_at_head(connection)
    engine.dispose()


def test_the_head_that_the_code_names_is_the_newest_migration() -> None:
    assert ScriptDirectory.from_config(alembic_settings()).get_heads() == [HEAD]


def test_the_words_that_the_tables_allow_are_those_of_the_domain() -> None:
    assert get_args(Stage) == LIFECYCLES
    assert tuple(Cause) == CAUSES
