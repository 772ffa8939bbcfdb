"""The door to the database: what is answered is stored, and what fails takes nothing with it."""

import asyncio
import threading
from collections.abc import Callable
from pathlib import Path

import pytest
from sqlalchemy import Connection, text
from sqlalchemy.exc import DBAPIError, IntegrityError

from app.domain.errors import BadInput, NotFound, Unavailable
from app.storage import initiatives
from app.storage.database import Database
from tests.storage.builders import NOON, OURS, RIVER, THEIRS, adding, numbered, store


async def titles(database: Database) -> list[str]:
    """What another reader sees."""
    return await database.read(lambda connection: list(connection.scalars(text("SELECT title FROM initiatives"))))


def failing(work: Callable[[Connection], None]) -> Callable[[Connection], None]:
    """The same work, which finds out at its end that it must not be done."""

    def failed(connection: Connection) -> None:
        work(connection)
        raise NotFound

    return failed


def with_a_commit_that_fails(work: Callable[[Connection], None]) -> Callable[[Connection], None]:
    """The same work, in a transaction that breaks a rule which is looked at only in the COMMIT."""

    def doomed(connection: Connection) -> None:
        work(connection)
        here = "REFERENCES organisations (id) DEFERRABLE INITIALLY DEFERRED"
        connection.execute(text(f"CREATE TABLE later (organisation_id varchar(36) {here})"))
        connection.execute(text("INSERT INTO later VALUES ('nobody')"))

    return doomed


async def test_a_write_is_there_for_every_reader_once_it_is_answered(database: Database, engine_url: str) -> None:
    await store(database, RIVER)
    elsewhere = Database.open(engine_url)
    assert await titles(elsewhere) == ["River dialogue"]
    await elsewhere.close()


async def test_a_reader_sees_nothing_that_is_not_committed(database: Database) -> None:
    await store(database)
    written, look = threading.Event(), threading.Event()

    def slow(connection: Connection) -> None:
        adding(RIVER)(connection)
        written.set()
        look.wait(5)

    writing = asyncio.create_task(database.write(slow))
    await asyncio.to_thread(written.wait, 5)
    assert await titles(database) == []
    look.set()
    await writing
    assert await titles(database) == ["River dialogue"]


async def test_a_reader_cannot_write(database: Database) -> None:
    await store(database)
    with pytest.raises((Unavailable, DBAPIError)):
        await database.read(adding(RIVER))
    assert await titles(database) == []


async def test_writes_that_wait_together_each_get_their_own_answer(database: Database) -> None:
    await store(database)

    def adding_number(number: int) -> Callable[[Connection], int]:
        def work(connection: Connection) -> int:
            adding(numbered(number))(connection)
            return number

        return work

    answers = await asyncio.gather(*(database.write(adding_number(number)) for number in range(1, 101)))
    assert answers == list(range(1, 101))
    assert len(await titles(database)) == 100


async def test_a_work_that_fails_in_a_group_takes_nothing_with_it(database: Database) -> None:
    await store(database, RIVER)
    works = [
        adding(numbered(1)),
        failing(adding(numbered(2))),
        adding(RIVER),  # its id is there already
        adding(numbered(3)),
    ]
    answers = await asyncio.gather(*(database.write(work) for work in works), return_exceptions=True)
    assert [type(answer) for answer in answers] == [type(None), NotFound, IntegrityError, type(None)]
    assert len(await titles(database)) == 3


async def test_a_commit_that_fails_stores_nothing_and_says_so(database: Database) -> None:
    await store(database)
    with pytest.raises(Unavailable):
        await database.write(with_a_commit_that_fails(adding(RIVER)))
    assert await titles(database) == []
    await database.write(adding(RIVER))
    assert await titles(database) == ["River dialogue"]


async def test_no_write_that_shares_a_failed_commit_is_acknowledged(database: Database) -> None:
    await store(database)
    works = [adding(numbered(number)) for number in range(1, 20)]
    works.insert(10, with_a_commit_that_fails(adding(RIVER)))
    answers = await asyncio.gather(*(database.write(work) for work in works), return_exceptions=True)
    acknowledged = [answer for answer in answers if answer is None]
    assert isinstance(answers[10], Unavailable)
    assert len(await titles(database)) == len(acknowledged)


async def test_a_view_does_not_change_while_it_is_read(database: Database, engine_url: str) -> None:
    await store(database)
    elsewhere = Database.open(engine_url)

    def look_twice(connection: Connection) -> tuple[object, object]:
        count = text("SELECT count(*) FROM initiatives")
        before = connection.scalar(count)
        writing = threading.Thread(target=asyncio.run, args=(elsewhere.write(adding(RIVER)),))
        writing.start()
        writing.join()
        return before, connection.scalar(count)

    assert await database.read(look_twice) == (0, 0)
    assert await titles(database) == ["River dialogue"]
    await elsewhere.close()


async def test_closing_finishes_what_waits_and_takes_nothing_new(engine_url: str) -> None:
    database = Database.open(engine_url)
    await store(database)
    waiting = [asyncio.create_task(database.write(adding(numbered(number)))) for number in range(1, 31)]
    await asyncio.sleep(0)
    await database.close()
    await asyncio.gather(*waiting)
    with pytest.raises(Unavailable):
        await database.write(adding(RIVER))

    again = Database.open(engine_url)
    assert len(await titles(again)) == 30
    await again.close()


async def test_somebody_who_goes_away_does_not_stop_the_others(database: Database) -> None:
    await store(database)
    gone = asyncio.create_task(database.write(adding(numbered(1))))
    await asyncio.sleep(0)
    gone.cancel()
    await database.write(adding(numbered(2)))
    assert await database.read(lambda connection: initiatives.find(connection, OURS, numbered(2).id)) == numbered(2)


async def test_moments_come_back_to_the_microsecond_in_utc(database: Database) -> None:
    await store(database, RIVER)
    found = await database.read(lambda connection: initiatives.find(connection, OURS, RIVER.id))
    assert found.created_at == NOON
    assert found.created_at.isoformat() == "2026-03-01T12:00:00.000250+00:00"


async def test_another_organisation_finds_nothing(database: Database) -> None:
    await store(database, RIVER)
    with pytest.raises(NotFound):
        await database.read(lambda connection: initiatives.find(connection, THEIRS, RIVER.id))


async def test_a_work_that_may_be_repeated_is_done_once(database: Database) -> None:
    done: list[str] = []

    def noting(name: str) -> Callable[[Connection], None]:
        return lambda _connection: done.append(name)

    for name in ("first", "first", "second"):
        await database.write_once(name, noting(name))
    assert done == ["first", "second"]


def test_a_file_in_a_folder_that_there_is_not_is_refused(tmp_path: Path) -> None:
    with pytest.raises(BadInput, match="folder"):
        Database.open(f"sqlite:///{tmp_path}/missing/goodoffices.sqlite3")


@pytest.mark.parametrize("url", ["mysql://localhost/x", "sqlite://", "not an address"])
def test_other_databases_are_refused(url: str) -> None:
    with pytest.raises(BadInput):
        Database.open(url)
