"""What has ended is forgotten a few rows at a time, and nothing else is, on each engine."""

import asyncio
from collections.abc import Callable
from datetime import UTC, datetime, timedelta

import pytest
from sqlalchemy import Connection, func, select

from app.domain.errors import Unavailable
from app.storage.access_tables import CounterRow, SessionRow
from app.storage.database import Database
from app.storage.tables import IdempotencyKeyRow, table_of
from app.storage.views import of
from app.usecases import tidying
from tests.usecases.builders import NOBODYS
from tests.usecases.house import House

RETRIES, SESSIONS, COUNTERS = (table_of(row) for row in (IdempotencyKeyRow, SessionRow, CounterRow))
A_WEEK, AN_HOUR, A_MINUTE = timedelta(days=7), timedelta(hours=1), timedelta(minutes=1)


def rows(house: House, ended: int, going_on: int) -> Callable[[Connection], None]:
    """So many rows of each kind that have had their time, and so many that have a minute left."""
    organisation, person = house.principal.organisation_id, house.principal.person_id
    moments = [datetime.now(UTC) - A_MINUTE] * ended + [datetime.now(UTC) + A_MINUTE] * going_on

    def write(connection: Connection) -> None:
        for number, moment in enumerate(moments):
            whose = {"organisation_id": organisation}
            retry = {"key_digest": f"{number}", "request_digest": "", "subject_id": NOBODYS, "revision": 0}
            connection.execute(RETRIES.insert(), whose | retry | {"created_at": moment - A_WEEK})
            session = {"id": f"{number}", "person_id": person, "digest": f"{number}", "created_at": moment}
            connection.execute(SESSIONS.insert(), whose | session | {"expires_at": moment})
            counter = {"name": f"{number}", "used": 1, "expires_at": moment - AN_HOUR}
            connection.execute(COUNTERS.insert(), whose | counter)

    return write


async def left(database: Database, organisation: str) -> list[int]:
    """How many rows of each kind there are."""

    def count(connection: Connection) -> list[int]:
        tables = (RETRIES, SESSIONS, COUNTERS)
        return [connection.scalar(select(func.count()).select_from(table)) or 0 for table in tables]

    return await database.read(of(organisation), count)


async def test_what_ended_is_forgotten_and_nothing_else(house: House, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(tidying, "AT_ONCE", 3)
    await house.database.write(of(house.principal.organisation_id), rows(house, ended=8, going_on=2))

    await tidying.forget_what_ended(house.office)

    assert await left(house.database, house.principal.organisation_id) == [2, 2, 2]


async def test_one_turn_does_not_go_on_for_ever(house: House, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(tidying, "AT_ONCE", 2)
    monkeypatch.setattr(tidying, "MOST_TURNS", 2)
    await house.database.write(of(house.principal.organisation_id), rows(house, ended=6, going_on=0))

    await tidying.forget_what_ended(house.office)

    assert await left(house.database, house.principal.organisation_id) == [2, 2, 2]


async def test_it_goes_on_after_a_database_was_out_of_reach(house: House, monkeypatch: pytest.MonkeyPatch) -> None:
    told: list[Unavailable] = []
    again = asyncio.Event()
    whole = tidying.forget_what_ended

    async def out_of_reach_once(office: object) -> None:
        if not told:
            raise Unavailable
        await whole(house.office)
        again.set()

    monkeypatch.setattr(tidying, "forget_what_ended", out_of_reach_once)
    tidy = asyncio.create_task(tidying.keep_tidy(house.office, told.append, every=0.0))
    await asyncio.wait_for(again.wait(), 20)
    tidy.cancel()

    assert len(told) == 1
