"""`goodoffices migrate` gives a database its tables, on both engines, and says so."""

from pathlib import Path

import pytest
from sqlalchemy import make_url

from app.cli.exit_codes import ExitCode
from app.domain.errors import Unavailable
from app.storage.condition import condition
from app.storage.database import Database
from app.storage.migrations import is_at_head, migrate
from app.storage.views import NOTHING
from tests.cli.conftest import Command
from tests.engines import PostgresqlServer


async def test_a_database_gets_its_tables_by_command(goodoffices: Command, owner_url: str) -> None:
    migrate(owner_url, "base")

    ended = goodoffices("migrate", "--database-url", owner_url)

    assert ended.code == ExitCode.NOTHING_TO_ATTEND_TO
    assert "up to date" in ended.err
    database = Database.open(owner_url)
    assert await database.read(NOTHING, is_at_head)
    await database.close()


def test_doing_it_twice_changes_nothing(goodoffices: Command, tmp_path: Path) -> None:
    first, second = (goodoffices("migrate", "--data-dir", tmp_path / "data") for _ in range(2))

    assert (first.code, second.code) == (ExitCode.NOTHING_TO_ATTEND_TO, ExitCode.NOTHING_TO_ATTEND_TO)
    assert first.err == second.err


def test_a_database_out_of_reach_is_told_in_a_sentence(goodoffices: Command) -> None:
    ended = goodoffices("migrate", "--database-url", "postgresql+psycopg://nobody:x@127.0.0.1:1/nothing")

    assert ended.code == ExitCode.WRONG_USE
    assert "Traceback" not in ended.err


async def test_the_role_of_the_service_gets_what_it_needs_and_no_more(
    goodoffices: Command, postgresql_server: PostgresqlServer, tmp_path: Path
) -> None:
    role = postgresql_server.role()
    with postgresql_server.database(tmp_path) as addresses:
        url = make_url(addresses.owner).set(username=role).render_as_string(hide_password=False)
        database = Database.open(url)
        with pytest.raises(Unavailable):
            await database.read(NOTHING, is_at_head)

        ended = goodoffices("migrate", "--database-url", addresses.owner, "--application-role", role)

        assert ended.code == ExitCode.NOTHING_TO_ATTEND_TO
        found = await database.read(NOTHING, condition)
        assert (found.at_head, found.faults) == (True, ())
        await database.close()


def test_a_role_that_is_not_there_is_told_with_what_to_do(
    goodoffices: Command, postgresql_server: PostgresqlServer, tmp_path: Path
) -> None:
    with postgresql_server.database(tmp_path) as addresses:
        ended = goodoffices("migrate", "--database-url", addresses.owner, "--application-role", "nobody")

    assert ended.code == ExitCode.WRONG_USE
    assert "CREATE ROLE" in ended.err
