"""Words about sides say whether a list speaks of one side only, factions included."""

import pytest

from tests.builders import BOTH, Row, document
from tests.checklist.predicates.asking import evidence_of, truth_of

ONE_SIDE = {"op": "rows_of_one_side", "list": "attitude_changes"}
HILL_TOWNS = {"id": "hills", "name": "Hill towns", "within": "south"}


def hoping_to_move(*rows: Row) -> dict[str, object]:
    return document(*BOTH, HILL_TOWNS, purpose={"attitude_change": list(rows)})


@pytest.mark.parametrize(
    ("rows", "truth"),
    [
        ([{"party": "south"}], True),
        ([{"party": "south"}, {"party": "hills"}], True),
        ([{"party": "south"}, {"party": "north"}], False),
        ([], False),
        ([{"intent": "See the cost."}], True),
        ([{"party": "south"}, {"intent": "See the cost."}], None),
        ([{"party": "south"}, {"party": "north"}, {"intent": "See the cost."}], False),
    ],
)
def test_rows_belong_to_one_side_or_not(rows: list[Row], truth: bool | None) -> None:
    assert truth_of(ONE_SIDE, hoping_to_move(*rows)) is truth


def test_an_absent_list_does_not_tell_whether_its_rows_are_of_one_side() -> None:
    assert truth_of(ONE_SIDE, document()) is None


def test_the_one_side_is_named_once() -> None:
    evidence = evidence_of(ONE_SIDE, hoping_to_move({"party": "hills"}, {"party": "south"}))
    assert evidence.figures["side"] == ["South"]
    assert evidence.at == ["/purpose/attitude_change"]


def test_a_count_of_a_side_points_at_the_side_and_its_own_answers_at_their_fields() -> None:
    alone = {
        "op": "some",
        "list": "sides",
        "has": {
            "op": "all_of",
            "of": [{"op": "is", "path": "there", "value": "false"}, {"op": "unanswered", "path": "presence_reason"}],
        },
    }
    people = [{"code": "N1", "party": "north"}]
    evidence = evidence_of(alone, document(*BOTH, participation={"participants": people}))
    assert evidence.at == ["/conflict/parties/1", "/conflict/parties/1/presence_reason"]


@pytest.mark.parametrize(
    ("party", "known_to", "truth"),
    [
        ("hills", ["south"], False),
        ("hills", ["hills"], True),
        ("hills", None, None),
        (None, ["north", "south"], False),
        (None, ["north"], None),
        (None, [], None),
    ],
)
def test_a_persons_own_side_is_looked_for_in_a_list(
    party: str | None, known_to: list[str] | None, truth: bool | None
) -> None:
    word = {"op": "some", "list": "people", "has": {"op": "own_side_missing", "path": "/process/known_to"}}
    people = [{"code": "P1", "party": party}]
    process = {"known_to": known_to}
    assert truth_of(word, document(*BOTH, HILL_TOWNS, participation={"participants": people}, process=process)) is truth


def test_a_person_without_a_party_is_in_doubt_where_no_parties_are_listed() -> None:
    word = {"op": "some", "list": "people", "has": {"op": "own_side_missing", "path": "/process/known_to"}}
    design = {"title": "Talks", "participation": {"participants": [{"code": "P1"}]}, "process": {"known_to": []}}
    assert truth_of(word, design) is None
