"""A report tells first what matters, last what is settled, and everything once."""

import pytest

from app.checklist.outcome import Outcome
from app.exports.report import PLACES, SECTIONS, Report, report_on
from app.exports.wanted import Wanted
from tests.exports.builders import a_draft, judged


def sections_of(report: Report) -> dict[str, list[str]]:
    return {section.id: [finding.check.id for finding in section.findings] for section in report.sections}


def test_every_finding_stands_in_exactly_one_section() -> None:
    evaluation = judged(a_draft(), "purpose.official-track")
    placed = [check for checks in sections_of(report_on(evaluation, "River")).values() for check in checks]

    assert sorted(placed) == sorted(finding.check.id for finding in evaluation.findings)


def test_essential_concerns_come_first_and_what_is_settled_last() -> None:
    report = report_on(judged(a_draft(stage="running", process={"do_no_harm": "Nobody is named."})), "River")
    order = [section.id for section in report.sections]

    assert order[0] == "essential-concerns"
    assert sections_of(report)["essential-concerns"][0] == "purpose.stated"
    assert order == [name for name, *_ in SECTIONS if name in order]
    assert order.index("essential-open-questions") < order.index("further-points") < order.index("met")


def test_a_question_that_can_wait_is_kept_for_the_end() -> None:
    at_first, running = (
        sections_of(report_on(judged(a_draft(**stage)), "River")) for stage in ({}, {"stage": "running"})
    )

    assert "purpose.success-defined" in at_first["for-later"]
    assert "for-later" not in running
    assert "purpose.success-defined" in running["essential-open-questions"]


def test_what_was_waived_stands_apart_and_comes_back_when_it_is_to_be_confirmed() -> None:
    assert sections_of(report_on(judged(a_draft(), "purpose.stated"), "River"))["waived"] == ["purpose.stated"]


def test_a_section_is_for_what_is_asked_for_and_counts_stay_whole() -> None:
    evaluation = judged(a_draft())
    report = report_on(evaluation, "River", Wanted([Outcome.CONCERN], ["purpose"]))

    assert sections_of(report) == {"essential-concerns": ["purpose.stated"]}
    assert report.summary.startswith(f"{evaluation.counts['concern']} concern")


@pytest.mark.parametrize("section", [name for name, *_ in SECTIONS])
def test_every_section_has_a_place_that_leads_to_it(section: str) -> None:
    assert section in {name for name, _ in PLACES}


def test_a_report_on_the_next_steps_alone_has_no_sections_and_whole_counts() -> None:
    evaluation = judged(a_draft())
    whole, short = report_on(evaluation, "River"), report_on(evaluation, "River", Wanted(view="next-steps"))

    assert short.sections == ()
    assert (short.steps, short.summary) == (whole.steps, whole.summary)


def test_where_nothing_is_left_to_do_it_says_so() -> None:
    report = report_on(judged(a_draft()), "River", Wanted(outcomes=["met"]))

    assert (report.steps, report.about_steps) == ((), "Among what is shown here, nothing is to be done at this stage.")


def test_a_report_explains_the_terms_of_art_that_it_uses() -> None:
    evaluation = judged(a_draft(stage="running"))
    whole, short = report_on(evaluation, "River"), report_on(evaluation, "River", Wanted(view="next-steps"))

    assert "chaperon" in {term.id for term in whole.terms}
    assert {term.id for term in short.terms} < {term.id for term in whole.terms}
