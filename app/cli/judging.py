"""The command `judge-again`: judges everything that is stored by a checklist, on all cores, and shows how far it is.

The process that shows it works too; each further one is started anew, once, and takes pieces of whatever job runs.
"""

from __future__ import annotations

import asyncio
import multiprocessing
import os
import sys
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from typing import Any
from uuid import uuid4

import typer

from app.checklist.own import catalogue_with
from app.cli.exit_codes import ExitCode
from app.cli.operating import Given, carried_out, settings_of
from app.cli.terminal import write_text
from app.domain.errors import GoodOfficesError, Unavailable
from app.settings import Settings
from app.starting import start_of
from app.storage import jobs
from app.storage.jobs import Job, JobState
from app.storage.views import of
from app.usecases.founding import every_organisation
from app.usecases.identity import known_form
from app.usecases.jobs import judge_again_as_operator
from app.usecases.judging_again import work, work_at
from app.usecases.office import Office
from app.usecases.opening import close_office, open_safely

LOOK_EVERY_SECONDS = 0.1
GIVES_UP_AFTER = 5  # turns in a row in which a database was out of reach


def judge_again(organisation_id: str | None, checklist: str | None, processes: int | None, given: Given) -> ExitCode:
    """Judges the designs of one organisation, or of all; what was begun before is gone on with.

    Raises:
        UnknownChecklist, NotFound: there is no such checklist or organisation.
        UnsafeStart, BadInput, Unavailable: nothing was begun, or it can be gone on with.
    """
    settings = settings_of(given)
    named = None if organisation_id is None else known_form(organisation_id)
    with _helping(settings, named, (processes or os.cpu_count() or 1) - 1):
        failed = carried_out(_every(settings, named, checklist))
    return ExitCode.FINDINGS if failed else ExitCode.NOTHING_TO_ATTEND_TO


async def _every(settings: Settings, named: str | None, checklist: str | None) -> int:
    office = await _office(settings)
    try:
        failed = 0
        for organisation_id in [named] if named is not None else await every_organisation(office):
            job = await judge_again_as_operator(office, organisation_id, checklist)
            ended = await _watched(office, organisation_id, job)
            write_text(
                f"{organisation_id}  {ended.checklist}: {ended.examined} of {ended.total} judged, "
                f"{ended.changed} stand otherwise, {ended.failed} could not be opened ({ended.state.value})\n"
            )
            failed += ended.failed
        return failed
    finally:
        await close_office(office)


async def _watched(office: Office, organisation_id: str, job: Job) -> Job:
    """The job at its end; this process works at it too."""
    with _bar(job.total) as shown:
        working = asyncio.create_task(_work_on(office, organisation_id, job.id))
        try:
            while True:
                found = await _look(office, organisation_id, job.id)
                shown.update(max(0, found.examined - shown.pos))
                if working.done():
                    return await working
                await asyncio.wait([working], timeout=LOOK_EVERY_SECONDS)
        finally:
            working.cancel()


@contextmanager
def _helping(settings: Settings, named: str | None, processes: int) -> Iterator[None]:
    """So many further processes, which get ready while this one does and work for as long as it does."""
    spawning = multiprocessing.get_context("spawn")  # a copy of this process would share its connections
    helpers = [spawning.Process(target=_help, args=(settings, named), daemon=True) for _ in range(processes)]
    for helper in helpers:
        helper.start()
    try:
        yield
    finally:
        for helper in helpers:  # every job has ended, or cannot be gone on with here: what one did is stored or not
            helper.terminate()
            helper.join()


def _help(settings: Settings, named: str | None) -> None:
    """What each further process does. What keeps it from that is told by the one that everybody looks at."""
    with suppress(GoodOfficesError):
        asyncio.run(_open_and_work(settings, named))


async def _open_and_work(settings: Settings, named: str | None) -> None:
    """Works at whatever jobs there are, of one organisation or of all, for as long as the command goes on."""
    office, worker, command = await _office(settings), str(uuid4()), multiprocessing.parent_process()
    try:
        while command is not None and command.is_alive():
            with suppress(Unavailable):
                if await work(office, worker, named):
                    continue
            await asyncio.sleep(LOOK_EVERY_SECONDS)
    finally:
        await close_office(office)


def _bar(total: int) -> Any:
    """A progress bar, for whoever looks at a terminal."""
    return typer.progressbar(
        length=total, file=sys.stderr, label="judging", show_pos=True, hidden=not sys.stderr.isatty()
    )


async def _work_on(office: Office, organisation_id: str, job_id: str) -> Job:
    """Takes piece after piece until the job has ended; the job then.

    What another worker leaves when it is killed is somebody else's once its lease has ended.

    Raises:
        Unavailable: a database was out of reach again and again.
    """
    worker, failures = str(uuid4()), 0
    while (found := await _look(office, organisation_id, job_id)).state is JobState.RUNNING:
        try:
            if await work_at(office, organisation_id, job_id, worker):
                failures = 0
                continue
        except Unavailable:
            failures += 1
            if failures == GIVES_UP_AFTER:
                raise
        await asyncio.sleep(LOOK_EVERY_SECONDS * (1 + failures))
    return found


async def _look(office: Office, organisation_id: str, job_id: str) -> Job:
    return await office.database.read(
        of(organisation_id), lambda connection: jobs.find(connection, organisation_id, job_id)
    )


async def _office(settings: Settings) -> Office:
    catalogue = catalogue_with(settings.checklists, settings.adopted_checklist)
    office, _ = await open_safely(start_of(settings, listens=False), catalogue)
    return office
