"""Initiatives are created, found, listed and deleted, each only in its own organisation."""

import asyncio
import json
import threading

import pytest

from app.checklist.outcome import Outcome, State
from app.domain.errors import BadInput, Gone, NotFound, RetryInFlight, RetryMismatch, Stale, UnknownChecklist
from app.domain.revision import Cause, Expected
from app.storage.engines import WRITERS
from app.storage.views import NOTHING
from app.usecases import initiatives
from app.usecases.codes import states_of
from app.usecases.initiatives import Filters
from tests.usecases.builders import CLEAR, NOBODYS, SHIPPED, SILENT, VAGUE, VERSION_1, design
from tests.usecases.house import House


async def create(house: House, *titles: str) -> list[str]:
    """Initiatives with these titles, and their ids."""
    made = [await house.ask(initiatives.create, design(title=title)) for title in titles]
    return [one.initiative.id for one in made]


async def test_what_was_created_is_found_again_with_its_feedback(house: House) -> None:
    made = await house.ask(initiatives.create, VAGUE)
    found = await house.ask(initiatives.get, made.initiative.id)
    assert found.initiative == made.initiative
    assert found.stored == made.stored
    assert found.initiative.tag == "1.0"
    assert found.initiative.lifecycle == "idea"
    assert found.stored.revision.cause is Cause.CREATED
    assert json.loads(found.stored.document)["purpose"] == {"statement": "Talks about water"}
    assert found.evaluation.codes == made.evaluation.codes == found.initiative.codes
    assert found.evaluation.finding("purpose.stated").outcome is Outcome.CONCERN
    assert states_of(SHIPPED, found.initiative)["purpose"] is State.CONCERNS


async def test_an_id_may_be_written_in_capitals(house: House) -> None:
    (made,) = await create(house, "River dialogue")
    found = await house.ask(initiatives.get, made.upper())
    assert found.initiative.id == made


@pytest.mark.parametrize("identity", [NOBODYS, "", "1", "nul\0", "x" * 5000])
async def test_an_id_of_nothing_is_not_found(house: House, identity: str) -> None:
    with pytest.raises(NotFound):
        await house.ask(initiatives.get, identity)
    with pytest.raises(NotFound):
        await house.ask(initiatives.delete, identity)


async def test_another_organisation_neither_finds_nor_lists_nor_deletes_it(house: House) -> None:
    (made,) = await create(house, "River dialogue")
    with pytest.raises(NotFound):
        await house.theirs.ask(initiatives.get, made)
    with pytest.raises(NotFound):
        await house.theirs.ask(initiatives.delete, made)
    assert (await house.theirs.ask(initiatives.page)).items == ()
    assert (await house.ask(initiatives.get, made)).initiative.id == made


async def test_what_is_deleted_is_gone(house: House) -> None:
    kept, deleted = await create(house, "kept", "deleted")
    await house.ask(initiatives.delete, deleted)
    with pytest.raises(NotFound):
        await house.ask(initiatives.get, deleted)
    assert [one.id for one in (await house.ask(initiatives.page)).items] == [kept]


async def test_only_what_is_expected_is_deleted(house: House) -> None:
    (made,) = await create(house, "River dialogue")
    with pytest.raises(Stale) as refused:
        await house.ask(initiatives.delete, made, Expected(revision=2))
    assert refused.value.current == "1.0"
    with pytest.raises(Stale):
        await house.ask(initiatives.delete, made, Expected(revision=10**30))
    await house.ask(initiatives.delete, made, Expected(revision=1, version=0))


async def test_a_hundred_requests_with_one_key_make_one_initiative(house: House) -> None:
    retry = house.retry("a key", b"POST /v1/initiatives", b"{}")

    async def request() -> str:
        while True:
            try:
                made = await house.ask(initiatives.create, CLEAR, retry)
            except RetryInFlight:
                await asyncio.sleep(0.001)
            else:
                return made.initiative.id

    answers = await asyncio.gather(*(request() for _ in range(100)))
    assert len(set(answers)) == 1
    assert len((await house.ask(initiatives.page)).items) == 1


async def test_a_race_between_processes_for_one_key_makes_one_initiative(house: House) -> None:
    retry = house.retry("a key", b"POST /v1/initiatives", b"{}")
    async with house.elsewhere(processes=3) as others:
        racing = (each.ask(initiatives.create, CLEAR, retry) for each in (house, *others))
        answers = await asyncio.gather(*racing)
    assert len({answer.initiative.id for answer in answers}) == 1
    assert sum(answer.replayed for answer in answers) == 3
    assert len((await house.ask(initiatives.page)).items) == 1


async def test_a_second_request_with_the_key_is_told_when_the_first_is_on_its_way(house: House) -> None:
    retry, released = house.retry("a key", b"{}"), threading.Event()
    busy = [
        asyncio.create_task(house.database.write(NOTHING, lambda _connection: released.wait(5))) for _ in range(WRITERS)
    ]
    requests = [asyncio.create_task(house.ask(initiatives.create, CLEAR, retry)) for _ in range(2)]
    told, on_its_way = await asyncio.wait(requests, return_when=asyncio.FIRST_COMPLETED)
    assert [type(request.exception()) for request in told] == [RetryInFlight]
    released.set()
    await asyncio.gather(*on_its_way, *busy)
    assert len((await house.ask(initiatives.page)).items) == 1


