"""The typed client does everything that the interface offers, and keeps its promises about changes, on both engines."""

from collections.abc import AsyncIterator

import httpx
import pytest

from app.client import Client, ProblemAnswer
from app.domain.design import Design, design_from
from tests.api.houses import ADDRESS, House

RIVER = design_from({"title": "River dialogue", "stage": "preparing", "purpose": {"statement": "Talks about water"}})
CLEARER = design_from(
    {"title": "River dialogue", "stage": "preparing", "purpose": {"statement": "Agree three rules for wells by spring"}}
)


@pytest.fixture
async def client(house: House) -> AsyncIterator[Client]:
    async with Client(ADDRESS, house.first.api_key, httpx.ASGITransport(house.app)) as speaker:
        yield speaker


def outcome(feedback: object, check: str) -> str:
    assert isinstance(feedback, dict)
    return next(str(finding["outcome"]) for finding in feedback["findings"] if finding["check"] == check)


async def test_a_design_gets_feedback_and_nothing_is_kept(client: Client) -> None:
    feedback = await client.feedback(RIVER, checklist="track-two@1")
    assert outcome(feedback, "purpose.stated") == "concern"
    assert [item async for item in client.list()] == []


async def test_a_design_gets_its_next_steps_and_each_of_those_concerned_its_own(client: Client) -> None:
    steps = await client.next_steps(RIVER)
    of_the_funder = await client.next_steps(RIVER, answered_by="funder")
    assert (steps[0]["check"], len(steps)) == ("purpose.stated", 7)
    assert {step["answered_by"] for step in of_the_funder} == {"funder"}


async def test_without_a_key_it_gets_what_is_for_everybody_and_is_asked_who_it_is_for_the_rest(house: House) -> None:
    async with Client(ADDRESS, transport=httpx.ASGITransport(house.app)) as nobody:
        assert outcome(await nobody.feedback(RIVER), "purpose.stated") == "concern"
        with pytest.raises(ProblemAnswer) as refused:
            await nobody.create(RIVER)
    assert (refused.value.status, refused.value.type) == (401, "/problems/unauthenticated")


async def test_the_precedents_and_the_terms_of_art_can_be_read(client: Client) -> None:
    assert "oslo" in {precedent["id"] for precedent in await client.precedents()}
    assert "chaperon" in {term["id"] for term in await client.glossary()}


async def test_an_initiative_lives_from_creation_to_deletion(client: Client) -> None:
    created = await client.create(RIVER)
    assert (created.revision, created.design, created.lifecycle) == (1, RIVER, "preparing")
    replaced = await client.replace(created.id, CLEARER, created.etag)
    assert outcome(replaced.feedback, "purpose.stated") == "met"
    patched = await client.patch(created.id, {"stage": "funded"}, replaced.etag)
    assert (patched.revision, patched.lifecycle) == (3, "funded")
    restored = await client.restore(created.id, 1, patched.etag)
    assert (restored.revision, restored.design) == (4, RIVER)
    assert (await client.get(created.id)).design == RIVER
    changes = await client.changes(created.id, 1, 2)
    assert [difference["pointer"] for difference in changes["design"]] == ["/purpose/statement"]
    assert (await client.report(created.id)).startswith("# River dialogue")
    await client.delete(created.id, restored.etag)
    with pytest.raises(ProblemAnswer) as gone:
        await client.get(created.id)
    assert (gone.value.status, gone.value.type) == (404, "/problems/not-found")


async def test_a_waiver_stands_until_what_it_was_given_for_changes(client: Client) -> None:
    created = await client.create(RIVER)
    waived = await client.waive(
        created.id, "purpose.stated", reason="It is agreed orally.", by="Reviewer", etag=created.etag
    )
    assert waived == '"1.1"'
    untouched = await client.patch(created.id, {"summary": "Six meetings."}, waived)
    finding = untouched.feedback["findings"][0]
    assert (finding["check"], finding["waiver"]["state"]) == ("purpose.stated", "active")
    changed = await client.patch(created.id, {"purpose": {"statement": "Talks about wells"}}, untouched.etag)
    assert changed.feedback["findings"][0]["waiver"]["state"] == "to_be_confirmed"
    after = await client.take_back_waiver(created.id, "purpose.stated", changed.etag)
    assert (await client.get(created.id)).etag == after


async def test_an_old_etag_is_told_the_current_one(client: Client) -> None:
    created = await client.create(RIVER)
    await client.replace(created.id, CLEARER, created.etag)
    with pytest.raises(ProblemAnswer) as stale:
        await client.replace(created.id, RIVER, created.etag)
    assert (stale.value.status, stale.value.etag) == (412, '"2.0"')


async def test_a_retry_with_the_same_key_creates_nothing_new(client: Client) -> None:
    first = await client.create(RIVER, idempotency_key="once")
    again = await client.create(RIVER, idempotency_key="once")
    assert again == first
    with pytest.raises(ProblemAnswer) as mismatch:
        await client.create(CLEARER, idempotency_key="once")
    assert (mismatch.value.status, mismatch.value.type) == (422, "/problems/retry-mismatch")


async def test_a_long_list_is_read_page_by_page(client: Client) -> None:
    designs = [Design(title=f"Dialogue {number}") for number in range(7)]
    created = [(await client.create(design)).id for design in designs]
    listed = [str(item["id"]) async for item in client.list(limit="3")]
    assert listed == created[::-1]


async def test_a_refused_design_names_place_and_rule(client: Client) -> None:
    with pytest.raises(ProblemAnswer) as refused:
        await client.patch((await client.create(RIVER)).id, {"stage": "someday"}, "*")
    assert refused.value.status == 422
    assert [error["pointer"] for error in refused.value.errors] == ["/stage"]
