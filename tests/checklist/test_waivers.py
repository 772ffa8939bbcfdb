"""A waiver stands while what it was given for stands: the values that its check read, and the check itself."""

import copy
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

from app.checklist.catalogue import shipped_catalogue
from app.checklist.check import Check
from app.checklist.checklist import Checklist
from app.checklist.evaluate import evaluate
from app.checklist.evaluation import Finding, Waiver
from app.checklist.loader import load_checklist
from app.checklist.outcome import State
from app.checklist.waivers import waiver_basis
from app.domain.design import design_from
from app.domain.errors import DesignRefused
from app.domain.facts import Facts
from tests.builders import Document, document, person
from tests.checklist.builders import CONTENTS, LISTED, STATED, two_questions, write_checklist

TRACK_TWO = shipped_catalogue().find("track-two@1")


def talks(**parts: Any) -> Document:
    """Two concerns of "two questions": three words of purpose, and somebody who said no."""
    people = [person(code="N1", status="declined"), person(code="N2", status="accepted")]
    return document(approach="hard", purpose={"statement": "Talks about water"}, **parts) | {
        "participation": {"participants": people}
    }


def waiver_for(check: str, checklist: Checklist, given_for: Document) -> Waiver:
    basis = waiver_basis(design_from(given_for), checklist.check(check))
    given = datetime(2027, 3, 1, tzinfo=UTC)
    return Waiver(check, "The group decided so.", "Rana", given, basis, checklist.name, checklist.version)


def finding_after(checklist: Checklist, check: str, before: Document, after: Document) -> Finding:
    waiver = waiver_for(check, checklist, before)
    return evaluate(design_from(after), checklist, [waiver]).finding(check)


def state_after(checklist: Checklist, check: str, before: Document, after: Document) -> str:
    waiver = waiver_for(check, checklist, before)
    return evaluate(design_from(after), checklist, [waiver]).waivers[check].state


def test_a_waiver_stands_while_nothing_changes(tmp_path: Path) -> None:
    finding = finding_after(two_questions(tmp_path), "purpose.stated", talks(), talks())

    assert finding.waived
    assert finding.outcome == "concern"


def test_it_is_to_be_confirmed_once_a_value_that_was_read_changes(tmp_path: Path) -> None:
    after = talks() | {"purpose": {"statement": "Talks about air"}}
    finding = finding_after(two_questions(tmp_path), "purpose.stated", talks(), after)

    assert finding.waiver is not None
    assert (finding.waiver.state, finding.waived, finding.outcome) == ("to_be_confirmed", False, "concern")


def test_where_nothing_is_left_to_waive_the_finding_shows_none_and_the_waiver_is_kept(tmp_path: Path) -> None:
    checklist, after = (
        two_questions(tmp_path),
        talks() | {"participation": {"participants": [person(code="N2", status="accepted")]}},
    )
    waiver = waiver_for("people.listed", checklist, talks())
    evaluation = evaluate(design_from(after), checklist, [waiver])

    assert (evaluation.finding("people.listed").outcome, evaluation.finding("people.listed").waiver) == ("met", None)
    assert evaluation.waivers["people.listed"].state == "to_be_confirmed"


@pytest.mark.parametrize(
    "unrelated",
    [{"summary": "Six meetings."}, {"stage": "running"}, {"annotations": {"ours": "x"}}, {"title": "Lake dialogue"}],
    ids=["a summary", "a stage", "a note", "a title"],
)
def test_a_change_elsewhere_does_not_touch_it(tmp_path: Path, unrelated: Document) -> None:
    checklist = two_questions(tmp_path)

    assert state_after(checklist, "purpose.stated", talks(), talks() | unrelated) == "active"
    assert state_after(checklist, "people.listed", talks(), talks() | unrelated) == "active"


@pytest.mark.parametrize(
    "people",
    [
        [person(code="N1", status="declined")],
        [person(code="N3", status="declined"), person(code="N2", status="accepted")],
        [person(code="N2", status="declined"), person(code="N1", status="accepted")],
        [person(code="N2", status="accepted"), person(code="N1", status="declined")],
        [person(code="N1", status="declined"), person(code="N2", status="accepted"), person(code="N3")],
        [],
    ],
    ids=["one fewer", "somebody else", "the other one", "another order", "one more", "nobody"],
)
def test_it_is_bound_to_which_row_is_which(tmp_path: Path, people: list[Document]) -> None:
    after = talks() | {"participation": {"participants": people}}

    assert state_after(two_questions(tmp_path), "people.listed", talks(), after) == "to_be_confirmed"


