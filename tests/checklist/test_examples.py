"""The examples of every shipped check are its tests: each comes out as it says, and every outcome is shown."""

from pathlib import Path

import pytest

from app.checklist.catalogue import shipped_catalogue
from app.checklist.check import Check
from app.checklist.examples import example_failures, failures
from app.checklist.loader import load_checklist
from tests.checklist.builders import STATED, two_questions, write_checklist

CHECKS = [check for checklist in shipped_catalogue().all() for check in checklist.checks]


@pytest.mark.parametrize("check", CHECKS, ids=lambda check: check.id)
def test_every_example_comes_out_as_it_says_and_every_outcome_is_shown(check: Check) -> None:
    assert list(example_failures(check)) == []


def test_an_example_that_comes_out_otherwise_is_told_with_what_was_said(tmp_path: Path) -> None:
    wrong = STATED.replace("outcome: concern", "outcome: met")
    check = load_checklist(write_checklist(tmp_path, stated=wrong)).check("purpose.stated")

    found = list(failures(check))

    assert found[0].example == 1
    assert found[0].text.startswith("three words: should be met, is concern: The purpose is only 3 words long.")
    assert found[1] == (None, "no example shows the outcome concern")


def test_an_example_whose_design_is_refused_is_told_with_the_place(tmp_path: Path) -> None:
    wrong = STATED.replace("{purpose: {statement: Talks about water}}", "{porpoise: {}}")
    check = load_checklist(write_checklist(tmp_path, stated=wrong)).check("purpose.stated")

    assert "/porpoise There is no field of this name." in next(example_failures(check))


def test_an_example_must_say_and_point_at_what_it_promises(tmp_path: Path) -> None:
    promise = "outcome: concern, says: [four], at: [/title]"
    check = load_checklist(write_checklist(tmp_path, stated=STATED.replace("outcome: concern", promise))).checks[0]

    said, pointed = example_failures(check)

    assert said == "three words: should say 'four', says: The purpose is only 3 words long."
    assert pointed == "three words: should point at /title, points at ['/purpose/statement']"


def test_a_checklist_of_ones_own_passes_too(tmp_path: Path) -> None:
    assert [failure for check in two_questions(tmp_path).checks for failure in example_failures(check)] == []
