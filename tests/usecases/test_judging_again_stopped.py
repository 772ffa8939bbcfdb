"""Who stops judging, or cannot go on, leaves nothing behind that others wait for or that nobody looks at."""

import asyncio
import gc

import pytest

from app.domain.errors import Unavailable
from app.storage import jobs as stored_jobs
from app.storage import judgements
from app.storage.database import Connection
from app.storage.jobs import JobState, Piece
from app.usecases import judging_again
from tests.usecases.house import House
from tests.usecases.test_judging_again import NEWER, asked_for, filled, progress


async def test_who_is_told_to_stop_gives_back_what_is_left_at_once(
    house: House, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(stored_jobs, "PARTS", 1)
    for most in ("AT_FIRST", "AT_MOST"):
        monkeypatch.setattr(judging_again, most, 7)
    ids, office = await filled(house, 30), house.using(NEWER).office
    job, said = await asked_for(house), iter([False, True])
    place = (office, house.principal.organisation_id, job.id)
    assert await judging_again.work_at(*place, "stops", lambda: next(said)) == 14
    assert await judging_again.work_at(*place, "next") == len(ids) - 14  # and waits for no lease to end
    assert (await progress(house, job)).state is JobState.DONE


async def test_what_was_begun_ahead_has_ended_when_storing_fails(house: House, monkeypatch: pytest.MonkeyPatch) -> None:
    """Neither goes on to read what may be closed by then, nor is told of at some later time as nobody's failure."""
    monkeypatch.setattr(stored_jobs, "PARTS", 1)
    for most in ("AT_FIRST", "AT_MOST"):
        monkeypatch.setattr(judging_again, most, 7)
    await filled(house, 30)
    await asked_for(house)
    told: list[str] = []
    asyncio.get_running_loop().set_exception_handler(lambda _, context: told.append(context["message"]))
    pages, page = iter([True, False]), judgements.page

    def first_page_only(connection: Connection, piece: Piece, most: int) -> list[judgements.Standing]:
        if next(pages):
            return page(connection, piece, most)
        raise Unavailable

    def never(*_: object) -> None:
        raise Unavailable

    monkeypatch.setattr(judgements, "page", first_page_only)
    monkeypatch.setattr(stored_jobs, "advance", never)
    with pytest.raises(Unavailable):
        await judging_again.work(house.using(NEWER).office, "worker")
    gc.collect()
    assert told == []
