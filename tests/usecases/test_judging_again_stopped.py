"""Who stops judging, or cannot go on, leaves nothing behind that others wait for or that nobody looks at."""

import asyncio
from threading import Event
from typing import Any

import pytest

from app.domain.errors import Unavailable
from app.storage import jobs as stored_jobs
from app.storage.jobs import JobState
from app.usecases import judging_again
from app.usecases.verdicts import Judging
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
    """It does not go on to read what may be closed by then."""
    monkeypatch.setattr(stored_jobs, "PARTS", 1)
    for most in ("AT_FIRST", "AT_MOST"):
        monkeypatch.setattr(judging_again, most, 7)
    await filled(house, 30)
    await asked_for(house)
    ended: list[bool] = []
    begun = Event()
    first, judge = iter([True, False]), Judging.verdicts

    async def slow_after_the_first(self: Judging, some: Any) -> Any:
        if next(first):
            return await judge(self, some)
        begun.set()
        try:
            await asyncio.sleep(60)
        finally:
            await asyncio.sleep(0.01)
            ended.append(True)

    def never(*_: object) -> None:
        begun.wait(10)
        raise Unavailable

    monkeypatch.setattr(Judging, "verdicts", slow_after_the_first)
    monkeypatch.setattr(stored_jobs, "advance", never)
    with pytest.raises(Unavailable):
        await judging_again.work(house.using(NEWER).office, "worker")
    assert ended == [True]
