"""Counts are kept by whoever changes them, several at a time or against each other, and nobody waits for ever."""

import asyncio
from dataclasses import replace
from datetime import date

import pytest
from sqlalchemy import Connection

from app.storage import known, portfolio, views
from app.storage.database import Database
from app.storage.portfolio import Move
from app.storage.tallies import Judgement, Tally
from tests.storage.builders import CHECKLIST, OURS, store

OLD, NEW = CHECKLIST.digest, "d" * 64
TODAY = date(2026, 3, 1)
BEFORE, AFTER = Judgement(OLD, "kcm", "-w-"), Judgement(NEW, "com")


@pytest.fixture
async def ours(database: Database) -> Database:
    """A database with an organisation and two checklists."""
    await store(database)
    await database.write_once(
        "another", lambda connection: known.keep_checklist(connection, replace(CHECKLIST, digest=NEW))
    )
    return database


async def move(database: Database, *moves: Move) -> None:
    def work(connection: Connection) -> None:
        portfolio.moved_together(connection, OURS, moves, TODAY)

    await database.write(views.of(OURS), work)


async def expect(database: Database, **designs: list[Judgement]) -> None:
    """The counts of now and of today are those of these designs."""

    def read(connection: Connection) -> None:
        for digest, those in ((OLD, designs.get("old", [])), (NEW, designs.get("new", []))):
            right = Tally()
            right.add_all(those)
            assert portfolio.find(connection, OURS, digest).differing(right) == 0
            days = portfolio.days(connection, OURS, digest, (TODAY, TODAY), 2)
            assert [(day, tally.differing(right)) for day, tally in days] == [(TODAY, 0)]

    await database.read(views.of(OURS), read)


async def test_several_that_are_alike_are_each_counted(ours: Database) -> None:
    await move(ours, *[(None, BEFORE)] * 5)
    await move(ours, *[(BEFORE, AFTER)] * 2, (BEFORE, None), (BEFORE, BEFORE), (BEFORE, replace(BEFORE, waived="")))
    await expect(ours, old=[BEFORE, replace(BEFORE, waived="")], new=[AFTER, AFTER])


async def test_moves_in_both_directions_at_once_wait_for_each_other_and_end(ours: Database) -> None:
    await move(ours, *[(None, BEFORE)] * 40, *[(None, AFTER)] * 40)
    there, back = (BEFORE, AFTER), (AFTER, BEFORE)
    await asyncio.gather(
        *(move(ours, *way) for _ in range(20) for way in ([there], [back], [there, back], [back, there]))
    )
    await expect(ours, old=[BEFORE] * 40, new=[AFTER] * 40)


async def test_the_first_designs_of_a_checklist_may_come_at_the_same_time(ours: Database) -> None:
    await asyncio.gather(*(move(ours, (None, each)) for each in (BEFORE, AFTER) * 10))
    await expect(ours, old=[BEFORE] * 10, new=[AFTER] * 10)
