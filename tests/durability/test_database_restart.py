"""R9: PostgreSQL restarted, frozen, or behind a bad network under load: 503 meanwhile, no wrong answer, recovery."""

import asyncio
import time
from collections.abc import Awaitable, Callable
from contextlib import AsyncExitStack
from dataclasses import replace
from pathlib import Path

import httpx
import pytest
from sqlalchemy import make_url

from app.storage.patience import LONGEST_SILENCE
from app.storage.writer import LONGEST_WAIT
from tests.durability.amounts import DEEP, amount
from tests.durability.clients import CLIENTS, Notes, load
from tests.durability.figures import report, report_mutant
from tests.durability.keeping import look_after
from tests.durability.mutants import HURRIED_SILENCE
from tests.durability.postgresql import MortalServer
from tests.durability.proxy import Proxy
from tests.durability.serving import House, Service

TIMES = amount(1, 5)
LONGEST_RECOVERY = 60.0
CROWDED = 5.0  # seconds that a machine may take that has more to do
READY_AT_LAST = 3.0 + CROWDED  # what somebody waits who asks whether it is ready
# What a request takes at most: its turn, an answer that does not come, and a new connection that does not either.
PATIENCE = "" if DEEP else "hurried"
SILENCE = LONGEST_SILENCE if DEEP else HURRIED_SILENCE
LONGEST_REQUEST = (LONGEST_WAIT + LONGEST_SILENCE if DEEP else 3 * HURRIED_SILENCE) + CROWDED
FROZEN = SILENCE + 2  # seconds that the server says nothing

Trouble = Callable[[], Awaitable[None]]


def through(house: House, proxy: Proxy) -> House:
    """The same house, reached over a network."""

    def led(url: str) -> str:
        address = make_url(url).set(host="127.0.0.1", port=proxy.port, query={})
        return address.render_as_string(hide_password=False)

    places = replace(house.places, database=led(house.places.database), key_store=led(house.places.key_store))
    return replace(house, places=places)


async def survived(name: str, house: House, service: Service, troubles: list[Trouble]) -> Notes:
    """What the clients noted while there was trouble; nothing that they were promised is missing."""
    seconds = []
    async with load(service.address, house) as notes:
        for trouble in troubles * TIMES:
            for _ in range(CLIENTS):  # so that nobody has nothing but trouble
                await notes.next_promise()
            await trouble()
            mended = time.monotonic()
            async with asyncio.timeout(LONGEST_RECOVERY):
                await notes.next_promise()
            seconds.append(time.monotonic() - mended)
    found = await look_after(house, notes.promises)
    report(
        "R9",
        house.engine,
        name,
        times=len(seconds),
        recovered_within_seconds=max(seconds),
        longest_request_seconds=notes.longest,
        refused=notes.refused,
        unanswered=notes.broken,
        acknowledged=len(notes.promises),
        wrong_answers=len(notes.wrong),
        **found.numbers,
    )
    assert (notes.wrong, notes.broken, found.wrong) == ([], 0, 0)
    return notes


async def test_a_restart_of_postgresql_is_survived(mortal: MortalServer, mortal_house: House, tmp_path: Path) -> None:
    async def restart() -> None:
        await asyncio.to_thread(mortal.restart)

    with Service(mortal_house, tmp_path) as service:
        notes = await survived("PostgreSQL restarted", mortal_house, service, [restart])

    assert notes.refused


async def test_a_bad_network_is_survived(mortal: MortalServer, mortal_house: House, tmp_path: Path) -> None:
    async with Proxy(mortal.socket) as proxy:

        async def away() -> None:
            proxy.refuses = True
            proxy.cut()
            await asyncio.sleep(0.5)
            proxy.refuses = False

        async def cut() -> None:
            proxy.cut()

        async def half_closed() -> None:
            proxy.half_close()

        async def slow() -> None:
            proxy.delay = 0.05
            await asyncio.sleep(1)
            proxy.delay = 0.0

        house = through(mortal_house, proxy)
        service = Service(house, tmp_path)
        await asyncio.to_thread(service.start)
        try:
            notes = await survived("bad network", mortal_house, service, [away, cut, half_closed, slow])
        finally:
            service.kill()

    assert notes.refused


