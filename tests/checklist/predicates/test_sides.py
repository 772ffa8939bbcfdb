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
