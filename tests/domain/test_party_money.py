"""Which sides pay, how unevenly, and whether the others accept it."""

from fractions import Fraction

from app.domain.measure import Measure
from app.domain.party_money import party_money_difference, party_money_unaccepted
from tests.builders import ALL_THREE, NORTH, SOUTH, Row, document, facts_of, source, with_sources

LIMIT = Fraction(1, 4)
NONE = Fraction(0)


def difference(*sources: Row, parties: tuple[Row, ...] = (NORTH, SOUTH)) -> Measure:
    return party_money_difference(facts_of(with_sources(*sources, parties=parties)))


def unaccepted(*sources: Row, parties: tuple[Row, ...] = (NORTH, SOUTH)) -> Measure:
    return party_money_unaccepted(facts_of(with_sources(*sources, parties=parties)), LIMIT)


def test_money_from_no_side_is_no_difference_whatever_the_amounts() -> None:
    assert difference(source("A"), source("B", 5)).value == 0
    assert unaccepted(source("A")).value == 0


def test_the_difference_is_between_shares_of_all_the_money() -> None:
    measured = difference(source("A", 40, party="north"), source("B", 10, party="south"), source("C", 50))

    assert measured.value == Fraction(3, 10)
    assert measured.figures["shares"] == ["North 40%", "South 10%"]


def test_money_of_a_faction_is_its_side_s() -> None:
    parties = (NORTH, SOUTH, {"id": "upper", "within": "north"})

    assert difference(source("A", 40, party="upper"), source("B", 60), parties=parties).value == Fraction(2, 5)


def test_the_party_behind_a_source_is_the_one_that_pays() -> None:
    through = source("A", 40, kind="foundation", ultimate_source={"party": "north"})

    assert difference(through, source("B", 60)).value == Fraction(2, 5)


def test_one_side_that_gives_everything_is_known_whatever_the_amount() -> None:
    assert difference(source("A", party="north")).value == 1


def test_a_missing_amount_leaves_the_difference_unknown() -> None:
    measured = difference(source("A", 40, party="north"), source("B"))

    assert (measured.value, measured.open_at) == (None, ("/funding/sources/1",))


def test_one_side_pays_and_the_other_accepts_it() -> None:
    assert unaccepted(source("A", 40, party="north", accepted_by=["south"])).value == 0


def test_one_side_pays_and_the_other_does_not_accept_it_whatever_the_amount() -> None:
    measured = unaccepted(source("A", party="north", accepted_by=["north"]), source("B"))

    assert (measured.value, measured.at) == (Fraction(1), ("/funding/sources/0",))
    assert measured.figures["unaccepted"] == ["South"]


def test_a_list_of_who_accepts_that_is_absent_is_open() -> None:
    measured = unaccepted(source("A", 40, party="north"))

    assert (measured.value, measured.is_over(NONE)) == (None, None)
    assert measured.open_at == ("/funding/sources/0",)


def test_a_faction_that_accepts_does_not_speak_for_its_side() -> None:
    parties = (NORTH, SOUTH, {"id": "lower", "within": "south"})

    assert unaccepted(source("A", 40, party="north", accepted_by=["lower"]), parties=parties).value == 1


def test_matched_money_needs_nobody_s_acceptance() -> None:
    assert unaccepted(source("A", 50, party="north"), source("B", 40, party="south")).value == 0


def test_a_quarter_apart_is_still_matched() -> None:
    matched = [source("A", 50, party="north"), source("B", 25, party="south"), source("C", 25)]
    uneven = [source("A", 51, party="north"), source("B", 25, party="south"), source("C", 24)]

    assert unaccepted(*matched).value == 0
    assert unaccepted(*uneven).value is None


def test_only_sides_that_pay_less_need_to_accept() -> None:
    measured = unaccepted(
        source("A", 90, party="north", accepted_by=[]), source("B", 10, party="south", accepted_by=[])
    )

    assert (measured.value, measured.at) == (Fraction(1), ("/funding/sources/0",))


def test_two_sides_pay_and_the_third_accepts_only_one_of_them() -> None:
    measured = unaccepted(
        source("A", 50, party="north", accepted_by=["east"]),
        source("B", 50, party="south", accepted_by=[]),
        parties=ALL_THREE,
    )

    assert (measured.value, measured.at) == (Fraction(1), ("/funding/sources/1",))


def test_the_government_of_a_party_that_is_not_named_is_open() -> None:
    nameless = source("A", 50, kind="conflict_party_government")

    for measured in (difference(nameless), unaccepted(nameless)):
        assert (measured.value, measured.open_at) == (None, ("/funding/sources/0",))


def test_a_side_that_is_excused_need_not_accept() -> None:
    barred = {**SOUTH, "presence": "barred", "presence_reason": "Its law forbids meetings."}
    parties = (NORTH, barred, {"id": "east"})

    assert unaccepted(source("A", 40, party="north", accepted_by=["east"]), parties=parties).value == 0


def test_no_sources_are_unknown_and_an_empty_list_is_nothing_to_measure() -> None:
    assert party_money_difference(facts_of(document())).applicable is True
    assert difference().applicable is False
