"""A waiver says who gave it, and a second person puts their name under it; what changes it takes the approval away."""

import asyncio

import pytest

from app.checklist.evaluation import Waiver
from app.domain.access import InitiativeRole
from app.domain.errors import Conflict, Forbidden, NotFound, Stale
from app.domain.revision import Expected
from app.usecases import designs, initiatives, waivers
from tests.usecases.builders import SILENT, VAGUE, design
from tests.usecases.house import House
from tests.usecases.reviewing import revise
from tests.usecases.sharing import EDITOR, OWNER, REVIEWER, VIEWER, Shared, another, id_of, remove

STATED = "purpose.stated"


@pytest.fixture
async def river(house: House) -> Shared:
    """An initiative of Anna's whose purpose is a concern."""
    return Shared(house, (await house.ask(initiatives.create, VAGUE)).initiative.id)


async def waive(river: Shared, by: str | None = None, reason: str = "Known to both") -> Waiver:
    """The waiver of the concern, given by Anna."""
    await river.anna.ask(waivers.put, river.id, STATED, reason=reason, by=by)
    return await given(river)


async def given(river: Shared) -> Waiver:
    """The waiver of the concern, as it is now."""
    return (await river.anna.ask(initiatives.get, river.id)).evaluation.waivers[STATED].waiver


async def test_a_waiver_says_who_gave_it(river: Shared) -> None:
    waiver = await waive(river)
    assert (waiver.giver, waiver.given_by, waiver.by) == (id_of(river.anna), "Anna", "")
    assert (waiver.approver, waiver.approved_by, waiver.approved_at) == (None, None, None)


async def test_what_somebody_says_of_themselves_is_kept_beside_their_name(river: Shared) -> None:
    waiver = await waive(river, by="The steering group")
    assert (waiver.by, waiver.given_by) == ("The steering group", "Anna")


@pytest.mark.parametrize("role", [OWNER, REVIEWER])
async def test_a_second_person_approves(river: Shared, role: InitiativeRole) -> None:
    before = await waive(river)
    ben = await river.join("Ben", role)
    answer = await ben.ask(waivers.approve, river.id, STATED, Expected(1, 1))
    waiver = await given(river)
    assert answer.initiative.tag == "1.2"
    assert (waiver.approver, waiver.approved_by) == (id_of(ben), "Ben")
    assert waiver.approved_at is not None
    assert waiver.approved_at > waiver.given_at
    assert (waiver.reason, waiver.given_at, waiver.given_by) == (before.reason, before.given_at, before.given_by)


async def test_whoever_gave_it_does_not_approve_it(river: Shared) -> None:
    await waive(river)
    with pytest.raises(Conflict, match="gave this waiver yourself"):
        await river.anna.ask(waivers.approve, river.id, STATED)


@pytest.mark.parametrize("role", [EDITOR, VIEWER])
async def test_others_who_see_it_do_not_approve_it(river: Shared, role: InitiativeRole) -> None:
    await waive(river)
    ben = await river.join("Ben", role)
    for use_case in (waivers.approve, waivers.disapprove):
        with pytest.raises(Forbidden):
            await ben.ask(use_case, river.id, STATED)


async def test_nobody_else_finds_it(river: Shared) -> None:
    await waive(river)
    for person in (await another(river.anna, "Cleo"), river.anna.theirs):
        with pytest.raises(NotFound):
            await person.ask(waivers.approve, river.id, STATED)


async def test_a_waiver_that_there_is_not_cannot_be_approved(river: Shared) -> None:
    ben = await river.join("Ben", REVIEWER)
    for check in (STATED, "purpose.weather"):
        with pytest.raises(NotFound):
            await ben.ask(waivers.approve, river.id, check)
        with pytest.raises(NotFound):
            await ben.ask(waivers.disapprove, river.id, check)


async def test_approving_again_changes_nothing_and_a_third_person_is_told(river: Shared) -> None:
    await waive(river)
    ben, cleo = [await river.join(name, REVIEWER) for name in ("Ben", "Cleo")]
    await ben.ask(waivers.approve, river.id, STATED)
    before = await given(river)
    assert not (await ben.ask(waivers.approve, river.id, STATED)).changed
    with pytest.raises(Conflict, match="approved this waiver already"):
        await cleo.ask(waivers.approve, river.id, STATED)
    assert await given(river) == before


