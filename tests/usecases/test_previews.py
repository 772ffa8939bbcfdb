"""What adopting another checklist would change is told for one design and for all stored ones; nothing changes."""

import tracemalloc

import pytest

from app.checklist.catalogue import Catalogue
from app.checklist.comparison import Turn
from app.checklist.preview import Fall, Part
from app.domain.design import Design
from app.domain.errors import BadInput, UnknownChecklist
from app.usecases import initiatives, previews, waivers
from tests.usecases.builders import CLEAR, SILENT, VAGUE, design, newer_catalogue
from tests.usecases.house import House

STATED = "purpose.stated"
LONG = design("Agree rules for all the wells on both banks")
NEWER = newer_catalogue(least_words=6)


async def keep(house: House, *designs: Design) -> list[str]:
    """The ids of initiatives that version 1 judged, in the order that they were made."""
    made = [await house.ask(initiatives.create, each) for each in designs]
    return [one.initiative.id for one in made]


def test_for_one_design_each_difference_is_told_with_what_is_said_before_and_after() -> None:
    previewed = previews.of_design(NEWER, CLEAR, "track-two@2", "track-two@1")

    [counted] = previewed.checks.values()
    assert (counted.check.id, counted.because) == (STATED, (Part.PARAMETER,))
    assert (previewed.examined, counted.turns[Turn.NEW], counted.initiatives) == (1, 1, [])
    assert counted.before is not None
    assert counted.after is not None
    assert (counted.before.outcome, counted.after.outcome) == ("met", "concern")


def test_without_an_old_one_the_adopted_one_is_meant_or_else_the_version_before() -> None:
    first, second = NEWER.find("track-two@1"), NEWER.find("track-two@2")
    pinned = Catalogue(NEWER.all(), adopted="track-two@1")

    assert previews.of_design(pinned, CLEAR, "track-two@2").old is first
    assert previews.of_design(NEWER, CLEAR, "track-two@1").old is second
    assert previews.of_design(NEWER, CLEAR, "track-two@2").old is first
    with pytest.raises(BadInput, match="Nothing comes before track-two@1"):
        previews.of_design(pinned, CLEAR, "track-two@1")


@pytest.mark.parametrize(("new", "old"), [("track-three", None), ("track-two@2", "track-three")])
def test_a_checklist_that_is_not_there_is_told(new: str, old: str | None) -> None:
    with pytest.raises(UnknownChecklist):
        previews.of_design(NEWER, CLEAR, new, old)


async def test_all_stored_designs_are_counted_for_each_check(house: House) -> None:
    clear, *_ = await keep(house, CLEAR, VAGUE, SILENT, LONG)

    previewed = await house.using(NEWER).ask(previews.of_stored, "track-two@2")

    counted = previewed.checks[STATED]
    assert (previewed.old, previewed.examined, previewed.next) == (None, 4, None)
    assert counted.turns == {Turn.NEW: 1, Turn.GONE: 0, Turn.CHANGED: 0, Turn.SAME: 3}
    assert counted.initiatives == [clear]


async def test_every_design_is_looked_at_once_however_many_are_looked_at_together(house: House) -> None:
    made = await keep(house, *[design("Agree rules for wells", title=f"Talks {number}") for number in range(7)])
    named: list[str] = []
    cursor: str | None = None
    for _ in range(4):
        previewed = await house.using(NEWER).ask(previews.of_stored, "track-two@2", cursor=cursor, limit=2)
        named += previewed.checks[STATED].initiatives
        cursor = previewed.next
    assert cursor is None
    assert sorted(named) == sorted(made)


async def test_all_are_counted_and_a_few_are_named(house: House) -> None:
    many = previews.AT_ONCE + 5
    await keep(house, *[design("Agree rules for wells", title=f"Talks {number}") for number in range(many)])

    previewed = await house.using(NEWER).ask(previews.of_stored, "track-two@2")

    assert (previewed.examined, previewed.checks[STATED].turns[Turn.NEW]) == (many, many)
    assert len(previewed.checks[STATED].initiatives) == previews.MOST_NAMED


async def test_memory_does_not_grow_with_the_number_of_designs(house: House) -> None:
    many = 4 * previews.AT_ONCE
    await keep(house, *[design("Agree rules for wells", title=f"Talks {number}") for number in range(many)])

    async def most_memory(limit: int) -> int:
        tracemalloc.start()
        try:
            await house.using(NEWER).ask(previews.of_stored, "track-two@2", limit=limit)
            return tracemalloc.get_traced_memory()[1]
        finally:
            tracemalloc.stop()

    await most_memory(many)  # what is made once, such as statements
    assert await most_memory(many) < 1.5 * await most_memory(many // 2)  # what grows with them would double


async def test_another_organisation_sees_none_of_them(house: House) -> None:
    await keep(house, CLEAR)

    assert (await house.theirs.using(NEWER).ask(previews.of_stored, "track-two@2")).examined == 0


async def test_waivers_that_would_have_to_be_confirmed_are_counted_and_kept(house: House) -> None:
    (vague,) = await keep(house, VAGUE)
    given = await house.ask(waivers.put, vague, STATED, reason="It may stand.", by="A reviewer")

    previewed = await house.using(NEWER).ask(previews.of_stored, "track-two@2")

    assert (previewed.waivers[Fall.TO_BE_CONFIRMED], previewed.waived) == (1, [vague])
    after = await house.using(NEWER).ask(initiatives.get, vague)
    assert after.initiative == given.initiative
    assert after.evaluation.finding(STATED).waived


async def test_an_older_judge_is_remembered_though_it_is_not_loaded_any_more(house: House) -> None:
    (clear,) = await keep(house, CLEAR)

    only_newer = Catalogue([NEWER.find("track-two@2")])
    previewed = await house.using(only_newer).ask(previews.of_stored, "track-two")

    assert previewed.checks[STATED].initiatives == [clear]


async def test_a_cursor_that_no_preview_gave_is_told(house: House) -> None:
    with pytest.raises(BadInput):
        await house.using(NEWER).ask(previews.of_stored, "track-two@2", cursor="x")
