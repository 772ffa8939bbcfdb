"""The settings under which nothing that was acknowledged is lost."""

import asyncio
import sqlite3
from pathlib import Path
from threading import Timer

import pytest
from sqlalchemy import Connection, Engine, event, text

from app.domain.errors import Unavailable
from app.storage import views
from app.storage.database import Database
from app.storage.engines import connect, weak_settings
from app.storage.migrations import migrate
from tests.engines import PostgresqlServer
from tests.storage.builders import OURS, RIVER, adding, numbered, store

MINE = views.of(OURS)


@pytest.fixture
def file(tmp_path: Path) -> Path:
    path = tmp_path / "goodoffices.sqlite3"
    migrate(f"sqlite:///{path}")
    return path


def settings(connection: Connection) -> dict[str, object]:
    names = ("journal_mode", "synchronous", "foreign_keys", "secure_delete", "busy_timeout")
    return {name: connection.exec_driver_sql(f"PRAGMA {name}").scalar() for name in names}


async def test_sqlite_writes_with_the_settings_that_lost_nothing_in_power_cuts(file: Path) -> None:
    database = Database.open(f"sqlite:///{file}")
    full = 2
    expected = {
        "journal_mode": "wal",
        "synchronous": full,
        "foreign_keys": 1,
        "secure_delete": 1,
        "busy_timeout": 5000,
    }
    assert await database.write(MINE, settings) == expected
    await database.close()


WEAKER = {
    "PRAGMA journal_mode = DELETE": "sqlite-journal-mode-not-wal",
    "PRAGMA synchronous = NORMAL": "sqlite-synchronous-not-full",
    "PRAGMA foreign_keys = OFF": "sqlite-foreign-keys-off",
    "PRAGMA secure_delete = FAST": "sqlite-secure-delete-off",
}


def weak_settings_of(engine: Engine) -> tuple[str, ...]:
    """What a new connection of the engine finds weak."""
    with engine.connect() as connection:
        found = weak_settings(connection)
    engine.dispose()
    return found


def test_the_settings_in_force_are_strong(engine_url: str) -> None:
    assert weak_settings_of(connect(engine_url)) == ()


@pytest.mark.parametrize(("pragma", "rule"), WEAKER.items())
def test_a_weaker_setting_of_sqlite_is_noticed(file: Path, pragma: str, rule: str) -> None:
    engine = connect(f"sqlite:///{file}")
    event.listen(engine, "connect", lambda driver, _record: driver.execute(pragma).close())
    assert weak_settings_of(engine) == (rule,)


def test_a_server_that_does_not_wait_for_its_disk_is_noticed(tmp_path: Path) -> None:
    server = PostgresqlServer(("fsync = off", "full_page_writes = off", "synchronous_commit = off"))
    with server.database(tmp_path) as addresses:
        # Whether a commit is waited for, each connection of ours decides for itself.
        expected = ("postgresql-fsync-off", "postgresql-full-page-writes-off")
        assert weak_settings_of(connect(addresses.application)) == expected
        careless = connect(addresses.application)
        event.listen(
            careless, "connect", lambda driver, _record: driver.execute("SET synchronous_commit = off").close()
        )
        assert weak_settings_of(careless) == (*expected, "postgresql-synchronous-commit-off")
    server.close()


async def test_the_file_is_for_its_owner_alone(tmp_path: Path) -> None:
    file = tmp_path / "new.sqlite3"
    migrate(f"sqlite:///{file}")
    assert file.stat().st_mode & 0o077 == 0


def test_a_file_that_another_process_is_making_is_waited_for(tmp_path: Path) -> None:
    file = tmp_path / "new.sqlite3"
    other = sqlite3.connect(file, isolation_level=None, check_same_thread=False)
    other.execute("BEGIN")
    other.execute("CREATE TABLE halfway (number int)")
    done = Timer(0.2, other.execute, ["COMMIT"])
    done.start()
    assert weak_settings_of(connect(f"sqlite:///{file}")) == ()
    done.join()
    other.close()


async def test_two_processes_that_write_at_once_wait_for_each_other(file: Path) -> None:
    one, other = Database.open(f"sqlite:///{file}"), Database.open(f"sqlite:///{file}")
    await store(one)
    odd = [one.write(MINE, adding(numbered(number))) for number in range(1, 41, 2)]
    even = [other.write(MINE, adding(numbered(number))) for number in range(2, 41, 2)]
    await asyncio.gather(*odd, *even)
    count = await one.read(MINE, lambda connection: connection.scalar(text("SELECT count(*) FROM initiatives")))
    assert count == 40
    await one.close()
    await other.close()


async def test_a_full_disk_is_unavailable_and_reads_go_on(file: Path) -> None:
    database = Database.open(f"sqlite:///{file}")
    await store(database, RIVER)

    def fill(connection: Connection) -> None:
        pages = connection.exec_driver_sql("PRAGMA page_count").scalar()
        connection.exec_driver_sql(f"PRAGMA max_page_count = {pages}")

    await database.write(MINE, fill)
    works = [database.write(MINE, adding(numbered(number))) for number in range(1, 101)]
    answers = await asyncio.gather(*works, return_exceptions=True)
    assert any(isinstance(answer, Unavailable) for answer in answers)
    assert all(answer is None or isinstance(answer, Unavailable) for answer in answers)
    count = await database.read(MINE, lambda connection: connection.scalar(text("SELECT count(*) FROM initiatives")))
    assert count == 1 + sum(answer is None for answer in answers)

    await database.write(MINE, lambda connection: connection.exec_driver_sql("PRAGMA max_page_count = 1000000").close())
    await database.write(MINE, adding(numbered(500)))
    await database.close()


async def test_a_database_that_somebody_keeps_locked_is_unavailable(file: Path) -> None:
    database = Database.open(f"sqlite:///{file}")
    await store(database)
    await database.write(MINE, lambda connection: connection.exec_driver_sql("PRAGMA busy_timeout = 50").close())
    other = sqlite3.connect(file, isolation_level=None)
    other.execute("BEGIN IMMEDIATE")
    with pytest.raises(Unavailable):
        await database.write(MINE, adding(RIVER))
    other.execute("ROLLBACK")
    other.close()
    await database.write(MINE, adding(RIVER))
    await database.close()


async def test_a_database_out_of_reach_is_unavailable() -> None:
    database = Database.open("postgresql://127.0.0.1:1/nothing")
    with pytest.raises(Unavailable):
        await database.read(MINE, lambda connection: connection.execute(text("SELECT 1")))
    with pytest.raises(Unavailable):
        await database.write(MINE, adding(RIVER, OURS))
    await database.close()


async def test_a_database_that_restarts_is_unavailable_and_then_there_again(database: Database) -> None:
    await store(database)

    def cut(connection: Connection) -> None:
        if connection.dialect.name == "postgresql":
            connection.execute(text("SELECT pg_terminate_backend(pg_backend_pid())"))
        else:
            driver = connection.connection.dbapi_connection
            assert driver is not None
            driver.close()
        adding(RIVER)(connection)

    with pytest.raises(Unavailable):
        await database.write(MINE, cut)
    await database.write(MINE, adding(RIVER))
    with pytest.raises(Unavailable):
        await database.read(MINE, cut)
    assert (
        await database.read(MINE, lambda connection: connection.scalar(text("SELECT count(*) FROM initiatives"))) == 1
    )
