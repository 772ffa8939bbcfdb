"""What changed between two revisions is told with its cause."""

import pytest

from app.checklist.comparison import Comparison, Reason, Turn
from app.domain.differences import Difference, Kind
from app.domain.errors import NotFound
from app.storage.database import Database
from app.usecases import changes, designs, initiatives
from app.usecases.changes import Changes
from tests.usecases.builders import CLEAR, OURS, SHIPPED, THEIRS, VAGUE, design, newer_catalogue


def of(found: Changes, check_id: str = "purpose.stated") -> Comparison:
    return next(each for each in found.findings if each.check.id == check_id)


async def test_an_edit_that_answers_a_concern_is_told_with_its_place(database: Database) -> None:
    identity = (await initiatives.create(database, SHIPPED, OURS, VAGUE)).initiative.id
    await designs.replace(database, SHIPPED, OURS, identity, CLEAR)
    found = await changes.between(database, SHIPPED, OURS, identity, 1, 2)
    place = "/purpose/statement"
    assert found.design == (Difference(place, Kind.CHANGED, "Talks about water", "Agree rules for wells"),)
    finding = of(found)
    assert (finding.turn, finding.before, finding.after) == (Turn.GONE, "concern", "met")
    assert finding.caused_by is Reason.EDIT
    backwards = of(await changes.between(database, SHIPPED, OURS, identity, 2, 1))
    assert (backwards.turn, backwards.caused_by) == (Turn.NEW, Reason.EDIT)


async def test_a_newer_checklist_is_named_as_the_cause(database: Database) -> None:
    identity = (await initiatives.create(database, SHIPPED, OURS, CLEAR)).initiative.id
    newer = newer_catalogue(least_words=6)
    await designs.replace(database, newer, OURS, identity, design(summary="Nothing that the check reads"))
    finding = of(await changes.between(database, newer, OURS, identity, 1, 2))
    assert (finding.turn, finding.caused_by) == (Turn.NEW, Reason.CHECKLIST)


async def test_an_edit_and_a_newer_checklist_that_only_together_make_the_difference_are_both_named(
    database: Database,
) -> None:
    identity = (
        await initiatives.create(database, SHIPPED, OURS, design("Agree rules for all our wells"))
    ).initiative.id
    newer = newer_catalogue(least_words=5)
    await designs.replace(database, newer, OURS, identity, design("Agree rules for wells"))
    finding = of(await changes.between(database, newer, OURS, identity, 1, 2))
    assert (finding.turn, finding.caused_by) == (Turn.NEW, Reason.BOTH)


async def test_a_revision_compared_with_itself_is_the_same(database: Database) -> None:
    identity = (await initiatives.create(database, SHIPPED, OURS, CLEAR)).initiative.id
    found = await changes.between(database, SHIPPED, OURS, identity, 1, 1)
    assert found.design == ()
    assert {(each.turn, each.caused_by) for each in found.findings} == {(Turn.SAME, None)}


async def test_changes_of_what_is_not_there_are_not_found(database: Database) -> None:
    identity = (await initiatives.create(database, SHIPPED, OURS, CLEAR)).initiative.id
    for organisation, before, after in ((OURS, 1, 2), (OURS, 0, 1), (THEIRS, 1, 1), (OURS, 1, 10**30)):
        with pytest.raises(NotFound):
            await changes.between(database, SHIPPED, organisation, identity, before, after)
