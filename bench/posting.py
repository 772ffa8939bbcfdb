"""Measures posting a design, stored and not, against FastAPI by hand and against the usual template."""

from __future__ import annotations

import itertools
import tempfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import httpx

from bench.designs import full_design_json
from bench.house import House, made
from bench.load import request_bytes, run_load
from bench.serving import OURS, served
from bench.timing import Ratio, at_least, medians_in_turn

PEOPLE = 25
SECONDS = 2.0
ROUNDS = 3
CREATED = 201
JUDGED = 200


def ratios() -> Iterator[Ratio]:
    """Every row of the table that is about POST."""
    design = full_design_json(PEOPLE)
    yield from _storing(design)
    yield from _feedback(design)


def _storing(design: bytes) -> Iterator[Ratio]:
    initiative = b'{"design":' + design + b"}"
    bases = (("storing_by_hand", 0.5, (1, 16, 64)), ("storing_template", 2.5, (16,)), ("judging_template", 6.0, (16,)))
    for base, target, connections in bases:
        with tempfile.TemporaryDirectory() as folder, _pair(Path(folder), base) as (house, ours, theirs):
            posted = request_bytes("POST", "/v1/initiatives", initiative, more=house.header)
            for count in connections:
                pair = medians_in_turn(
                    _rate(ours, posted, count, CREATED),
                    _rate(theirs, request_bytes("POST", "/designs", design), count, CREATED),
                    ROUNDS,
                )
                yield at_least(f"POST /v1/initiatives, {count} connections, against {base}", *pair, target)


def _feedback(design: bytes) -> Iterator[Ratio]:
    for size in (len(design), None):
        with (
            tempfile.TemporaryDirectory() as folder,
            served(OURS, Path(folder), **made(Path(folder)).surroundings) as ours,
        ):
            answer = size or _answer_size(ours, design)
            with served("echoing_by_hand", Path(folder), BENCH_ANSWER_BYTES=str(answer)) as theirs:
                pair = medians_in_turn(
                    _rate(ours, request_bytes("POST", "/v1/feedback", design), 16, JUDGED),
                    _rate(theirs, request_bytes("POST", "/designs", design), 16, JUDGED),
                    ROUNDS,
                )
                yield at_least(f"POST /v1/feedback, 16 connections, against an echo of {answer} bytes", *pair, 0.6)


@contextmanager
def _ours(folder: Path) -> Iterator[int]:
    with served(OURS, folder, **made(folder).surroundings) as port:
        yield port


@contextmanager
def _pair(folder: Path, base: str) -> Iterator[tuple[House, int, int]]:
    house = made(folder)
    with served(OURS, folder, **house.surroundings) as ours, served(base, folder) as theirs:
        yield house, ours, theirs


def _rate(port: int, request: bytes, connections: int, wanted: int) -> Callable[[], float]:
    def measure() -> float:
        result = run_load(port, lambda: itertools.repeat(request), connections, SECONDS, wanted)
        if result.wrong:
            raise RuntimeError(f"{result.wrong} answers were not {wanted}")
        return result.per_second

    return measure


def _answer_size(port: int, design: bytes) -> int:
    answer = httpx.post(
        f"http://127.0.0.1:{port}/v1/feedback", content=design, headers={"Content-Type": "application/json"}
    )
    return len(answer.raise_for_status().content)
