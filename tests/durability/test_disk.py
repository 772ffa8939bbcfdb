"""R3: the disk is full, or fails: an honest 503, reads go on, it recovers by itself, nothing acknowledged is lost.

A tracer has the system calls of the service fail as a full or broken disk would; a limit to the size of files makes a
real failure of the system's own; the deep form fills real small disks too, where mounting is allowed, one of them under
the tables of PostgreSQL. What PostgreSQL does when it cannot write its log is its own: it ends, as in R9.

Which reads go on: what anybody may read, and what needs a key or session. What is left of a caller's allowance is
counted in the database, so each failure here lasts longer than the window does in which it is counted. A read that
leaves an entry in the audit trail is a write in this: it is refused rather than left out of the trail.
"""

import asyncio
import os
import resource
import subprocess
import time
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager
from dataclasses import dataclass, field
from functools import partial
from pathlib import Path
from uuid import uuid4

import httpx
import pytest

from tests.durability.amounts import DEEP, amount
from tests.durability.clients import Notes, load
from tests.durability.figures import report, report_mutant
from tests.durability.keeping import look_after
from tests.durability.serving import House, Service, founded_in
from tests.durability.tracer import Fault, Faults, under
from tests.engines import PostgresqlServer, SqliteFiles, quick_folder

CLIENTS = 3
SECONDS = amount(3, 15) / 2  # that each failure lasts at least
WINDOW = {"RATE_LIMITS": "100000/second"}  # of the allowances: it ends while something fails
LONGEST_RECOVERY = 30.0
FALSE_PROMISES = 3
WRITES, SYNCS = ("pwrite64", "ftruncate"), ("fsync", "fdatasync")
FAULTS = {
    "full": Fault("ENOSPC", (*WRITES, "openat"), growing=True),
    "nothing can be written": Fault("ENOSPC", (*WRITES, *SYNCS)),
    "nothing can be synced": Fault("EIO", SYNCS),
    "everything fails": Fault("EIO", (*WRITES, *SYNCS)),
    "one in a hundred fails": Fault("EIO", (*WRITES, *SYNCS), share=0.01),
}
Failures = dict[str, Callable[[], AbstractContextManager[None]]]
SMALL_DISK, SMALL_DISK_OF_POSTGRESQL, LARGER_DISK = "6m", "20m", "64m"


@dataclass
class Seen:
    """What was answered while the disk did not work, and how long it took until it worked again."""

    refused: int = 0
    open_reads: Counter[int] = field(default_factory=Counter)
    known_reads: Counter[int] = field(default_factory=Counter)
    audited_reads: Counter[int] = field(default_factory=Counter)
    seconds_to_recover: float = 0.0


class Disk:
    """What a service keeps everything on, and how it fails.

    Args:
        folder: is not there yet.
    """

    def __init__(self, folder: Path) -> None:
        folder.mkdir()
        self.folder = folder
        self._faults = Faults(folder.with_suffix(".faults"))

    @property
    def tracer(self) -> tuple[str, ...]:
        """What the service is started under."""
        return under(self.folder, Path(os.devnull), self.folder.with_suffix(".faults"))

    @contextmanager
    def suffering(self, fault: Fault) -> Iterator[None]:
        """This fails, for a time."""
        self._faults.put(fault)
        yield
        self._faults.put(None)

    @contextmanager
    def limited(self, service: Service) -> Iterator[None]:
        """No file of the service can become larger than the largest one is, for a time."""
        largest = max(file.stat().st_size for file in self.folder.iterdir())
        processes = service.process.children(recursive=True)  # it itself is the tracer
        before = {process.pid: resource.prlimit(process.pid, resource.RLIMIT_FSIZE) for process in processes}
        for process, (_, most) in before.items():
            resource.prlimit(process, resource.RLIMIT_FSIZE, (largest, most))
        yield
        for process, limits in before.items():
            resource.prlimit(process, resource.RLIMIT_FSIZE, limits)

    @contextmanager
    def filled(self) -> Iterator[None]:
        """A small disk that is really full, and then is made larger, as an operator would."""
        ballast = self.folder / "ballast"
        with ballast.open("wb", buffering=0) as file:
            while True:
                try:
                    file.write(bytes(4096))
                except OSError:
                    break
        yield
        _mount(self.folder, LARGER_DISK, "remount,")


@pytest.fixture
def disk(tmp_path: Path) -> Disk:
    return Disk(tmp_path / "disk")


@pytest.fixture
async def house(disk: Disk, sqlite_files: SqliteFiles) -> House:
    """An organisation on that disk."""
    with sqlite_files.database(disk.folder) as addresses, sqlite_files.empty(disk.folder) as key_store:
        return await founded_in(addresses.application, key_store)


async def test_a_disk_that_fails_is_told_of_and_loses_nothing(disk: Disk, house: House, tmp_path: Path) -> None:
    failures: Failures = {name: partial(disk.suffering, fault) for name, fault in FAULTS.items()}
    with Service(house, tmp_path, under=disk.tracer, settings=WINDOW) as service:
        failures["files must not grow"] = partial(disk.limited, service)
        notes, seen = await _suffered(service, house, failures)
    await _judged("injected", house, notes, seen)


