"""The migrations make the tables that the code expects, and can be undone and done again on a filled database."""

import json
from concurrent.futures import ThreadPoolExecutor
from typing import Any, get_args

import pytest
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import Connection, inspect, select, text
from sqlalchemy.exc import DBAPIError

from app.domain.design import Stage
from app.domain.errors import BadInput
from app.domain.revision import Cause
from app.storage.database import Database
from app.storage.migrations import HEAD, REVISIONS, alembic_settings, is_at_head, migrate, versions
from app.storage.schema import every_table
from app.storage.tables import CAUSES, LIFECYCLES
from app.storage.views import NOTHING
from tests.storage.rows import fill, opened


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
            "indexes": sorted(json.dumps(index, default=str) for index in inspector.get_indexes(table)),
        }
    return json.dumps(found, indent=1, default=str)


def rows(connection: Connection) -> dict[str, list[tuple[object, ...]]]:
    """Every row of every table."""
    tables = every_table().sorted_tables
    return {table.name: sorted(map(tuple, connection.execute(select(table))), key=str) for table in tables}


def put_back(connection: Connection, kept: dict[str, list[tuple[object, ...]]]) -> None:
    """Fills the tables with what they had."""
    for table in every_table().sorted_tables:
        for row in kept[table.name]:
            connection.execute(table.insert().values(dict(zip(table.columns.keys(), row, strict=True))))


def versions_at(url: str) -> list[str]:
    """Which migration made the tables there."""
    with opened(url) as connection:
        return versions(connection)


async def test_a_fresh_database_is_at_the_head(database: Database) -> None:
    assert await database.read(NOTHING, is_at_head)


async def test_the_migrations_make_exactly_the_tables_of_the_code(database: Database) -> None:
    def differences(connection: Connection) -> list[Any]:
        return list(compare_metadata(MigrationContext.configure(connection), every_table()))

    assert await database.write(NOTHING, differences) == []


def test_the_rules_of_the_tables_are_those_of_the_code(owner_url: str) -> None:
    with opened(owner_url) as connection:
        migrated = shapes(connection)
        every_table().drop_all(connection)
        every_table().create_all(connection)
        assert shapes(connection) == migrated


def test_up_down_and_up_again_on_a_filled_database_gives_the_same_tables(owner_url: str) -> None:
    fill(owner_url)
    with opened(owner_url) as connection:
        before, kept = shapes(connection), rows(connection)
    assert all(kept.values())

    migrate(owner_url, "base")
    with opened(owner_url) as connection:
        assert not is_at_head(connection)

    migrate(owner_url)
    with opened(owner_url) as connection:
        assert is_at_head(connection)
        assert shapes(connection) == before
        put_back(connection, kept)
        assert rows(connection) == kept


def test_several_processes_may_migrate_at_once(owner_url: str) -> None:
    migrate(owner_url, "base")
    with ThreadPoolExecutor(3) as processes:
        list(processes.map(migrate, [owner_url] * 3))
    assert versions_at(owner_url) == [HEAD]


def test_migrating_twice_changes_nothing(owner_url: str) -> None:
    migrate(owner_url)
    assert versions_at(owner_url) == [HEAD]


@pytest.mark.parametrize("stops_at", ["revisions", "idempotency_keys"])
def test_a_migration_that_fails_half_way_leaves_nothing(owner_url: str, stops_at: str) -> None:
    migrate(owner_url, "base")
    with opened(owner_url) as connection:
        connection.exec_driver_sql(f"CREATE TABLE {stops_at} (in_the_way int)")
    with pytest.raises(DBAPIError, match=stops_at):
        migrate(owner_url)
    with opened(owner_url) as connection:
        assert set(inspect(connection).get_table_names()) <= {stops_at, "alembic_version"}
        assert not is_at_head(connection)


@pytest.mark.parametrize(("made_by", "advice"), [("0001", "kept designs unencrypted"), ("0999", "or a later one")])
@pytest.mark.parametrize("revision", ["head", "base"])
def test_tables_of_another_version_are_refused_and_left_alone(
    owner_url: str, made_by: str, advice: str, revision: str
) -> None:
    fill(owner_url)
    with opened(owner_url) as connection:
        connection.execute(text("UPDATE alembic_version SET version_num = :made_by"), {"made_by": made_by})
        kept = rows(connection)
    with pytest.raises(BadInput, match=advice):
        migrate(owner_url, revision)
    with opened(owner_url) as connection:
        assert rows(connection) == kept
        assert versions(connection) == [made_by]
        assert not is_at_head(connection)


def test_every_migration_is_known_by_name() -> None:
    scripts = ScriptDirectory.from_config(alembic_settings()).walk_revisions()
    assert tuple(reversed([script.revision for script in scripts])) == REVISIONS


def test_the_head_that_the_code_names_is_the_newest_migration() -> None:
    assert ScriptDirectory.from_config(alembic_settings()).get_heads() == [HEAD]


def test_the_words_that_the_tables_allow_are_those_of_the_domain() -> None:
    assert get_args(Stage) == LIFECYCLES
    assert tuple(Cause) == CAUSES
