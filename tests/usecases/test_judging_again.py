"""Everything stored is judged again, once, by however many workers, and by others when one of them is killed."""

import asyncio
import tracemalloc
from contextlib import suppress
from dataclasses import replace
from datetime import timedelta

import pytest
from sqlalchemy import select, update

from app.checklist.catalogue import Catalogue
from app.checklist.checklist import from_pack
from app.checklist.evaluate import evaluate
from app.domain.errors import Conflict, Forbidden, NotFound
from app.storage import jobs as stored_jobs
from app.storage.database import Connection
from app.storage.initiatives import INITIATIVES
from app.storage.jobs import Job, JobState, LeaseLostError, Piece
from app.storage.key_store import KeyStore
from app.storage.revisions import REVISIONS
from app.storage.views import of
from app.usecases import designs, initiatives, jobs, judging_again, verdicts, waivers
from app.usecases.founding import dissolve
from app.usecases.recounting import mend, recount
from tests.usecases.builders import CLEAR, VAGUE, VERSION_1, checklist, design, newer_catalogue
from tests.usecases.house import House
from tests.usecases.sharing import another

NEWER = newer_catalogue(least_words=6)
PINNED = Catalogue(NEWER.all(), adopted="track-two@1")
RENAMED = from_pack({**checklist(2).pack(), "contents": {**checklist(2).pack()["contents"], "title": "In other words"}})
SAME_QUESTIONS = Catalogue([VERSION_1, RENAMED])  # as after an upgrade that changes no question
STATED = "purpose.stated"
ELSEWHERE = "another program"
MANY_LOOKS = 100_000


async def filled(house: House, number: int) -> list[str]:
    """The ids of so many initiatives that version 1 judged to be well."""
    old = house.using(PINNED)
    return [
        (await old.ask(initiatives.create, design("Agree rules for wells", title=f"Talks {each}"))).initiative.id
        for each in range(number)
    ]


async def asked_for(house: House, catalogue: Catalogue = NEWER) -> Job:
    """A job that judges by the newer version."""
    return await jobs.judge_again(house.using(catalogue).office, house.may("jobs.change"), None)


async def judged(house: House, catalogue: Catalogue) -> Job:
    """A job that judged by the adopted checklist, at its end."""
    job = await asked_for(house, catalogue)
    await judging_again.work(house.using(catalogue).office, "worker")
    return await progress(house, job)


def by(house: House, program: str) -> House:
    """The same house as a program with this fingerprint runs it."""
    return replace(house, office=replace(house.office, program=program))


async def stored(house: House) -> dict[str, tuple[str, str, str, int]]:
    """Checklist, codes, program and version of every initiative, by its id."""
    wanted = select(*INITIATIVES.c["id", "checklist_digest", "codes", "program", "version"])

    def read(connection: Connection) -> dict[str, tuple[str, str, str, int]]:
        return {row[0]: (row[1], row[2], row[3], row[4]) for row in connection.execute(wanted)}

    return await house.database.read(of(house.principal.organisation_id), read)


async def rewrite(house: House, **values: str) -> None:
    """Stores something else of every initiative, and counts it so."""
    await house.database.write(
        of(house.principal.organisation_id),
        lambda connection: connection.execute(update(INITIATIVES).values(**values)),
    )
    await mend(house.office, house.principal.organisation_id)


async def progress(house: House, job: Job) -> Job:
    return await jobs.get(house.office, house.may("jobs.read"), job.id)


async def begun(house: House, job: Job) -> None:
    """Waits until something of it is done; a look at SQLite lets nobody else run, so it must be let run."""
    for _ in range(MANY_LOOKS):
        if (await progress(house, job)).examined:
            return
        await asyncio.sleep(0)


async def outcomes(house: House, ids: list[str]) -> set[str]:
    found = [await house.using(NEWER).ask(initiatives.get, each) for each in ids]
    return {each.evaluation.finding(STATED).outcome.value for each in found}


