"""A newer checklist judges what is stored once it is adopted, and not before; no answer and no waiver is lost."""

from app.checklist.catalogue import Catalogue
from app.usecases import designs, feedback, initiatives, waivers
from tests.usecases.builders import CLEAR, SILENT, VAGUE, design, newer_catalogue
from tests.usecases.house import House

NEWER = newer_catalogue()
PINNED = Catalogue(NEWER.all(), adopted="track-two@1")
STATED = "purpose.stated"


async def test_what_is_stored_is_judged_by_the_adopted_one(house: House) -> None:
    for catalogue, version in ((PINNED, 1), (NEWER, 2)):
        made = await house.using(catalogue).ask(initiatives.create, CLEAR)
        assert made.evaluation.checklist.version == version
        again = await house.using(catalogue).ask(designs.replace, made.initiative.id, design("Rules for the wells"))
        assert again.evaluation.checklist.version == version


def test_a_design_that_is_not_stored_is_judged_by_it_too() -> None:
    assert [feedback.judge(each, CLEAR).checklist.version for each in (PINNED, NEWER)] == [1, 2]


async def test_adopting_changes_nothing_until_the_next_revision(house: House) -> None:
    made = await house.using(PINNED).ask(initiatives.create, VAGUE)
    given = await house.using(PINNED).ask(
        waivers.put, made.initiative.id, STATED, reason="It may stand.", by="Reviewer"
    )

    found = await house.using(NEWER).ask(initiatives.get, made.initiative.id)
    assert (found.initiative, found.evaluation.checklist.version) == (given.initiative, 1)
    assert found.evaluation.finding(STATED).waived


async def test_after_the_next_revision_a_waiver_is_to_be_confirmed_and_is_still_there(house: House) -> None:
    made = await house.using(PINNED).ask(initiatives.create, VAGUE)
    await house.using(PINNED).ask(waivers.put, made.initiative.id, STATED, reason="It may stand.", by="Reviewer")

    changed = await house.using(NEWER).ask(designs.replace, made.initiative.id, design("Talks about wells"))
    waiver = changed.evaluation.finding(STATED).waiver
    assert waiver is not None
    assert (waiver.state, waiver.waiver.reason) == ("to_be_confirmed", "It may stand.")


async def test_a_design_can_be_changed_though_what_judged_it_is_not_loaded_any_more(house: House) -> None:
    made = await house.using(PINNED).ask(initiatives.create, VAGUE)

    later = Catalogue([NEWER.find("track-two@2")])
    changed = await house.using(later).ask(designs.replace, made.initiative.id, SILENT)
    assert changed.evaluation.checklist.version == 2
