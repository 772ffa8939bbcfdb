"""The report in a terminal says what to do and where, and no text of a design can play with the terminal."""

import unicodedata
from dataclasses import replace

from app.checklist.evaluate import evaluate
from app.domain.design import design_from
from app.exports.text import MOST_PLACES, feedback_text
from tests.builders import person
from tests.exports.builders import TRACK_TWO, a_draft, a_waiver, hostile, judged


def test_it_says_what_where_and_what_next() -> None:
    evaluation = judged(a_draft())
    text = feedback_text(evaluation, "River dialogue", lambda pointer: f"river.yaml:7 {pointer}")

    assert text.startswith("River dialogue\n==============\n")
    assert "Have you written in a sentence or two what the talks are for? [purpose.stated]\n" in text
    assert f"  Concern:   {evaluation.finding('purpose.stated').message[:40]}" in text
    assert "  Where:     river.yaml:7 /purpose/statement\n" in text
    assert "  Next step: " in text


def test_no_line_of_prose_is_longer_than_a_hundred_columns() -> None:
    text = feedback_text(judged(a_draft()), "River dialogue")

    assert max(len(line) for line in text.splitlines()) <= 100


def test_many_places_are_counted() -> None:
    people = [person(code=f"N{number}", status="accepted") for number in range(12)]
    text = feedback_text(judged(a_draft(stage="running", participation={"participants": people})), "River dialogue")

    assert f"and {12 - MOST_PLACES} more\n" in text


def test_nothing_in_a_design_acts_on_the_terminal() -> None:
    text = feedback_text(*hostile())

    assert {character for character in text if unicodedata.category(character) in ("Cc", "Cf")} == {"\n"}


def test_a_waived_finding_says_by_whom() -> None:
    text = feedback_text(judged(a_draft(), "purpose.stated"), "River dialogue")

    assert "Waived (1)\n" in text
    assert "Waived by Rana, 01 March 2027: The group decided so." in text
    assert "Of the concerns and open questions, 1 is waived." in " ".join(text.split())


def test_a_waiver_that_fell_says_so_before_what_was_said_then() -> None:
    design = design_from(a_draft())
    waiver = replace(a_waiver(design, "purpose.stated"), basis="another")
    text = feedback_text(evaluate(design, TRACK_TWO, [waiver]), "River dialogue")

    said = (
        "To be confirmed, as what it was given for has changed. Waived before by Rana, 01 March 2027: The group decided"
    )
    assert said in " ".join(text.split())
