"""Measures a list page and its filters at a million designs against the same at ten thousand."""

from __future__ import annotations

import itertools
import random
import sqlite3
import tempfile
from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from uuid import UUID

import httpx

from app.checklist.catalogue import shipped_catalogue
from bench.designs import full_design
from bench.load import request_bytes, run_load
from bench.serving import OURS, served
from bench.timing import Ratio, at_most, medians_in_turn

FEW, MANY = 10_000, 1_000_000
FIRST_CHANGE, BETWEEN_CHANGES = datetime(2000, 1, 1, tzinfo=UTC), timedelta(seconds=20)
SECONDS = 1.5
ROUNDS = 3
FILTERS = {
    "a list page": "",
    "a filter by category state": "&category_state=funding:concerns",
    "a filter by check and outcome": "&check_outcome=purpose.stated:concern",
    "a filter by lifecycle": "&lifecycle=running",
}


def ratios() -> Iterator[Ratio]:
    """Every list, at both sizes, on SQLite."""
    with tempfile.TemporaryDirectory() as name:
        small, large = Path(name) / "small", Path(name) / "large"
        for folder, size in ((small, FEW), (large, MANY)):
            folder.mkdir()
            _fill(folder, size)
        with served(OURS, small) as few, served(OURS, large) as many:
            for what, query in FILTERS.items():
                pair = medians_in_turn(_median(many, query), _median(few, query), ROUNDS)
                yield at_most(f"{what}, {MANY} designs against {FEW}", *pair, 2, "ms")


def _median(port: int, query: str) -> Callable[[], float]:
    request = request_bytes("GET", f"/v1/initiatives?limit=50{query}")

    def measure() -> float:
        result = run_load(port, lambda: itertools.repeat(request), 1, SECONDS, 200)
        if result.wrong:
            raise RuntimeError("a list was not answered with 200")
        return result.median_ms

    return measure


def _fill(folder: Path, size: int) -> None:
    """Lets the service make its database and one initiative, then copies that one with other ids, dates and codes."""
    with served(OURS, folder) as port:
        httpx.post(f"http://127.0.0.1:{port}/v1/initiatives", json={"design": full_design(4)}).raise_for_status()
    connection = sqlite3.connect(next((folder / "data").glob("*.db")), isolation_level=None)
    columns = [row[1] for row in connection.execute("PRAGMA table_info(initiatives)")]
    model = dict(zip(columns, connection.execute("SELECT * FROM initiatives").fetchone(), strict=True))
    chance = random.Random(size)
    marks = ", ".join("?" * len(columns))
    connection.execute("BEGIN")
    connection.executemany(
        f"INSERT INTO initiatives VALUES ({marks})", (_copy(model, columns, chance, number) for number in range(size))
    )
    connection.execute("COMMIT")
    connection.execute("ANALYZE")
    connection.close()


def _copy(model: dict[str, object], columns: list[str], chance: random.Random, number: int) -> list[object]:
    checks = len(shipped_catalogue().find("track-two").checks)
    states, letters = "".join(chance.choices("cok", k=4)), "".join(chance.choices("mcon", k=checks))
    moment = FIRST_CHANGE + number * BETWEEN_CHANGES
    new = {
        "id": str(UUID(int=chance.getrandbits(128), version=4)),
        "title": f"Initiative {number}",
        "codes": states + letters,
        "lifecycle": chance.choice(("idea", "preparing", "funded", "running", "closed")),
        "updated_at": f"{moment:%Y-%m-%d %H:%M:%S}.000000",
    }
    return [new.get(column, model[column]) for column in columns]
