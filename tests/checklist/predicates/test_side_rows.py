"""Words about the sides that rows name say which side is left out, and whether all rows name the same one."""

import pytest

from tests.builders import BOTH, NORTH, SOUTH, Row, document
from tests.checklist.predicates.asking import evidence_of, truth_of

COAST = {"id": "coast", "name": "Coast", "within": "south"}
ON_THE_AGENDA = {"op": "is", "path": "in_scope", "value": "true"}
LEFT_OUT = {
    "op": "side_in_no_row",
    "list": "issues",
    "path": "raised_by",
    "where": ON_THE_AGENDA,
    "everybody": "jointly",
}
ONE_PLACE = {
    "op": "rows_name_one_side",
    "list": "meetings",
    "path": "place_relation",
    "where": {"op": "not", "of": {"op": "surely", "of": {"op": "is", "path": "mode", "value": "online"}}},
}


def issue(*raised_by: str, **answers: object) -> Row:
    return {"name": "Wells", "in_scope": True, "raised_by": list(raised_by), **answers}


def raising(*issues: Row) -> dict[str, object]:
    return document(*BOTH, COAST, purpose={"issues": list(issues)})


@pytest.mark.parametrize(
    ("issues", "truth"),
    [
        ([issue("north"), issue("south")], False),
        ([issue("north"), issue("coast")], False),
        ([issue("jointly")], False),
        ([issue("north"), issue("third_party")], True),
        ([issue("north"), issue("south", in_scope=False)], True),
        ([issue("north"), {"name": "Roads", "in_scope": True}], None),
        ([issue("north"), issue("south", in_scope=None)], None),
        ([issue("north"), issue("north", in_scope=None)], True),
        ([], True),
    ],
)
def test_a_side_is_left_out_where_no_row_names_it(issues: list[Row], truth: bool | None) -> None:
    assert truth_of(LEFT_OUT, raising(*issues)) is truth


def test_an_absent_list_or_no_sides_do_not_tell_who_is_left_out() -> None:
    assert truth_of(LEFT_OUT, document()) is None
    assert truth_of(LEFT_OUT, {"title": "A draft", "purpose": {"issues": [issue("third_party")]}}) is None


def test_a_side_that_refused_with_the_reason_is_not_missed() -> None:
    refusing = {**SOUTH, "presence": "refused", "presence_reason": "Its council voted against."}
    assert truth_of(LEFT_OUT, document(NORTH, refusing, purpose={"issues": [issue("north")]})) is False


def test_whoever_is_left_out_is_named() -> None:
    assert evidence_of(LEFT_OUT, raising(issue("north"))).figures["missing"] == ["South"]


def test_where_it_is_open_the_rows_that_do_not_tell_are_the_place() -> None:
    evidence = evidence_of(LEFT_OUT, raising(issue("north"), {"name": "Roads", "in_scope": True}))
    assert evidence.at == ["/purpose/issues/1/raised_by"]
    assert evidence.figures["missing"] == ["South"]


def meeting_at(*places: Row) -> dict[str, object]:
    return document(*BOTH, COAST, process={"meetings": list(places)})


@pytest.mark.parametrize(
    ("meetings", "truth"),
    [
        ([{"place_relation": "south"}], True),
        ([{"place_relation": "south"}, {"place_relation": "coast"}], True),
        ([{"place_relation": "south"}, {"mode": "online"}], True),
        ([{"place_relation": "south"}, {"place_relation": "north"}], False),
        ([{"place_relation": "south"}, {"place_relation": "neutral"}], False),
        ([{"place_relation": "south"}, {"place": "A hotel"}], None),
        ([{"place": "A hotel"}], None),
        ([{"mode": "online"}], False),
        ([], False),
    ],
)
def test_rows_name_one_side_or_not(meetings: list[Row], truth: bool | None) -> None:
    assert truth_of(ONE_PLACE, meeting_at(*meetings)) is truth


def test_an_absent_list_does_not_tell_whose_place_it_is() -> None:
    assert truth_of(ONE_PLACE, document()) is None


def test_the_side_of_every_row_is_named_with_its_rows() -> None:
    evidence = evidence_of(ONE_PLACE, meeting_at({"place_relation": "coast"}, {"mode": "online"}))
    assert evidence.figures["side"] == ["South"]
    assert evidence.at == ["/process/meetings/0/place_relation"]
