"""The command `judge-again`: judges everything that is stored by a checklist, on all cores, and shows how far it is."""

from __future__ import annotations

import asyncio
import multiprocessing
import os
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from functools import partial
from multiprocessing.context import SpawnProcess
from typing import Any
from uuid import uuid4

import typer

from app.checklist.own import catalogue_with
from app.cli.exit_codes import ExitCode
from app.cli.operating import Given, carried_out, settings_of
from app.cli.terminal import write_text
from app.settings import Settings
from app.starting import start_of
from app.storage import jobs
from app.storage.database import Connection
from app.storage.jobs import Job, JobState
from app.storage.views import of
from app.usecases.founding import every_organisation
from app.usecases.identity import known_form
from app.usecases.jobs import judge_again_as_operator
from app.usecases.judging_again import work_at
from app.usecases.office import Office
from app.usecases.opening import close_office, open_safely

LOOK_EVERY_SECONDS = 0.2
# What one worker leaves when it is killed is somebody else's once its lease has ended.
FRUITLESS_SECONDS = 1.0


def judge_again(organisation_id: str | None, checklist: str | None, processes: int | None, given: Given) -> ExitCode:
    """Judges the designs of one organisation, or of all; what was begun before is gone on with.

    Raises:
        UnknownChecklist, NotFound: there is no such checklist or organisation.
        UnsafeStart, BadInput, Unavailable: nothing was begun, or it can be gone on with.
    """
    settings = settings_of(given)
    named = None if organisation_id is None else known_form(organisation_id)
    failed = carried_out(_every(settings, named, checklist, processes or os.cpu_count() or 1))
    return ExitCode.FINDINGS if failed else ExitCode.NOTHING_TO_ATTEND_TO


async def _every(settings: Settings, named: str | None, checklist: str | None, processes: int) -> int:
    office = await _office(settings)
    try:
        failed = 0
        for organisation_id in [named] if named is not None else await every_organisation(office):
            job = await judge_again_as_operator(office, organisation_id, checklist)
            ended = await _watched(settings, office, organisation_id, job, processes)
            write_text(
                f"{organisation_id}  {ended.checklist}: {ended.examined} of {ended.total} judged, "
                f"{ended.changed} stand otherwise, {ended.failed} could not be opened ({ended.state.value})\n"
            )
            failed += ended.failed
        return failed
    finally:
        await close_office(office)


async def _watched(settings: Settings, office: Office, organisation_id: str, job: Job, processes: int) -> Job:
    """The job at its end, done by so many processes."""
    with _working(settings, organisation_id, job.id, processes) as workers, _bar(job.total) as shown:
        while True:
            found = await office.database.read(
                of(organisation_id), lambda connection: jobs.find(connection, organisation_id, job.id)
            )
            shown.update(max(0, found.examined - shown.pos))
            if found.state is not JobState.RUNNING or not any(worker.is_alive() for worker in workers):
                return found
            await asyncio.sleep(LOOK_EVERY_SECONDS)


@contextmanager
def _working(settings: Settings, organisation_id: str, job_id: str, processes: int) -> Iterator[list[SpawnProcess]]:
    spawning = multiprocessing.get_context("spawn")  # a copy of this process would share its connections
    work = partial(_work, settings, organisation_id, job_id)
    workers = [spawning.Process(target=work, daemon=True) for _ in range(processes)]
    for worker in workers:
        worker.start()
    try:
        yield workers
    finally:
        for worker in workers:
            worker.join()


def _bar(total: int) -> Any:
    """A progress bar, for whoever looks at a terminal."""
    return typer.progressbar(
        length=total, file=sys.stderr, label="judging", show_pos=True, hidden=not sys.stderr.isatty()
    )


def _work(settings: Settings, organisation_id: str, job_id: str) -> None:
    """What each process does: piece after piece, until the job has ended."""
    asyncio.run(_pieces(settings, organisation_id, job_id))


async def _pieces(settings: Settings, organisation_id: str, job_id: str) -> None:
    office, worker = await _office(settings), str(uuid4())
    try:
        while await _is_running(office, organisation_id, job_id):
            if not await work_at(office, organisation_id, job_id, worker):
                await asyncio.sleep(FRUITLESS_SECONDS)
    finally:
        await close_office(office)


async def _is_running(office: Office, organisation_id: str, job_id: str) -> bool:
    def look(connection: Connection) -> bool:
        return jobs.find(connection, organisation_id, job_id).state is JobState.RUNNING

    return await office.database.read(of(organisation_id), look)


async def _office(settings: Settings) -> Office:
    catalogue = catalogue_with(settings.checklists, settings.adopted_checklist)
    office, _ = await open_safely(start_of(settings, listens=False), catalogue)
    return office
