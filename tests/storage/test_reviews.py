"""Nothing of a review or a conversation can be read where it lies, moved to another row, or swapped."""

from dataclasses import replace
from typing import Any

import pytest
from sqlalchemy import Table, select

from app.domain.errors import Damaged, NotFound
from app.domain.review import About, Comment, Did, Review, ReviewState, Signature, Subject, Thread, ThreadState
from app.domain.revision import StoredDesign
from app.storage import initiatives, reviews, revisions, threads
from app.storage.database import Connection, Database
from app.storage.reviews import REVIEWS
from app.storage.threads import COMMENTS, EVERY_THREAD, THREADS
from app.storage.views import of
from tests.storage.builders import NOON, OURS, RIVER, design_of, key_of, preparing

KEY = key_of(RIVER.id)
ANNA, BEN = Signature("1", "Anna of the hills", NOON), Signature("2", "Ben of the lake", NOON)
FIRST = Review("r1", 1, ReviewState.SUBMITTED, 0, "A secret note", ANNA)
SECOND = Review("r2", 2, ReviewState.WITHDRAWN, 0, "Another note", ANNA)
TALK = Thread("t1", Subject(1, About.FIELD, None, "/secret/place"), ThreadState.OPEN, 1, "A secret doubt", ANNA)
OTHER = Thread("t2", Subject(2, About.FINDING, "secret.check"), ThreadState.OPEN, 1, "Another doubt", ANNA)
SECRETS = (b"secret", b"Anna", b"Ben", b"note", b"doubt")


@pytest.fixture
async def filled(database: Database) -> Database:
    """Two revisions with a review, a conversation and an answer each."""

    def fill(connection: Connection) -> None:
        preparing()(connection)
        later = replace(RIVER, revision=2)
        initiatives.add(connection, KEY, RIVER)
        for stored in (design_of(RIVER), design_of(later)):
            store(connection, stored)
        for review in (FIRST, SECOND):
            reviews.add(connection, KEY, review)
        reviews.settle(connection, KEY, FIRST, ReviewState.SIGNED_OFF, "A secret statement", BEN)
        for thread in (TALK, OTHER):
            threads.add(connection, KEY, thread)
            longer = replace(thread, entries=2, state=ThreadState.RESOLVED, settled=BEN)
            threads.extend(connection, KEY, longer, Comment(2, Did.RESOLVED, "A secret answer", BEN))

    await database.write(of(OURS), fill)
    return database


def store(connection: Connection, stored: StoredDesign) -> None:
    revisions.add(connection, KEY, stored)


def read_all(connection: Connection) -> None:
    """Opens everything that there is."""
    reviews.page(connection, KEY, None, 10)
    for thread in threads.page(connection, KEY, EVERY_THREAD, None, 10).items:
        threads.comments(connection, KEY, thread)


async def cells(database: Database, table: Table) -> list[Any]:
    return await database.read(of(OURS), lambda connection: list(connection.execute(select(table))))


async def test_what_was_stored_is_read_again(filled: Database) -> None:
    def read(connection: Connection) -> None:
        settled = replace(FIRST, state=ReviewState.SIGNED_OFF, version=1, statement="A secret statement", settled=BEN)
        assert reviews.find(connection, KEY, "r1") == settled
        talk = threads.find(connection, KEY, "t1")
        assert talk == replace(TALK, entries=2, state=ThreadState.RESOLVED, settled=BEN)
        assert [one.text for one in threads.comments(connection, KEY, talk)] == ["A secret doubt", "A secret answer"]

    await filled.read(of(OURS), read)


@pytest.mark.parametrize("table", [REVIEWS, THREADS, COMMENTS], ids=str)
async def test_no_word_and_no_name_lies_in_clear(filled: Database, table: Table) -> None:
    rows = await cells(filled, table)
    assert rows
    for row in rows:
        written = b" ".join(cell if isinstance(cell, bytes) else str(cell).encode() for cell in row)
        assert not any(secret in written for secret in SECRETS)


@pytest.mark.parametrize(
    ("table", "values"),
    [
        (REVIEWS, {"id": "r9"}),
        (REVIEWS, {"revision": 2}),
        (THREADS, {"revision": 2}),
        (COMMENTS, {"number": 3}),
    ],
    ids=str,
)
async def test_a_row_that_was_moved_does_not_verify(filled: Database, table: Table, values: dict[str, Any]) -> None:
    key = "thread_id" if table is COMMENTS else "id"
    number = (table.c.number == 2) if table is COMMENTS else (table.c.revision == 1)

    def move(connection: Connection) -> None:
        connection.execute(table.update().where(table.c[key].in_(["r1", "t1"]), number).values(values))

    await filled.write(of(OURS), move)
    with pytest.raises(Damaged):
        await filled.read(of(OURS), read_all)


@pytest.mark.parametrize(("table", "column"), [(REVIEWS, "note"), (THREADS, "place"), (COMMENTS, "text")], ids=str)
async def test_two_cells_that_were_swapped_do_not_verify(filled: Database, table: Table, column: str) -> None:
    first, second = (row._mapping[table.c[column]] for row in (await cells(filled, table))[:2])

    def swap(connection: Connection) -> None:
        connection.execute(table.update().where(table.c[column] == first).values({column: second}))

    await filled.write(of(OURS), swap)
    with pytest.raises(Damaged):
        await filled.read(of(OURS), read_all)


async def test_a_review_that_is_settled_is_not_settled_again(filled: Database) -> None:
    def again(connection: Connection) -> None:
        reviews.settle(connection, KEY, FIRST, ReviewState.WITHDRAWN, None, ANNA)

    with pytest.raises(NotFound):
        await filled.write(of(OURS), again)
