"""Measures judging everything again on SQLite: what can be carried over, what must be judged, and everything anew.

How long a job took is read from the job itself, from its beginning to its end: starting the command is not in it, but
starting each further process is. The memory is the most that the process of the command ever had.
"""

from __future__ import annotations

import asyncio
import json
import os
import sqlite3
import subprocess
import sys
import tempfile
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any, Final
from uuid import uuid4

from app.checklist.catalogue import shipped_catalogue
from app.domain.access import CredentialKind
from app.domain.design import design_from, design_json
from app.security.api_keys import digest
from app.security.key_file import read_keys
from app.security.permissions import PERMISSIONS
from app.security.sealing import DataKey, new_secret
from app.storage.initiatives import TITLE
from app.storage.revisions import DOCUMENT
from app.usecases import initiatives
from app.usecases.authority import known_by
from app.usecases.office import Access
from app.usecases.opening import close_office, open_office
from app.usecases.recounting import mend
from bench.designs import full_design
from bench.house import House, made, places_in
from bench.serving import surroundings
from bench.timing import Ratio, at_least, at_most, medians_in_turn

PEOPLE: Final = 25
ROUNDS: Final = 3
WANTED_A_SECOND: Final = 8_000
DESIGNS: Final = {"carried over": 40_000, "judged": 6_000}
MEMORY_AT: Final = (1_000, 10_000)
LONGEST_PROSE: Final = 26  # letters of a text in a design of 12 KB
BASE: Final = "track-two"
# The examples of a checklist of one's own: two questions of it have other values, and one is left out.
VALUED: Final = "lake-foundation"
VALUES: Final = Path(__file__).parents[1] / "examples" / "checklists" / f"{VALUED}.yaml"
WORDED: Final = "worded"
WORDS: Final = f"""
overlays: track-two@1
name: {WORDED}
version: 1
reason: To measure.
weights: {{funding.concentration: important}}
texts: {{funding.concentration: {{advice: Ask us for the list of funders who have worked with us.}}}}
"""


@dataclass(frozen=True, slots=True)
class Filled:
    """A house with so many designs, and checklists of its own."""

    house: House
    checklists: Path
    designs: int


def ratios() -> Iterator[Ratio]:
    """Designs a second on one core against the target, on all cores against as many times one, and the memory."""
    for size, document in (("12 KB", short_design()), ("24 KB", full_design(PEOPLE))):
        with tempfile.TemporaryDirectory() as name:
            yield from _carried(filled(Path(name), DESIGNS["carried over"], document), size)
        with tempfile.TemporaryDirectory() as name:
            yield from _judged(filled(Path(name), DESIGNS["judged"], document), size)
    yield _memory()


def rates(processes: tuple[int, ...]) -> list[tuple[int, float]]:
    """Designs of 12 KB judged anew a second for each number of processes, for a curve."""
    with tempfile.TemporaryDirectory() as name:
        full = filled(Path(name), DESIGNS["judged"], short_design())
        return [(count, _anew(full, count)()) for count in processes]


def short_design() -> dict[str, Any]:
    """The full design with its long texts left out: some 12 KB."""
    whole = json.loads(design_json(design_from(full_design(PEOPLE))))
    return {name: _without_prose(part) for name, part in whole.items()}


def _without_prose(value: Any) -> Any:
    if isinstance(value, dict):
        parts = {name: _without_prose(part) for name, part in value.items() if name != "relevance"}
        return {name: part for name, part in parts.items() if not (isinstance(part, str) and len(part) > LONGEST_PROSE)}
    return [_without_prose(part) for part in value] if isinstance(value, list) else value


def _carried(full: Filled, size: str) -> Iterator[Ratio]:
    cores = os.cpu_count() or 1
    turn = _turns(full, WORDED)
    every, one = medians_in_turn(lambda: turn(cores), lambda: turn(1), ROUNDS)
    what = f"{size}, a checklist with other words and weights"
    yield at_least(f"{what}, one core, against the target itself", one, WANTED_A_SECOND, 1, "designs/s")
    yield at_least(f"{what}, {cores} processes against {cores} times one", every, cores * one, 0.9, "designs/s")


def _judged(full: Filled, size: str) -> Iterator[Ratio]:
    cores = os.cpu_count() or 1
    turn = _turns(full, VALUED)
    for what, several, alone in (
        (f"{size}, a checklist with other values for two questions", lambda: turn(cores), lambda: turn(1)),
        (f"{size}, everything anew, as after an upgrade", _anew(full, cores), _anew(full, 1)),
    ):
        every, one = medians_in_turn(several, alone, ROUNDS)
        yield at_least(f"{what}, one core, against the target itself", one, WANTED_A_SECOND, 1, "designs/s")
        yield at_least(f"{what}, {cores} processes against {cores} times one", every, cores * one, 0.9, "designs/s")


def _turns(full: Filled, overlay: str) -> Callable[[int], float]:
    """Judges by the overlay, and then by what it was made from: each run changes every design."""

    def measure(processes: int) -> float:
        there, back = (_run(full, checklist, processes)[0] for checklist in (overlay, BASE))
        return 2 / (1 / there + 1 / back)

    return measure


