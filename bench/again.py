"""Measures judging everything again: on one core and on all, with every design changed and stored."""

from __future__ import annotations

import asyncio
import json
import os
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from pathlib import Path

from app.checklist.catalogue import shipped_catalogue
from app.domain.access import CredentialKind
from app.domain.design import parse_design
from app.security.api_keys import digest
from app.security.key_file import read_keys
from app.security.permissions import PERMISSIONS
from app.usecases import initiatives
from app.usecases.authority import known_by
from app.usecases.office import Access
from app.usecases.opening import Places, close_office, open_office
from bench.designs import full_design_json
from bench.house import House, made
from bench.serving import surroundings
from bench.timing import Ratio, at_least, medians_in_turn

DESIGNS = 1_000
PEOPLE = 25
ROUNDS = 3
WANTED_A_SECOND = 8_000
OVERLAYS = Path(__file__).parents[1] / "examples" / "checklists"
TURNS = ("lake-foundation", "track-two")  # each run changes what the run before it left


def ratios() -> Iterator[Ratio]:
    """Designs a second on one core against the target, and on all cores against as many times one."""
    cores = os.cpu_count() or 1
    with tempfile.TemporaryDirectory() as folder:
        house = _filled(Path(folder))
        every, one = medians_in_turn(_rate(house, cores), _rate(house, 1), ROUNDS)
        yield at_least("judging again on one core, against the target itself", one, WANTED_A_SECOND, 1, "designs/s")
        name = f"judging again with {cores} processes, against {cores} times one"
        yield at_least(name, every, cores * one, 0.9, "designs/s")


def rates(processes: tuple[int, ...]) -> list[tuple[int, float]]:
    """Designs a second for each number of processes, for a curve."""
    with tempfile.TemporaryDirectory() as name:
        house = _filled(Path(name))
        return [(count, _rate(house, count)()) for count in processes]


def _filled(folder: Path) -> House:
    house = made(folder)
    asyncio.run(_fill(house))
    return house


async def _fill(house: House) -> None:
    data = house.data
    keys = read_keys(house.key_file)
    places = Places(f"sqlite:///{data / 'goodoffices.db'}", f"sqlite:///{data / 'keys.db'}", keys)
    office = await open_office(places, shipped_catalogue())
    pepper = office.vault.pepper
    someone = await known_by(office, CredentialKind.API_KEY, digest(pepper, house.founded.api_key))
    access = Access(someone, PERMISSIONS["initiatives.create"], "bench")
    document = json.loads(full_design_json(PEOPLE))
    for number in range(DESIGNS):
        design = parse_design(json.dumps(document | {"title": f"Initiative {number}"}))
        await initiatives.create(office, access, design)
    await close_office(office)


def _rate(house: House, processes: int) -> Callable[[], float]:
    turn = 0

    def measure() -> float:
        nonlocal turn
        turn += 1
        took = _seconds(house, processes, TURNS[turn % len(TURNS)])
        idle = _seconds(house, processes, None)
        return DESIGNS / max(took - idle, 0.001)

    return measure


def _seconds(house: House, processes: int, checklist: str | None) -> float:
    """How long the command takes; without a checklist, how long it takes to find nothing to do at all."""
    wanted = ["organisations", "list"]
    if checklist is not None:
        wanted = ["judge-again", house.founded.organisation_id, "--checklist", checklist, "--processes", str(processes)]
    command = [sys.executable, "-m", "app", *wanted]
    environment = surroundings(house.data, **house.surroundings, GOODOFFICES_CHECKLISTS=str(OVERLAYS))
    begin = time.perf_counter()
    subprocess.run(command, env=environment, check=True, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    return time.perf_counter() - begin