async def test_a_replay_gives_the_first_answer_again(house: House) -> None:
    retry = house.retry("a key", b"{}")
    first = await house.ask(initiatives.create, CLEAR, retry)
    again = await house.ask(initiatives.create, CLEAR, retry)
    assert (first.replayed, again.replayed) == (False, True)
    assert again.initiative == first.initiative
    assert again.stored == first.stored
    assert again.evaluation.codes == first.evaluation.codes


async def test_the_key_of_another_request_is_refused(house: House) -> None:
    await house.ask(initiatives.create, CLEAR, house.retry("a key", b"one body"))
    with pytest.raises(RetryMismatch):
        await house.ask(initiatives.create, VAGUE, house.retry("a key", b"another body"))


async def test_two_organisations_may_use_the_same_key(house: House) -> None:
    retry = house.retry("a key", b"{}")
    ours = await house.ask(initiatives.create, CLEAR, retry)
    theirs = await house.theirs.ask(initiatives.create, CLEAR, retry)
    assert ours.initiative.id != theirs.initiative.id


async def test_a_late_retry_does_not_bring_back_what_was_deleted(house: House) -> None:
    retry = house.retry("a key", b"{}")
    made = await house.ask(initiatives.create, CLEAR, retry)
    await house.ask(initiatives.delete, made.initiative.id)
    with pytest.raises(Gone):
        await house.ask(initiatives.create, CLEAR, retry)
    assert (await house.ask(initiatives.page)).items == ()


async def test_a_request_whose_parts_are_cut_elsewhere_is_another_request(house: House) -> None:
    assert house.retry("a key", b"ab", b"c") != house.retry("a key", b"a", b"bc")


async def test_the_list_begins_with_what_changed_last_and_goes_both_ways(house: House) -> None:
    made = await create(house, *"abcdefg")
    newest_first = made[::-1]
    first = await house.ask(initiatives.page, limit=3)
    assert [one.id for one in first.items] == newest_first[:3]
    assert first.previous is None
    second = await house.ask(initiatives.page, cursor=first.next, limit=3)
    assert [one.id for one in second.items] == newest_first[3:6]
    third = await house.ask(initiatives.page, cursor=second.next, limit=3)
    assert [one.id for one in third.items] == newest_first[6:]
    assert third.next is None
    back = await house.ask(initiatives.page, cursor=third.previous, limit=3)
    assert back.items == second.items
    start = await house.ask(initiatives.page, cursor=back.previous, limit=3)
    assert start.items == first.items
    assert start.previous is None


async def test_pages_miss_nothing_and_repeat_nothing_while_others_are_added_and_deleted(house: House) -> None:
    made = await create(house, *(f"initiative {number}" for number in range(20)))
    seen: list[str] = []
    cursor, more = None, True
    while more:
        page = await house.ask(initiatives.page, cursor=cursor, limit=4)
        seen += [one.id for one in page.items]
        await create(house, "added meanwhile")
        await house.ask(initiatives.delete, seen[-1])
        cursor, more = page.next, page.next is not None
    assert seen == made[::-1]


async def test_the_list_is_filtered_by_lifecycle_category_and_check(house: House) -> None:
    drafts = {
        "vague": design("Talks about water", title="vague"),
        "clear": design("Agree rules for wells", title="clear"),
        "silent": design(None, title="silent"),
        "running": design("Talks about water", title="running", stage="running"),
    }
    for draft in drafts.values():
        await house.ask(initiatives.create, draft)

    async def titles(filters: Filters) -> set[str]:
        return {one.title for one in (await house.ask(initiatives.page, filters)).items}

    concern, met = ("purpose.stated", Outcome.CONCERN), ("purpose.stated", Outcome.MET)
    assert await titles(Filters(lifecycle="running")) == {"running"}
    assert await titles(Filters(checks=(concern,))) == {"vague", "running"}
    assert await titles(Filters(checks=(met,), checklist="track-two@1")) == {"clear"}
    assert await titles(Filters(checks=(concern,), lifecycle="idea")) == {"vague"}
    assert await titles(Filters(categories=(("purpose", State.CONCERNS),))) == {"vague", "running"}
    assert await titles(Filters(categories=(("purpose", State.CLEAR),), checks=(met,))) == {"clear"}
    assert await titles(Filters(checks=(concern, met))) == set()


async def test_a_filter_on_something_unknown_is_refused(house: House) -> None:
    for filters in (
        Filters(categories=(("weather", State.OPEN),)),
        Filters(checks=(("purpose.weather", Outcome.MET),)),
    ):
        with pytest.raises(BadInput):
            await house.ask(initiatives.page, filters)
    with pytest.raises(UnknownChecklist):
        await house.ask(initiatives.page, Filters(checks=(("x", Outcome.MET),), checklist="no-such"))


@pytest.mark.parametrize("cursor", ["", "nonsense", "YWZ0ZXIgMSAx", "é", "YWZ0ZXI", "a" * 4000])
async def test_a_cursor_from_elsewhere_is_refused(house: House, cursor: str) -> None:
    with pytest.raises(BadInput):
        await house.ask(initiatives.page, cursor=cursor)


async def test_the_checklist_that_judged_is_kept_whole(house: House) -> None:
    made = await house.ask(initiatives.create, SILENT)
    assert made.initiative.checklist_digest == VERSION_1.digest
