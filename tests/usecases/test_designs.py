"""Every change of a design is a new revision, made on the one that its author saw."""

import asyncio
import json
from contextlib import suppress

import pytest

from app.domain.errors import BadInput, DesignRefused, Gone, NotFound, RetryMismatch, Stale
from app.domain.revision import Cause, Expected
from app.usecases import designs, feedback, initiatives, revisions
from tests.usecases.builders import (
    CLEAR,
    NOBODYS,
    SHIPPED,
    SILENT,
    VAGUE,
    VERSION_1,
    design,
    newer_catalogue,
    version_2,
)
from tests.usecases.house import House


async def made(house: House) -> str:
    """The id of an initiative with a vague purpose."""
    return (await house.ask(initiatives.create, VAGUE)).initiative.id


async def test_a_replaced_design_is_a_new_revision_and_the_old_one_stays(house: House) -> None:
    identity = await made(house)
    answer = await house.ask(designs.replace, identity, CLEAR, Expected(revision=1))
    assert answer.changed
    assert answer.initiative.tag == "2.0"
    assert (await house.ask(initiatives.get, identity)).stored == answer.stored
    old = await house.ask(revisions.get, identity, 1)
    assert json.loads(old.document)["purpose"]["statement"] == "Talks about water"
    assert answer.stored.revision.cause is Cause.REPLACED


async def test_an_equal_design_makes_no_revision(house: House) -> None:
    identity = await made(house)
    answer = await house.ask(designs.replace, identity, VAGUE, Expected(1))
    assert not answer.changed
    assert answer.initiative.tag == "1.0"
    patched = await house.ask(designs.patch, identity, b'{"summary": null}')
    assert not patched.changed


async def test_title_and_lifecycle_follow_the_design(house: House) -> None:
    identity = await made(house)
    await house.ask(designs.replace, identity, design(title="Well dialogue", stage="funded"))
    found = (await house.ask(initiatives.get, identity)).initiative
    assert (found.title, found.lifecycle) == ("Well dialogue", "funded")


@pytest.mark.parametrize("expected", [Expected(2), Expected(1, 1), Expected(10**30), Expected(0)])
async def test_a_change_of_something_else_than_was_seen_is_refused(house: House, expected: Expected) -> None:
    identity = await made(house)
    with pytest.raises(Stale) as refused:
        await house.ask(designs.replace, identity, CLEAR, expected)
    assert refused.value.current == "1.0"


async def test_nobody_changes_what_is_not_there_or_not_theirs(house: House) -> None:
    identity = await made(house)
    for somebody, wanted in ((house, NOBODYS), (house.theirs, identity), (house, "1")):
        with pytest.raises(NotFound):
            await somebody.ask(designs.replace, wanted, CLEAR)
        with pytest.raises(NotFound):
            await somebody.ask(designs.patch, wanted, b"{}")
        with pytest.raises(NotFound):
            await somebody.ask(designs.restore, wanted, 1)


async def test_a_patch_changes_only_what_it_names(house: House) -> None:
    identity = await made(house)
    patch = b'{"purpose": {"statement": "Agree rules for wells", "why_now": "The drought"}, "conflict": null}'
    answer = await house.ask(designs.patch, identity, patch, Expected(1))
    assert json.loads(answer.stored.document) == {
        "title": "River dialogue",
        "purpose": {"statement": "Agree rules for wells", "why_now": "The drought"},
    }
    assert answer.stored.revision.cause is Cause.PATCHED


@pytest.mark.parametrize(
    ("patch", "place"),
    [
        (b'{"title": null}', "/title"),
        (b'{"purpos": {}}', "/purpos"),
        (b'{"stage": "asleep"}', "/stage"),
        (b"[]", ""),
        (b"{", ""),
        (b"\xff", ""),
    ],
)
async def test_a_patch_must_leave_a_whole_design(house: House, patch: bytes, place: str) -> None:
    identity = await made(house)
    with pytest.raises(DesignRefused) as refused:
        await house.ask(designs.patch, identity, patch)
    assert place in [fault.pointer for fault in refused.value.faults]
    assert (await house.ask(initiatives.get, identity)).initiative.revision == 1


async def test_a_restored_revision_is_a_new_one(house: House) -> None:
    identity = await made(house)
    await house.ask(designs.replace, identity, CLEAR)
    answer = await house.ask(designs.restore, identity, 1, Expected(2))
    assert answer.initiative.revision == 3
    assert (answer.stored.revision.cause, answer.stored.revision.restored_from) == (Cause.RESTORED, 1)
    assert answer.stored.document == (await house.ask(revisions.get, identity, 1)).document


async def test_a_revision_that_there_is_not_cannot_be_restored(house: House) -> None:
    identity = await made(house)
    for number in (0, 2, -1, 10**30):
        with pytest.raises(NotFound):
            await house.ask(designs.restore, identity, number)


async def test_a_restore_that_is_sent_twice_happens_once(house: House) -> None:
    identity = await made(house)
    await house.ask(designs.replace, identity, CLEAR)
    retry = house.retry("a key", b"restore 1")
    first = await house.ask(designs.restore, identity, 1, Expected(2), retry=retry)
    await house.ask(designs.replace, identity, SILENT)
    again = await house.ask(designs.restore, identity, 1, Expected(2), retry=retry)
    assert again.replayed
    assert (again.initiative, again.stored) == (first.initiative, first.stored)
    assert (await house.ask(initiatives.get, identity)).initiative.revision == 4
    with pytest.raises(RetryMismatch):
        await house.ask(designs.restore, identity, 2, retry=house.retry("a key", b"restore 2"))
    await house.ask(initiatives.delete, identity)
    with pytest.raises(Gone):
        await house.ask(designs.restore, identity, 1, Expected(2), retry=retry)


