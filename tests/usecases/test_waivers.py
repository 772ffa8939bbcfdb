"""A waiver stands for what was judged, and comes back to be confirmed when that changes."""

import asyncio

import pytest

from app.domain.errors import BadInput, NotFound, Stale
from app.domain.revision import Expected
from app.usecases import designs, feedback, initiatives, waivers
from app.usecases.judged import Judged
from tests.usecases.builders import CLEAR, VAGUE, design, newer_catalogue
from tests.usecases.house import House

STATED = "purpose.stated"


async def vague(house: House) -> str:
    """The id of an initiative whose purpose is a concern."""
    return (await house.ask(initiatives.create, VAGUE)).initiative.id


async def waive(house: House, identity: str, reason: str = "Known to both", **expected: int) -> Judged:
    """A waiver of the concern about the purpose."""
    guard = Expected(**expected)
    return await house.ask(waivers.put, identity, STATED, reason=reason, by="A. Reviewer", expected=guard)


async def state(house: House, identity: str) -> str | None:
    """How the waiver of the concern stands now."""
    waiver = (await house.ask(initiatives.get, identity)).evaluation.finding(STATED).waiver
    return None if waiver is None else waiver.state


async def test_a_waiver_counts_as_a_new_version_of_the_same_revision(house: House) -> None:
    identity = await vague(house)
    answer = await waive(house, identity, revision=1, version=0)
    found = await house.ask(initiatives.get, identity)
    assert answer.initiative.tag == found.initiative.tag == "1.1"
    finding = found.evaluation.finding(STATED)
    assert finding.waived
    assert finding.waiver is not None
    assert (finding.waiver.waiver.reason, finding.waiver.waiver.by) == ("Known to both", "A. Reviewer")
    assert found.evaluation.counts["waived"] == answer.evaluation.counts["waived"] == 1
    assert found.initiative.codes == answer.initiative.codes


async def test_the_same_waiver_again_changes_nothing(house: House) -> None:
    identity = await vague(house)
    await waive(house, identity)
    assert not (await waive(house, identity)).changed
    assert (await waive(house, identity, reason="Another reason")).initiative.tag == "1.2"


async def test_a_waiver_stays_while_other_answers_change(house: House) -> None:
    identity = await vague(house)
    await waive(house, identity)
    changed = design("Talks about water", summary="Now with a summary", stage="preparing")
    answer = await house.ask(designs.replace, identity, changed)
    assert answer.initiative.tag == "2.0"
    assert answer.evaluation.finding(STATED).waived
    assert await state(house, identity) == "active"


async def test_a_waiver_is_to_be_confirmed_when_what_was_judged_changes(house: House) -> None:
    identity = await vague(house)
    await waive(house, identity)
    await house.ask(designs.replace, identity, design("Talks on water"))
    assert await state(house, identity) == "to_be_confirmed"
    found = await house.ask(initiatives.get, identity)
    assert not found.evaluation.finding(STATED).waived
    await waive(house, identity)
    assert await state(house, identity) == "active"


async def test_a_waiver_is_to_be_confirmed_under_a_newer_checklist(house: House) -> None:
    identity = await vague(house)
    await waive(house, identity)
    newer = newer_catalogue()
    await house.using(newer).ask(designs.replace, identity, design("Talks about water", summary="More"))
    finding = (await house.using(newer).ask(initiatives.get, identity)).evaluation.finding(STATED)
    assert finding.waiver is not None
    assert finding.waiver.state == "to_be_confirmed"


async def test_a_waiver_speaks_of_an_old_revision_too_when_it_had_the_same_values(house: House) -> None:
    identity = await vague(house)
    await house.ask(designs.replace, identity, design("Talks about water", summary="More"))
    await waive(house, identity)
    old = await house.ask(feedback.of_revision, identity, 1)
    assert old.evaluation.finding(STATED).waived


async def test_only_a_concern_or_an_open_question_can_be_waived(house: House) -> None:
    identity = (await house.ask(initiatives.create, CLEAR)).initiative.id
    with pytest.raises(BadInput, match="Only a concern or an open question"):
        await waive(house, identity)


async def test_a_check_that_there_is_not_cannot_be_waived(house: House) -> None:
    identity = await vague(house)
    with pytest.raises(NotFound):
        await house.ask(waivers.put, identity, "purpose.weather", reason="x", by="y")


async def test_a_waiver_that_is_taken_back_is_gone(house: House) -> None:
    identity = await vague(house)
    await waive(house, identity)
    answer = await house.ask(waivers.delete, identity, STATED, Expected(1, 1))
    assert answer.initiative.tag == "1.2"
    assert answer.evaluation.finding(STATED).waiver is None
    assert await state(house, identity) is None
    with pytest.raises(NotFound):
        await house.ask(waivers.delete, identity, STATED)
    assert (await house.ask(initiatives.get, identity)).initiative.tag == "1.2"


async def test_a_waiver_on_something_else_than_was_seen_is_refused(house: House) -> None:
    identity = await vague(house)
    await waive(house, identity, revision=1, version=0)
    with pytest.raises(Stale) as refused:
        await waive(house, identity, reason="Another", revision=1, version=0)
    assert refused.value.current == "1.1"
    with pytest.raises(Stale):
        await house.ask(waivers.delete, identity, STATED, Expected(1, 0))


async def test_of_two_waivers_given_at_once_on_the_same_version_one_is_refused(house: House) -> None:
    identity = await vague(house)
    both = (waive(house, identity, reason=reason, revision=1, version=0) for reason in ("One", "Other"))
    answers = await asyncio.gather(*both, return_exceptions=True)
    assert sorted(type(answer).__name__ for answer in answers) == ["Judged", "Stale"]


async def test_another_organisation_gives_and_takes_nothing(house: House) -> None:
    identity = await vague(house)
    await waive(house, identity)
    with pytest.raises(NotFound):
        await house.theirs.ask(waivers.put, identity, STATED, reason="x", by="y")
    with pytest.raises(NotFound):
        await house.theirs.ask(waivers.delete, identity, STATED)


async def test_a_replay_knows_no_later_waiver(house: House) -> None:
    retry = house.retry("a key", b"{}")
    first = await house.ask(initiatives.create, VAGUE, retry)
    await waive(house, first.initiative.id)
    again = await house.ask(initiatives.create, VAGUE, retry)
    assert again.initiative == first.initiative
    assert again.evaluation.finding(STATED).waiver is None


async def test_a_replayed_restore_knows_the_waivers_that_it_answered_with(house: House) -> None:
    identity = await vague(house)
    await waive(house, identity)
    retry = house.retry("a key", b"{}")
    first = await house.ask(designs.restore, identity, 1, retry=retry)
    again = await house.ask(designs.restore, identity, 1, retry=retry)
    assert first.evaluation.finding(STATED).waived
    assert again.evaluation.finding(STATED).waived
    assert again.initiative == first.initiative
