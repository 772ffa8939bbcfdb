"""Every change of a design is a new revision, made on the one that its author saw."""

import asyncio
import json
from contextlib import suppress

import pytest

from app.domain.errors import BadInput, DesignRefused, Gone, NotFound, RetryMismatch, Stale
from app.domain.revision import Cause, Expected
from app.storage.database import Database
from app.usecases import designs, feedback, initiatives, revisions
from app.usecases.retries import retry_of
from tests.usecases.builders import (
    CLEAR,
    NOBODYS,
    OURS,
    SHIPPED,
    SILENT,
    THEIRS,
    VAGUE,
    VERSION_1,
    design,
    newer_catalogue,
    version_2,
)


async def made(database: Database) -> str:
    """The id of an initiative with a vague purpose."""
    return (await initiatives.create(database, SHIPPED, OURS, VAGUE)).initiative.id


async def test_a_replaced_design_is_a_new_revision_and_the_old_one_stays(database: Database) -> None:
    identity = await made(database)
    answer = await designs.replace(database, SHIPPED, OURS, identity, CLEAR, Expected(revision=1))
    assert answer.changed
    assert answer.initiative.tag == "2.0"
    assert (await initiatives.get(database, SHIPPED, OURS, identity)).stored == answer.stored
    assert await designs.get(database, OURS, identity) == answer.stored
    old = await revisions.get(database, OURS, identity, 1)
    assert json.loads(old.document)["purpose"]["statement"] == "Talks about water"
    assert answer.stored.revision.cause is Cause.REPLACED


async def test_an_equal_design_makes_no_revision(database: Database) -> None:
    identity = await made(database)
    answer = await designs.replace(database, SHIPPED, OURS, identity, VAGUE, Expected(1))
    assert not answer.changed
    assert answer.initiative.tag == "1.0"
    patched = await designs.patch(database, SHIPPED, OURS, identity, b'{"summary": null}')
    assert not patched.changed


async def test_title_and_lifecycle_follow_the_design(database: Database) -> None:
    identity = await made(database)
    await designs.replace(database, SHIPPED, OURS, identity, design(title="Well dialogue", stage="funded"))
    found = (await initiatives.get(database, SHIPPED, OURS, identity)).initiative
    assert (found.title, found.lifecycle) == ("Well dialogue", "funded")


@pytest.mark.parametrize("expected", [Expected(2), Expected(1, 1), Expected(10**30), Expected(0)])
async def test_a_change_of_something_else_than_was_seen_is_refused(database: Database, expected: Expected) -> None:
    identity = await made(database)
    with pytest.raises(Stale) as refused:
        await designs.replace(database, SHIPPED, OURS, identity, CLEAR, expected)
    assert refused.value.current == "1.0"


async def test_nobody_changes_what_is_not_there_or_not_theirs(database: Database) -> None:
    identity = await made(database)
    for organisation, wanted in ((OURS, NOBODYS), (THEIRS, identity), (OURS, "1")):
        with pytest.raises(NotFound):
            await designs.replace(database, SHIPPED, organisation, wanted, CLEAR)
        with pytest.raises(NotFound):
            await designs.patch(database, SHIPPED, organisation, wanted, b"{}")
        with pytest.raises(NotFound):
            await designs.restore(database, SHIPPED, organisation, wanted, 1)


async def test_a_patch_changes_only_what_it_names(database: Database) -> None:
    identity = await made(database)
    patch = b'{"purpose": {"statement": "Agree rules for wells", "why_now": "The drought"}, "conflict": null}'
    answer = await designs.patch(database, SHIPPED, OURS, identity, patch, Expected(1))
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
async def test_a_patch_must_leave_a_whole_design(database: Database, patch: bytes, place: str) -> None:
    identity = await made(database)
    with pytest.raises(DesignRefused) as refused:
        await designs.patch(database, SHIPPED, OURS, identity, patch)
    assert place in [fault.pointer for fault in refused.value.faults]
    assert (await initiatives.get(database, SHIPPED, OURS, identity)).initiative.revision == 1


async def test_a_restored_revision_is_a_new_one(database: Database) -> None:
    identity = await made(database)
    await designs.replace(database, SHIPPED, OURS, identity, CLEAR)
    answer = await designs.restore(database, SHIPPED, OURS, identity, 1, Expected(2))
    assert answer.initiative.revision == 3
    assert (answer.stored.revision.cause, answer.stored.revision.restored_from) == (Cause.RESTORED, 1)
    assert answer.stored.document == (await revisions.get(database, OURS, identity, 1)).document


async def test_a_revision_that_there_is_not_cannot_be_restored(database: Database) -> None:
    identity = await made(database)
    for number in (0, 2, -1, 10**30):
        with pytest.raises(NotFound):
            await designs.restore(database, SHIPPED, OURS, identity, number)


async def test_a_restore_that_is_sent_twice_happens_once(database: Database) -> None:
    identity = await made(database)
    await designs.replace(database, SHIPPED, OURS, identity, CLEAR)
    retry = retry_of("a key", b"restore 1")
    first = await designs.restore(database, SHIPPED, OURS, identity, 1, Expected(2), retry=retry)
    await designs.replace(database, SHIPPED, OURS, identity, SILENT)
    again = await designs.restore(database, SHIPPED, OURS, identity, 1, Expected(2), retry=retry)
    assert again.replayed
    assert (again.initiative, again.stored) == (first.initiative, first.stored)
    assert (await initiatives.get(database, SHIPPED, OURS, identity)).initiative.revision == 4
    with pytest.raises(RetryMismatch):
        await designs.restore(database, SHIPPED, OURS, identity, 2, retry=retry_of("a key", b"restore 2"))
    await initiatives.delete(database, OURS, identity)
    with pytest.raises(Gone):
        await designs.restore(database, SHIPPED, OURS, identity, 1, Expected(2), retry=retry)


