"""SIGTERM under load: the service finishes what it has begun, answers it, and ends in time."""

import asyncio
from pathlib import Path

from app.server import LAST_SECONDS
from tests.durability.amounts import amount, report
from tests.durability.clients import load
from tests.durability.keeping import look_after
from tests.durability.serving import House, Service

STOPS = amount(1, 20)


async def test_a_stop_under_load_loses_nothing_and_leaves_nothing_untold(
    house: House, databases: object, tmp_path: Path
) -> None:
    promises, seconds, wrong = [], [], []
    for _ in range(STOPS):
        with Service(house, tmp_path) as service:
            async with load(service.address, house, finish=False) as notes:
                for _ in range(10):
                    await notes.next_promise()
                seconds.append(await asyncio.to_thread(service.stop))
                await asyncio.sleep(0.5)  # the last answers are taken
            faults = [line for line in service.log if line.get("event") == "fault"]
        promises += notes.promises
        wrong += [*notes.wrong, *faults]
    found = await look_after(house, promises)
    report(
        f"Graceful stop, {type(databases).__name__}",
        stops=STOPS,
        acknowledged=len(promises),
        lost=found.lost,
        untold=found.doubled,
        longest=f"{max(seconds):.1f} s",
    )

    assert (found.wrong, wrong) == (0, [])
    assert max(seconds) < LAST_SECONDS
