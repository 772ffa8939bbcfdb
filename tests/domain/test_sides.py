"""Who counts as a side and who counts for it: factions, refusals, alternates, people who declined, plans."""

from fractions import Fraction
from typing import Any

from app.domain.sides import Side
from tests.builders import (
    ALL_THREE,
    EAST,
    NORTH,
    SOUTH,
    Document,
    Row,
    document,
    facts_of,
    group,
    people,
    person,
    with_people,
    with_plan,
)


def side(written: Document, number: int = 0) -> Side:
    sides = facts_of(written).sides
    assert sides is not None
    return sides[number]


def answer(written: Document, name: str) -> Any:
    return side(written).get(name)


def headcounts(written: Document) -> list[int | None]:
    return [one.get("headcount") for one in facts_of(written).sides or []]


def test_sides_are_the_parties_that_are_within_no_other() -> None:
    faction: Row = {"id": "upper", "within": "north"}
    smaller: Row = {"id": "upper valley", "within": "upper"}

    sides = facts_of(document(smaller, faction, SOUTH, NORTH)).sides

    assert sides is not None
    assert [one["id"] for one in sides] == ["south", "north"]


def test_a_person_of_a_faction_of_a_faction_counts_for_the_side() -> None:
    parties = (NORTH, SOUTH, {"id": "upper", "within": "north"}, {"id": "upper valley", "within": "upper"})

    assert headcounts(with_people(*people("upper valley", 2), *people("north", 1), parties=parties)) == [3, 0]


def test_people_proposed_invited_or_accepted_count_and_those_who_said_no_do_not() -> None:
    statuses = ("proposed", "invited", "accepted", "declined", "withdrawn")
    written = with_people(*[person("north", status=status) for status in statuses], person("north"))

    assert (answer(written, "headcount"), answer(written, "left")) == (4, 2)


def test_alternates_and_guests_do_not_count_and_rotating_seats_do() -> None:
    seats = ("core", "alternate", "rotating", "guest")

    assert answer(with_people(*[person("north", seat=seat) for seat in seats]), "headcount") == 2


def test_a_side_in_neither_list_has_nobody_once_a_list_is_there() -> None:
    written = with_plan(group("north", 4))

    assert headcounts(written) == [4, 0]
    assert [one["there"] for one in facts_of(written).sides or []] == [True, False]


def test_an_empty_list_says_nobody_and_no_list_says_nothing() -> None:
    assert headcounts(with_people()) == [0, 0]
    assert headcounts(document()) == [None, None]


def test_a_side_whose_people_all_declined_has_its_plan_if_any() -> None:
    declined = people("north", 2, status="declined")

    assert headcounts(with_people(*declined, planned=[group("north", 5)])) == [5, 0]
    assert headcounts(with_people(*declined)) == [0, 0]


def test_a_side_with_an_alternate_alone_has_nobody_yet_whatever_its_plan() -> None:
    written = with_people(person("north", seat="alternate"), planned=[group("north", 5, women=3)])

    assert (answer(written, "headcount"), answer(written, "women")) == (0, None)


def test_a_planned_row_without_a_number_counts_as_there_but_not_as_a_number() -> None:
    written = with_plan(group("north"))

    assert (answer(written, "there"), answer(written, "headcount")) == (True, None)


def test_a_plan_for_nobody_says_that_nobody_comes() -> None:
    written = with_plan(group("north", 0))

    assert (answer(written, "there"), answer(written, "headcount")) == (False, 0)


def test_a_total_for_the_room_says_nothing_of_a_side() -> None:
    assert headcounts(with_plan(group(headcount=20))) == [None, None]


def test_a_party_without_an_id_can_have_no_people_so_nothing_is_said_of_it() -> None:
    assert headcounts(with_people(*people("south", 2), parties=({"name": "North"}, SOUTH))) == [None, 2]


def test_a_side_that_refused_or_is_barred_is_excused_only_with_a_reason() -> None:
    reason = "Its law forbids meetings."
    presences = [
        {"presence": "refused", "presence_reason": reason},
        {"presence": "barred", "presence_reason": "tbd"},
        {"presence": "undecided", "presence_reason": reason},
    ]
    parties = [{**party, **presence} for party, presence in zip(ALL_THREE, presences, strict=True)]

    assert [one["excused"] for one in facts_of(document(*parties)).sides or []] == [True, False, False]


def test_positions_are_matched_whatever_their_case_and_spacing() -> None:
    written = with_people(*[person("north", political_position=text) for text in ("Left", " left", "LEFT", "Right")])

    assert (answer(written, "distinct_positions"), answer(written, "blau")) == (2, Fraction(3, 8))


def test_one_stated_position_says_nothing_of_a_spread() -> None:
    written = with_people(person("north", political_position="Left"), *people("north", 3))

    assert (answer(written, "distinct_positions"), answer(written, "blau")) == (None, None)


def test_a_planned_number_of_positions_is_taken_as_it_is() -> None:
    assert answer(with_plan(group("north", 4, positions=3)), "distinct_positions") == 3


def test_veterans_are_a_share_of_those_who_state_their_experience() -> None:
    written = with_people(
        *people("north", 1, track_two_experience="over_10"),
        *people("north", 1, track_two_experience="1_5"),
        *people("north", 2),
    )

    assert (answer(written, "veteran_share"), answer(written, "newcomers")) == (Fraction(1, 2), 1)


def test_under_half_who_state_their_experience_leave_it_unknown() -> None:
    written = with_people(*people("north", 1, track_two_experience="over_10"), *people("north", 2))

    assert (answer(written, "veteran_share"), answer(written, "newcomers")) == (None, None)


def test_one_newcomer_is_known_whatever_the_others_say() -> None:
    written = with_people(*people("north", 1, track_two_experience="none"), *people("north", 5))

    assert (answer(written, "veteran_share"), answer(written, "newcomers")) == (None, 1)


def test_nobody_from_outside_the_state_is_known_only_where_everybody_says_so() -> None:
    officers = people("north", 3, background="military_security")

    assert answer(with_people(*officers), "outside_state") == 0
    assert answer(with_people(*officers, person("north")), "outside_state") is None
    assert answer(with_people(*officers, person("north", background="other")), "outside_state") == 1


def test_a_plan_says_what_it_gives_and_no_more() -> None:
    written = with_plan(group("north", 5, women=2, under_30=1, officials=3, backgrounds={"politician": 5}))

    found = side(written)

    assert [found[name] for name in ("women", "gender_stated", "under_30", "officials", "outside_state")] == [
        2,
        5,
        1,
        3,
        0,
    ]
    assert "serving" not in found
    assert "newcomers" not in found


def test_how_a_side_is_chosen_is_named_unnamed_missing_or_not_said() -> None:
    rows = [{"party": "north", "selected_by": "own_side"}, {"party": "south", "method": "By lot."}]
    written = with_people(selection=rows, parties=ALL_THREE)

    assert [one.get("selection_state") for one in facts_of(written).sides or []] == ["named", "unnamed", "missing"]
    assert answer(document(), "selection_state") is None
    assert answer(with_people(person("north", selected_by="self")), "selection_state") == "named"


def test_a_side_goes_by_its_name_else_its_id() -> None:
    sides = facts_of(document(NORTH, {"id": "south", "name": "tbd"}, {"name": ""})).sides

    assert [one.label for one in sides or []] == ["North", "south"]
    assert EAST["name"] == "East"
