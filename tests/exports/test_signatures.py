"""What leaves the house says that somebody signed off or approved, of which revision and when, and never who."""

import json
from collections.abc import Callable

import pytest

from app.checklist.evaluation import Evaluation
from app.domain.review import SignedOff
from app.exports.feedback_json import feedback_json
from app.exports.html import feedback_html
from app.exports.markdown import feedback_markdown
from app.exports.sarif import feedback_sarif
from app.exports.text import feedback_text
from tests.exports.builders import a_draft, judged, judged_with_approval, signed_off

Report = Callable[[Evaluation, SignedOff | None], str]

REPORTS: dict[str, Report] = {
    "markdown": lambda evaluation, signed: feedback_markdown(evaluation, "River", signed_off=signed).decode(),
    "html": lambda evaluation, signed: feedback_html(evaluation, "River", signed_off=signed).decode(),
    "text": lambda evaluation, signed: feedback_text(evaluation, "River", signed_off=signed),
}
in_every_format = pytest.mark.parametrize("report", REPORTS.values(), ids=REPORTS)


def on_one_line(text: str) -> str:
    return " ".join(text.split())


@in_every_format
@pytest.mark.parametrize(
    ("revision", "shown", "told"),
    [
        (3, 3, "Revision 3, which is shown here, was signed off by a reviewer on 04 March 2027."),
        (2, 3, "Revision 2 was signed off by a reviewer on 04 March 2027. Shown here is revision 3, which is later."),
        (3, 2, "Revision 3 was signed off by a reviewer on 04 March 2027. Shown here is revision 2, which is earlier."),
    ],
)
def test_a_report_says_which_revision_was_signed_off_and_which_is_shown(
    report: Report, revision: int, shown: int, told: str
) -> None:
    assert told in on_one_line(report(judged(a_draft()), signed_off(revision, shown)))


@in_every_format
def test_a_report_is_silent_where_nobody_signed_off(report: Report) -> None:
    assert "signed off" not in report(judged(a_draft()), None)


@in_every_format
def test_a_report_says_that_a_waiver_was_approved_and_names_nobody(report: Report) -> None:
    told = on_one_line(report(judged_with_approval(), None))
    assert "Waived on 01 March 2027, approved by a second person on 02 March 2027: The group decided so." in told
    assert "Anna" not in told
    assert "Ben" not in told


def test_sarif_names_nobody_either() -> None:
    told = feedback_sarif(judged_with_approval(), "River")
    assert b"Anna" not in told
    assert b"Ben" not in told


def test_json_which_stays_in_the_house_names_both() -> None:
    findings = json.loads(feedback_json(judged_with_approval()))["findings"]
    (waiver,) = [finding["waiver"] for finding in findings if finding["waiver"]]
    assert (waiver["by"], waiver["given_by"]) == ("Anna", {"id": "1", "name": "Anna"})
    assert (waiver["approved_by"], waiver["approved_at"]) == ({"id": "2", "name": "Ben"}, "2027-03-02T00:00:00Z")


def test_json_of_a_design_that_is_not_stored_names_whom_the_waiver_names() -> None:
    findings = json.loads(feedback_json(judged(a_draft(), "purpose.stated")))["findings"]
    (waiver,) = [finding["waiver"] for finding in findings if finding["waiver"]]
    assert (waiver["by"], waiver["given_by"], waiver["approved_by"], waiver["approved_at"]) == (
        "Rana",
        None,
        None,
        None,
    )
