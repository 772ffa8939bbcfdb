"""Judging is pure: the same in, the same bytes out; each outcome has its own polarity, and there is no score."""

import gc
from pathlib import Path

import pytest

from app.checklist.catalogue import shipped_catalogue
from app.checklist.check import Check
from app.checklist.evaluate import evaluate
from app.checklist.evaluation import Evaluation
from app.checklist.outcome import OUTCOME_CODES, STATE_CODES, Outcome, State
from app.domain.design import design_from, design_json, parse_design
from app.domain.errors import UnknownChecklist
from app.domain.facts import Facts
from app.exports.feedback_json import feedback_json
from tests.builders import Document, document, person
from tests.checklist.builders import two_questions

TRACK_TWO = shipped_catalogue().find("track-two@1")
EXAMPLES = [check.definition.examples[0] for check in TRACK_TWO.checks]

HARD = {"approach": "hard"}
MET = {"purpose": {"statement": "Agree rules for the wells"}}
CONCERN = {"purpose": {"statement": "Talks about water"}}
LIST_OF_PEOPLE = {"participation": {"participants": [person(code="N1", status="accepted")]}}
SOMEBODY_DECLINED = {"participation": {"participants": [person(code="N1", status="declined")]}}


def judged(folder: Path, *parts: Document) -> Evaluation:
    content = document()
    for part in parts:
        content |= part
    return evaluate(design_from(content), two_questions(folder))


@pytest.mark.parametrize(
    ("parts", "outcomes", "states"),
    [
        ((MET, HARD, LIST_OF_PEOPLE), "met met", "clear clear"),
        ((CONCERN, HARD, LIST_OF_PEOPLE), "concern met", "concerns clear"),
        ((HARD, SOMEBODY_DECLINED), "open concern", "open concerns"),
        ((MET, {"approach": "soft"}), "met not_applicable", "clear clear"),
        ((MET,), "met open", "clear open"),
    ],
    ids=["all is said", "a concern", "both", "beside the point", "not decided whether it applies"],
)
def test_each_category_has_the_state_that_its_findings_leave(
    tmp_path: Path, parts: tuple[Document, ...], outcomes: str, states: str
) -> None:
    evaluation = judged(tmp_path, *parts)

    assert [finding.outcome for finding in evaluation.findings] == outcomes.split()
    assert [category.state for category in evaluation.categories] == states.split()


def test_counts_add_up_to_the_checks(tmp_path: Path) -> None:
    evaluation = judged(tmp_path, CONCERN, HARD)

    assert evaluation.counts == {"met": 0, "concern": 1, "open": 1, "not_applicable": 0, "waived": 0}
    assert [category.counts["concern"] for category in evaluation.categories] == [1, 0]


def test_codes_are_a_letter_a_category_and_a_letter_a_check(tmp_path: Path) -> None:
    assert judged(tmp_path, CONCERN, HARD).codes == "coco"
    assert judged(tmp_path, MET, {"approach": "soft"}).codes == "kkmn"
    assert len(set(OUTCOME_CODES.values())) == len(Outcome)
    assert len(set(STATE_CODES.values())) == len(State)


@pytest.mark.parametrize(
    ("stage", "later"),
    [(None, True), ("idea", True), ("preparing", True), ("funded", False), ("running", False), ("closed", False)],
)
def test_an_open_question_can_wait_until_its_stage(tmp_path: Path, stage: str | None, later: bool) -> None:
    finding = judged(tmp_path, MET, HARD, {"stage": stage} if stage else {}).finding("people.listed")

    assert (finding.outcome, finding.later) == ("open", later)


@pytest.mark.parametrize("parts", [SOMEBODY_DECLINED, LIST_OF_PEOPLE], ids=["a concern", "met"])
def test_only_an_open_question_waits(tmp_path: Path, parts: Document) -> None:
    assert not judged(tmp_path, HARD, parts).finding("people.listed").later


def test_nothing_is_left_to_attend_to_only_when_nothing_is_open_and_nothing_a_concern(tmp_path: Path) -> None:
    assert not judged(tmp_path, MET, HARD, LIST_OF_PEOPLE).needs_attention
    assert judged(tmp_path, MET, {"stage": "running"}).needs_attention
    assert not judged(tmp_path, MET).needs_attention, "an open question for later"
    assert judged(tmp_path, CONCERN, HARD, LIST_OF_PEOPLE).needs_attention


def test_a_finding_names_the_design_s_own_figures_and_points_at_the_very_row(tmp_path: Path) -> None:
    finding = judged(tmp_path, HARD, SOMEBODY_DECLINED).finding("people.listed")

    assert finding.message == "Some have said no: N1."
    assert finding.at == ("/participation/participants/0/status",)
    assert finding.figures["named"] == ["N1"]


def test_a_check_that_there_is_not_has_no_finding(tmp_path: Path) -> None:
    with pytest.raises(UnknownChecklist):
        judged(tmp_path, MET).finding("people.unlisted")


def test_findings_come_in_the_order_of_the_checklist() -> None:
    evaluation = evaluate(design_from(document()), TRACK_TWO)

    assert [finding.check for finding in evaluation.findings] == list(TRACK_TWO.checks)


def test_the_same_design_gives_the_same_bytes_also_when_it_was_stored_in_between() -> None:
    for example in EXAMPLES:
        design = design_from({"title": "Example", **example.design})
        once = feedback_json(evaluate(design, TRACK_TWO))

        assert feedback_json(evaluate(parse_design(design_json(design)), TRACK_TWO)) == once, example.name


def test_a_question_that_is_settled_points_at_the_answers_and_lists_that_were_read(tmp_path: Path) -> None:
    stated, counted = judged(tmp_path, MET, HARD, LIST_OF_PEOPLE).findings

    assert (stated.outcome, stated.at) == ("met", ("/purpose/statement",))
    assert (counted.outcome, counted.at) == ("met", ("/participation/participants",))


@pytest.mark.parametrize("check", TRACK_TWO.checks, ids=lambda check: check.id)
def test_a_usual_finding_shows_no_figure_and_names_no_row(check: Check) -> None:
    for usual in check.usual.values():
        assert "{" not in usual.message
        assert usual.at
        assert not any("*" in place for place in usual.at)
        assert usual.figures == {}


def test_the_sides_that_are_left_out_are_named_in_what_is_usual_otherwise() -> None:
    parties = [{"id": "north", "name": "North"}, {"id": "south"}, {"id": "east", "name": "East", "presence": "barred"}]
    parties[2]["presence_reason"] = "A court forbids it"
    answer = {"third_parties": [{"name": "Host", "accepted_by": ["north", "south"], "roles": ["facilitator"]}]}
    evaluation = evaluate(design_from(document() | {"conflict": {"parties": parties}} | answer), TRACK_TWO)

    named = [finding for finding in evaluation.findings if "Left out, because" in finding.message]

    assert named
    assert not any(finding.is_usual for finding in named)
    assert any(finding.outcome == "met" for finding in named)


def test_what_judging_took_is_freed_at_once_and_not_left_to_the_garbage_collector() -> None:
    design = design_from(TRACK_TWO.check("participants.youth").definition.examples[0].design | document())
    gc.collect()
    gc.disable()
    try:
        before = facts_alive()
        feedback_json(evaluate(design, TRACK_TWO))
        assert facts_alive() == before
    finally:
        gc.enable()


def facts_alive() -> int:
    return sum(type(one) is Facts for one in gc.get_objects())
