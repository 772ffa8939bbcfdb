"""R5: eight editors change one design over two service processes: every edit that was accepted is in it."""

import asyncio
from contextlib import AsyncExitStack
from dataclasses import dataclass, field
from pathlib import Path

import httpx
import pytest

from tests.durability.amounts import amount
from tests.durability.clients import TIMEOUT
from tests.durability.figures import report, report_mutant
from tests.durability.serving import House, Service

EDITORS, EDITS = 8, amount(5, 15)
EDITS_OF_A_MUTANT = 4
DESIGN = {"title": "River dialogue", "annotations": {}}


@dataclass
class Told:
    """What editors were told, and what is there in the end.

    Attributes:
        accepted: the notes whose edits were accepted.
        present: the notes in the design.
        stale: how often an editor had to read again.
        wrong: answers that are none of these.
    """

    accepted: set[str] = field(default_factory=set)
    present: set[str] = field(default_factory=set)
    stale: int = 0
    wrong: int = 0


async def _edited(house: House, folder: Path, edits: int, mutant: str = "") -> Told:
    """Editors at work, half of them over each process."""
    told = Told()
    async with AsyncExitStack() as running:
        services = [running.enter_context(Service(house, folder, mutant)) for _ in range(2)]
        https = [
            await running.enter_async_context(
                httpx.AsyncClient(base_url=one.address, headers=house.headers, timeout=TIMEOUT)
            )
            for one in services
        ]
        path = (await https[0].post("/v1/initiatives", json={"design": DESIGN})).headers["location"] + "/design"
        await asyncio.gather(*(_edit(https[number % 2], path, f"{number}", edits, told) for number in range(EDITORS)))
        notes = (await https[0].get(path)).json()["annotations"]
    told.present = {f"{name}-{number}" for name, numbers in notes.items() for number in numbers.split()}
    return told


async def _edit(http: httpx.AsyncClient, path: str, name: str, edits: int, told: Told) -> None:
    """Adds notes to what is there, as a careful editor does: who is told that it changed reads it again."""
    done = 0
    while done < edits:
        read = await http.get(path)
        design = read.json()
        notes = design["annotations"]
        design["annotations"] = {**notes, name: f"{notes.get(name, '')} {done}".strip()}
        answer = await http.put(path, json=design, headers={"If-Match": read.headers["etag"]})
        told.stale += answer.status_code == 412
        if answer.status_code == 200:
            told.accepted.add(f"{name}-{done}")
        elif answer.status_code not in (412, 503):
            told.wrong += 1
        done += answer.status_code not in (412, 503)


async def test_no_accepted_edit_is_lost(house: House, tmp_path: Path) -> None:
    told = await _edited(house, tmp_path, EDITS)
    report(
        "R5",
        house.engine,
        accepted=len(told.accepted),
        present=len(told.present),
        read_again=told.stale,
        wrong=told.wrong,
    )

    assert (told.accepted, told.wrong) == (told.present, 0)
    assert len(told.accepted) == EDITORS * EDITS


# Without the guard in the UPDATE nothing is lost either, as no revision has the number of another one: it is a crash.
@pytest.mark.parametrize("mutant", ["ignores_if_match", "forgets_the_guard"])
async def test_a_service_that_loses_edits_is_caught(house: House, tmp_path: Path, mutant: str) -> None:
    told = await _edited(house, tmp_path, EDITS_OF_A_MUTANT, mutant)
    lost = len(told.accepted - told.present)
    caught = lost + told.wrong > 0
    report_mutant("R5", house.engine, mutant, caught=caught, accepted=len(told.accepted), lost=lost, crashed=told.wrong)

    assert caught
