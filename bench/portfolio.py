"""Measures the portfolio at a million designs against the same at ten thousand, and a full recount of each."""

from __future__ import annotations

import asyncio
import tempfile
import time
from collections.abc import Callable, Iterator
from pathlib import Path

from app.checklist.catalogue import shipped_catalogue
from app.security.key_file import read_keys
from app.usecases.opening import Places, close_office, open_office
from app.usecases.recounting import mend, recount
from bench.house import House
from bench.listing import FEW, MANY, ROUNDS, filled, median
from bench.serving import OURS, served
from bench.timing import Ratio, at_most, medians_in_turn

PATHS = {
    "the portfolio": "/v1/portfolio",
    "the portfolio as CSV": "/v1/portfolio?format=csv",
    "the portfolio's days": "/v1/portfolio/days",
    "pairs of concerns": "/v1/portfolio/clusters",
}


def ratios(few: int = FEW, many: int = MANY) -> Iterator[Ratio]:
    """Every look at the portfolio, and what `doctor` does, at both sizes on SQLite."""
    with tempfile.TemporaryDirectory() as name:
        small, large = (_counted(Path(name) / str(size), size) for size in (few, many))
        each = medians_in_turn(_recount(large, many), _recount(small, few), ROUNDS)
        yield at_most(f"a full recount, a design, {many} designs against {few}", *each, 2, "µs")
        with (
            served(OURS, small.data, **small.surroundings) as few_port,
            served(OURS, large.data, **large.surroundings) as many_port,
        ):
            for what, path in PATHS.items():
                pair = medians_in_turn(median(many_port, large, path), median(few_port, small, path), ROUNDS)
                yield at_most(f"{what}, {many} designs against {few}", *pair, 2, "ms")


def _counted(folder: Path, size: int) -> House:
    """So many initiatives, which the copying did not count."""
    house = filled(folder, size)
    asyncio.run(_with_office(house, recounting=False))
    return house


def _recount(house: House, size: int) -> Callable[[], float]:
    def measure() -> float:
        return asyncio.run(_with_office(house, recounting=True)) / size * 1e6

    return measure


async def _with_office(house: House, *, recounting: bool) -> float:
    """The seconds that it took to count everything again, and to put right what was wrong unless it is only looked."""
    folder = house.data
    database, key_store = (f"sqlite:///{folder / name}" for name in ("goodoffices.db", "keys.db"))
    office = await open_office(Places(database, key_store, read_keys(house.key_file)), shipped_catalogue())
    begun = time.perf_counter()
    found = await (recount if recounting else mend)(office, house.founded.organisation_id)
    seconds = time.perf_counter() - begun
    await close_office(office)
    if recounting and found:
        raise RuntimeError("the portfolio is counted wrongly")
    return seconds
