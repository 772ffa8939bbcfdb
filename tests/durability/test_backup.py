"""R7: a backup under writes is whole on an empty machine, and an old one does not bring back what was deleted."""

import asyncio
import random
import shutil
import time
from collections.abc import Callable
from contextlib import ExitStack
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import httpx
import pytest
from sqlalchemy import Engine
from sqlalchemy.exc import IntegrityError

from app.checklist.catalogue import shipped_catalogue
from app.domain.errors import Conflict, GoodOfficesError
from app.storage import sqlite_copies, table_files
from app.storage.migrations import REVISIONS, migrate
from app.usecases.opening import Places
from app.usecases.restoring import restore
from tests.durability.amounts import amount
from tests.durability.clients import Promise, load
from tests.durability.figures import report, report_mutant
from tests.durability.keeping import Found, look_after
from tests.durability.machines import Machine, Taken, empty_machine, restored, start_of, taken
from tests.durability.serving import House, Service, founded_in
from tests.engines import PostgresqlServer

BACKUPS = amount(2, 12)
CLIENTS = 4
LEAST_PAUSE, LONGEST_PAUSE = 0.3, 1.0  # seconds of work before each backup
INITIATIVES = 5


@dataclass(frozen=True, slots=True)
class Trial:
    """A backup with what had been promised when it began."""

    taken: Taken
    promised: list[Promise]


@dataclass(frozen=True, slots=True)
class Outcome:
    """What was found on an empty machine.

    Attributes:
        lost: promises of before the backup began that are not there.
        wrong: of what is there, whatever differs from what was sent, was never promised, or is not audited.
    """

    lost: int
    wrong: int
    revisions: int
    seconds: float


async def _backed_up_under_writes(house: House, folder: Path, backups: int) -> tuple[list[Trial], list[Promise]]:
    """So many backups while clients write, and everything that was promised in the end."""
    trials = []
    with Service(house, folder) as service:
        async with load(service.address, house, CLIENTS) as notes:
            await notes.next_promise()
            for number in range(backups):
                await asyncio.sleep(random.uniform(LEAST_PAUSE, LONGEST_PAUSE))
                promised = list(notes.promises)
                made = await asyncio.to_thread(taken, house, folder, f"-{number}")
                trials.append(Trial(made, promised))
    assert notes.wrong == []
    return trials, notes.promises


async def _tried(trial: Trial, promises: list[Promise], machine: Machine) -> Outcome:
    begun = time.monotonic()
    done = await restored(machine, trial.taken.data, trial.taken.keys)
    seconds = time.monotonic() - begun
    before, after = [await look_after(machine.house, told) for told in (trial.promised, promises)]
    shut = done.initiatives - done.opened
    return Outcome(before.lost, _wrong(after) + shut + (not done.sound), after.stored, seconds)


def _wrong(after: Found) -> int:
    """What was promised later is not there, and has no entry in the audit trail either."""
    return after.torn + after.doubled + after.faults + after.miscounted + abs(after.unaudited - after.lost)


async def test_a_backup_under_writes_is_whole_on_an_empty_machine(house: House, databases: Any, tmp_path: Path) -> None:
    trials, promises = await _backed_up_under_writes(house, tmp_path, BACKUPS)
    outcomes = []
    for trial in trials:
        with empty_machine(databases, tmp_path, house) as machine:
            outcomes.append(await _tried(trial, promises, machine))
    report(
        "R7",
        house.engine,
        "backup under writes",
        whole=(sum(one.lost + one.wrong == 0 for one in outcomes), len(outcomes)),
        acknowledged_before=sum(len(trial.promised) for trial in trials),
        lost=sum(one.lost for one in outcomes),
        wrong=sum(one.wrong for one in outcomes),
        revisions=outcomes[-1].revisions,
        backed_up_within_seconds=max(trial.taken.backup.seconds for trial in trials),
        restored_within_seconds=max(one.seconds for one in outcomes),
    )
    assert [(one.lost, one.wrong) for one in outcomes] == [(0, 0)] * BACKUPS
    assert all(trial.promised for trial in trials)