if DEEP and os.geteuid() == 0:

    async def test_a_postgresql_whose_disk_is_full_is_told_of_and_loses_nothing(
        tmp_path: Path, postgresql_server: PostgresqlServer
    ) -> None:
        """Its tables lie on a small disk of their own; its log does not, or it would end until there is room."""
        disk, server = Disk(quick_folder() / f"goodoffices-{uuid4().hex}"), postgresql_server
        _mount(disk.folder, SMALL_DISK_OF_POSTGRESQL)
        try:
            with server.on(disk.folder, tmp_path) as addresses, server.empty(tmp_path) as key_store:
                house = await founded_in(addresses.application, key_store)
                with Service(house, tmp_path, settings=WINDOW) as service:
                    notes, seen = await _suffered(service, house, {"the disk of PostgreSQL is full": disk.filled})
                await _judged("the disk of PostgreSQL", house, notes, seen)
        finally:
            _run("umount", "--lazy", str(disk.folder))
            disk.folder.rmdir()
            disk.folder.with_suffix(".faults").unlink()

    async def test_a_small_disk_that_is_full_is_told_of_and_loses_nothing(
        tmp_path: Path, sqlite_files: SqliteFiles
    ) -> None:
        disk = Disk(tmp_path / "small")
        _mount(disk.folder, SMALL_DISK)
        try:
            with sqlite_files.database(disk.folder) as addresses, sqlite_files.empty(disk.folder) as key_store:
                house = await founded_in(addresses.application, key_store)
            with Service(house, tmp_path, settings=WINDOW) as service:
                notes, seen = await _suffered(service, house, {"a small disk is full": disk.filled})
            await _judged("a small disk", house, notes, seen)
        finally:
            _run("umount", str(disk.folder))


async def test_a_writer_that_swallows_failures_is_caught(disk: Disk, house: House, tmp_path: Path) -> None:
    with Service(house, tmp_path, "swallows_failures", under=disk.tracer) as service:
        async with load(service.address, house, 1) as notes:
            await notes.next_promise()
            with disk.suffering(FAULTS["nothing can be synced"]):
                for _ in range(FALSE_PROMISES):
                    await asyncio.wait_for(notes.next_promise(), LONGEST_RECOVERY)
    lost = (await look_after(house, notes.promises)).lost
    report_mutant("R3", house.engine, "swallows_failures", caught=lost > 0, acknowledged=len(notes.promises), lost=lost)

    assert lost


async def _suffered(service: Service, house: House, failures: Failures) -> tuple[Notes, dict[str, Seen]]:
    """What was seen in each failure, one after the other, while clients create and edit."""
    seen: dict[str, Seen] = {}
    async with (
        httpx.AsyncClient(base_url=service.address, headers=house.headers, timeout=30) as http,
        load(service.address, house, CLIENTS) as notes,
    ):
        for name, failure in failures.items():
            await notes.next_promise()
            seen[name] = Seen()
            already = notes.refused
            with failure():
                await _looked(http, notes, seen[name], already)
            seen[name].refused = notes.refused - already
            begun = time.monotonic()
            await asyncio.wait_for(notes.next_promise(), LONGEST_RECOVERY)
            seen[name].seconds_to_recover = time.monotonic() - begun
    return notes, seen


async def _looked(http: httpx.AsyncClient, notes: Notes, seen: Seen, already: int) -> None:
    """Reads all the time while something fails, until a writer was told so at least once."""
    until, audited = time.monotonic() + SECONDS, f"/v1/initiatives/{notes.promises[0].initiative}/revisions"
    while time.monotonic() < until or notes.refused == already:
        for path in ("/livez", "/readyz", "/v1/checklists"):
            seen.open_reads[(await http.get(path)).status_code] += 1
        for path, counted in (("/v1/me", seen.known_reads), (audited, seen.audited_reads)):
            answer = await http.get(path)
            counted[answer.status_code] += 1
            assert answer.status_code == 200 or "retry-after" in answer.headers
        await asyncio.sleep(0.05)


async def _judged(name: str, house: House, notes: Notes, seen: dict[str, Seen]) -> None:
    found = await look_after(house, notes.promises)
    for what, one in seen.items():
        _told(house, what, one)
    report("R3", house.engine, name, acknowledged=len(notes.promises), **found.numbers, wrong_answers=len(notes.wrong))
    assert (found.wrong, notes.wrong, notes.broken) == (0, [], 0)
    assert found.stored == len(notes.promises) > len(seen)
    for one in seen.values():
        assert set(one.open_reads) == set(one.known_reads) == {200}
        assert set(one.audited_reads) <= {200, 503}


def _told(house: House, name: str, seen: Seen) -> None:
    report(
        "R3",
        house.engine,
        name,
        failures=1,
        writes_refused=seen.refused,
        open_reads_answered=seen.open_reads[200],
        known_reads_answered=seen.known_reads[200],
        audited_reads_answered=seen.audited_reads[200],
        audited_reads_refused=seen.audited_reads[503],
        recovered_within_seconds=seen.seconds_to_recover,
    )


def _mount(folder: Path, size: str, how: str = "") -> None:
    _run("mount", "-t", "tmpfs", "-o", f"{how}size={size}", "tmpfs", str(folder))


def _run(*command: str) -> None:
    subprocess.run(command, check=True)
