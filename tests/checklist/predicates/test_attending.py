"""Who attends is read from the list of people, and from the plan where a side has nobody listed."""

import pytest

from tests.builders import BOTH, Row, document
from tests.checklist.predicates.asking import evidence_of, truth_of

SOMEBODY_IN_POST = {"op": "some", "list": "attending", "has": {"op": "is", "path": "in_post", "value": "true"}}
NOBODY_IN_POST = {"op": "every", "list": "attending", "has": {"op": "is", "path": "in_post", "value": "false"}}


def anybody_in_post(people: list[Row] | None, plan: list[Row] | None) -> bool | None:
    return truth_of(SOMEBODY_IN_POST, document(*BOTH, participation={"participants": people, "planned": plan}))


@pytest.mark.parametrize(("proximity", "truth"), [("serving", True), ("advisory", False), (None, None)])
def test_a_person_in_a_post_says_so(proximity: str | None, truth: bool | None) -> None:
    assert anybody_in_post([{"code": "N1", "party": "north", "official_proximity": proximity}], None) is truth


@pytest.mark.parametrize(("officials", "truth"), [(0, False), (2, None), (None, None)])
def test_planned_officials_may_be_advisers_only(officials: int | None, truth: bool | None) -> None:
    assert anybody_in_post(None, [{"party": "north", "headcount": 4, "officials": officials}]) is truth


def test_the_plan_of_a_side_with_people_does_not_count() -> None:
    people = [{"code": "N1", "party": "north", "official_proximity": "none"}]
    assert anybody_in_post(people, [{"party": "north", "headcount": 4}]) is False
    assert anybody_in_post(people, [{"party": "south", "headcount": 4}]) is None


def test_the_plan_counts_where_everybody_declined() -> None:
    people = [{"code": "N1", "party": "north", "official_proximity": "none", "status": "declined"}]
    assert anybody_in_post(people, [{"party": "north", "headcount": 4}]) is None


def test_a_plan_for_nobody_is_left_out() -> None:
    assert anybody_in_post([], [{"party": "north", "headcount": 0}]) is False


def test_the_room_as_a_whole_counts_only_where_nothing_else_is() -> None:
    assert anybody_in_post(None, [{"headcount": 8}]) is None
    assert anybody_in_post(None, [{"headcount": 8}, {"party": "north", "officials": 0}]) is False


def test_without_people_and_plan_nobody_knows() -> None:
    assert anybody_in_post(None, None) is None
    assert truth_of(NOBODY_IN_POST, document(participation={"participants": []})) is True


def test_the_place_is_the_field_that_tells() -> None:
    people = [{"code": "N1", "party": "north"}]
    plan = [{"party": "south", "headcount": 4}]
    evidence = evidence_of(SOMEBODY_IN_POST, document(*BOTH, participation={"participants": people, "planned": plan}))
    assert evidence.at == ["/participation/participants/0/official_proximity", "/participation/planned/0/officials"]
    assert evidence.figures["unclear"] == ["N1", "South"]
