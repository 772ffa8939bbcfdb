"""A newer checklist judges what is stored once it is adopted, and not before; no answer and no waiver is lost."""

from app.checklist.catalogue import Catalogue
from app.storage.database import Database
from app.usecases import designs, feedback, initiatives, waivers
from tests.usecases.builders import CLEAR, OURS, SILENT, VAGUE, design, newer_catalogue

NEWER = newer_catalogue()
PINNED = Catalogue(NEWER.all(), adopted="track-two@1")
STATED = "purpose.stated"


async def test_what_is_stored_is_judged_by_the_adopted_one(database: Database) -> None:
    for catalogue, version in ((PINNED, 1), (NEWER, 2)):
        made = await initiatives.create(database, catalogue, OURS, CLEAR)
        assert made.evaluation.checklist.version == version
        again = await designs.replace(database, catalogue, OURS, made.initiative.id, design("Rules for the wells"))
        assert again.evaluation.checklist.version == version


def test_a_design_that_is_not_stored_is_judged_by_it_too() -> None:
    assert [feedback.judge(each, CLEAR).checklist.version for each in (PINNED, NEWER)] == [1, 2]


async def test_adopting_changes_nothing_until_the_next_revision(database: Database) -> None:
    made = await initiatives.create(database, PINNED, OURS, VAGUE)
    given = await waivers.put(database, PINNED, OURS, made.initiative.id, STATED, reason="It may stand.", by="Reviewer")

    found = await initiatives.get(database, NEWER, OURS, made.initiative.id)
    assert (found.initiative, found.evaluation.checklist.version) == (given.initiative, 1)
    assert found.evaluation.finding(STATED).waived


async def test_after_the_next_revision_a_waiver_is_to_be_confirmed_and_is_still_there(database: Database) -> None:
    made = await initiatives.create(database, PINNED, OURS, VAGUE)
    await waivers.put(database, PINNED, OURS, made.initiative.id, STATED, reason="It may stand.", by="Reviewer")

    changed = await designs.replace(database, NEWER, OURS, made.initiative.id, design("Talks about wells"))
    waiver = changed.evaluation.finding(STATED).waiver
    assert waiver is not None
    assert (waiver.state, waiver.waiver.reason) == ("to_be_confirmed", "It may stand.")


async def test_a_design_can_be_changed_though_what_judged_it_is_not_loaded_any_more(database: Database) -> None:
    made = await initiatives.create(database, PINNED, OURS, VAGUE)

    later = Catalogue([NEWER.find("track-two@2")])
    changed = await designs.replace(database, later, OURS, made.initiative.id, SILENT)
    assert changed.evaluation.checklist.version == 2