def test_a_change_in_a_row_that_is_not_read_does_not_touch_it(tmp_path: Path) -> None:
    people = [person(code="N1", status="declined", gender="woman"), person(code="N2", status="accepted")]
    after = talks() | {"participation": {"participants": people}}

    assert state_after(two_questions(tmp_path), "people.listed", talks(), after) == "active"


def test_it_is_bound_to_the_check_as_it_was(tmp_path: Path) -> None:
    waiver = waiver_for("purpose.stated", two_questions(tmp_path / "before"), talks())
    reworded = load_checklist(write_checklist(tmp_path / "after", stated=STATED.replace("Our choice.", "A rule.")))

    applied = evaluate(design_from(talks()), reworded, [waiver]).finding("purpose.stated").waiver

    assert applied is not None
    assert applied.state == "to_be_confirmed"


def test_it_is_bound_to_the_version_of_the_checklist(tmp_path: Path) -> None:
    waiver = waiver_for("purpose.stated", two_questions(tmp_path / "v1"), talks())
    newer = load_checklist(write_checklist(tmp_path / "v2", contents=CONTENTS.replace("version: 1", "version: 2")))

    applied = evaluate(design_from(talks()), newer, [waiver]).finding("purpose.stated").waiver

    assert applied is not None
    assert applied.state == "to_be_confirmed"


def test_a_change_of_another_check_does_not_touch_it(tmp_path: Path) -> None:
    waiver = waiver_for("purpose.stated", two_questions(tmp_path / "before"), talks())
    other = LISTED.replace("Ask each side for a list.", "Ask each side for its list.")
    changed = load_checklist(write_checklist(tmp_path / "after", listed=other))

    assert evaluate(design_from(talks()), changed, [waiver]).finding("purpose.stated").waived


def test_a_waived_concern_leaves_its_category_clear_and_is_counted(tmp_path: Path) -> None:
    checklist = two_questions(tmp_path)
    evaluation = evaluate(design_from(talks()), checklist, [waiver_for("purpose.stated", checklist, talks())])

    assert [category.state for category in evaluation.categories] == [State.CLEAR, State.CONCERNS]
    assert evaluation.counts == {"met": 0, "concern": 2, "open": 0, "not_applicable": 0, "waived": 1}


def test_a_waiver_for_a_check_that_there_is_not_is_passed_over(tmp_path: Path) -> None:
    checklist = two_questions(tmp_path)
    stray = waiver_for("purpose.specific", TRACK_TWO, talks())

    assert evaluate(design_from(talks()), checklist, [stray]).counts["waived"] == 0


@pytest.mark.parametrize("check", TRACK_TWO.checks, ids=lambda check: check.id)
def test_what_a_check_says_never_changes_while_its_waiver_stands(check: Check) -> None:
    """Each example of a check, and each of them with one answer left out: the same basis must mean the same finding."""
    said: dict[str, tuple[Any, ...]] = {}
    for content in designs_around(check):
        try:
            design = design_from({"title": "Example", **content})
        except DesignRefused:
            continue
        facts = Facts(design)
        judgement = check.judge(facts)
        finding = (judgement.outcome, check.explain(facts, judgement))
        assert said.setdefault(waiver_basis(design, check), finding) == finding, content


def designs_around(check: Check) -> Iterator[Document]:
    for example in check.definition.examples:
        yield example.design
        for place in places_in(example.design):
            yield without(example.design, place)


def places_in(content: Any, place: tuple[Any, ...] = ()) -> Iterator[tuple[Any, ...]]:
    if place:
        yield place
    entries = content.items() if isinstance(content, dict) else enumerate(content) if isinstance(content, list) else ()
    for step, value in entries:
        yield from places_in(value, (*place, step))


def without(content: Any, place: tuple[Any, ...]) -> Any:
    changed = copy.deepcopy(content)
    here = changed
    for step in place[:-1]:
        here = here[step]
    del here[place[-1]]
    return changed