async def test_an_approval_is_taken_back_and_the_waiver_stays(river: Shared) -> None:
    before = await waive(river)
    ben, cleo = [await river.join(name, REVIEWER) for name in ("Ben", "Cleo")]
    await ben.ask(waivers.approve, river.id, STATED)
    await cleo.ask(waivers.disapprove, river.id, STATED, Expected(1, 2))
    assert await given(river) == before
    with pytest.raises(NotFound, match="Nobody approved"):
        await cleo.ask(waivers.disapprove, river.id, STATED)
    await cleo.ask(waivers.approve, river.id, STATED)
    assert (await given(river)).approved_by == "Cleo"


async def test_giving_it_again_in_other_words_takes_the_approval_away(river: Shared) -> None:
    await waive(river)
    ben = await river.join("Ben", REVIEWER)
    await ben.ask(waivers.approve, river.id, STATED)
    same = await waive(river)
    assert same.approved_by == "Ben"
    other = await waive(river, reason="Known to all")
    assert (other.approver, other.approved_by, other.approved_at) == (None, None, None)


async def test_the_same_words_of_another_person_take_the_approval_away(river: Shared) -> None:
    await waive(river)
    ben, cleo = await river.join("Ben", OWNER), await river.join("Cleo", EDITOR)
    await ben.ask(waivers.approve, river.id, STATED)
    await cleo.ask(waivers.put, river.id, STATED, reason="Known to both")
    waiver = await given(river)
    assert (waiver.given_by, waiver.approved_by) == ("Cleo", None)


async def test_an_approval_stays_while_what_was_judged_stays(river: Shared) -> None:
    await waive(river)
    ben = await river.join("Ben", REVIEWER)
    await ben.ask(waivers.approve, river.id, STATED)
    await river.anna.ask(designs.replace, river.id, design("Talks about water", summary="More"))
    found = (await river.anna.ask(initiatives.get, river.id)).evaluation.waivers[STATED]
    assert (found.state, found.waiver.approved_by) == ("active", "Ben")


@pytest.mark.parametrize("changed", ["Talks on water", None])
async def test_a_waiver_that_is_to_be_confirmed_cannot_be_approved(river: Shared, changed: str | None) -> None:
    await waive(river)
    ben = await river.join("Ben", REVIEWER)
    await river.anna.ask(designs.replace, river.id, SILENT if changed is None else design(changed))
    with pytest.raises(Conflict, match="given again"):
        await ben.ask(waivers.approve, river.id, STATED)


async def test_who_was_shown_something_else_approves_nothing(river: Shared) -> None:
    await waive(river)
    ben = await river.join("Ben", REVIEWER)
    await revise(river)
    for use_case in (waivers.approve, waivers.disapprove):
        with pytest.raises(Stale):
            await ben.ask(use_case, river.id, STATED, Expected(1, 1))


async def test_of_two_who_approve_at_once_one_name_stands(river: Shared) -> None:
    await waive(river)
    people = [await river.join(name, REVIEWER) for name in ("Ben", "Cleo")]
    answers = await asyncio.gather(
        *(person.ask(waivers.approve, river.id, STATED) for person in people), return_exceptions=True
    )
    names = sorted(type(answer).__name__ for answer in answers)
    assert names in (["Judged", "Stale"], ["Conflict", "Judged"])
    assert (await given(river)).approved_by in ("Ben", "Cleo")


async def test_names_stay_when_their_people_leave(river: Shared) -> None:
    await waive(river)
    ben = await river.join("Ben", REVIEWER)
    await ben.ask(waivers.approve, river.id, STATED)
    await remove(river.anna, ben)
    assert (await given(river)).approved_by == "Ben"


async def test_the_trail_names_the_check(river: Shared) -> None:
    await waive(river)
    ben = await river.join("Ben", REVIEWER)
    await ben.ask(waivers.approve, river.id, STATED)
    newest = (await river.trail())[0]
    assert (newest.person, newest.revision, newest.detail) == (id_of(ben), 1, STATED)