def _anew(full: Filled, processes: int) -> Callable[[], float]:
    """Judges everything as if another program had judged it before."""

    def measure() -> float:
        with sqlite3.connect(_database(full.house)) as connection:
            connection.execute("UPDATE initiatives SET program = ''")
        connection.close()
        return _run(full, BASE, processes)[0]

    return measure


def _memory() -> Ratio:
    """The most memory for many designs, all of them judged anew, against few."""
    peaks = []
    for designs in MEMORY_AT:
        with tempfile.TemporaryDirectory() as name:
            full = filled(Path(name), designs, short_design(), program="")
            peaks.append(_run(full, BASE, 1)[1])
    few, many = MEMORY_AT
    return at_most(f"the memory of a worker, {many} designs against {few}", peaks[1], peaks[0], 1.1, "MB")


def _run(full: Filled, checklist: str, processes: int) -> tuple[float, float]:
    """Designs a second, and the most memory that the process of the command had, in MB."""
    house = full.house
    wanted = ["judge-again", house.founded.organisation_id, "--checklist", checklist, "--processes", str(processes)]
    environment = surroundings(house.data, **house.surroundings, GOODOFFICES_CHECKLISTS=str(full.checklists))
    process = subprocess.Popen(
        [sys.executable, "-m", "app", *wanted],
        env=environment,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    )
    _, status, usage = os.wait4(process.pid, 0)
    process.returncode = os.waitstatus_to_exitcode(status)
    if process.returncode:
        raise RuntimeError("the command did not end well")
    with sqlite3.connect(_database(house)) as connection:
        newest = """
            SELECT sum(p.examined), sum(p.failed), j.created_at, j.finished_at
            FROM jobs j JOIN job_pieces p ON p.job_id = j.id GROUP BY j.id ORDER BY j.created_at DESC LIMIT 1
        """
        examined, failed, began, ended = connection.execute(newest).fetchone()
    connection.close()
    if (examined, failed) != (full.designs, 0):
        raise RuntimeError("not every design was judged")
    took = datetime.fromisoformat(ended) - datetime.fromisoformat(began)
    return full.designs / took.total_seconds(), usage.ru_maxrss / 1024


def filled(folder: Path, designs: int, document: dict[str, Any], program: str | None = None) -> Filled:
    """A house whose service made one initiative of this design, and copies of it with keys of their own."""
    checklists = folder / "checklists"
    checklists.mkdir()
    (checklists / "worded.yaml").write_text(WORDS, encoding="utf-8")
    (checklists / "valued.yaml").write_text(VALUES.read_text(encoding="utf-8"), encoding="utf-8")
    house = made(folder)
    asyncio.run(_create(house, document))
    _copy(house, designs, design_json(design_from(document)))
    asyncio.run(_count(house))
    if program is not None:
        with sqlite3.connect(_database(house)) as connection:
            connection.execute("UPDATE initiatives SET program = ?", (program,))
        connection.close()
    return Filled(house, checklists, designs)


async def _create(house: House, document: dict[str, Any]) -> None:
    office = await open_office(places_in(house.data, house.key_file), shipped_catalogue())
    someone = await known_by(office, CredentialKind.API_KEY, digest(office.vault.pepper, house.founded.api_key))
    access = Access(someone, PERMISSIONS["initiatives.create"], "bench")
    await initiatives.create(office, access, design_from(document))
    await close_office(office)


async def _count(house: House) -> None:
    office = await open_office(places_in(house.data, house.key_file), shipped_catalogue())
    await mend(office, house.founded.organisation_id)
    await close_office(office)


def _copy(house: House, designs: int, document: bytes) -> None:
    data, keys = sqlite3.connect(_database(house)), sqlite3.connect(house.data / "keys.db")
    master, organisation = read_keys(house.key_file), house.founded.organisation_id
    secrets = {str(uuid4()): new_secret() for _ in range(designs - 1)}
    for table, name in (("initiatives", "id"), ("revisions", "initiative_id"), ("evaluations", "initiative_id")):
        columns = [row[1] for row in data.execute(f"PRAGMA table_info({table})")]
        first = dict(zip(columns, data.execute(f"SELECT * FROM {table}").fetchone(), strict=True))
        data.executemany(
            f"INSERT INTO {table} VALUES ({', '.join('?' * len(columns))})",
            (
                [_of(DataKey(secret, organisation, each), column, name, first, document) for column in columns]
                for each, secret in secrets.items()
            ),
        )
    rows = ((each, master.wrap(each, secret)) for each, secret in secrets.items())
    keys.executemany("INSERT INTO wrapped_keys VALUES (?, ?)", rows)
    for connection in (data, keys):
        connection.commit()
        connection.execute("ANALYZE")
        connection.close()


def _of(key: DataKey, column: str, identity: str, first: dict[str, Any], document: bytes) -> Any:
    """What a copy has in this column: what the first row has, but an id and seals of its own."""
    if column == identity:
        return key.subject
    if column == "title":
        return key.seal_text(TITLE, 1, "A copy")
    return key.seal(DOCUMENT, 1, document) if column == "document" else first[column]


def _database(house: House) -> Path:
    return house.data / "goodoffices.db"