async def test_every_design_is_judged_by_the_newer_checklist(house: House) -> None:
    ids = await filled(house, judging_again.AT_FIRST + 5)
    assert await outcomes(house, ids) == {"met"}
    job = await asked_for(house)
    assert (job.state, job.total, job.examined) == (JobState.RUNNING, len(ids), 0)
    assert await judging_again.work(house.using(NEWER).office, "worker") == len(ids)
    ended = await progress(house, job)
    assert (ended.state, ended.examined, ended.changed, ended.failed) == (JobState.DONE, len(ids), len(ids), 0)
    assert await outcomes(house, ids) == {"concern"}
    assert await recount(house.using(NEWER).office, house.principal.organisation_id) == ()


async def test_nobodys_revision_changes_but_what_was_read_is_stale(house: House) -> None:
    [identity] = await filled(house, 1)
    await asked_for(house)
    await judging_again.work(house.using(NEWER).office, "worker")
    found = (await house.using(NEWER).ask(initiatives.get, identity)).initiative
    assert found.tag == "1.1"


async def test_judging_again_by_the_same_checklist_changes_nothing(house: House) -> None:
    [identity] = await filled(house, 1)
    before = (await house.using(PINNED).ask(initiatives.get, identity)).initiative
    job = await jobs.judge_again(house.using(PINNED).office, house.may("jobs.change"), None)
    await judging_again.work(house.using(PINNED).office, "worker")
    assert (await progress(house, job)).changed == 0
    assert (await house.using(PINNED).ask(initiatives.get, identity)).initiative == before


async def test_a_waiver_is_kept_and_is_to_be_confirmed(house: House) -> None:
    old = house.using(PINNED)
    identity = (await old.ask(initiatives.create, VAGUE)).initiative.id
    await old.ask(waivers.put, identity, STATED, reason="It may stand.", by="A reviewer")
    await asked_for(house)
    await judging_again.work(house.using(NEWER).office, "worker")
    waiver = (await house.using(NEWER).ask(initiatives.get, identity)).evaluation.finding(STATED).waiver
    assert waiver is not None
    assert waiver.state == "to_be_confirmed"
    assert await recount(house.using(NEWER).office, house.principal.organisation_id) == ()


async def test_several_workers_share_the_work_and_nothing_is_done_twice(house: House) -> None:
    ids = await filled(house, 60)
    job = await asked_for(house)
    async with house.using(NEWER).elsewhere(processes=3) as others:
        done = await asyncio.gather(*(judging_again.work(each.office, f"worker {n}") for n, each in enumerate(others)))
    ended = await progress(house, job)
    assert (sum(done), ended.examined, ended.changed) == (len(ids), len(ids), len(ids))
    assert ended.state is JobState.DONE
    assert await recount(house.using(NEWER).office, house.principal.organisation_id) == ()


@pytest.mark.parametrize("catalogue", [NEWER, SAME_QUESTIONS], ids=["judged", "carried over"])
@pytest.mark.parametrize("parts", [64, 1], ids=["many pieces", "one piece"])
async def test_another_worker_goes_on_where_one_was_killed(
    house: House, monkeypatch: pytest.MonkeyPatch, parts: int, catalogue: Catalogue
) -> None:
    monkeypatch.setattr(stored_jobs, "PARTS", parts)
    monkeypatch.setattr(judging_again, "AT_FIRST", 7)
    monkeypatch.setattr(judging_again, "AT_MOST", 7)
    ids = await filled(house, 80)
    job = await asked_for(house, catalogue)
    monkeypatch.setattr(judging_again, "LEASE", timedelta(milliseconds=50))
    killed = asyncio.create_task(judging_again.work(house.using(catalogue).office, "killed"))
    await begun(house, job)
    killed.cancel()
    with suppress(asyncio.CancelledError):
        await killed
    left = len(ids) - (await progress(house, job)).examined
    await asyncio.sleep(0.06)
    await judging_again.work(house.using(catalogue).office, "next")
    ended = await progress(house, job)
    assert (ended.state, ended.examined, ended.changed) == (JobState.DONE, len(ids), len(ids))
    newest = catalogue.adopted.digest
    codes = evaluate(CLEAR, catalogue.adopted).codes
    assert set((await stored(house)).values()) == {(newest, codes, house.office.program, 1)}
    assert left > 0
    assert await recount(house.using(catalogue).office, house.principal.organisation_id) == ()


