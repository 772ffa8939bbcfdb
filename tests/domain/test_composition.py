"""How sides are compared: sizes, officials, backgrounds, ways of selection, each rule with people you can count."""

from fractions import Fraction

from app.domain.composition import (
    background_distance,
    evenness,
    headcount_difference,
    official_gap,
    selection_evenness,
)
from tests.builders import ALL_THREE, EAST, NORTH, SOUTH, Row, document, facts_of, group, people, with_people, with_plan

REFUSED: Row = {**EAST, "presence": "refused", "presence_reason": "It asks for a cease-fire first."}


def test_evenness_is_the_smallest_side_over_the_largest() -> None:
    measured = evenness(facts_of(with_people(*people("north", 3), *people("south", 4))))

    assert measured.value == Fraction(3, 4)
    assert measured.figures["sides"] == ["North 3", "South 4"]
    assert measured.at == ("/conflict/parties/0", "/conflict/parties/1")


def test_three_quarters_are_not_under_three_quarters() -> None:
    measured = evenness(facts_of(with_people(*people("north", 3), *people("south", 4))))

    assert measured.is_under(Fraction(3, 4)) is False
    assert measured.is_under(Fraction("0.7500001")) is True


def test_three_sides_are_as_even_as_the_smallest_and_the_largest() -> None:
    measured = evenness(facts_of(with_plan(group("north", 2), group("south", 8), group("east", 5), parties=ALL_THREE)))

    assert (measured.value, measured.figures["difference"]) == (Fraction(1, 4), 6)


def test_a_planned_group_without_a_number_leaves_evenness_unknown_below_what_is_known() -> None:
    measured = evenness(facts_of(with_plan(group("north", 2), group("south", 8), group("east"), parties=ALL_THREE)))

    assert (measured.value, measured.upper) == (None, Fraction(1, 4))
    assert measured.is_under(Fraction(3, 4)) is True
    assert measured.open_at == ("/conflict/parties/2",)


def test_a_planned_group_without_a_number_leaves_the_known_difference_as_a_lower_bound() -> None:
    facts = facts_of(with_plan(group("north", 2), group("south", 8), group("east"), parties=ALL_THREE))

    measured = headcount_difference(facts)

    assert (measured.value, measured.lower) == (None, Fraction(6))
    assert measured.is_over(Fraction(5)) is True
    assert measured.is_over(Fraction(6)) is None


def test_a_side_with_nobody_leaves_nothing_to_compare_but_is_counted_as_nobody() -> None:
    measured = evenness(facts_of(with_people(*people("north", 3))))

    assert (measured.value, measured.applicable, measured.figures["smallest"]) == (Fraction(0), False, 0)


def test_nobody_anywhere_has_no_evenness() -> None:
    assert evenness(facts_of(with_people())).value is None


def test_nothing_said_of_people_is_unknown_and_not_nobody() -> None:
    measured = evenness(facts_of(document()))

    assert (measured.value, measured.applicable) == (None, True)


def test_a_side_that_refused_with_a_reason_is_left_out_of_every_comparison() -> None:
    facts = facts_of(with_people(*people("north", 3), *people("south", 3), parties=(NORTH, SOUTH, REFUSED)))

    assert evenness(facts).value == 1
    assert headcount_difference(facts).value == 0


def test_a_side_that_refused_without_a_reason_is_missing_like_any_other() -> None:
    parties = (NORTH, SOUTH, {**EAST, "presence": "refused"})

    assert (
        headcount_difference(facts_of(with_people(*people("north", 3), *people("south", 3), parties=parties))).value
        == 3
    )


def test_the_official_gap_is_the_largest_share_less_the_smallest() -> None:
    facts = facts_of(
        with_people(
            *people("north", 2, official_proximity="serving"),
            *people("north", 1, official_proximity="advisory"),
            *people("north", 2, official_proximity="past"),
            *people("south", 4, official_proximity="none"),
        )
    )

    measured = official_gap(facts)

    assert measured.value == Fraction(3, 5)
    assert measured.figures["shares"] == ["North 3 of 5", "South 0 of 4"]


def test_one_person_of_the_smaller_group_moved_leaves_the_rest_of_the_gap() -> None:
    facts = facts_of(with_plan(group("north", 5, officials=3), group("south", 4, officials=0)))

    measured = official_gap(facts)

    assert measured.after_one_move == Fraction(3, 5) - Fraction(1, 4)
    assert measured.stays_over(Fraction("0.34")) is True
    assert measured.stays_over(Fraction("0.35")) is False


def test_one_official_among_three_is_one_seat_apart_and_mended_by_one_move() -> None:
    measured = official_gap(facts_of(with_plan(group("north", 3, officials=1), group("south", 3, officials=0))))

    assert (measured.value, measured.after_one_move) == (Fraction(1, 3), Fraction(0))


def test_people_who_do_not_say_how_near_to_power_they_are_count_on_no_side_of_the_share() -> None:
    facts = facts_of(
        with_people(
            *people("north", 3, official_proximity="serving"),
            *people("north", 3),
            *people("south", 3, official_proximity="none"),
        )
    )

    assert official_gap(facts).value == 1


