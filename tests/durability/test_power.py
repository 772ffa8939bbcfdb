"""R2: the power is cut while the service writes: what was acknowledged is there, whole, on whatever the disk kept.

The file operations of the real code are recorded from an empty folder on (`tracer`) and replayed up to every sync and
to many points between (`replay`); SQLite opens what is left each time. What PostgreSQL does with its files is its own,
and is not traced: that no service starts where PostgreSQL does not wait for its disk (`fsync`, `full_page_writes` or
`synchronous_commit` off), unless the operator accepts it by name, is seen in tests/cli/test_start_rules.py.
"""

import asyncio
import hashlib
import json
import os
import random
import shutil
import sqlite3
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from contextlib import closing
from dataclasses import dataclass, field
from pathlib import Path

import pytest

from app.domain.errors import GoodOfficesError
from app.security.key_file import MODE, read_keys
from app.security.master_keys import MasterKeys
from app.security.sealing import DataKey
from app.storage.revisions import DOCUMENT
from app.usecases.audit_trail import verify
from app.usecases.opening import close_office, open_safely
from app.usecases.recounting import recount
from tests.durability.amounts import amount
from tests.durability.figures import report, report_mutant
from tests.durability.power_writer import start_in
from tests.durability.replay import Disk, lay_out
from tests.durability.serving import ROOT
from tests.durability.tracer import Event, recorded, under
from tests.usecases.builders import SHIPPED

BETWEEN = amount(50, 300)  # points that are no sync
TORN = amount(1, 2)  # random remainders at each point, beside the one where only what was synced is left
OPENED = amount(4, 15)  # points at which a whole office is opened, too
OF_A_FAULT = amount(40, 100)  # points of a writer that has a fault
STRONG = ""
MEMORY = "/dev/shm" if os.access("/dev/shm", os.W_OK) else None  # what is looked at need not last


@dataclass
class Promised:
    """What was acknowledged up to a moment."""

    organisation: str = ""
    designs: dict[tuple[str, int], str] = field(default_factory=dict)
    leaving: set[str] = field(default_factory=set)
    deleted: set[str] = field(default_factory=set)

    def hear(self, line: bytes) -> None:
        """Takes in what the writer said."""
        said = json.loads(line)
        self.organisation = said.get("organisation", self.organisation)
        if "initiative" in said:
            self.designs[said["initiative"], said["revision"]] = said["digest"]
        self.leaving.update({said["deleting"]} if "deleting" in said else ())
        self.deleted.update({said["deleted"]} if "deleted" in said else ())

    @property
    def lasting(self) -> dict[tuple[str, int], str]:
        """The designs that nobody has asked to delete."""
        return {place: digest for place, digest in self.designs.items() if place[0] not in self.leaving}


@dataclass
class Figures:
    """What was tried and found."""

    crash_points: int = 0
    syncs: int = 0
    remainders: int = 0
    points_with_a_loss: int = 0
    promises: int = 0
    offices_opened: int = 0
    what: list[str] = field(default_factory=list)


def _traced(folder: Path, synchronous: str) -> list[Event]:
    """All that a real office did to its files, and said."""
    folder.mkdir()
    arguments = [*under(folder, folder.with_suffix(".record"), folder.with_suffix(".faults"))]
    program = ["-m", "tests.durability.power_writer", str(folder), *([synchronous] if synchronous else [])]
    done = subprocess.run([sys.executable, *arguments, *program], cwd=ROOT, capture_output=True, check=False)
    assert done.returncode == 0, done.stderr.decode()
    return recorded(folder.with_suffix(".record"))


def _points(events: list[Event]) -> list[int]:
    """The moments just before and just after each sync, the end, and some others."""
    syncs = [place for place, event in enumerate(events) if event.what == "sync"]
    others = random.sample(range(len(events)), min(BETWEEN, len(events)))
    return sorted({*syncs, *(place + 1 for place in syncs), *others, len(events)})


def _cuts(events: list[Event], folder: Path, points: list[int]) -> Iterator[tuple[int, Disk, Promised]]:
    """The disk and what was promised at each moment at which the power is cut."""
    disk, promised, wanted = Disk(folder), Promised(), set(points)
    for place in range(len(events) + 1):
        if place in wanted:
            yield place, disk, promised
        if place < len(events):
            disk.carry_out(events[place])
            if events[place].what == "said":
                promised.hear(events[place].data)


