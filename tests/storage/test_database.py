"""The door to the database: what is answered is stored, and what fails takes nothing with it."""

import asyncio
import threading
from collections.abc import Callable
from pathlib import Path

import pytest
from sqlalchemy import Connection, text
from sqlalchemy.exc import DBAPIError, IntegrityError

from app.domain.errors import BadInput, NotFound, Unavailable
from app.storage import initiatives, views
from app.storage.database import Database
from app.storage.views import View
from tests.storage.builders import NOON, OURS, RIVER, THEIRS, adding, key_of, numbered, store

MINE = views.of(OURS)


async def ids(database: Database) -> list[str]:
    """What another reader sees."""
    return await database.read(MINE, lambda connection: list(connection.scalars(text("SELECT id FROM initiatives"))))


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
        there = "REFERENCES earlier (id) DEFERRABLE INITIALLY DEFERRED"
        connection.execute(text("CREATE TEMPORARY TABLE earlier (id int PRIMARY KEY)"))
        connection.execute(text(f"CREATE TEMPORARY TABLE later (id int {there})"))
        connection.execute(text("INSERT INTO later VALUES (1)"))

    return doomed


async def test_a_write_is_there_for_every_reader_once_it_is_answered(database: Database, engine_url: str) -> None:
    await store(database, RIVER)
    elsewhere = Database.open(engine_url)
    assert await ids(elsewhere) == [RIVER.id]
    await elsewhere.close()


async def test_a_reader_sees_nothing_that_is_not_committed(database: Database) -> None:
    await store(database)
    written, look = threading.Event(), threading.Event()

    def slow(connection: Connection) -> None:
        adding(RIVER)(connection)
        written.set()
        look.wait(5)

    writing = asyncio.create_task(database.write(MINE, slow))
    await asyncio.to_thread(written.wait, 5)
    assert await ids(database) == []
    look.set()
    await writing
    assert await ids(database) == [RIVER.id]


async def test_a_reader_cannot_write(database: Database) -> None:
    await store(database)
    with pytest.raises((Unavailable, DBAPIError)):
        await database.read(MINE, adding(RIVER))
    assert await ids(database) == []


async def test_writes_that_wait_together_each_get_their_own_answer(database: Database) -> None:
    await store(database)

    def adding_number(number: int) -> Callable[[Connection], int]:
        def work(connection: Connection) -> int:
            adding(numbered(number))(connection)
            return number

        return work

    answers = await asyncio.gather(*(database.write(MINE, adding_number(number)) for number in range(1, 101)))
    assert answers == list(range(1, 101))
    assert len(await ids(database)) == 100


async def test_a_work_that_fails_in_a_group_takes_nothing_with_it(database: Database) -> None:
    await store(database, RIVER)
    works = [
        adding(numbered(1)),
        failing(adding(numbered(2))),
        adding(RIVER),  # its id is there already
        adding(numbered(3)),
    ]
    answers = await asyncio.gather(*(database.write(MINE, work) for work in works), return_exceptions=True)
    assert [type(answer) for answer in answers] == [type(None), NotFound, IntegrityError, type(None)]
    assert len(await ids(database)) == 3


async def test_a_commit_that_fails_stores_nothing_and_says_so(database: Database) -> None:
    await store(database)
    with pytest.raises(Unavailable):
        await database.write(MINE, with_a_commit_that_fails(adding(RIVER)))
    assert await ids(database) == []
    await database.write(MINE, adding(RIVER))
    assert await ids(database) == [RIVER.id]


async def test_no_write_that_shares_a_failed_commit_is_acknowledged(database: Database) -> None:
    await store(database)
    works = [adding(numbered(number)) for number in range(1, 20)]
    works.insert(10, with_a_commit_that_fails(adding(RIVER)))
    answers = await asyncio.gather(*(database.write(MINE, work) for work in works), return_exceptions=True)
    acknowledged = [answer for answer in answers if answer is None]
    assert isinstance(answers[10], Unavailable)
    assert len(await ids(database)) == len(acknowledged)


async def test_a_view_does_not_change_while_it_is_read(database: Database, engine_url: str) -> None:
    await store(database)
    elsewhere = Database.open(engine_url)

    def look_twice(connection: Connection) -> tuple[object, object]:
        count = text("SELECT count(*) FROM initiatives")
        before = connection.scalar(count)
        writing = threading.Thread(target=asyncio.run, args=(elsewhere.write(MINE, adding(RIVER)),))
        writing.start()
        writing.join()
        return before, connection.scalar(count)

    assert await database.read(MINE, look_twice) == (0, 0)
    assert await ids(database) == [RIVER.id]
    await elsewhere.close()


async def test_closing_finishes_what_waits_and_takes_nothing_new(engine_url: str) -> None:
    database = Database.open(engine_url)
    await store(database)
    waiting = [asyncio.create_task(database.write(MINE, adding(numbered(number)))) for number in range(1, 31)]
    await asyncio.sleep(0)
    await database.close()
    await asyncio.gather(*waiting)
    with pytest.raises(Unavailable):
        await database.write(MINE, adding(RIVER))

    again = Database.open(engine_url)
    assert len(await ids(again)) == 30
    await again.close()


async def test_somebody_who_goes_away_does_not_stop_the_others(database: Database) -> None:
    await store(database)
    gone = asyncio.create_task(database.write(MINE, adding(numbered(1))))
    await asyncio.sleep(0)
    gone.cancel()
    await database.write(MINE, adding(numbered(2)))
    assert await database.read(
        MINE, lambda connection: initiatives.find(connection, key_of(numbered(2).id))
    ) == numbered(2)


async def test_moments_come_back_to_the_microsecond_in_utc(database: Database) -> None:
    await store(database, RIVER)
    found = await database.read(MINE, lambda connection: initiatives.find(connection, key_of(RIVER.id)))
    assert found.created_at == NOON
    assert found.created_at.isoformat() == "2026-03-01T12:00:00.000250+00:00"


@pytest.mark.parametrize("view", [views.of(THEIRS), views.of(OURS)], ids=["their view", "our view"])
async def test_another_organisation_finds_nothing(database: Database, view: View) -> None:
    await store(database, RIVER)
    with pytest.raises(NotFound):
        await database.read(view, lambda connection: initiatives.find(connection, key_of(RIVER.id, THEIRS)))


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