async def test_what_a_worker_did_after_its_lease_was_given_on_is_not_stored(house: House) -> None:
    await filled(house, 1)
    job, office = await asked_for(house), house.using(NEWER).office
    organisation, now = house.principal.organisation_id, job.created_at
    until = now + timedelta(minutes=1)

    def take(connection: Connection) -> list[Piece | None]:
        slow = stored_jobs.lease(connection, organisation, job.id, "slow", now, now)
        return [slow, stored_jobs.lease(connection, organisation, job.id, "quick", until, until)]

    slow, quick = await office.database.write(of(organisation), take)
    assert slow is not None
    assert quick is not None
    assert slow.number == quick.number
    with pytest.raises(LeaseLostError):
        await office.database.write(
            of(organisation), lambda connection: stored_jobs.advance(connection, slow, "x", until, (1, 1, 0))
        )
    assert (await progress(house, job)).examined == 0


async def test_an_edit_meanwhile_is_neither_lost_nor_judged_by_what_was_read_before(house: House) -> None:
    [identity] = await filled(house, 1)
    await asked_for(house)
    newer = house.using(NEWER)
    working = asyncio.create_task(judging_again.work(newer.office, "worker"))
    for number in range(5):
        await newer.ask(designs.replace, identity, design("Agree rules for wells", summary=f"Edit {number}"))
    await working
    found = await newer.ask(initiatives.get, identity)
    assert (found.initiative.revision, found.evaluation.checklist.version) == (6, 2)
    assert await recount(newer.office, house.principal.organisation_id) == ()


async def test_a_job_that_is_cancelled_stops(house: House) -> None:
    ids = await filled(house, 3)
    job = await asked_for(house)
    ended = await jobs.cancel(house.office, house.may("jobs.change"), job.id)
    assert ended.state is JobState.CANCELLED
    assert await judging_again.work(house.using(NEWER).office, "worker") == 0
    assert await outcomes(house, ids) == {"met"}
    with pytest.raises(Conflict):
        await jobs.cancel(house.office, house.may("jobs.change"), job.id)


async def test_one_job_of_an_organisation_runs_at_a_time(house: House) -> None:
    first = await asked_for(house)
    with pytest.raises(Conflict):
        await asked_for(house)
    await jobs.cancel(house.office, house.may("jobs.change"), first.id)
    second = await asked_for(house)
    page = await jobs.page(house.office, house.may("jobs.read"), None, 1)
    assert [each.id for each in page.items] == [second.id]
    assert page.next is not None
    rest = await jobs.page(house.office, house.may("jobs.read"), page.next, 1)
    assert ([each.id for each in rest.items], rest.next) == ([first.id], None)


async def test_another_organisations_designs_and_jobs_are_left_alone(house: House) -> None:
    other = (await house.theirs.using(PINNED).ask(initiatives.create, CLEAR)).initiative.id
    job = await asked_for(house)
    with pytest.raises(NotFound):
        await jobs.get(house.office, house.theirs.may("jobs.read"), job.id)
    await judging_again.work(house.using(NEWER).office, "worker")
    found = await house.theirs.using(NEWER).ask(initiatives.get, other)
    assert found.evaluation.checklist.version == 1