async def test_a_race_between_processes_to_restore_is_won_by_one_and_answered_to_all(house: House) -> None:
    identity = await made(house)
    await house.ask(designs.replace, identity, CLEAR)
    retry = house.retry("a key", b"restore 1")
    async with house.elsewhere(processes=3) as others:
        everywhere = (house, *others)
        racing = (each.ask(designs.restore, identity, 1, Expected(2), retry=retry) for each in everywhere)
        answers = await asyncio.gather(*racing)
    assert [answer.initiative.tag for answer in answers] == ["3.0"] * 4
    assert sum(answer.replayed for answer in answers) == 3


async def test_no_edit_of_eight_editors_is_lost(house: House) -> None:
    identity = (await house.ask(initiatives.create, design(summary="begin"))).initiative.id

    async def edit(here: House, editor: int) -> None:
        left = [f"{editor}:{number}" for number in range(15)]
        while left:
            found = await here.ask(initiatives.get, identity)
            summary = json.loads(found.stored.document)["summary"]
            patch = json.dumps({"summary": f"{summary} {left[0]}"}).encode()
            with suppress(Stale):
                await here.ask(designs.patch, identity, patch, Expected(found.initiative.revision))
                left.pop(0)

    async with house.elsewhere() as [second_process]:
        await asyncio.gather(*(edit(second_process if editor % 2 else house, editor) for editor in range(8)))
    found = await house.ask(initiatives.get, identity)
    written = set(json.loads(found.stored.document)["summary"].split()) - {"begin"}
    assert written == {f"{editor}:{number}" for editor in range(8) for number in range(15)}
    assert found.initiative.revision == 121


async def test_editors_who_expect_nothing_all_get_through(house: House) -> None:
    identity = await made(house)
    notes = [json.dumps({"annotations": {str(number): "written"}}).encode() for number in range(8)]
    await asyncio.gather(*(house.ask(designs.patch, identity, note) for note in notes))
    found = await house.ask(initiatives.get, identity)
    assert len(json.loads(found.stored.document)["annotations"]) == 8


async def test_revisions_are_listed_newest_first_in_both_directions(house: House) -> None:
    identity = await made(house)
    for number in range(2, 8):
        await house.ask(designs.replace, identity, design(summary=f"Revision {number}"))
    first = await house.ask(revisions.page, identity, limit=3)
    assert [one.number for one in first.items] == [7, 6, 5]
    assert first.previous is None
    second = await house.ask(revisions.page, identity, first.next, limit=3)
    assert [one.number for one in second.items] == [4, 3, 2]
    last = await house.ask(revisions.page, identity, second.next, limit=3)
    assert ([one.number for one in last.items], last.next) == ([1], None)
    assert (await house.ask(revisions.page, identity, last.previous, limit=3)).items == second.items
    assert (await house.ask(revisions.page, identity, second.previous, limit=3)).items == first.items


async def test_revisions_of_nothing_are_not_found(house: House) -> None:
    identity = await made(house)
    with pytest.raises(NotFound):
        await house.theirs.ask(revisions.page, identity)
    with pytest.raises(NotFound):
        await house.ask(revisions.get, identity, 10**30)
    with pytest.raises(BadInput):
        await house.ask(revisions.page, identity, "elsewhere")


async def test_an_old_revision_keeps_the_checklist_that_judged_it(house: House) -> None:
    identity = (await house.ask(initiatives.create, CLEAR)).initiative.id
    newer = newer_catalogue(least_words=6)
    assert not (await house.using(newer).ask(designs.replace, identity, CLEAR)).changed
    await house.using(newer).ask(designs.replace, identity, design(summary="As before, with a summary"))
    old = await house.using(newer).ask(feedback.of_revision, identity, 1)
    new = await house.using(newer).ask(feedback.of_revision, identity)
    assert (old.evaluation.checklist.version, new.evaluation.checklist.version) == (1, 2)
    assert old.evaluation.finding("purpose.stated").outcome == "met"
    assert new.evaluation.finding("purpose.stated").outcome == "concern"
    again = await house.using(newer).ask(feedback.of_revision, identity, 1, "track-two@2")
    assert again.evaluation.finding("purpose.stated").outcome == "concern"


async def test_a_judgement_can_be_explained_when_its_checklist_is_no_longer_shipped(house: House) -> None:
    identity = await made(house)
    found = await house.using(type(SHIPPED)([version_2()])).ask(initiatives.get, identity)
    assert found.evaluation.checklist.digest == VERSION_1.digest
    assert found.evaluation.codes == found.initiative.codes
    with pytest.raises(NotFound):
        await house.ask(feedback.of_revision, identity, 2)


def test_a_design_is_judged_without_being_stored() -> None:
    assert feedback.judge(SHIPPED, VAGUE).finding("purpose.stated").outcome == "concern"
    with pytest.raises(NotFound):
        feedback.judge(SHIPPED, VAGUE, "no-such-list")
