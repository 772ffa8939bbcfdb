"""Measures a list page and its filters at a million designs against the same at ten thousand."""

from __future__ import annotations

import itertools
import random
import sqlite3
import tempfile
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from uuid import UUID

import httpx

from app.checklist.catalogue import shipped_catalogue
from app.security.key_file import read_keys
from app.security.sealing import DataKey, new_secret
from app.storage.initiatives import TITLE
from bench.designs import full_design
from bench.house import House, made
from bench.load import request_bytes, run_load
from bench.serving import OURS, served
from bench.timing import Ratio, at_most, medians_in_turn

FEW, MANY = 10_000, 1_000_000
AT_ONCE = 10_000
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
        small, large = (filled(Path(name) / str(size), size) for size in (FEW, MANY))
        with (
            served(OURS, small.data, **small.surroundings) as few,
            served(OURS, large.data, **large.surroundings) as many,
        ):
            for what, query in FILTERS.items():
                path = f"/v1/initiatives?limit=50{query}"
                pair = medians_in_turn(median(many, large, path), median(few, small, path), ROUNDS)
                yield at_most(f"{what}, {MANY} designs against {FEW}", *pair, 2, "ms")


def median(port: int, house: House, path: str) -> Callable[[], float]:
    """What measures how many milliseconds it takes to read this address, at the middle."""
    request = request_bytes("GET", path, more=house.header)

    def measure() -> float:
        result = run_load(port, lambda: itertools.repeat(request), 1, SECONDS, 200)
        if result.wrong:
            raise RuntimeError("a list was not answered with 200")
        return result.median_ms

    return measure


def filled(folder: Path, size: int) -> House:
    """Lets the service make one initiative, then copies it with other ids, keys, titles, dates and codes."""
    folder.mkdir()
    house = made(folder)
    with served(OURS, folder, **house.surroundings) as port:
        address = f"http://127.0.0.1:{port}/v1/initiatives"
        httpx.post(address, json={"design": full_design(4)}, headers=house.authorization).raise_for_status()
    data = sqlite3.connect(house.data / "goodoffices.db", isolation_level=None)
    keys = sqlite3.connect(house.data / "keys.db", isolation_level=None)
    master = read_keys(house.key_file)
    chance = random.Random(size)
    for first in range(0, size, AT_ONCE):
        copies = [_Copy.of(house, chance, number) for number in range(first, min(size, first + AT_ONCE))]
        _insert(data, "initiatives", (copy.initiative for copy in copies))
        _insert(data, "grants", ({"initiative_id": copy.id, "changed_at": copy.moment} for copy in copies))
        rows = ((copy.id, master.wrap(copy.id, copy.secret)) for copy in copies)
        keys.execute("BEGIN")
        keys.executemany("INSERT INTO wrapped_keys VALUES (?, ?)", rows)
        keys.execute("COMMIT")
    for connection in (data, keys):
        connection.execute("ANALYZE")
        connection.close()
    return house


def _insert(connection: sqlite3.Connection, table: str, changes: Iterable[dict[str, object]]) -> None:
    """Rows like the first one of the table, each with its changes."""
    columns = [row[1] for row in connection.execute(f"PRAGMA table_info({table})")]
    first = dict(zip(columns, connection.execute(f"SELECT * FROM {table} LIMIT 1").fetchone(), strict=True))
    marks = ", ".join("?" * len(columns))
    connection.execute("BEGIN")
    connection.executemany(
        f"INSERT INTO {table} VALUES ({marks})",
        ([change.get(column, first[column]) for column in columns] for change in changes),
    )
    connection.execute("COMMIT")


@dataclass(frozen=True, slots=True)
class _Copy:
    """A made-up initiative with the key that seals its title."""

    id: str
    secret: bytes
    moment: str
    initiative: dict[str, object]

    @classmethod
    def of(cls, house: House, chance: random.Random, number: int) -> _Copy:
        checks = len(shipped_catalogue().find("track-two").checks)
        states, letters = "".join(chance.choices("cok", k=4)), "".join(chance.choices("mcon", k=checks))
        moment = f"{FIRST_CHANGE + number * BETWEEN_CHANGES:%Y-%m-%d %H:%M:%S}.000000"
        identity, secret = str(UUID(int=chance.getrandbits(128), version=4)), new_secret()
        key = DataKey(secret, house.founded.organisation_id, identity)
        initiative: dict[str, object] = {
            "id": identity,
            "title": key.seal_text(TITLE, 1, f"Initiative {number}"),
            "codes": states + letters,
            "lifecycle": chance.choice(("idea", "preparing", "funded", "running", "closed")),
            "updated_at": moment,
        }
        return cls(identity, secret, moment, initiative)
