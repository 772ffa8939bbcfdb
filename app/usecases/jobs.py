"""Asking for work that outlives a request, and looking how far it is; knows not how the work is done."""

from dataclasses import replace
from datetime import UTC, datetime
from typing import Final
from uuid import uuid4

from app.checklist.checklist import Checklist
from app.domain.errors import Conflict, NotFound
from app.storage import jobs, organisations, retries
from app.storage.database import Connection
from app.storage.jobs import Job, JobState
from app.storage.pages import Page
from app.storage.retries import Effect, Retry
from app.storage.views import of
from app.usecases import checklists
from app.usecases.authority import Granted, let_in
from app.usecases.cursors import cursor_of, identity, moment, place_in
from app.usecases.founding import OPERATOR_ID
from app.usecases.identity import known_form
from app.usecases.office import Access, Office
from app.usecases.retries import once

JUDGE_AGAIN: Final = "judge_again"
LIST: Final = "jobs"
ONE_AT_A_TIME: Final = "A job of this organisation is running. Wait for its end, or cancel it."


async def judge_again(office: Office, access: Access, checklist: str | None, retry: Retry | None = None) -> Job:
    """Asks that every initiative of the organisation be judged again as it is now.

    Args:
        checklist: by this one; None for the one that is adopted.

    Raises:
        UnknownChecklist: there is no such checklist.
        Conflict: another job of the organisation is running.
    """
    wanted = office.catalogue.adopted if checklist is None else office.catalogue.find(checklist)

    async def do() -> Job:
        await checklists.keep(office, wanted)
        job = _new(wanted, access.principal.person_id)

        def write(granted: Granted) -> Job:
            if retry is not None:
                effect = Effect(retry.request_digest, job.id, 0, granted.now)
                retries.add(granted.connection, granted.organisation_id, retry.key_digest, effect)
            granted.subject = job.id
            return _add(granted.connection, granted.organisation_id, job)

        return await let_in(office, access, write)

    async def replay(effect: Effect) -> Job:
        return await get(office, access, effect.subject_id)

    return await once(office, access, retry, do, replay)


async def judge_again_as_operator(office: Office, organisation_id: str, checklist: str | None) -> Job:
    """As `judge_again`, asked by whoever runs the service; a job that is running is returned, to go on with it.

    Raises:
        UnknownChecklist: there is no such checklist.
        NotFound: there is no such organisation.
    """
    wanted = office.catalogue.adopted if checklist is None else office.catalogue.find(checklist)
    await checklists.keep(office, wanted)
    job = _new(wanted, OPERATOR_ID)

    def write(connection: Connection) -> Job:
        going_on = [each for each in jobs.page(connection, organisation_id, None, 1) if each.state is JobState.RUNNING]
        return going_on[0] if going_on else _add(connection, organisation_id, job)

    return await office.database.write(of(organisation_id), write)


async def get(office: Office, access: Access, job_id: str) -> Job:
    """The job with its progress.

    Raises:
        NotFound: there is none of that id.
    """
    wanted = known_form(job_id)

    def read(granted: Granted) -> Job:
        granted.subject = wanted
        return jobs.find(granted.connection, granted.organisation_id, wanted)

    return await let_in(office, access, read)


async def page(office: Office, access: Access, cursor: str | None, limit: int) -> Page[Job]:
    """The organisation's jobs, newest first.

    Raises:
        BadInput: the cursor is not one that this list gave.
    """
    place = None if cursor is None else _place(cursor)

    def read(granted: Granted) -> tuple[Job, ...]:
        return jobs.page(granted.connection, granted.organisation_id, place, limit + 1)

    found = await let_in(office, access, read)
    last = found[limit - 1] if len(found) > limit else None
    return Page(found[:limit], None if last is None else cursor_of(LIST, last.created_at.isoformat(), last.id), None)


async def cancel(office: Office, access: Access, job_id: str) -> Job:
    """Ends the job where it is: what was judged stays judged, and nothing is half done.

    Raises:
        NotFound: there is none of that id.
        Conflict: it has ended already.
    """
    wanted = known_form(job_id)

    def write(granted: Granted) -> Job:
        granted.subject = wanted
        found = jobs.find(granted.connection, granted.organisation_id, wanted)
        if not jobs.end(granted.connection, granted.organisation_id, wanted, JobState.CANCELLED, granted.now):
            raise Conflict(f"This job is {found.state.value} already.")
        return jobs.find(granted.connection, granted.organisation_id, wanted)

    return await let_in(office, access, write)


def _place(cursor: str) -> tuple[datetime, str]:
    at, job_id = place_in(LIST, cursor, moment, identity)
    return at, job_id


def _new(checklist: Checklist, asked_by: str) -> Job:
    return Job(
        id=str(uuid4()),
        created_by=asked_by,
        kind=JUDGE_AGAIN,
        checklist=checklist.reference,
        checklist_digest=checklist.digest,
        state=JobState.RUNNING,
        total=0,
        created_at=datetime.now(UTC),
        finished_at=None,
    )


def _add(connection: Connection, organisation_id: str, job: Job) -> Job:
    if not organisations.hold(connection, organisation_id):  # two who ask at once must not both begin
        raise NotFound
    if jobs.is_running(connection, organisation_id):
        raise Conflict(ONE_AT_A_TIME)
    counted = replace(job, total=jobs.initiatives(connection, organisation_id))
    jobs.add(connection, organisation_id, counted)
    return counted