def _replayed(events: list[Event], folder: Path, points: list[int], opened: int = 0) -> Figures:
    """Every crash, opened and compared; at some of them a whole office is opened."""
    figures = Figures(syncs=sum(event.what == "sync" for event in events))
    chosen = set(random.sample(points, opened))
    for place, disk, promised in _cuts(events, folder, points):
        figures.crash_points += 1
        figures.promises = len(promised.designs) + len(promised.deleted)
        wrong: list[str] = []
        for number in range(1 + TORN):
            share = random.choice((0.1, 0.5, 0.9, 1.0)) if number else 0.0
            found = Path(tempfile.mkdtemp(dir=MEMORY))
            lay_out(disk.left(share, random.Random()), found)
            figures.remainders += 1
            wrong += _missing(found, promised)
            if place in chosen and not wrong:
                figures.offices_opened += 1
                wrong += asyncio.run(_unopened(found, promised))
            shutil.rmtree(found)
        figures.points_with_a_loss += bool(wrong)
        figures.what += wrong[:1]
    return figures


def _missing(folder: Path, promised: Promised) -> list[str]:
    """What was promised and is not there, and what SQLite finds broken."""
    wrong: list[str] = []
    start = start_in(folder)
    files = [Path(url.removeprefix("sqlite:///")) for url in (start.database, start.key_store)]
    if not all(file.exists() for file in (*files, start.key_file)):
        return ["a file is not there"] if promised.organisation else []
    with closing(sqlite3.connect(files[0])) as data, closing(sqlite3.connect(files[1])) as keys:
        try:
            for connection in (data, keys):
                connection.execute("PRAGMA synchronous = OFF")  # this look need not last
                if connection.execute("PRAGMA integrity_check").fetchall() != [("ok",)]:
                    wrong.append("a database is broken")
            if promised.organisation:
                wrong += _lost(data, keys, read_keys(start.key_file), promised)
        except (sqlite3.DatabaseError, GoodOfficesError) as error:
            wrong.append(f"a database cannot be read: {error}")
    return wrong


def _lost(data: sqlite3.Connection, keys: sqlite3.Connection, master: MasterKeys, promised: Promised) -> Iterator[str]:
    wrapped = dict(keys.execute("SELECT subject, wrapped FROM wrapped_keys").fetchall())
    if promised.organisation not in wrapped or not data.execute("SELECT 1 FROM organisations").fetchall():
        yield "the organisation is lost"
    rows = data.execute("SELECT initiative_id, number, document FROM revisions").fetchall()
    stored = {(identity, number): sealed for identity, number, sealed in rows}
    for (identity, number), digest in promised.lasting.items():
        if identity not in wrapped or (identity, number) not in stored:
            yield f"revision {number} is lost"
            continue
        key = DataKey(master.unwrap(identity, wrapped[identity]), promised.organisation, identity)
        if hashlib.sha256(key.open(DOCUMENT, number, stored[identity, number])).hexdigest() != digest:
            yield f"revision {number} is another one"
    audited = data.execute("SELECT subject_id, revision FROM audit_entries").fetchall()
    if promised.designs.keys() - set(audited):
        yield "an entry of the audit trail is lost"
    if promised.deleted & ({identity for identity, _ in stored} | wrapped.keys()):
        yield "what was deleted is there again"


async def _unopened(folder: Path, promised: Promised) -> list[str]:
    """What the service itself finds wrong when it starts on what is left, as at the very first start."""
    start = start_in(folder)
    if start.key_file.exists():
        start.key_file.chmod(MODE)
    try:
        office, _ = await open_safely(start, SHIPPED, make_keys=True)
    except GoodOfficesError as error:
        return [f"the service does not start: {error} {error.faults}"]
    try:
        if not promised.organisation:
            return []
        chain = await verify(office, promised.organisation)
        numbers = await recount(office, promised.organisation)
        return [*("the audit trail is broken" for _ in chain.faults), *("a count is wrong" for _ in numbers)]
    finally:
        await close_office(office)


def test_no_power_cut_loses_what_was_acknowledged(tmp_path: Path) -> None:
    events = _traced(tmp_path / "office", STRONG)
    figures = _replayed(events, tmp_path / "office", _points(events), OPENED)
    report("R2", "sqlite", "power cut", **_numbers(figures))

    assert figures.what == []
    assert figures.crash_points > figures.syncs > 30
    assert figures.promises > 50


@pytest.mark.parametrize("synchronous", ["NORMAL", "OFF"])
def test_a_weaker_setting_of_sqlite_is_caught(tmp_path: Path, synchronous: str) -> None:
    events = _traced(tmp_path / "office", synchronous)
    points = _points(events)
    figures = _replayed(events, tmp_path / "office", random.sample(points, min(OF_A_FAULT, len(points))))
    caught = figures.points_with_a_loss > figures.crash_points / 10
    report_mutant("R2", "sqlite", f"synchronous={synchronous}", caught=caught, **_numbers(figures))

    assert caught, set(figures.what)


def _numbers(figures: Figures) -> dict[str, int]:
    return {
        "crash_points": figures.crash_points,
        "points_with_a_loss": figures.points_with_a_loss,
        "syncs": figures.syncs,
        "remainders": figures.remainders,
        "acknowledged": figures.promises,
        "offices_opened": figures.offices_opened,
    }
