"""How money is shared out: governments, funders, the budget; amounts that are missing or in other currencies."""

from fractions import Fraction

import pytest

from app.domain.measure import Measure
from app.domain.money import (
    funding_gap,
    funding_gap_without_sought,
    government_share,
    herfindahl,
    largest_source_share,
)
from tests.builders import Row, document, facts_of, source, with_sources

BUDGET = {"amount": "1000", "currency": "EUR"}
HALF = Fraction(1, 2)
GOVERNMENTS = ["foreign_government", "conflict_party_government", "intergovernmental", "public_agency"]


def public(*sources: Row) -> Measure:
    return government_share(facts_of(with_sources(*sources)))


def largest(*sources: Row) -> Measure:
    return largest_source_share(facts_of(with_sources(*sources)))


def gap(*sources: Row, budget: Row = BUDGET) -> Measure:
    return funding_gap(facts_of(with_sources(*sources, budget=budget)))


@pytest.mark.parametrize("kind", GOVERNMENTS)
def test_governments_and_what_they_run_are_public_money(kind: str) -> None:
    assert public(source("A", 30, kind=kind), source("B", 70, kind="foundation")).value == Fraction(3, 10)


def test_the_kind_of_the_ultimate_source_replaces_the_source_s_own() -> None:
    through = source("A", 30, kind="foundation", ultimate_source={"kind": "foreign_government"})
    private = source("B", 70, kind="public_agency", ultimate_source={"kind": "company"})

    assert public(through, private).value == Fraction(3, 10)


def test_all_public_or_none_is_known_whatever_the_amounts() -> None:
    assert public(source("A", kind="foreign_government"), source("B", 5, kind="public_agency")).value == 1
    assert public(source("A", kind="foundation"), source("B", 5, kind="diaspora", currency="USD")).value == 0


@pytest.mark.parametrize("kind", ["ngo", "own_funds", "other"])
def test_a_go_between_of_whom_it_is_not_said_who_stands_behind_leaves_bounds(kind: str) -> None:
    measured = public(
        source("A", 60, kind="foreign_government"), source("B", 20, kind=kind), source("C", 20, kind="foundation")
    )

    assert (measured.value, measured.lower, measured.upper) == (None, Fraction(3, 5), Fraction(4, 5))
    assert measured.is_over(HALF) is True
    assert measured.is_over(Fraction(4, 5)) is False
    assert measured.is_over(Fraction(7, 10)) is None
    assert measured.open_at == ("/funding/sources/1",)


def test_a_go_between_whose_own_money_it_is_in_the_end_is_not_public() -> None:
    assert public(source("A", 60, kind="ngo", ultimate_source={"kind": "ngo"})).value == 0


def test_a_source_without_a_kind_leaves_bounds() -> None:
    measured = public(source("A", 50, kind="foreign_government"), source("B", 50))

    assert (measured.lower, measured.upper) == (HALF, Fraction(1))


def test_an_amount_missing_from_private_money_leaves_no_lower_bound() -> None:
    measured = public(source("A", 50, kind="foreign_government"), source("B", kind="company"))

    assert (measured.value, measured.lower, measured.upper) == (None, Fraction(0), Fraction(1))


def test_an_amount_missing_from_public_money_can_only_raise_its_share() -> None:
    measured = public(
        source("A", 60, kind="foreign_government"),
        source("B", kind="public_agency"),
        source("C", 40, kind="company"),
    )

    assert (measured.value, measured.lower) == (None, Fraction(3, 5))
    assert measured.is_over(HALF) is True


def test_without_sources_there_is_no_share_and_with_none_listed_nothing_to_measure() -> None:
    assert government_share(facts_of(document())).applicable is True
    assert government_share(facts_of(document())).value is None
    assert public().applicable is False
    assert largest().applicable is False


def test_the_largest_share_is_of_the_funder_that_gives_most() -> None:
    measured = largest(source("A", 30), source("B", 70))

    assert (measured.value, measured.at) == (Fraction(7, 10), ("/funding/sources/1",))
    assert measured.figures["largest"] == "B"


def test_sources_of_one_name_are_one_funder_whatever_the_case_and_spacing() -> None:
    measured = largest(source("River  Fund", 30), source("river fund", 30), source("B", 40))

    assert measured.value == Fraction(3, 5)
    assert (measured.figures["sources"], measured.figures["funders"]) == (3, 2)


