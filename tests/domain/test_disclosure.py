"""How many of those behind the talks say what they want in time."""

from fractions import Fraction

import pytest

from app.domain.disclosure import disclosure_sources, disclosure_third_parties
from app.domain.measure import Measure
from tests.builders import Row, document, facts_of, source, third_party, with_sources, with_third_parties

WORDS = "Wants quiet on its border."


def of_third_parties(*rows: Row) -> Measure:
    return disclosure_third_parties(facts_of(with_third_parties(*rows)))


def of_sources(*rows: Row) -> Measure:
    return disclosure_sources(facts_of(with_sources(*rows)))


@pytest.mark.parametrize("disclosed", ["at_invitation", "at_outset"])
def test_an_interest_in_words_that_is_told_by_the_outset_is_disclosed(disclosed: str) -> None:
    assert of_third_parties(third_party(interests=WORDS, disclosed=disclosed)).value == 1
    assert of_sources(source(interest=WORDS, disclosed=disclosed)).value == 1


@pytest.mark.parametrize("disclosed", ["later", "not_planned"])
def test_an_interest_that_is_told_later_or_never_is_not_disclosed(disclosed: str) -> None:
    measured = of_third_parties(third_party(interests=WORDS, disclosed=disclosed))

    assert (measured.value, measured.at) == (Fraction(0), ("/third_parties/0",))


def test_an_interest_declared_to_be_none_is_disclosed() -> None:
    assert of_sources(source(interest_status="none_declared", disclosed="at_outset")).value == 1


def test_a_withheld_interest_is_not_disclosed_but_counts_among_all() -> None:
    measured = of_third_parties(
        third_party("A", interests=WORDS, disclosed="at_outset"),
        third_party("B", interest_status="withheld", withheld_reason="Asked to."),
    )

    assert measured.value == Fraction(1, 2)


@pytest.mark.parametrize(
    "silent",
    [
        {"disclosed": "at_outset"},
        {"disclosed": "at_outset", "interest_status": "unknown"},
        {"disclosed": "at_outset", "interest": "tbd"},
        {"interest": WORDS},
    ],
)
def test_silence_leaves_bounds_and_is_not_a_no(silent: Row) -> None:
    measured = of_sources(source("A", **silent), source("B", interest=WORDS, disclosed="at_outset"))

    assert (measured.value, measured.lower, measured.upper) == (None, Fraction(1, 2), Fraction(1))
    assert measured.open_at == ("/funding/sources/0",)


def test_a_source_that_is_a_third_party_too_has_that_one_s_interest() -> None:
    written = with_third_parties(
        third_party("River Fund", "sponsor", interests=WORDS),
        funding={"sources": [source(" river  fund", disclosed="at_outset")]},
    )

    assert disclosure_sources(facts_of(written)).value == 1


def test_no_list_is_unknown_and_an_empty_one_is_nothing_to_measure() -> None:
    assert disclosure_sources(facts_of(document())).applicable is True
    assert of_sources().applicable is False
    assert of_third_parties().applicable is False
