"""`goodoffices judge-again` judges everything that is stored, with several processes, and tells what came of it."""

import asyncio
import multiprocessing
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from pathlib import Path

import pytest

from app.checklist.catalogue import shipped_catalogue
from app.cli.exit_codes import ExitCode
from app.cli.judging import helping
from app.starting import start_of
from app.storage import jobs
from app.storage.jobs import Job, JobState
from app.storage.views import of
from app.usecases.jobs import judge_again_as_operator
from app.usecases.office import Office
from app.usecases.opening import close_office, open_safely
from tests.builders import document
from tests.cli.sites import NOBODYS, Site, running_by_file

EXAMPLES = Path(__file__).parents[2] / "examples" / "checklists"
OVERLAY = "lake-foundation"
LOOKS = 30_000  # about a millisecond each: a process has to start, and to do its work


@pytest.fixture(autouse=True)
def own_checklists(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("GOODOFFICES_CHECKLISTS", str(EXAMPLES))


async def test_everything_is_judged_by_an_overlay_with_two_processes(site: Site) -> None:
    identity, key = site.organisation()
    who = {"Authorization": f"Bearer {key}"}
    async with running_by_file(site) as http:
        for number in range(3):
            design = {"design": document(title=f"Dialogue {number}")}
            assert (await http.post("/v1/initiatives", json=design, headers=who)).status_code == 201

    ended = site("judge-again", identity, "--checklist", OVERLAY, "--processes", "2")

    assert ended.code == ExitCode.NOTHING_TO_ATTEND_TO, ended.err
    assert f"{identity}  {OVERLAY}@1: 3 of 3 judged, 3 stand otherwise, 0 could not be opened (done)" in ended.out
    assert multiprocessing.active_children() == []  # who helped ends with the command
    async with running_by_file(site) as http:
        told = (await http.get("/v1/portfolio", params={"checklist": OVERLAY}, headers=who)).json()
    assert told["designs"] == 3


async def test_who_helps_works_at_the_job_that_is_told_and_at_nobody_elses(site: Site) -> None:
    (told, key), (other, others_key) = site.organisation("Told House"), site.organisation("Other House")
    for some in (key, others_key):
        await keep_designs(site, some, 3)
    async with an_office(site) as office:
        ours, theirs = [await judge_again_as_operator(office, each, None) for each in (told, other)]
        with helping(site.settings, 1) as tell:
            tell((NOBODYS, NOBODYS))  # one that cannot be gone on with keeps nobody from the next
            tell((told, ours.id))
            await seen(office, told, ours, lambda job: job.state is JobState.DONE)
        assert (await look(office, other, theirs)).examined == 0
    assert multiprocessing.active_children() == []


async def test_who_helps_finishes_what_is_in_hand_and_leaves_nothing_on_lease(site: Site) -> None:
    identity, key = site.organisation()
    await keep_designs(site, key, 200)
    async with an_office(site) as office:
        job = await judge_again_as_operator(office, identity, None)
        with helping(site.settings, 1) as tell:
            tell((identity, job.id))
            await seen(office, identity, job, lambda job: job.examined > 0)
        left = await look(office, identity, job)
    ended = site("judge-again", identity, "--processes", "1")
    assert f"{left.total} of {left.total} judged" in ended.out
    assert left.examined < left.total


def test_a_checklist_or_an_organisation_that_is_not_there_is_told(site: Site) -> None:
    site.organisation()
    assert site("judge-again", "--checklist", "track-three").code == ExitCode.WRONG_USE
    assert site("judge-again", NOBODYS).code == ExitCode.WRONG_USE


async def keep_designs(site: Site, key: str, number: int) -> None:
    async with running_by_file(site) as http:
        for each in range(number):
            design = {"design": document(title=f"Dialogue {each}")}
            kept = await http.post("/v1/initiatives", json=design, headers={"Authorization": f"Bearer {key}"})
            assert kept.status_code == 201


@asynccontextmanager
async def an_office(site: Site) -> AsyncIterator[Office]:
    """What a command opens."""
    office, _ = await open_safely(start_of(site.settings, listens=False), shipped_catalogue())
    try:
        yield office
    finally:
        await close_office(office)


async def look(office: Office, organisation: str, job: Job) -> Job:
    return await office.database.read(of(organisation), lambda connection: jobs.find(connection, organisation, job.id))


async def seen(office: Office, organisation: str, job: Job, wanted: Callable[[Job], bool]) -> None:
    for _ in range(LOOKS):
        if wanted(await look(office, organisation, job)):
            return
        await asyncio.sleep(0.001)
    raise AssertionError("Nobody worked at the job.")
