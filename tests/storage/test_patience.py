"""Whose turn comes too late is told so, and nothing of it is done; what comes afterwards is done as ever."""

import asyncio
from collections.abc import Callable, Coroutine
from pathlib import Path
from threading import Event
from typing import Any

import pytest
from sqlalchemy import Connection

from app.domain.errors import Unavailable
from app.storage import database as reading
from app.storage import writer
from app.storage.database import Database
from app.storage.engines import READERS, WRITERS
from app.storage.views import NOTHING
from tests.engines import PostgresqlServer

A_MOMENT = 0.05


@pytest.fixture(autouse=True)
def a_short_wait(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(writer, "LONGEST_WAIT", A_MOMENT)
    monkeypatch.setattr(reading, "LONGEST_WAIT", A_MOMENT)


async def _done_when_all_are_busy(do: Callable[..., Coroutine[Any, Any, None]], threads: int) -> list[str]:
    """What was done of a work that all threads were too busy for, and of one that came afterwards."""
    done: list[str] = []
    free = Event()

    def hold(_connection: Connection) -> None:
        free.wait()

    busy = [asyncio.create_task(do(NOTHING, hold)) for _ in range(threads)]
    await asyncio.sleep(A_MOMENT)
    late = asyncio.create_task(do(NOTHING, lambda _: done.append("late")))
    await asyncio.sleep(3 * A_MOMENT)
    free.set()
    await asyncio.gather(*busy, return_exceptions=True)
    with pytest.raises(Unavailable):
        await late
    await do(NOTHING, lambda _: done.append("afterwards"))
    return done


async def test_a_write_whose_turn_comes_too_late_is_refused(database: Database) -> None:
    assert await _done_when_all_are_busy(database.write, WRITERS) == ["afterwards"]


async def test_a_read_whose_turn_comes_too_late_is_refused(postgresql_server: PostgresqlServer, tmp_path: Path) -> None:
    with postgresql_server.database(tmp_path) as addresses:
        database = Database.open(addresses.application)
        assert await _done_when_all_are_busy(database.read, READERS) == ["afterwards"]
        await database.close()
