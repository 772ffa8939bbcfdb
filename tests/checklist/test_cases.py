"""What the study judges of real initiatives, the checklist judges too; it does not blame what the study does not."""

from pathlib import Path

import pytest

from app.checklist.cases import CaseFile, case_failures, load_cases
from app.checklist.catalogue import SHIPPED, shipped_catalogue
from app.checklist.evaluate import evaluate
from app.checklist.precedents import load_precedents
from app.domain.design import design_from
from app.domain.errors import ChecklistBroken
from app.exports.feedback_json import feedback_json

FOLDER = SHIPPED / "track_two" / "v1"
CASES = load_cases(FOLDER)
CHECKLIST = shipped_catalogue().find("track-two@1")
A_CASE = """\
id: river
precedent: river
design: {title: River, purpose: {statement: Agree rules for shared wells}}
expects:
  - {check: purpose.stated, outcome: concern, pages: ["12"], because: It was not written down.}
"""


@pytest.mark.parametrize("case", CASES, ids=lambda case: case.id)
def test_the_checklist_judges_as_the_study_does(case: CaseFile) -> None:
    assert not list(case_failures(case, CHECKLIST))


@pytest.mark.parametrize("case", CASES, ids=lambda case: case.id)
def test_a_case_is_of_a_precedent(case: CaseFile) -> None:
    assert case.precedent in {precedent.id for precedent in load_precedents(FOLDER)}


@pytest.mark.parametrize("case", CASES, ids=lambda case: case.id)
def test_a_design_is_judged_in_the_same_bytes_each_time(case: CaseFile) -> None:
    once, again = (feedback_json(evaluate(design_from(case.design), CHECKLIST)) for _ in range(2))
    assert once == again


def test_a_case_that_is_judged_otherwise_is_told_with_its_pages(tmp_path: Path) -> None:
    (case,) = load_cases(write(tmp_path, A_CASE))
    (failure,) = case_failures(case, CHECKLIST)
    assert failure.startswith("purpose.stated should be concern (A09 12), is met: ")


def test_a_check_that_the_checklist_has_not_is_named(tmp_path: Path) -> None:
    (case,) = load_cases(write(tmp_path, A_CASE.replace("purpose.stated", "purpose.sung")))
    assert list(case_failures(case, CHECKLIST)) == ["there is no check purpose.sung"]


def test_an_expectation_says_either_what_must_be_or_what_must_not(tmp_path: Path) -> None:
    with pytest.raises(ChecklistBroken) as broken:
        load_cases(write(tmp_path, A_CASE.replace("outcome: concern, ", "")))
    assert [(fault.pointer.rpartition("/")[2], fault.detail) for fault in broken.value.faults] == [
        ("river.yaml:5", "an expectation says either outcome or never")
    ]


def write(folder: Path, text: str) -> Path:
    """A checklist's folder with one case in it."""
    (folder / "cases").mkdir()
    (folder / "cases" / "river.yaml").write_text(text, encoding="utf-8")
    return folder
