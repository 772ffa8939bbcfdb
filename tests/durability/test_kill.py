"""R1: kill -9 of the service, or of PostgreSQL, under load: what was acknowledged is there, once, whole and audited.

Of two services on one database one is killed, too: the other one goes on, and nobody who asks it notices.
"""

import asyncio
import random
import time
from collections.abc import Callable
from pathlib import Path

import pytest

from tests.durability.amounts import amount
from tests.durability.clients import CLIENTS, Notes, load
from tests.durability.figures import report, report_mutant
from tests.durability.keeping import Found, look_after
from tests.durability.postgresql import MortalServer
from tests.durability.serving import House, Service

KILLS = amount(2, 20)
KILLS_OF_ONE = amount(2, 6)
MOST_KILLS_OF_A_MUTANT = 30  # by chance a kill comes when all that was answered is committed
LEAST_PAUSE, LONGEST_PAUSE = 0.2, 1.2  # seconds of work between two kills
LONGEST_WAIT = 30.0  # seconds for an answer of the service that was left alone
GOES_ON = 3  # answers of that service before the other one is started again


async def _killed(service: Service, house: House, kill: Callable[[], None], kills: int) -> Notes:
    """What the clients noted while something was killed and started again so many times at random moments."""
    async with load(service.address, house) as notes:
        for _ in range(kills):
            await notes.next_promise()  # it works again
            await asyncio.sleep(random.uniform(LEAST_PAUSE, LONGEST_PAUSE))
            await asyncio.to_thread(kill)
    return notes


def _told(house: House, trial: str, kills: int, notes: Notes, found: Found) -> None:
    report(
        "R1",
        house.engine,
        trial,
        kills=kills,
        acknowledged=len(notes.promises),
        **found.numbers,
        wrong_answers=len(notes.wrong),
        unanswered=notes.broken,
        refused=notes.refused,
    )


async def test_nothing_acknowledged_is_lost_when_the_service_is_killed(house: House, tmp_path: Path) -> None:
    with Service(house, tmp_path) as service:

        def kill() -> None:
            service.kill()
            service.start()

        notes = await _killed(service, house, kill, KILLS)
    found = await look_after(house, notes.promises)
    _told(house, "service killed", KILLS, notes, found)

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
    _told(mortal_house, "PostgreSQL killed", KILLS, notes, found)

    assert (found.wrong, notes.wrong) == (0, [])
    assert found.stored == len(notes.promises) > 10


class Pair:
    """Two services on one database, and what the clients of each have noted.

    Attributes:
        unanswered: requests to the one that was left alone, while the other one was dead.
        seconds: that its clients waited for an answer then.
    """

    def __init__(self, services: tuple[Service, Service], notes: tuple[Notes, Notes]) -> None:
        self._services, self._notes = services, notes
        self.unanswered = 0
        self.seconds: list[float] = []

    async def kill(self, number: int) -> None:
        """Kills one of them, and starts it again when the other one has gone on for a while."""
        hit, left = self._services[number], self._notes[1 - number]
        await self._notes[number].next_promise()
        await asyncio.sleep(random.uniform(LEAST_PAUSE, LONGEST_PAUSE))
        before, begun = left.broken, time.monotonic()
        await asyncio.to_thread(hit.kill)
        for _ in range(GOES_ON):
            await asyncio.wait_for(left.next_promise(), LONGEST_WAIT)
            self.seconds.append(time.monotonic() - begun)
            begun = time.monotonic()
        self.unanswered += left.broken - before
        await asyncio.to_thread(hit.start)


async def test_of_two_services_one_is_killed_and_the_other_goes_on(house: House, tmp_path: Path) -> None:
    half = CLIENTS // 2
    with Service(house, tmp_path) as one, Service(house, tmp_path) as other:
        async with load(one.address, house, half) as of_one, load(other.address, house, half) as of_other:
            pair = Pair((one, other), (of_one, of_other))
            for number in range(KILLS_OF_ONE):
                await pair.kill(number % 2)
    promises, wrong = [*of_one.promises, *of_other.promises], [*of_one.wrong, *of_other.wrong]
    found = await look_after(house, promises)
    report(
        "R1",
        house.engine,
        "one of two services killed",
        kills=KILLS_OF_ONE,
        acknowledged=len(promises),
        **found.numbers,
        wrong_answers=len(wrong),
        unanswered_by_the_other=pair.unanswered,
        the_other_answered_within_seconds=max(pair.seconds),
    )

    assert (found.wrong, wrong, pair.unanswered) == (0, [], 0)
    assert found.stored == len(promises) > 10


@pytest.mark.parametrize("mutant", ["answers_before_the_commit"])
async def test_an_answer_before_the_commit_is_caught(house: House, tmp_path: Path, mutant: str) -> None:
    kills, lost = 0, 0
    while not lost and kills < MOST_KILLS_OF_A_MUTANT:
        with Service(house, tmp_path, mutant) as service:
            async with load(service.address, house, finish=False) as notes:
                await notes.next_promise()
                await asyncio.sleep(random.uniform(LEAST_PAUSE, LONGEST_PAUSE))
                service.kill()
        kills, lost = kills + 1, (await look_after(house, notes.promises)).lost
    report_mutant("R1", house.engine, mutant, caught=lost > 0, kills=kills, lost=lost)

    assert lost