async def test_an_organisation_that_is_deleted_meanwhile_stops_no_other_ones_job(house: House) -> None:
    newer, theirs, ids = house.using(NEWER), house.theirs, await filled(house, 60)
    job = await asked_for(house)
    await jobs.judge_again(newer.office, theirs.may("jobs.change"), None)
    working = asyncio.create_task(judging_again.work(newer.office, "worker"))
    await begun(house, job)
    await dissolve(house.office, theirs.principal.organisation_id)
    assert await working == len(ids)
    assert (await progress(house, job)).state is JobState.DONE


async def test_a_damaged_key_counts_as_failed_and_stops_nothing_else(house: House) -> None:
    ids = await filled(house, 3)
    store = KeyStore.open(house.places.key_store)
    await store.replace([(ids[1], bytes(60))])
    await store.close()
    job = await asked_for(house)
    assert await judging_again.work(house.using(NEWER).office, "worker") == len(ids)
    ended = await progress(house, job)
    assert (ended.state, ended.changed, ended.failed) == (JobState.DONE, len(ids) - 1, 1)


async def test_a_member_may_not_ask_for_it(house: House) -> None:
    member = await another(house, "Ben")
    with pytest.raises(Forbidden):
        await jobs.judge_again(house.office, member.may("jobs.change"), None)


async def test_what_no_question_changes_is_carried_over_without_opening_a_design(house: House) -> None:
    ids = await filled(house, 3)
    await house.office.vault.shred(ids)  # nothing opens them any more
    ended = await judged(house, SAME_QUESTIONS)
    assert (ended.state, ended.examined, ended.changed, ended.failed) == (JobState.DONE, 3, 3, 0)
    codes = evaluate(CLEAR, RENAMED).codes
    assert set((await stored(house)).values()) == {(RENAMED.digest, codes, house.office.program, 1)}
    assert await recount(house.using(SAME_QUESTIONS).office, house.principal.organisation_id) == ()


async def test_a_design_with_waivers_is_judged_as_a_whole(house: House) -> None:
    old = house.using(PINNED)
    identity = (await old.ask(initiatives.create, VAGUE)).initiative.id
    await old.ask(waivers.put, identity, STATED, reason="It may stand.", by="A reviewer")
    assert (await judged(house, SAME_QUESTIONS)).changed == 1
    waiver = (await house.using(SAME_QUESTIONS).ask(initiatives.get, identity)).evaluation.finding(STATED).waiver
    assert waiver is not None
    assert waiver.state == "to_be_confirmed"
    assert await recount(house.using(SAME_QUESTIONS).office, house.principal.organisation_id) == ()


@pytest.mark.parametrize("catalogue", [PINNED, SAME_QUESTIONS, NEWER], ids=["same", "renamed", "newer"])
async def test_what_another_program_judged_is_judged_anew(house: House, catalogue: Catalogue) -> None:
    ids = await filled(house, 3)
    right = evaluate(CLEAR, catalogue.adopted).codes
    await rewrite(house, codes="coco", program=ELSEWHERE)
    assert (await judged(house, catalogue)).changed == len(ids)
    assert {each[:3] for each in (await stored(house)).values()} == {
        (catalogue.adopted.digest, right, house.office.program)
    }
    assert await recount(house.using(catalogue).office, house.principal.organisation_id) == ()


