"""Measures start-up, the command's own start, and the memory of an idle worker."""

from __future__ import annotations

import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import httpx

from bench.designs import EXAMPLES
from bench.house import made
from bench.serving import OURS, command_for, free_port, surroundings, wait_for
from bench.timing import Ratio, at_most, medians_in_turn

ROUNDS = 5
BARE = "bench.bare:bare"
THIN = str(EXAMPLES / "thin-first-draft.yaml")


def ratios() -> Iterator[Ratio]:
    """Start to the first answer, `goodoffices check FILE`, and resident memory."""
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        where = made(folder).surroundings

        def ours() -> tuple[float, float]:
            return _first_answer(OURS, folder, **where)

        def bare() -> tuple[float, float]:
            return _first_answer(BARE, folder)

        first = medians_in_turn(lambda: ours()[0], lambda: bare()[0], ROUNDS)
        yield at_most("start-up to the first answer, against a bare FastAPI app", *first, 1.5)
        memory = medians_in_turn(lambda: ours()[1], lambda: bare()[1], 3)
        yield at_most("resident memory of an idle worker, against the bare app", *memory, 1.5, "MB")
    check = medians_in_turn(
        _command_time("-m", "app", "check", THIN), _command_time("-c", "import pydantic, yaml"), ROUNDS
    )
    yield at_most("goodoffices check FILE, against importing pydantic and yaml", *check, 2)


def _first_answer(what: str, folder: Path, **environment: str) -> tuple[float, float]:
    """Seconds until `/livez` is answered, and megabytes resident then."""
    port = free_port()
    begin = time.perf_counter()
    process = subprocess.Popen(
        command_for(what, port),
        env=surroundings(folder, **environment),
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    )
    try:
        wait_for(port, process)
        httpx.get(f"http://127.0.0.1:{port}/livez").raise_for_status()
        return time.perf_counter() - begin, _resident_megabytes(process.pid)
    finally:
        process.terminate()
        process.wait(30)


def _resident_megabytes(pid: int) -> float:
    status = Path(f"/proc/{pid}/status").read_text()
    line = next(line for line in status.splitlines() if line.startswith("VmRSS"))
    return int(line.split()[1]) / 1024


def _command_time(*arguments: str) -> Callable[[], float]:
    def measure() -> float:
        begin = time.perf_counter()
        subprocess.run(
            [sys.executable, *arguments],
            env=surroundings(Path()),
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
            check=False,
        )
        return time.perf_counter() - begin

    return measure
