"""The next steps are few, chosen by one rule, and what can wait is none of them."""

from pathlib import Path

import pytest

from app.checklist.evaluation import Evaluation, Finding
from app.checklist.next_steps import MOST_STEPS, fields, next_steps
from app.checklist.outcome import Outcome, Weight
from app.domain.strict_yaml import read_yaml
from tests.builders import document
from tests.exports.builders import a_draft, judged

EXAMPLES = Path(__file__).parents[2] / "examples"
FOR_HARD_TALKS_ONLY = {
    "purpose.specific",
    "purpose.programme-of-action",
    "purpose.object-oriented",
    "third_parties.chaperon",
}


def an_example(name: str) -> Evaluation:
    return judged(read_yaml((EXAMPLES / f"{name}.yaml").read_text(encoding="utf-8")).content)


def worth_doing(evaluation: Evaluation) -> list[Finding]:
    left = (Outcome.CONCERN, Outcome.OPEN)
    return [one for one in evaluation.findings if one.outcome in left and not one.later and not one.waived]


def kind(finding: Finding) -> tuple[bool, bool]:
    return finding.check.weight is not Weight.ESSENTIAL, finding.outcome is not Outcome.CONCERN


@pytest.mark.parametrize("name", [path.stem for path in sorted(EXAMPLES.glob("*.yaml"))])
def test_no_design_gets_more_than_seven_and_none_that_can_wait(name: str) -> None:
    evaluation = an_example(name)
    steps = next_steps(evaluation)

    assert len(steps) <= MOST_STEPS
    assert {step.finding for step in steps} <= set(worth_doing(evaluation))


def test_a_thin_first_draft_is_asked_for_what_is_essential_now_and_all_the_rest_can_wait_or_follows() -> None:
    evaluation = an_example("thin-first-draft")
    steps = next_steps(evaluation)
    outcomes = [step.finding.outcome for step in steps]

    assert len(steps) == MOST_STEPS
    assert {step.finding.check.weight for step in steps} == {Weight.ESSENTIAL}
    assert outcomes == sorted(outcomes)
    assert {step.finding.check.ask_from for step in steps} == {"idea"}


def test_essential_concerns_come_before_essential_questions_each_in_the_order_of_the_checklist() -> None:
    evaluation = judged(a_draft(stage="running"))
    essential = [one for one in worth_doing(evaluation) if one.check.weight is Weight.ESSENTIAL]

    assert [step.finding for step in next_steps(evaluation)] == sorted(essential, key=kind)[:MOST_STEPS]


def without_the_essential(finding: Finding) -> bool:
    return finding.check.weight is not Weight.ESSENTIAL


def test_then_comes_what_settles_most_others() -> None:
    steps = next_steps(judged(document(stage="running")), without_the_essential)
    settled = [len(step.settles) for step in steps]

    assert settled == sorted(settled, reverse=True)
    assert settled[0] > 0


def test_what_a_step_settles_points_at_no_other_field() -> None:
    evaluation = judged(document(stage="running"))

    for step in next_steps(evaluation):
        here = fields(step.finding)
        assert all(fields(evaluation.finding(other)) <= here for other in step.settles)
        assert step.finding.check.id not in step.settles


def test_what_an_earlier_step_settles_is_no_step_of_its_own_unless_it_is_essential() -> None:
    steps = next_steps(judged(document(stage="running")), without_the_essential)
    settled: set[str] = set()
    for step in steps:
        assert step.finding.check.id not in settled
        settled.update(step.settles)


def test_what_is_waived_is_no_step() -> None:
    assert "purpose.stated" in ids(judged(a_draft()))
    assert "purpose.stated" not in ids(judged(a_draft(), "purpose.stated"))


def ids(evaluation: Evaluation) -> list[str]:
    return [step.finding.check.id for step in next_steps(evaluation)]


def test_a_step_says_what_to_do_in_the_words_of_its_check() -> None:
    step = next_steps(judged(a_draft()))[0]

    assert step.action == step.finding.check.advice


def test_soft_talks_are_not_asked_what_only_hard_talks_must_answer() -> None:
    soft = judged(
        document(stage="running", approach="soft", purpose={"objectives": [{"kind": "understand_the_other"}]})
    )
    hard = judged(document(stage="running", approach="hard"))

    assert {one.check.id for one in worth_doing(soft)}.isdisjoint(FOR_HARD_TALKS_ONLY)
    assert {one.check.id for one in worth_doing(hard)} >= FOR_HARD_TALKS_ONLY
    assert len(worth_doing(soft)) < len(worth_doing(hard))


def test_a_funder_can_have_seven_of_its_own() -> None:
    evaluation = judged(document(stage="preparing"))
    steps = next_steps(evaluation, lambda finding: finding.check.answered_by == "funder")

    assert steps
    assert {step.finding.check.answered_by for step in steps} == {"funder"}


def test_a_step_about_the_people_of_a_side_settles_nothing_else_about_them() -> None:
    """Both findings point at sides as a whole, but an official more or less brings no woman to the table."""
    steps = {step.finding.check.id: step for step in next_steps(an_example("three-party-track-1-5"))}

    assert steps["participants.even-official-proximity"].settles == ()
