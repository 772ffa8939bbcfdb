"""A waiver stands for what was judged, and comes back to be confirmed when that changes."""

import asyncio

import pytest

from app.domain.errors import BadInput, NotFound, Stale
from app.domain.revision import Expected
from app.storage.database import Database
from app.usecases import designs, feedback, initiatives, waivers
from app.usecases.judged import Judged
from app.usecases.retries import retry_of
from tests.usecases.builders import CLEAR, OURS, SHIPPED, THEIRS, VAGUE, design, newer_catalogue

STATED = "purpose.stated"


async def vague(database: Database) -> str:
    """The id of an initiative whose purpose is a concern."""
    return (await initiatives.create(database, SHIPPED, OURS, VAGUE)).initiative.id


async def waive(database: Database, identity: str, reason: str = "Known to both", **expected: int) -> Judged:
    """A waiver of the concern about the purpose."""
    guard = Expected(**expected)
    return await waivers.put(database, SHIPPED, OURS, identity, STATED, reason=reason, by="A. Reviewer", expected=guard)


async def state(database: Database, identity: str) -> str | None:
    """How the waiver of the concern stands now."""
    waiver = (await initiatives.get(database, SHIPPED, OURS, identity)).evaluation.finding(STATED).waiver
    return None if waiver is None else waiver.state


async def test_a_waiver_counts_as_a_new_version_of_the_same_revision(database: Database) -> None:
    identity = await vague(database)
    answer = await waive(database, identity, revision=1, version=0)
    found = await initiatives.get(database, SHIPPED, OURS, identity)
    assert answer.initiative.tag == found.initiative.tag == "1.1"
    finding = found.evaluation.finding(STATED)
    assert finding.waived
    assert finding.waiver is not None
    assert (finding.waiver.waiver.reason, finding.waiver.waiver.by) == ("Known to both", "A. Reviewer")
    assert found.evaluation.counts["waived"] == answer.evaluation.counts["waived"] == 1
    assert found.initiative.codes == answer.initiative.codes


async def test_the_same_waiver_again_changes_nothing(database: Database) -> None:
    identity = await vague(database)
    await waive(database, identity)
    assert not (await waive(database, identity)).changed
    assert (await waive(database, identity, reason="Another reason")).initiative.tag == "1.2"


async def test_a_waiver_stays_while_other_answers_change(database: Database) -> None:
    identity = await vague(database)
    await waive(database, identity)
    changed = design("Talks about water", summary="Now with a summary", stage="preparing")
    answer = await designs.replace(database, SHIPPED, OURS, identity, changed)
    assert answer.initiative.tag == "2.0"
    assert answer.evaluation.finding(STATED).waived
    assert await state(database, identity) == "active"


async def test_a_waiver_is_to_be_confirmed_when_what_was_judged_changes(database: Database) -> None:
    identity = await vague(database)
    await waive(database, identity)
    await designs.replace(database, SHIPPED, OURS, identity, design("Talks on water"))
    assert await state(database, identity) == "to_be_confirmed"
    found = await initiatives.get(database, SHIPPED, OURS, identity)
    assert not found.evaluation.finding(STATED).waived
    await waive(database, identity)
    assert await state(database, identity) == "active"


async def test_a_waiver_is_to_be_confirmed_under_a_newer_checklist(database: Database) -> None:
    identity = await vague(database)
    await waive(database, identity)
    newer = newer_catalogue()
    await designs.replace(database, newer, OURS, identity, design("Talks about water", summary="More"))
    finding = (await initiatives.get(database, newer, OURS, identity)).evaluation.finding(STATED)
    assert finding.waiver is not None
    assert finding.waiver.state == "to_be_confirmed"


async def test_a_waiver_speaks_of_an_old_revision_too_when_it_had_the_same_values(database: Database) -> None:
    identity = await vague(database)
    await designs.replace(database, SHIPPED, OURS, identity, design("Talks about water", summary="More"))
    await waive(database, identity)
    old = await feedback.of_revision(database, SHIPPED, OURS, identity, 1)
    assert old.evaluation.finding(STATED).waived


async def test_only_a_concern_or_an_open_question_can_be_waived(database: Database) -> None:
    identity = (await initiatives.create(database, SHIPPED, OURS, CLEAR)).initiative.id
    with pytest.raises(BadInput, match="Only a concern or an open question"):
        await waive(database, identity)


async def test_a_check_that_there_is_not_cannot_be_waived(database: Database) -> None:
    identity = await vague(database)
    with pytest.raises(NotFound):
        await waivers.put(database, SHIPPED, OURS, identity, "purpose.weather", reason="x", by="y")


async def test_a_waiver_that_is_taken_back_is_gone(database: Database) -> None:
    identity = await vague(database)
    await waive(database, identity)
    answer = await waivers.delete(database, SHIPPED, OURS, identity, STATED, Expected(1, 1))
    assert answer.initiative.tag == "1.2"
    assert answer.evaluation.finding(STATED).waiver is None
    assert await state(database, identity) is None
    with pytest.raises(NotFound):
        await waivers.delete(database, SHIPPED, OURS, identity, STATED)
    assert (await initiatives.get(database, SHIPPED, OURS, identity)).initiative.tag == "1.2"


async def test_a_waiver_on_something_else_than_was_seen_is_refused(database: Database) -> None:
    identity = await vague(database)
    await waive(database, identity, revision=1, version=0)
    with pytest.raises(Stale) as refused:
        await waive(database, identity, reason="Another", revision=1, version=0)
    assert refused.value.current == "1.1"
    with pytest.raises(Stale):
        await waivers.delete(database, SHIPPED, OURS, identity, STATED, Expected(1, 0))


async def test_of_two_waivers_given_at_once_on_the_same_version_one_is_refused(database: Database) -> None:
    identity = await vague(database)
    both = (waive(database, identity, reason=reason, revision=1, version=0) for reason in ("One", "Other"))
    answers = await asyncio.gather(*both, return_exceptions=True)
    assert sorted(type(answer).__name__ for answer in answers) == ["Judged", "Stale"]


async def test_another_organisation_gives_and_takes_nothing(database: Database) -> None:
    identity = await vague(database)
    await waive(database, identity)
    with pytest.raises(NotFound):
        await waivers.put(database, SHIPPED, THEIRS, identity, STATED, reason="x", by="y")
    with pytest.raises(NotFound):
        await waivers.delete(database, SHIPPED, THEIRS, identity, STATED)


async def test_a_replay_knows_no_later_waiver(database: Database) -> None:
    retry = retry_of("a key", b"{}")
    first = await initiatives.create(database, SHIPPED, OURS, VAGUE, retry)
    await waive(database, first.initiative.id)
    again = await initiatives.create(database, SHIPPED, OURS, VAGUE, retry)
    assert again.initiative == first.initiative
    assert again.evaluation.finding(STATED).waiver is None


async def test_a_replayed_restore_knows_the_waivers_that_it_answered_with(database: Database) -> None:
    identity = await vague(database)
    await waive(database, identity)
    retry = retry_of("a key", b"{}")
    first = await designs.restore(database, SHIPPED, OURS, identity, 1, retry=retry)
    again = await designs.restore(database, SHIPPED, OURS, identity, 1, retry=retry)
    assert first.evaluation.finding(STATED).waived
    assert again.evaluation.finding(STATED).waived
    assert again.initiative == first.initiative
