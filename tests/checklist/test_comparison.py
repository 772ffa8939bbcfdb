"""What became of each finding between two designs and two checklists, with its cause."""

from app.checklist.comparison import Comparison, Reason, Turn, compare
from app.checklist.outcome import Outcome
from app.domain.design import Design
from tests.usecases.builders import CLEAR, SILENT, VAGUE, VERSION_1, design, version_2


def stated(before: Design, after: Design, least_words: int | None = None) -> Comparison:
    """What became of the question about the purpose; with a number, a newer checklist asks for so many words."""
    new = VERSION_1 if least_words is None else version_2(least_words)
    return next(each for each in compare(before, after, VERSION_1, new) if each.check.id == "purpose.stated")


def test_a_concern_that_appears_is_new_and_one_that_disappears_is_gone() -> None:
    assert (stated(CLEAR, VAGUE).turn, stated(VAGUE, CLEAR).turn) == (Turn.NEW, Turn.GONE)


def test_an_open_question_that_becomes_a_concern_has_changed() -> None:
    found = stated(SILENT, VAGUE)
    assert (found.turn, found.before, found.after) == (Turn.CHANGED, Outcome.OPEN, Outcome.CONCERN)


def test_a_concern_with_other_figures_has_changed() -> None:
    found = stated(VAGUE, design("Just talks"))
    assert found.turn is Turn.CHANGED
    assert found.message_before is not None
    assert "3 words" in found.message_before
    assert found.message_after is not None
    assert "2 words" in found.message_after


def test_an_edit_that_no_check_reads_leaves_everything_the_same() -> None:
    turns = {each.turn for each in compare(CLEAR, design(annotations={"a": "b"}), VERSION_1, VERSION_1)}
    assert turns == {Turn.SAME}


def test_every_check_is_compared_once_in_the_order_of_the_newer_checklist() -> None:
    newer = version_2()
    found = [each.check for each in compare(CLEAR, VAGUE, VERSION_1, newer)]
    assert found == list(newer.checks)


def test_with_the_same_checklist_the_edit_is_the_cause() -> None:
    assert stated(CLEAR, VAGUE).caused_by is Reason.EDIT
    assert stated(CLEAR, CLEAR).caused_by is None


def test_with_the_same_design_the_checklist_is_the_cause() -> None:
    assert stated(CLEAR, CLEAR, least_words=6).caused_by is Reason.CHECKLIST


def test_each_alone_would_have_done_it() -> None:
    longer = design("Agree rules for all our shared wells")
    assert stated(VAGUE, longer, least_words=2).caused_by is Reason.BOTH


def test_only_both_together_did_it() -> None:
    longer = design("Agree rules for all our wells")
    assert stated(longer, CLEAR, least_words=5).caused_by is Reason.BOTH


def test_the_edit_is_the_cause_where_the_newer_checklist_would_have_changed_nothing() -> None:
    assert stated(CLEAR, SILENT, least_words=3).caused_by is Reason.EDIT
