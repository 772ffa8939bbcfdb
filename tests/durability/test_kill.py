"""R1: kill -9 of the service, or of PostgreSQL, under load: what was acknowledged is there, once, whole and audited."""

import asyncio
import random
from collections.abc import Callable
from dataclasses import asdict
from pathlib import Path

import pytest

from tests.durability.amounts import amount, report
from tests.durability.clients import Notes, load
from tests.durability.keeping import Found, look_after
from tests.durability.postgresql import MortalServer
from tests.durability.serving import House, Service

KILLS = amount(2, 40)
MOST_KILLS_OF_A_MUTANT = 5
LEAST_PAUSE, LONGEST_PAUSE = 0.2, 1.2  # seconds of work between two kills


async def _killed(service: Service, house: House, kill: Callable[[], None], kills: int) -> Notes:
    """What the clients noted while something was killed and started again so many times at random moments."""
    async with load(service.address, house) as notes:
        for _ in range(kills):
            await notes.next_promise()  # it works again
            await asyncio.sleep(random.uniform(LEAST_PAUSE, LONGEST_PAUSE))
            await asyncio.to_thread(kill)
    return notes


def _told(name: str, kills: int, notes: Notes, found: Found) -> None:
    report(
        name,
        kills=kills,
        acknowledged=len(notes.promises),
        **asdict(found),
        unanswered=notes.broken,
        refused=notes.refused,
        wrong=len(notes.wrong),
    )


async def test_nothing_acknowledged_is_lost_when_the_service_is_killed(
    house: House, databases: object, tmp_path: Path
) -> None:
    with Service(house, tmp_path) as service:

        def kill() -> None:
            service.kill()
            service.start()

        notes = await _killed(service, house, kill, KILLS)
    found = await look_after(house, notes.promises)
    _told(f"R1 service killed, {type(databases).__name__}", KILLS, notes, found)

    assert (found.wrong, notes.wrong) == (0, [])
    assert found.stored == len(notes.promises) > 10


async def test_nothing_acknowledged_is_lost_when_postgresql_is_killed(
    mortal: MortalServer, mortal_house: House, tmp_path: Path
) -> None:
    def kill() -> None:
        mortal.kill()
        mortal.start()

    with Service(mortal_house, tmp_path) as service:
        notes = await _killed(service, mortal_house, kill, KILLS)
    found = await look_after(mortal_house, notes.promises)
    _told("R1 PostgreSQL killed", KILLS, notes, found)

    assert (found.wrong, notes.wrong) == (0, [])
    assert found.stored == len(notes.promises) > 10


@pytest.mark.parametrize("mutant", ["answers_before_the_commit"])
async def test_an_answer_before_the_commit_is_caught(
    house: House, databases: object, tmp_path: Path, mutant: str
) -> None:
    kills, lost = 0, 0
    while not lost and kills < MOST_KILLS_OF_A_MUTANT:
        with Service(house, tmp_path, mutant) as service:
            async with load(service.address, house, finish=False) as notes:
                await notes.next_promise()
                await asyncio.sleep(random.uniform(LEAST_PAUSE, LONGEST_PAUSE))
                service.kill()
        kills, lost = kills + 1, (await look_after(house, notes.promises)).lost
    report(f"R1 mutant {mutant}, {type(databases).__name__}", kills=kills, lost=lost)

    assert lost