def test_sources_with_one_source_behind_them_are_one_funder() -> None:
    behind = {"name": "Ministry", "kind": "foreign_government"}
    measured = largest(
        source("A", 30, ultimate_source=behind), source("B", 30, ultimate_source=behind), source("C", 40)
    )

    assert (measured.value, measured.figures["largest"]) == (Fraction(3, 5), "Ministry")


def test_sources_without_a_name_are_different_funders() -> None:
    assert largest({"amount": 50}, {"amount": 50}).value == HALF


def test_a_single_source_gives_everything_and_has_nothing_to_compare_with() -> None:
    measured = largest(source("A"))

    assert (measured.value, measured.applicable) == (Fraction(1), False)


def test_two_sources_that_are_one_funder_give_everything_whatever_the_amounts() -> None:
    measured = largest(source("A"), source("a", 5))

    assert (measured.value, measured.applicable) == (Fraction(1), True)


def test_concentration_is_the_sum_of_the_squares_of_the_shares() -> None:
    facts = facts_of(with_sources(source("A", 50), source("B", 30), source("C", 20)))

    assert herfindahl(facts).value == Fraction(38, 100)


def test_a_missing_amount_leaves_shares_unknown() -> None:
    measured = largest(source("A", 50), source("B"))

    assert (measured.value, measured.open_at) == (None, ("/funding/sources/1",))


def test_amounts_that_add_up_to_nothing_have_no_shares() -> None:
    assert largest(source("A", 0), source("B", 0)).value is None


def test_a_source_without_a_currency_takes_the_budget_s() -> None:
    facts = facts_of(with_sources(source("A", 30), source("B", 70, currency="EUR"), budget=BUDGET))

    assert largest_source_share(facts).value == Fraction(7, 10)


def test_mixed_currencies_have_no_shares() -> None:
    facts = facts_of(with_sources(source("A", 30), source("B", 70, currency="USD"), budget=BUDGET))

    assert largest_source_share(facts).value is None
    assert largest(source("A", 30), source("B", 70, currency="USD")).value is None


def test_one_currency_that_is_not_the_budget_s_still_has_shares() -> None:
    facts = facts_of(with_sources(source("A", 30, currency="USD"), source("B", 70, currency="USD"), budget=BUDGET))

    assert largest_source_share(facts).value == Fraction(7, 10)
    assert funding_gap(facts).value is None


def test_the_amount_in_the_budget_s_currency_wins() -> None:
    dollars = source("B", 999, currency="USD", amount_in_budget_currency=70)
    facts = facts_of(with_sources(source("A", 30), dollars, budget=BUDGET))

    assert largest_source_share(facts).value == Fraction(7, 10)


def test_the_gap_is_what_sources_give_more_or_less_than_the_budget() -> None:
    short, over = gap(source("A", 900)), gap(source("A", 900), source("B", 150))

    assert (short.value, short.figures["missing"]) == (Fraction(-1, 10), "EUR 100")
    assert (over.value, over.figures["missing"]) == (Fraction(1, 20), "EUR 0")


def test_two_percent_over_the_budget_are_not_over_two_percent() -> None:
    assert gap(source("A", 1020)).is_over(Fraction(2, 100)) is False
    assert gap(source("A", "1020.01")).is_over(Fraction(2, 100)) is True


def test_sums_are_exact_to_the_last_decimal() -> None:
    assert gap(source("A", "0.1"), source("B", "0.2"), budget={"amount": "0.3"}).value == 0


def test_sought_money_is_left_out_where_only_money_in_hand_counts() -> None:
    facts = facts_of(with_sources(source("A", 600, status="pledged"), source("B", 400, status="sought"), budget=BUDGET))

    assert funding_gap(facts).value == 0
    assert funding_gap_without_sought(facts).value == Fraction(-2, 5)
    assert funding_gap_without_sought(facts).figures["missing"] == "EUR 400"


def test_a_missing_amount_leaves_the_gap_unknown_above_what_is_known() -> None:
    measured = gap(source("A", 1100), source("B"))

    assert (measured.value, measured.lower) == (None, Fraction(1, 10))
    assert measured.is_over(Fraction(2, 100)) is True
    assert measured.open_at == ("/funding/sources/1",)


def test_no_sources_at_all_lack_the_whole_budget() -> None:
    assert gap().value == -1


@pytest.mark.parametrize("budget", [{}, {"currency": "EUR"}, {"amount": 0}])
def test_without_a_budget_there_is_no_gap(budget: Row) -> None:
    measured = gap(source("A", 10), budget=budget)

    assert (measured.value, measured.open_at) == (None, ("/funding/budget",))