async def test_a_frozen_postgresql_keeps_nobody_waiting(
    mortal: MortalServer, mortal_house: House, tmp_path: Path
) -> None:
    with Service(mortal_house, tmp_path, PATIENCE) as service:

        async def frozen() -> None:
            mortal.freeze()
            try:
                _, seconds = await asyncio.gather(asyncio.sleep(FROZEN), _not_ready(service))
                assert seconds < READY_AT_LAST
            finally:
                mortal.thaw()

        notes = await survived("PostgreSQL frozen", mortal_house, service, [frozen])

    assert notes.refused
    assert notes.longest < LONGEST_REQUEST


async def test_a_network_that_swallows_everything_keeps_nobody_waiting(
    mortal: MortalServer, mortal_house: House, tmp_path: Path
) -> None:
    async with Proxy(mortal.socket) as proxy:

        async def swallowed() -> None:
            proxy.swallows = True
            await asyncio.gather(asyncio.sleep(FROZEN), _not_ready(service))
            proxy.swallows = False
            proxy.cut()

        service = Service(through(mortal_house, proxy), tmp_path, PATIENCE)
        await asyncio.to_thread(service.start)
        try:
            notes = await survived("network that swallows", mortal_house, service, [swallowed])
        finally:
            service.kill()

    assert notes.refused
    assert notes.longest < LONGEST_REQUEST


async def test_a_host_that_loses_its_network_does_not_stop_the_other(
    mortal: MortalServer, mortal_house: House, tmp_path: Path
) -> None:
    """What it had begun keeps its locks until PostgreSQL finds that nothing comes any more."""
    seconds = []
    async with Proxy(mortal.socket) as proxy, AsyncExitStack() as running:
        cut_off, well = Service(through(mortal_house, proxy), tmp_path, PATIENCE), Service(mortal_house, tmp_path)
        for service in (cut_off, well):
            running.callback(service.kill)
            await asyncio.to_thread(service.start)
        theirs = await running.enter_async_context(load(cut_off.address, mortal_house, CLIENTS // 2))
        ours = await running.enter_async_context(load(well.address, mortal_house, CLIENTS // 2))
        for _ in range(TIMES):
            await asyncio.gather(theirs.next_promise(), ours.next_promise())
            proxy.swallows, begun = True, time.monotonic()
            async with asyncio.timeout(LONGEST_RECOVERY):
                for _ in range(CLIENTS):
                    await ours.next_promise()
            seconds.append(time.monotonic() - begun)
            proxy.swallows = False
            proxy.cut()
    promises, wrong = [*theirs.promises, *ours.promises], [*theirs.wrong, *ours.wrong]
    found = await look_after(mortal_house, promises)
    report(
        "R9",
        mortal_house.engine,
        "one of two hosts without its network",
        times=TIMES,
        the_other_went_on_within_seconds=max(seconds),
        acknowledged=len(promises),
        wrong_answers=len(wrong),
        **found.numbers,
    )

    assert (wrong, theirs.broken + ours.broken, found.wrong) == ([], 0, 0)


@pytest.mark.parametrize("mutant", ["waits_for_ever"])
async def test_a_service_that_waits_for_ever_is_caught(
    mortal: MortalServer, mortal_house: House, tmp_path: Path, mutant: str
) -> None:
    waited = False
    with Service(mortal_house, tmp_path, mutant) as service:
        async with httpx.AsyncClient(base_url=service.address, headers=mortal_house.headers) as http:
            assert (await http.get("/v1/initiatives", timeout=LONGEST_REQUEST)).is_success
            mortal.freeze()
            try:
                await http.get("/v1/initiatives", timeout=3 * HURRIED_SILENCE + CROWDED)
            except httpx.ReadTimeout:
                waited = True
            finally:
                mortal.thaw()
    report_mutant("R9", mortal_house.engine, mutant, caught=waited)

    assert waited


async def _not_ready(service: Service) -> float:
    """How many seconds it takes until somebody who asks is told that it cannot serve."""
    begun = time.monotonic()
    async with httpx.AsyncClient(base_url=service.address) as http:
        answer = await http.get("/readyz", timeout=LONGEST_REQUEST)
    assert (answer.status_code, "retry-after" in answer.headers) == (503, True)
    return time.monotonic() - begun
