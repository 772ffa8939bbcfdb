"""What changed between two revisions is told with its cause."""

import pytest

from app.checklist.comparison import Comparison, Reason, Turn
from app.domain.differences import Difference, Kind
from app.domain.errors import NotFound
from app.usecases import changes, designs, initiatives
from app.usecases.changes import Changes
from tests.usecases.builders import CLEAR, VAGUE, design, newer_catalogue
from tests.usecases.house import House


def of(found: Changes, check_id: str = "purpose.stated") -> Comparison:
    return next(each for each in found.findings if each.check.id == check_id)


async def test_an_edit_that_answers_a_concern_is_told_with_its_place(house: House) -> None:
    identity = (await house.ask(initiatives.create, VAGUE)).initiative.id
    await house.ask(designs.replace, identity, CLEAR)
    found = await house.ask(changes.between, identity, 1, 2)
    place = "/purpose/statement"
    assert found.design == (Difference(place, Kind.CHANGED, "Talks about water", "Agree rules for wells"),)
    finding = of(found)
    assert (finding.turn, finding.before, finding.after) == (Turn.GONE, "concern", "met")
    assert finding.caused_by is Reason.EDIT
    backwards = of(await house.ask(changes.between, identity, 2, 1))
    assert (backwards.turn, backwards.caused_by) == (Turn.NEW, Reason.EDIT)


async def test_a_newer_checklist_is_named_as_the_cause(house: House) -> None:
    identity = (await house.ask(initiatives.create, CLEAR)).initiative.id
    newer = newer_catalogue(least_words=6)
    await house.using(newer).ask(designs.replace, identity, design(summary="Nothing that the check reads"))
    finding = of(await house.using(newer).ask(changes.between, identity, 1, 2))
    assert (finding.turn, finding.caused_by) == (Turn.NEW, Reason.CHECKLIST)


async def test_an_edit_and_a_newer_checklist_that_only_together_make_the_difference_are_both_named(
    house: House,
) -> None:
    identity = (await house.ask(initiatives.create, design("Agree rules for all our wells"))).initiative.id
    newer = newer_catalogue(least_words=5)
    await house.using(newer).ask(designs.replace, identity, design("Agree rules for wells"))
    finding = of(await house.using(newer).ask(changes.between, identity, 1, 2))
    assert (finding.turn, finding.caused_by) == (Turn.NEW, Reason.BOTH)


async def test_a_revision_compared_with_itself_is_the_same(house: House) -> None:
    identity = (await house.ask(initiatives.create, CLEAR)).initiative.id
    found = await house.ask(changes.between, identity, 1, 1)
    assert found.design == ()
    assert {(each.turn, each.caused_by) for each in found.findings} == {(Turn.SAME, None)}


async def test_changes_of_what_is_not_there_are_not_found(house: House) -> None:
    identity = (await house.ask(initiatives.create, CLEAR)).initiative.id
    for somebody, before, after in ((house, 1, 2), (house, 0, 1), (house.theirs, 1, 1), (house, 1, 10**30)):
        with pytest.raises(NotFound):
            await somebody.ask(changes.between, identity, before, after)
