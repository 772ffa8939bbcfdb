"""Measures how cost grows with designs, connections and workers, and draws each as a curve into `docs/performance/`."""

from __future__ import annotations

import itertools
import tempfile
from collections.abc import Iterator
from functools import partial
from pathlib import Path

from bench import again
from bench.curves import Curve, drawing
from bench.designs import full_design_json
from bench.house import made
from bench.listing import FILTERS, filled, median
from bench.load import request_bytes, run_load
from bench.posting import CREATED, PEOPLE, SECONDS
from bench.serving import OURS, served
from bench.timing import Ratio, at_most

DRAWINGS = Path(__file__).parents[1] / "docs" / "performance"
SIZES = (1_000, 10_000, 100_000)
CONNECTIONS = (1, 4, 16, 64)
PROCESSES = (1, 2)


def ratios() -> Iterator[Ratio]:
    """Draws the curves; of each the largest against the smallest."""
    DRAWINGS.mkdir(exist_ok=True)
    yield from _designs()
    yield from _connections()
    yield from _workers()


def _designs() -> Iterator[Ratio]:
    """How long a page of a list takes the more designs there are."""
    found: dict[str, list[tuple[float, float]]] = {what: [] for what in FILTERS}
    for size in SIZES:
        with tempfile.TemporaryDirectory() as name:
            house = filled(Path(name) / "house", size)
            with served(OURS, house.data, **house.surroundings) as port:
                for what, query in FILTERS.items():
                    found[what].append((size, median(port, house, f"/v1/initiatives?limit=50{query}")()))
    curves = [Curve(what, points) for what, points in found.items()]
    _draw("designs.svg", "A page of 50 initiatives", "initiatives that there are", "median, ms", curves[:3])
    for curve in curves:
        yield at_most(f"{curve.name}, {SIZES[-1]} against {SIZES[0]}", curve.points[-1][1], curve.points[0][1], 2, "ms")


def _connections() -> Iterator[Ratio]:
    """How long a stored design takes the more clients send one at the same time."""
    design = b'{"design":' + full_design_json(PEOPLE) + b"}"
    middle, slow, rate = [], [], []
    with tempfile.TemporaryDirectory() as name:
        house = made(Path(name))
        posted = request_bytes("POST", "/v1/initiatives", design, more=house.header)
        with served(OURS, Path(name), **house.surroundings) as port:
            for count in CONNECTIONS:
                result = run_load(port, partial(itertools.repeat, posted), count, SECONDS, CREATED)
                middle.append((count, result.median_ms))
                slow.append((count, result.p99_ms))
                rate.append((count, result.per_second))
    curves = [Curve("half of them within", middle), Curve("99 of 100 within", slow)]
    _draw("connections.svg", "Storing and judging a design", "clients at the same time", "ms", curves)
    _draw("rate.svg", "Designs stored and judged", "clients at the same time", "a second", [Curve("one process", rate)])
    most = CONNECTIONS[-1]
    yield at_most(
        f"time of a stored design among {most} clients, against alone", middle[-1][1], middle[0][1], most, "ms"
    )


def _workers() -> Iterator[Ratio]:
    """How many designs are judged again a second the more processes do it."""
    rates = again.rates(PROCESSES)
    curve = Curve("designs a second", [(float(count), rate) for count, rate in rates])
    _draw("workers.svg", "Judging everything again", "processes", "designs a second", [curve])
    yield at_most("judging again alone, against all processes together", rates[0][1], rates[-1][1], 1, "designs/s")


def _draw(name: str, title: str, across: str, upward: str, curves: list[Curve]) -> None:
    (DRAWINGS / name).write_text(drawing(title, across, upward, curves), encoding="utf-8")
