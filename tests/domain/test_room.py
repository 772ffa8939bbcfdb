"""How many people, women and young people are in the room, and what is not known of them."""

from fractions import Fraction

import pytest

from app.domain.measure import Measure
from app.domain.room import room_size, under_30, women_missing
from tests.builders import ALL_THREE, NORTH, SOUTH, Document, facts_of, group, people, person, with_people, with_plan

SHARE = Fraction(3, 10)


def missing(written: Document) -> Measure:
    return women_missing(facts_of(written), SHARE)


@pytest.mark.parametrize(
    ("size", "wanted"), [(3, 1), (4, 1), (5, 1), (6, 2), (8, 2), (9, 3), (10, 3), (15, 4), (16, 5), (25, 7)]
)
def test_the_share_of_a_side_is_taken_to_the_nearest_person_half_down(size: int, wanted: int) -> None:
    written = with_plan(group("north", size, women=0), group("south", size, women=size))

    assert missing(written).value == wanted


def test_never_less_than_one_woman_is_wanted() -> None:
    written = with_plan(group("north", 3, women=0), group("south", 3, women=0))

    assert women_missing(facts_of(written), Fraction(1, 100)).value == 1


def test_women_are_counted_on_each_side_and_not_over_the_room() -> None:
    written = with_people(*people("north", 6, gender="woman"), *people("south", 6, gender="man"))

    measured = missing(written)

    assert (measured.value, measured.at) == (Fraction(2), ("/conflict/parties/1",))
    assert measured.figures["short"] == ["South 0 of 6"]


def test_people_who_do_not_disclose_their_gender_are_left_out_of_the_share() -> None:
    written = with_people(
        *people("north", 3, gender="man"),
        *people("north", 1, gender="woman"),
        *people("north", 4, gender="undisclosed"),
        *people("south", 3, gender="woman"),
    )

    assert missing(written).value == 0


def test_under_half_who_disclose_leave_it_unknown() -> None:
    written = with_people(*people("north", 3, gender="woman"), *people("north", 4), *people("south", 3, gender="woman"))

    measured = missing(written)

    assert (measured.value, measured.lower, measured.open_at) == (None, Fraction(0), ("/conflict/parties/0",))


def test_a_side_known_to_lack_women_decides_it_whatever_the_others_say() -> None:
    measured = missing(with_people(*people("north", 3, gender="man"), *people("south", 3)))

    assert (measured.value, measured.is_over(Fraction(0))) == (None, True)


def test_sides_of_under_three_are_taken_together() -> None:
    written = with_people(
        *people("north", 2, gender="man"),
        *people("south", 2, gender="man"),
        *people("east", 3, gender="woman"),
        parties=ALL_THREE,
    )

    measured = missing(written)

    assert measured.value == 1
    assert measured.figures["short"] == ["North and South 0 of 4"]
    assert measured.at == ("/conflict/parties/0", "/conflict/parties/1")


def test_two_people_in_all_are_too_few_for_a_share() -> None:
    assert missing(with_people(person("north", gender="man"), person("south", gender="man"))).applicable is False


def test_the_young_are_counted_over_the_whole_room() -> None:
    written = with_people(
        *people("north", 3, age_group="45_59"), *people("south", 3, age_group="60_plus"), person(age_group="under_30")
    )

    measured = under_30(facts_of(written))

    assert measured.value == 1
    assert measured.figures == {"under_30": 1, "disclosed": 7, "people": 7}


def test_nobody_young_is_known_once_half_disclose_their_age() -> None:
    half = [*people("north", 2, age_group="45_59"), *people("south", 2, age_group="undisclosed")]

    assert under_30(facts_of(with_people(*half))).value == 0
    assert under_30(facts_of(with_people(*half, person("south")))).value is None


def test_one_young_person_is_enough_whatever_the_others_disclose() -> None:
    measured = under_30(facts_of(with_people(person("north", age_group="under_30"), *people("south", 9))))

    assert (measured.value, measured.lower) == (None, Fraction(1))
    assert measured.is_under(Fraction(1)) is False


def test_a_planned_total_speaks_for_the_room() -> None:
    assert under_30(facts_of(with_plan(group(headcount=20, under_30=4)))).value == 4


def test_a_room_holds_headcounts_guests_and_others() -> None:
    written = with_people(
        *people("north", 4),
        *people("south", 4),
        person(code="N9"),
        person("north", seat="guest"),
        person("north", seat="alternate"),
        person("north", status="declined", seat="guest"),
        others=[{"role": "interpreter", "headcount": 3}, {"role": "host"}, {"role": "guest", "headcount": 0}],
    )

    measured = room_size(facts_of(written))

    assert measured.value == 4 + 4 + 1 + 1 + 3 + 1
    assert measured.figures["others"] == 5


def test_a_planned_total_is_the_size_of_the_room_until_people_are_listed() -> None:
    assert room_size(facts_of(with_plan(group(headcount=20), others=[{"role": "host"}]))).value == 21


def test_a_room_is_at_least_as_full_as_is_known() -> None:
    measured = room_size(facts_of(with_plan(group("north", 25), group("south"))))

    assert (measured.value, measured.lower, measured.open_at) == (None, Fraction(25), ("/conflict/parties/1",))
    assert measured.is_over(Fraction(24)) is True


def test_a_side_that_is_excused_is_not_in_the_room() -> None:
    refused = {**SOUTH, "presence": "refused", "presence_reason": "It asks for a cease-fire first."}
    written = with_plan(group("north", 5), group("south", 5), parties=(NORTH, refused))

    assert room_size(facts_of(written)).value == 5


def test_people_without_any_party_listed_are_in_the_room_too() -> None:
    written = {"title": "River dialogue", "participation": {"participants": [person(code="N1")]}}

    assert room_size(facts_of(written)).value == 1