async def test_a_race_between_processes_to_restore_is_won_by_one_and_answered_to_all(
    database: Database, engine_url: str
) -> None:
    identity = await made(database)
    await designs.replace(database, SHIPPED, OURS, identity, CLEAR)
    retry = retry_of("a key", b"restore 1")
    others = [Database.open(engine_url) for _ in range(3)]
    everywhere = (database, *others)
    racing = (designs.restore(each, SHIPPED, OURS, identity, 1, Expected(2), retry=retry) for each in everywhere)
    answers = await asyncio.gather(*racing)
    assert [answer.initiative.tag for answer in answers] == ["3.0"] * 4
    assert sum(answer.replayed for answer in answers) == 3
    for other in others:
        await other.close()


async def test_no_edit_of_eight_editors_is_lost(database: Database, engine_url: str) -> None:
    identity = (await initiatives.create(database, SHIPPED, OURS, design(summary="begin"))).initiative.id
    second_process = Database.open(engine_url)

    async def edit(here: Database, editor: int) -> None:
        left = [f"{editor}:{number}" for number in range(15)]
        while left:
            found = await initiatives.get(here, SHIPPED, OURS, identity)
            summary = json.loads(found.stored.document)["summary"]
            patch = json.dumps({"summary": f"{summary} {left[0]}"}).encode()
            with suppress(Stale):
                await designs.patch(here, SHIPPED, OURS, identity, patch, Expected(found.initiative.revision))
                left.pop(0)

    await asyncio.gather(*(edit(second_process if editor % 2 else database, editor) for editor in range(8)))
    found = await initiatives.get(database, SHIPPED, OURS, identity)
    written = set(json.loads(found.stored.document)["summary"].split()) - {"begin"}
    assert written == {f"{editor}:{number}" for editor in range(8) for number in range(15)}
    assert found.initiative.revision == 121
    await second_process.close()


async def test_editors_who_expect_nothing_all_get_through(database: Database) -> None:
    identity = await made(database)
    notes = [json.dumps({"annotations": {str(number): "written"}}).encode() for number in range(8)]
    await asyncio.gather(*(designs.patch(database, SHIPPED, OURS, identity, note) for note in notes))
    found = await initiatives.get(database, SHIPPED, OURS, identity)
    assert len(json.loads(found.stored.document)["annotations"]) == 8


async def test_revisions_are_listed_newest_first_in_both_directions(database: Database) -> None:
    identity = await made(database)
    for number in range(2, 8):
        await designs.replace(database, SHIPPED, OURS, identity, design(summary=f"Revision {number}"))
    first = await revisions.page(database, OURS, identity, limit=3)
    assert [one.number for one in first.items] == [7, 6, 5]
    assert first.previous is None
    second = await revisions.page(database, OURS, identity, first.next, limit=3)
    assert [one.number for one in second.items] == [4, 3, 2]
    last = await revisions.page(database, OURS, identity, second.next, limit=3)
    assert ([one.number for one in last.items], last.next) == ([1], None)
    assert (await revisions.page(database, OURS, identity, last.previous, limit=3)).items == second.items
    assert (await revisions.page(database, OURS, identity, second.previous, limit=3)).items == first.items


async def test_revisions_of_nothing_are_not_found(database: Database) -> None:
    identity = await made(database)
    with pytest.raises(NotFound):
        await revisions.page(database, THEIRS, identity)
    with pytest.raises(NotFound):
        await revisions.get(database, OURS, identity, 10**30)
    with pytest.raises(BadInput):
        await revisions.page(database, OURS, identity, "elsewhere")


async def test_an_old_revision_keeps_the_checklist_that_judged_it(database: Database) -> None:
    identity = (await initiatives.create(database, SHIPPED, OURS, CLEAR)).initiative.id
    newer = newer_catalogue(least_words=6)
    assert not (await designs.replace(database, newer, OURS, identity, CLEAR)).changed
    await designs.replace(database, newer, OURS, identity, design(summary="As before, with a summary"))
    old = await feedback.of_revision(database, newer, OURS, identity, 1)
    new = await feedback.of_revision(database, newer, OURS, identity)
    assert (old.evaluation.checklist.version, new.evaluation.checklist.version) == (1, 2)
    assert old.evaluation.finding("purpose.stated").outcome == "met"
    assert new.evaluation.finding("purpose.stated").outcome == "concern"
    again = await feedback.of_revision(database, newer, OURS, identity, 1, "track-two@2")
    assert again.evaluation.finding("purpose.stated").outcome == "concern"


async def test_a_judgement_can_be_explained_when_its_checklist_is_no_longer_shipped(database: Database) -> None:
    identity = await made(database)
    found = await initiatives.get(database, type(SHIPPED)([version_2()]), OURS, identity)
    assert found.evaluation.checklist.digest == VERSION_1.digest
    assert found.evaluation.codes == found.initiative.codes
    with pytest.raises(NotFound):
        await feedback.of_revision(database, SHIPPED, OURS, identity, 2)


def test_a_design_is_judged_without_being_stored() -> None:
    assert feedback.judge(SHIPPED, VAGUE).finding("purpose.stated").outcome == "concern"
    with pytest.raises(NotFound):
        feedback.judge(SHIPPED, VAGUE, "no-such-list")