@pytest.mark.parametrize("program", [ELSEWHERE, ""], ids=["another", "unknown"])
async def test_whoever_takes_the_judgement_of_another_program_for_its_own_is_caught(
    house: House, program: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    await filled(house, 3)
    await rewrite(house, codes="coco", program=program)
    blind = verdicts.Judging._way
    monkeypatch.setattr(
        verdicts.Judging, "_way", lambda self, standing: blind(self, replace(standing, program=house.office.program))
    )
    await judged(house, SAME_QUESTIONS)
    assert {each[1] for each in (await stored(house)).values()} == {"coco"}


async def test_what_is_judged_as_before_is_signed_by_the_program_that_did_it(house: House) -> None:
    ids = await filled(house, 3)
    await judged(by(house, ELSEWHERE), PINNED)
    assert {(each[2], each[3]) for each in (await stored(house)).values()} == {(ELSEWHERE, 0)}
    await house.office.vault.shred(ids)
    assert (await judged(by(house, ELSEWHERE), SAME_QUESTIONS)).failed == 0
    assert {(each[2], each[3]) for each in (await stored(house)).values()} == {(ELSEWHERE, 1)}


async def test_every_design_is_signed_by_the_program_that_judged_it(house: House) -> None:
    identity = (await house.ask(initiatives.create, VAGUE)).initiative.id
    assert (await stored(house))[identity][2] == house.office.program != ""
    await by(house, ELSEWHERE).ask(designs.replace, identity, CLEAR)
    assert (await stored(house))[identity][2] == ELSEWHERE


async def test_a_design_that_nothing_can_read_counts_as_failed_and_stops_nothing_else(house: House) -> None:
    ids = await filled(house, 3)
    key = await house.office.vault.key(house.principal.organisation_id, ids[1])
    assert key is not None
    document = key.seal("document", 1, b'{"title":""}')
    await house.database.write(
        of(key.organisation),
        lambda connection: connection.execute(
            update(REVISIONS).where(REVISIONS.c.initiative_id == ids[1]).values(document=document)
        ),
    )
    ended = await judged(house, NEWER)
    assert (ended.state, ended.examined, ended.changed, ended.failed) == (JobState.DONE, 3, 2, 1)


LARGE = {f"note {number}": "water " * 1_300 for number in range(20)}
ONE = 160_000  # bytes of a design with these annotations
FEW, MANY = 12, 48


async def most_memory(house: House, program: str) -> int:
    """The most bytes that are held at once while everything is judged anew."""
    await asked_for(house, PINNED)
    tracemalloc.start()
    try:
        await judging_again.work(by(house.using(PINNED), program).office, "worker")
        return tracemalloc.get_traced_memory()[1]
    finally:
        tracemalloc.stop()


@pytest.mark.parametrize("at_once", [2, 1_000], ids=["a few at a time", "mutant: everything at once"])
async def test_memory_is_flat_in_the_number_of_designs(
    house: House, monkeypatch: pytest.MonkeyPatch, at_once: int
) -> None:
    monkeypatch.setattr(stored_jobs, "PARTS", 1)
    for most in ("AT_FIRST", "AT_MOST"):
        monkeypatch.setattr(judging_again, most, at_once)
    monkeypatch.setattr(verdicts, "OPENED_AT_ONCE", at_once)
    old, peaks = house.using(PINNED), []
    for number in (FEW, MANY - FEW):
        for _ in range(number):
            await old.ask(initiatives.create, design("Agree rules for wells", annotations=LARGE))
        peaks.append(min([await most_memory(house, f"{number} {turn}") for turn in range(2)]))
    # Less than a batch and the one that is judged ahead have; three dozen designs came in between.
    assert (peaks[1] - peaks[0] < 4 * ONE) is (at_once == 2)


def test_a_transaction_keeps_nobody_waiting_for_long() -> None:
    pace, most = judging_again._Pace(), judging_again.AT_MOST
    sizes = [_learned(pace, judged=0.01, held=0.001) for _ in range(20)]
    assert (sizes == sorted(sizes), sizes[-1]) == (True, most)
    assert _learned(pace, judged=0.1, held=judging_again.LONG * 2) == most // 2
    assert _learned(pace, judged=judging_again.LONGEST_BATCH * 2, held=0.001) == most // 4
    assert [_learned(pace, judged=9, held=9) for _ in range(20)][-1] == judging_again.AT_FIRST


def _learned(pace: judging_again._Pace, judged: float, held: float) -> int:
    pace.learn(judged, held)
    return pace.most