def test_under_half_who_say_it_leave_the_gap_unknown() -> None:
    facts = facts_of(
        with_people(
            *people("north", 3, official_proximity="serving"),
            *people("north", 4),
            *people("south", 3, official_proximity="none"),
        )
    )

    measured = official_gap(facts)

    assert (measured.value, measured.reason != "") == (None, True)
    assert measured.open_at == ("/conflict/parties/0",)


def test_two_sides_known_to_be_far_apart_decide_it_whatever_the_third_says() -> None:
    facts = facts_of(
        with_plan(group("north", 4, officials=4), group("south", 4, officials=0), group("east", 4), parties=ALL_THREE)
    )

    measured = official_gap(facts)

    assert (measured.value, measured.lower) == (None, Fraction(1))
    assert measured.is_over(Fraction("0.34")) is True
    assert measured.stays_over(Fraction("0.34")) is True


def test_sides_of_under_three_are_too_small_for_an_official_gap() -> None:
    measured = official_gap(facts_of(with_plan(group("north", 2, officials=2), group("south", 5, officials=0))))

    assert measured.applicable is False


def test_backgrounds_are_compared_in_three_bands() -> None:
    facts = facts_of(
        with_people(
            *people("north", 4, background="military_security"),
            *people("south", 2, background="politician"),
            *people("south", 2, background="civil_society"),
        )
    )

    measured = background_distance(facts)

    assert (measured.value, measured.after_one_move) == (Fraction(1, 2), Fraction(1, 4))
    assert measured.figures["shares"] == [
        "North 4 state, 0 knowledge, 0 society",
        "South 2 state, 0 knowledge, 2 society",
    ]


def test_different_jobs_of_one_band_are_no_distance() -> None:
    facts = facts_of(
        with_people(*people("north", 4, background="academic"), *people("south", 4, background="journalist"))
    )

    assert background_distance(facts).value == 0


def test_other_backgrounds_are_left_out_of_the_bands() -> None:
    facts = facts_of(
        with_people(
            *people("north", 4, background="academic"),
            *people("north", 9, background="other"),
            *people("south", 4, background="academic"),
        )
    )

    assert background_distance(facts).value == 0


def test_a_side_of_under_four_people_has_no_background_distance() -> None:
    facts = facts_of(
        with_people(*people("north", 3, background="academic"), *people("south", 4, background="journalist"))
    )

    assert background_distance(facts).applicable is False


def test_a_side_of_four_people_with_under_four_backgrounds_is_unknown() -> None:
    facts = facts_of(
        with_people(
            *people("north", 3, background="academic"),
            *people("north", 1),
            *people("south", 4, background="journalist"),
        )
    )

    measured = background_distance(facts)

    assert (measured.value, measured.applicable) == (None, True)


def test_planned_backgrounds_are_compared_before_people_are_chosen() -> None:
    facts = facts_of(
        with_plan(
            group("north", 5, backgrounds={"politician": 4}),
            group("south", 4, backgrounds={"academic": 3, "religious": 1}),
        )
    )

    assert background_distance(facts).value == 1


def test_listed_people_win_over_a_plan() -> None:
    facts = facts_of(
        with_people(
            *people("north", 3, official_proximity="none"),
            *people("south", 3, official_proximity="none"),
            planned=[group("north", 10, officials=10)],
        )
    )

    assert official_gap(facts).value == 0
    assert evenness(facts).value == 1


def test_sides_chosen_by_the_same_are_chosen_evenly() -> None:
    facts = facts_of(
        with_people(
            selection=[{"party": "north", "selected_by": "convener"}, {"party": "south", "selected_by": "convener"}]
        )
    )

    assert selection_evenness(facts).value == 1


def test_a_set_of_several_counts_as_a_way_of_its_own() -> None:
    facts = facts_of(
        with_people(
            *people("north", 1, selected_by="convener"),
            *people("north", 1, selected_by="self"),
            *people("south", 2, selected_by="convener"),
        )
    )

    measured = selection_evenness(facts)

    assert measured.value == 0
    assert measured.figures["sides"] == ["North: convener and self", "South: convener"]


def test_a_selection_row_wins_over_what_participants_say() -> None:
    facts = facts_of(
        with_people(
            *people("north", 2, selected_by="self"),
            *people("south", 2, selected_by="convener"),
            selection=[{"party": "north", "selected_by": "convener"}],
        )
    )

    assert selection_evenness(facts).value == 1


def test_two_sides_known_to_be_chosen_differently_decide_it_whatever_the_third_says() -> None:
    facts = facts_of(
        with_people(
            *people("north", 2, selected_by="self"),
            *people("south", 2, selected_by="convener"),
            *people("east", 2),
            parties=ALL_THREE,
        )
    )

    assert selection_evenness(facts).value == 0


def test_a_side_of_which_it_is_not_said_who_chose_it_leaves_it_unknown() -> None:
    facts = facts_of(with_people(*people("north", 2, selected_by="self"), *people("south", 2)))

    measured = selection_evenness(facts)

    assert (measured.value, measured.open_at) == (None, ("/conflict/parties/1",))
