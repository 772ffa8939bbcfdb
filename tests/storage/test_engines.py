"""The settings under which nothing that was acknowledged is lost."""

import asyncio
import sqlite3
from pathlib import Path

import pytest
from sqlalchemy import Connection, text

from app.domain.errors import Unavailable
from app.storage.database import Database
from app.storage.migrations import migrate
from tests.storage.builders import OURS, RIVER, adding, numbered, store


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
    assert await database.write(settings) == expected
    await database.close()


async def test_the_file_is_for_its_owner_alone(tmp_path: Path) -> None:
    file = tmp_path / "new.sqlite3"
    migrate(f"sqlite:///{file}")
    assert file.stat().st_mode & 0o077 == 0


async def test_two_processes_that_write_at_once_wait_for_each_other(file: Path) -> None:
    one, other = Database.open(f"sqlite:///{file}"), Database.open(f"sqlite:///{file}")
    await store(one)
    odd = [one.write(adding(numbered(number))) for number in range(1, 41, 2)]
    even = [other.write(adding(numbered(number))) for number in range(2, 41, 2)]
    await asyncio.gather(*odd, *even)
    count = await one.read(lambda connection: connection.scalar(text("SELECT count(*) FROM initiatives")))
    assert count == 40
    await one.close()
    await other.close()


async def test_a_full_disk_is_unavailable_and_reads_go_on(file: Path) -> None:
    database = Database.open(f"sqlite:///{file}")
    await store(database, RIVER)

    def fill(connection: Connection) -> None:
        pages = connection.exec_driver_sql("PRAGMA page_count").scalar()
        connection.exec_driver_sql(f"PRAGMA max_page_count = {pages}")

    await database.write(fill)
    works = [database.write(adding(numbered(number))) for number in range(1, 101)]
    answers = await asyncio.gather(*works, return_exceptions=True)
    assert any(isinstance(answer, Unavailable) for answer in answers)
    assert all(answer is None or isinstance(answer, Unavailable) for answer in answers)
    count = await database.read(lambda connection: connection.scalar(text("SELECT count(*) FROM initiatives")))
    assert count == 1 + sum(answer is None for answer in answers)

    await database.write(lambda connection: connection.exec_driver_sql("PRAGMA max_page_count = 1000000").close())
    await database.write(adding(numbered(500)))
    await database.close()


async def test_a_database_that_somebody_keeps_locked_is_unavailable(file: Path) -> None:
    database = Database.open(f"sqlite:///{file}")
    await store(database)
    await database.write(lambda connection: connection.exec_driver_sql("PRAGMA busy_timeout = 50").close())
    other = sqlite3.connect(file, isolation_level=None)
    other.execute("BEGIN IMMEDIATE")
    with pytest.raises(Unavailable):
        await database.write(adding(RIVER))
    other.execute("ROLLBACK")
    other.close()
    await database.write(adding(RIVER))
    await database.close()


async def test_a_database_out_of_reach_is_unavailable() -> None:
    database = Database.open("postgresql://127.0.0.1:1/nothing")
    with pytest.raises(Unavailable):
        await database.read(lambda connection: connection.execute(text("SELECT 1")))
    with pytest.raises(Unavailable):
        await database.write(adding(RIVER, OURS))
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
        await database.write(cut)
    await database.write(adding(RIVER))
    with pytest.raises(Unavailable):
        await database.read(cut)
    assert await database.read(lambda connection: connection.scalar(text("SELECT count(*) FROM initiatives"))) == 1
