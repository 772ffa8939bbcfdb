"""What ties a facilitator to one side, whether the others know, and whether a counterpart balances it."""

from typing import Any

import pytest

from tests.builders import BOTH, Row, document, facts_of

HILLS = {"id": "hills", "name": "Hill towns", "within": "south"}


def the_first(*third_parties: Row, sources: tuple[Row, ...] = ()) -> dict[str, Any]:
    """The first of these third parties as it is read."""
    parts: dict[str, Any] = {"third_parties": list(third_parties)}
    if sources:
        parts["funding"] = {"sources": list(sources)}
    found = facts_of(document(*BOTH, HILLS, **parts)).third_parties
    assert found is not None
    return dict(found[0])


def leader(**answers: Any) -> Row:
    return {"name": "Professor N", "roles": ["facilitator"], **answers}


@pytest.mark.parametrize(
    ("answers", "bound"),
    [
        ({}, False),
        ({"kind": "academic"}, False),
        ({"kind": "conflict_party_government"}, True),
        ({"party": "north"}, True),
        ({"party": "hills"}, True),
    ],
)
def test_a_facilitator_is_bound_by_office_or_by_side(answers: Row, bound: bool) -> None:
    assert the_first(leader(**answers))["is_bound"] is bound


def test_a_facilitator_is_bound_by_money_that_comes_from_one_side_in_the_end() -> None:
    assert the_first(leader(), sources=({"name": "professor n", "party": "north"},))["is_bound"]
    assert the_first(leader(), sources=({"name": "Professor N", "ultimate_source": {"party": "north"}},))["is_bound"]
    assert not the_first(leader(), sources=({"name": "Somebody else", "party": "north"},))["is_bound"]


@pytest.mark.parametrize(
    ("ties", "one_side"),
    [
        (None, False),
        ([], False),
        ([{"to": "north"}], True),
        ([{"to": "south"}, {"to": "hills"}], True),
        ([{"to": "north"}, {"to": "south"}], False),
        ([{"to": "River Bank"}], False),
        ([{"to": "North House"}], True),
        ([{"to": "north"}, {"kind": "money"}], None),
        ([{"to": "north"}, {"to": "south"}, {"kind": "money"}], False),
    ],
)
def test_ties_lead_to_one_side_or_not(ties: list[Row] | None, one_side: bool | None) -> None:
    sources = ({"name": "River Bank"}, {"name": "North House", "party": "north"})
    assert the_first(leader(ties=ties), sources=sources)["ties_to_one_side"] is one_side


@pytest.mark.parametrize(
    ("told", "known"),
    [([True, True], True), ([True, False], False), ([None, False], False), ([True, None], None)],
)
def test_others_know_of_the_ties_or_not(told: list[bool | None], known: bool | None) -> None:
    ties = [{"to": "north", "told": answer} for answer in told]
    assert the_first(leader(ties=ties))["ties_told"] is known


@pytest.mark.parametrize(
    ("counterpart", "matched"),
    [
        ({"party": "south"}, True),
        ({"party": "hills"}, True),
        ({"ties": [{"to": "south"}]}, True),
        ({"party": "north"}, False),
        ({"ties": []}, False),
        ({}, None),
    ],
)
def test_a_counterpart_balances_if_it_is_near_another_side(counterpart: Row, matched: bool | None) -> None:
    pair = {"name": "judge  S", **counterpart}
    assert the_first(leader(party="north", paired_with="Judge S"), pair)["is_matched"] is matched


def test_a_counterpart_who_is_not_here_or_is_oneself_balances_nothing() -> None:
    assert the_first(leader(party="north", paired_with="Judge S"))["is_matched"] is False
    assert the_first(leader(party="north", paired_with="Professor N"))["is_matched"] is False
    assert the_first(leader(party="north"), {"name": "Judge S", "party": "south"})["is_matched"] is False


def test_a_government_of_no_named_side_cannot_be_matched_for_sure() -> None:
    alone = leader(kind="conflict_party_government", paired_with="Judge S")
    assert the_first(alone, {"name": "Judge S", "party": "south"})["is_matched"] is None


def test_only_those_who_may_lead_are_looked_at() -> None:
    assert "is_bound" not in the_first({"name": "Lake Foundation", "roles": ["sponsor"], "party": "north"})
    assert "is_bound" in the_first({"name": "Lake Foundation", "party": "north"})


@pytest.mark.parametrize(
    ("rows", "held"),
    [
        ([{"name": "Centre", "roles": ["facilitator"]}], ["facilitator"]),
        (
            [{"name": "Centre", "roles": ["facilitator"]}, {"name": "centre", "roles": ["initiator"]}],
            ["facilitator", "initiator"],
        ),
        ([{"name": "Centre", "roles": ["host"]}, {"name": "Centre"}], None),
        ([{"roles": ["host"]}, {"roles": ["sponsor"]}], ["host"]),
        ([{"name": "Lake Foundation", "roles": ["initiator"]}], ["initiator", "sponsor"]),
    ],
)
def test_the_roles_of_one_name_are_taken_together(rows: list[Row], held: list[str] | None) -> None:
    assert the_first(*rows, sources=({"name": "Lake Foundation"},))["roles_held"] == held
