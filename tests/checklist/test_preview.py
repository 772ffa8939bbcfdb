"""What another checklist would say of a design is told before anybody adopts it, with the reason for each finding."""

from datetime import UTC, datetime
from pathlib import Path

import pytest

from app.checklist.checklist import Checklist
from app.checklist.comparison import Turn
from app.checklist.evaluation import Waiver
from app.checklist.loader import load_checklist
from app.checklist.preview import Fall, FindingPreview, Part, Review
from app.checklist.waivers import waiver_basis
from app.domain.design import Design
from tests.builders import design_of
from tests.checklist.builders import CONTENTS, LISTED, STATED, two_questions, write_checklist

FIVE_WORDS = design_of({"title": "Wells", "purpose": {"statement": "Agree rules for all wells"}})
SILENT = design_of({"title": "Wells"})
SECOND = CONTENTS.replace("version: 1", "version: 2")


@pytest.fixture
def old(tmp_path: Path) -> Checklist:
    return two_questions(tmp_path / "v1")


def second(tmp_path: Path, *, contents: str = SECOND, stated: str = STATED, listed: str = LISTED) -> Checklist:
    """Version 2 of the two questions, with other texts in its files."""
    return load_checklist(write_checklist(tmp_path / "v2", contents=contents, stated=stated, listed=listed))


def of(design: Design, old: Checklist, new: Checklist) -> dict[str, FindingPreview]:
    return {finding.change.check.id: finding for finding in Review(old, new).preview(design).findings}


def test_between_two_versions_with_the_same_checks_nothing_changes(tmp_path: Path, old: Checklist) -> None:
    assert of(FIVE_WORDS, old, second(tmp_path)) == {}


def test_a_finding_appears_because_a_parameter_changed(tmp_path: Path, old: Checklist) -> None:
    new = second(tmp_path, stated=STATED.replace('"4", reason: Our choice.', '"6", reason: Our board.'))

    found = of(FIVE_WORDS, old, new)["purpose.stated"]
    assert (found.turn, found.change.because) == (Turn.NEW, (Part.PARAMETER,))
    [parameter] = found.change.parameters
    assert (parameter.name, parameter.before, parameter.after, parameter.reason) == ("least", "4", "6", "Our board.")
    assert found.before is not None
    assert found.after is not None
    assert (found.before.outcome, found.after.outcome) == ("met", "concern")
    assert found.after.message == "The purpose is only 5 words long."


def test_a_finding_vanishes_because_the_judgement_changed(tmp_path: Path, old: Checklist) -> None:
    new = second(tmp_path, stated=STATED.replace("words: $least", 'words: "2"'))
    three_words = design_of({"title": "Wells", "purpose": {"statement": "Talks about water"}})

    found = of(three_words, old, new)["purpose.stated"]
    assert (found.turn, found.change.because) == (Turn.GONE, (Part.JUDGEMENT,))


@pytest.mark.parametrize(
    ("was", "now", "part"),
    [
        ("weight: essential", "weight: advisory", Part.WEIGHT),
        ("ask_from: idea", "ask_from: funded", Part.ASKING),
        ("advice: Write a sentence.", "advice: Write two.", Part.TEXT),
        ("only {words} words", "just {words} words", Part.TEXT),
        ("reason: Our choice.", "reason: Ours.", Part.TEXT),
        ('pages: ["18"]', 'pages: ["19"]', Part.SOURCES),
    ],
)
def test_what_differs_in_a_check_is_named(tmp_path: Path, old: Checklist, was: str, now: str, part: Part) -> None:
    found = of(FIVE_WORDS, old, second(tmp_path, stated=STATED.replace(was, now)))["purpose.stated"]

    assert found.change.because == (part,)
    assert found.before == found.after
    assert found.turn is (Turn.SAME if "reason" in was or "words" in was else Turn.CHANGED)


def test_a_check_that_is_new_and_one_that_is_gone_are_named(tmp_path: Path, old: Checklist) -> None:
    contents = SECOND.replace("people.listed", "people.named")
    (tmp_path / "v2" / "people").mkdir(parents=True)
    (tmp_path / "v2" / "people" / "named.yaml").write_text(LISTED.replace("people.listed", "people.named"))
    write_checklist(tmp_path / "v2", contents=contents)
    (tmp_path / "v2" / "people" / "listed.yaml").unlink()
    hard = design_of({"title": "Wells", "approach": "hard"})

    found = of(hard, old, load_checklist(tmp_path / "v2"))
    assert {name: (each.turn, each.change.because) for name, each in found.items()} == {
        "people.named": (Turn.NEW, (Part.ADDED,)),
        "people.listed": (Turn.GONE, (Part.REMOVED,)),
    }
    assert (found["people.named"].before, found["people.listed"].after) == (None, None)


def waiver(design: Design, checklist: Checklist, check: str) -> Waiver:
    basis = waiver_basis(design, checklist.check(check))
    given = datetime(2027, 3, 1, tzinfo=UTC)
    return Waiver(check, "It may stand.", "A reviewer", given, basis, checklist.name, checklist.version)


def test_waivers_that_would_not_stand_are_named_and_those_that_do_not_stand_now_are_not(
    tmp_path: Path, old: Checklist
) -> None:
    shorter = SECOND.replace("  - people.listed\n", "")
    folder = write_checklist(tmp_path / "v2", contents=shorter)
    (folder / "people" / "listed.yaml").unlink()
    review = Review(old, load_checklist(folder))
    stand = (waiver(SILENT, old, "purpose.stated"), waiver(SILENT, old, "people.listed"))
    fallen = waiver(FIVE_WORDS, old, "purpose.stated")

    assert review.preview(SILENT, stand).waivers == (
        ("purpose.stated", Fall.TO_BE_CONFIRMED),
        ("people.listed", Fall.WITHOUT_CHECK),
    )
    assert review.preview(SILENT, (fallen,)).waivers == ()


def test_a_preview_is_the_same_each_time(tmp_path: Path, old: Checklist) -> None:
    review = Review(old, second(tmp_path, stated=STATED.replace('value: "4"', 'value: "6"')))

    assert review.preview(FIVE_WORDS) == review.preview(FIVE_WORDS)
