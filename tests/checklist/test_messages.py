"""A statement becomes a sentence: shares in percent, names as in speech, rounding only here."""

from decimal import Decimal
from fractions import Fraction

import pytest

from app.checklist.messages import listed, plain_figure, writer, written


@pytest.mark.parametrize(
    ("value", "style", "text"),
    [
        (None, None, "not known"),
        (0, None, "0"),
        (Fraction(3, 4), "percent", "75 %"),
        (Fraction(1, 3), "percent", "33 %"),
        (Fraction(2, 3), None, "0.67"),
        (Fraction(5, 1000), None, "0.01"),
        (Fraction(-1, 3), None, "-0.33"),
        (Fraction(-1, 1000), None, "0"),
        (Decimal("1234.50"), None, "1234.5"),
        (Fraction(2), None, "2"),
        ([], None, "none"),
        (["North"], None, "North"),
        (("North", "South", "East"), None, "North, South and East"),
        ("{words}", None, "{words}"),
    ],
)
def test_a_figure_is_written_as_a_person_reads_it(value: object, style: str | None, text: str) -> None:
    assert written(value, style) == text


def test_after_eight_names_the_rest_is_counted() -> None:
    assert listed([str(number) for number in range(1, 11)]) == "1, 2, 3, 4, 5, 6, 7, 8 and 2 more"


def test_a_statement_shows_its_figures_and_a_figure_is_never_read_as_a_statement() -> None:
    write = writer("{share:percent} of {named} in {place}.")

    assert write({"share": Fraction(1, 2), "named": ["{share}"]}) == "50 % of {share} in not known."


@pytest.mark.parametrize(
    ("figure", "json"),
    [(Fraction(1, 3), 0.3333), (Fraction(4, 2), 2), (Decimal("10.50"), 10.5), ((Fraction(1, 2), None), [0.5, None])],
)
def test_a_figure_in_json_is_a_number_rounded_to_four_places(figure: object, json: object) -> None:
    assert plain_figure(figure) == json