async def test_an_old_backup_does_not_bring_back_what_was_deleted(house: House, databases: Any, tmp_path: Path) -> None:
    with Service(house, tmp_path) as service, speaking(service, house) as http:
        identities = [create(http, number) for number in range(INITIATIVES)]
        old = taken(house, tmp_path, "-old")
        deleted, *kept = identities
        assert http.delete(f"/v1/initiatives/{deleted}", headers={"If-Match": "*"}).status_code == 204
        new = taken(house, tmp_path, "-new")
    with empty_machine(databases, tmp_path, house) as machine:
        done = await restored(machine, old.data, new.keys)
        with Service(machine.house, tmp_path) as service, speaking(service, machine.house) as http:
            statuses = [http.get(f"/v1/initiatives/{each}").status_code for each in identities]
            made = create(http, INITIATIVES)
            assert http.get(f"/v1/initiatives/{made}").status_code == 200
    report(
        "R7",
        house.engine,
        "old data, today's keys",
        deleted_and_shut=(statuses.count(410), 1),
        others_open=(statuses.count(200), len(kept)),
    )
    assert statuses == [410] + [200] * len(kept)
    assert (done.opened, done.initiatives, done.organisations[0].shut) == (len(kept), INITIATIVES, (deleted,))
    assert done.sound


async def test_a_backup_of_the_version_before_is_brought_up_to_date(
    house: House, owner_url: str, databases: Any, tmp_path: Path
) -> None:
    with Service(house, tmp_path) as service, speaking(service, house) as http:
        made = create(http, 0)
    migrate(owner_url, REVISIONS[-2])
    old = taken(house, tmp_path)
    with empty_machine(databases, tmp_path, house) as machine:
        done = await restored(machine, old.data, old.keys)
        assert (done.data.migration, done.opened, done.sound) == (REVISIONS[-2], 1, True)
        with Service(machine.house, tmp_path) as service, speaking(service, machine.house) as http:
            assert http.get(f"/v1/initiatives/{made}").status_code == 200


async def test_the_role_of_the_service_restores_where_the_owner_has_migrated(
    postgresql_server: PostgresqlServer, tmp_path: Path
) -> None:
    server, keys = postgresql_server, ExitStack()
    with keys, server.database(tmp_path) as old, server.database(tmp_path) as new:
        first, second = [keys.enter_context(server.empty(tmp_path)) for _ in range(2)]
        house = await founded_in(old.application, first)
        made = taken(house, tmp_path)
        start = start_of(Places(new.application, second, house.places.master_keys))
        done = await restore(start, made.data, made.keys, shipped_catalogue())
        assert (len(done.organisations), done.sound) == (1, True)
        with pytest.raises(Conflict, match="left as it is"):
            await restore(start, made.data, made.keys, shipped_catalogue())


async def test_a_copy_of_the_files_as_they_lie_is_caught(
    house: House, databases: Any, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """On SQLite `cp` leaves the log out; on PostgreSQL each table would be read at a moment of its own."""
    monkeypatch.setattr(sqlite_copies, "copy_whole", shutil.copyfile)
    monkeypatch.setattr(table_files, "for_reading", at_no_one_moment)
    monkeypatch.setattr(table_files, "_write_table", slowly(table_files._write_table))
    trials, promises = await _backed_up_under_writes(house, tmp_path, 1)
    with empty_machine(databases, tmp_path, house) as machine:
        try:
            outcome = await _tried(trials[0], promises, machine)
        except (GoodOfficesError, IntegrityError) as refused:
            report_mutant("R7", house.engine, f"copies_as_it_lies, {type(refused).__name__}", caught=True)
            return
    caught = outcome.lost + outcome.wrong > 0
    report_mutant("R7", house.engine, "copies_as_it_lies", caught=caught, lost=outcome.lost, wrong=outcome.wrong)
    assert caught


def speaking(service: Service, house: House) -> httpx.Client:
    return httpx.Client(base_url=service.address, headers=house.headers, timeout=30)


def create(http: httpx.Client, number: int) -> str:
    answer = http.post("/v1/initiatives", json={"design": {"title": f"River dialogue {number}"}})
    assert answer.status_code == 201, answer.text
    return str(answer.json()["id"])


def at_no_one_moment(engine: Engine) -> Engine:
    return engine.execution_options(isolation_level="READ COMMITTED")


def slowly(write: Callable[..., int]) -> Callable[..., int]:
    def written(*given: Any) -> int:
        time.sleep(0.1)
        return write(*given)

    return written
