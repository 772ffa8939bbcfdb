"""The command `judge-again`: judges everything that is stored by a checklist, on all cores, and shows how far it is.

The process that shows it works too; each further one is started anew, once, and takes pieces of the same jobs.
"""

from __future__ import annotations

import asyncio
import multiprocessing
import os
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from multiprocessing.connection import Connection as Line
from signal import SIG_IGN, SIGINT, SIGTERM, signal
from typing import Any, Final
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
from app.usecases.judging_again import work_at
from app.usecases.office import Office
from app.usecases.opening import close_office, open_safely

Place = tuple[str, str]  # an organisation and a job of it
Tell = Callable[[Place], None]

LOOK_EVERY_SECONDS = 0.1
LONGEST_FAREWELL: Final = 20.0  # seconds; storing what one has in hand takes about one
GIVES_UP_AFTER = 5  # turns in a row in which a database was out of reach


def judge_again(organisation_id: str | None, checklist: str | None, processes: int | None, given: Given) -> ExitCode:
    """Judges the designs of one organisation, or of all; what was begun before is gone on with.

    Raises:
        UnknownChecklist, NotFound: there is no such checklist or organisation.
        UnsafeStart, BadInput, Unavailable: nothing was begun, or it can be gone on with.
    """
    settings = settings_of(given)
    named = None if organisation_id is None else known_form(organisation_id)
    with helping(settings, (processes or os.cpu_count() or 1) - 1) as tell:
        failed = carried_out(_every(settings, named, checklist, tell))
    return ExitCode.FINDINGS if failed else ExitCode.NOTHING_TO_ATTEND_TO


async def _every(settings: Settings, named: str | None, checklist: str | None, tell: Tell) -> int:
    office = await _office(settings)
    try:
        failed = 0
        for organisation_id in [named] if named is not None else await every_organisation(office):
            job = await judge_again_as_operator(office, organisation_id, checklist)
            tell((organisation_id, job.id))
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
            await asyncio.gather(working, return_exceptions=True)  # nobody closes what it still reads


@contextmanager
def helping(settings: Settings, processes: int) -> Iterator[Tell]:
    """So many further processes, which get ready while this one does and work at each job that they are told of.

    They end with this: at once, or when they have stored what they have in hand.
    """
    spawning = multiprocessing.get_context("spawn")  # a copy of this process would share its connections
    lines = [spawning.Pipe(duplex=False) for _ in range(processes)]
    helpers = [spawning.Process(target=_help, args=(settings, line), daemon=True) for line, _ in lines]
    for helper, (line, _) in zip(helpers, lines, strict=True):
        helper.start()
        line.close()

    def tell(job: Place) -> None:
        for _, end in lines:
            with suppress(BrokenPipeError):  # it could not open the databases
                end.send(job)

    try:
        yield tell
    finally:
        for helper, (_, end) in zip(helpers, lines, strict=True):
            end.close()
            helper.terminate()
        for helper in helpers:
            helper.join(LONGEST_FAREWELL)
            helper.kill()
            helper.join()


def _help(settings: Settings, line: Line) -> None:
    """What each further process does. What keeps it from that is told by the one that everybody looks at."""
    signal(SIGINT, SIG_IGN)  # a terminal sends it to everybody; the one that is looked at ends the others
    with suppress(GoodOfficesError, EOFError):
        asyncio.run(_open_and_help(settings, line))


async def _open_and_help(settings: Settings, line: Line) -> None:
    """Works at the job that was told last until another one is told or the command ends."""
    office = await _office(settings)
    try:
        while True:
            organisation_id, job_id = await asyncio.to_thread(line.recv)
            # One that cannot be gone on with keeps nobody from the next.
            with _finishing_what_is_in_hand(), suppress(GoodOfficesError):
                await _work_on(office, organisation_id, job_id, line.poll)
    finally:
        await close_office(office)


@contextmanager
def _finishing_what_is_in_hand() -> Iterator[None]:
    """Who is asked to end while this lasts does so after it: nobody could take the piece until its lease is over."""
    before = signal(SIGTERM, SIG_IGN)
    try:
        yield
    finally:
        signal(SIGTERM, before)


def _bar(total: int) -> Any:
    """A progress bar, for whoever looks at a terminal."""
    return typer.progressbar(
        length=total, file=sys.stderr, label="judging", show_pos=True, hidden=not sys.stderr.isatty()
    )


async def _work_on(office: Office, organisation_id: str, job_id: str, stops: Callable[[], bool] = lambda: False) -> Job:
    """Takes piece after piece until the job has ended, or it is to stop; the job then.

    What another worker leaves when it is killed is somebody else's once its lease has ended.

    Raises:
        Unavailable: a database was out of reach again and again.
    """
    worker, failures = str(uuid4()), 0
    while (found := await _look(office, organisation_id, job_id)).state is JobState.RUNNING and not stops():
        try:
            if await work_at(office, organisation_id, job_id, worker, stops):
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
