"""What holds of every measure, whatever the design: ranges, bounds, and that names and order do not matter."""

import json
from collections.abc import Callable, Iterable
from fractions import Fraction
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.domain.design import design_json
from app.domain.facts import Facts
from app.domain.measure import Measure
from app.domain.measures import MEASURES
from tests.builders import Document, design_of, facts_of
from tests.domain.strategies import IDS, documents

PARAMETERS = {
    "women_missing": {"share": Fraction(3, 10)},
    "party_money_unaccepted": {"difference": Fraction(1, 4)},
}
SHARES = [
    "evenness",
    "official_gap",
    "background_distance",
    "selection_evenness",
    "government_share",
    "party_money_difference",
    "largest_source_share",
    "herfindahl",
    "disclosure_sources",
    "disclosure_third_parties",
]
COUNTS = [
    "headcount_difference",
    "women_missing",
    "under_30",
    "room_size",
    "party_money_unaccepted",
    "planned_months",
]
PAIRWISE = ["evenness", "headcount_difference", "official_gap", "background_distance", "selection_evenness"]


def measure(name: str, facts: Facts) -> Measure:
    return MEASURES[name](facts, **PARAMETERS.get(name, {}))


def measures(document: Document, names: Iterable[str] = MEASURES) -> dict[str, Measure]:
    facts = facts_of(document)
    return {name: measure(name, facts) for name in names}


def told(document: Document) -> dict[str, Any]:
    """All that every measure says of its size, without the places it points at."""
    return {name: measured[:6] for name, measured in measures(document).items()}


def numbers(measured: Measure) -> list[Fraction]:
    candidates = (measured.value, measured.lower, measured.upper, measured.after_one_move)
    return [number for number in candidates if number is not None]


def found(document: Document, place: str) -> bool:
    """Whether a JSON Pointer leads to something in the document."""
    here: Any = document
    for step in place.split("/")[1:]:
        here = here[int(step)] if isinstance(here, list) else here[step]
    return here is not None


def changed(document: Document, change: Callable[[str, Any], Any], field: str = "") -> Any:
    """A copy of the document with every text replaced by what `change` makes of it, given its field."""
    part: Any = document
    if isinstance(part, dict):
        return {name: changed(value, change, name) for name, value in part.items()}
    if isinstance(part, list):
        return [changed(value, change, field) for value in part]
    return change(field, part)


@given(document=documents())
def test_a_share_is_between_nothing_and_all(document: Document) -> None:
    for name, measured in measures(document, SHARES).items():
        assert all(0 <= number <= 1 for number in numbers(measured)), name


@given(document=documents())
def test_a_count_is_a_whole_number_and_never_negative(document: Document) -> None:
    for name, measured in measures(document, COUNTS).items():
        assert all(number >= 0 and number.denominator == 1 for number in numbers(measured)), name


@given(document=documents())
def test_a_gap_in_the_funding_is_at_most_the_whole_budget(document: Document) -> None:
    facts = facts_of(document)
    with_sought = measure("funding_gap", facts)
    without = measure("funding_gap_without_sought", facts)

    assert all(number >= -1 for number in numbers(with_sought) + numbers(without))
    if with_sought.value is not None:
        assert without.value is not None
        assert without.value <= with_sought.value


@given(document=documents())
def test_a_value_that_is_not_known_has_a_reason(document: Document) -> None:
    for name, measured in measures(document).items():
        assert measured.value is not None or measured.reason, name


@given(document=documents())
def test_bounds_hold_what_is_known(document: Document) -> None:
    for name, measured in measures(document).items():
        sizes = [number for number in (measured.lower, measured.value, measured.upper) if number is not None]
        assert sizes == sorted(sizes), name


@given(document=documents())
def test_what_a_measure_rests_on_is_there(document: Document) -> None:
    for name, measured in measures(document).items():
        for place in measured.at:
            assert found(document, place), name


@given(document=documents())
def test_new_ids_for_the_parties_change_nothing(document: Document) -> None:
    renamed = changed(document, lambda _, text: f"the {text}" if text in IDS else text)

    assert told(renamed) == told(document)


@given(document=documents())
def test_new_names_for_the_parties_change_nothing(document: Document) -> None:
    parties = [{**party, "name": f"Party {number}"} for number, party in enumerate(document["conflict"]["parties"])]
    renamed = {**document, "conflict": {"parties": parties}}

    assert told(renamed) == told(document)


@given(document=documents(), shuffle=st.randoms(use_true_random=False))
def test_the_order_of_rows_changes_nothing(document: Document, shuffle: Any) -> None:
    reordered = json.loads(json.dumps(document))
    lists = [reordered["conflict"]["parties"], reordered.get("third_parties", [])]
    for part in ("participation", "funding"):
        lists += [rows for rows in reordered.get(part, {}).values() if isinstance(rows, list)]
    for rows in lists:
        shuffle.shuffle(rows)

    assert told(reordered) == told(document)


@given(document=documents())
def test_a_design_measures_the_same_after_it_was_stored(document: Document) -> None:
    assert told(json.loads(design_json(design_of(document)))) == told(document)


@given(document=documents())
def test_people_of_a_faction_count_for_its_side(document: Document) -> None:
    faction = {"id": "river-people", "within": "north"}
    parties = [*document["conflict"]["parties"], faction]
    moved = changed(document, lambda field, text: "river-people" if (field, text) == ("party", "north") else text)

    assert told({**moved, "conflict": {"parties": parties}}) == told(document)


@given(document=documents(most=3))
def test_a_side_that_is_excused_and_sends_nobody_changes_nothing(document: Document) -> None:
    excused = {"id": "beyond", "presence": "refused", "presence_reason": "It waits for its own elections."}
    parties = [*document["conflict"]["parties"], excused]

    assert told({**document, "conflict": {"parties": parties}}) == told(document)


@given(document=documents(least=1, most=1))
def test_one_side_alone_leaves_nothing_to_compare(document: Document) -> None:
    for name, measured in measures(document, PAIRWISE).items():
        assert (measured.value, measured.applicable) == (None, False), name


@pytest.mark.parametrize("name", ["headcount_difference", "official_gap", "background_distance"])
@given(document=documents(least=2, most=3), headcount=st.integers(0, 12))
def test_one_more_side_never_makes_the_largest_difference_smaller(
    name: str, document: Document, headcount: int
) -> None:
    before = measure(name, facts_of(document))
    row = {"party": "west", "headcount": headcount, "officials": 0, "backgrounds": {"business": headcount}}
    participation = document.get("participation", {})
    wider = {
        **document,
        "conflict": {"parties": [*document["conflict"]["parties"], {"id": "west"}]},
        "participation": {**participation, "planned": [*participation.get("planned", []), row]},
    }
    after = measure(name, facts_of(wider))

    if before.value is not None and "participation" in document:
        least = after.value if after.value is not None else after.lower
        assert least is not None
        assert least >= before.value


@given(document=documents(least=2, most=3), headcount=st.integers(1, 12))
def test_one_more_side_never_makes_the_sides_more_even(document: Document, headcount: int) -> None:
    before = measure("evenness", facts_of(document))
    people = [{"party": "west"}] * headcount
    participation = document.get("participation", {})
    wider = {
        **document,
        "conflict": {"parties": [*document["conflict"]["parties"], {"id": "west"}]},
        "participation": {**participation, "participants": [*participation.get("participants", []), *people]},
    }
    after = measure("evenness", facts_of(wider))

    if before.value is not None and after.value is not None:
        assert after.value <= before.value


def test_a_design_that_says_nothing_leaves_everything_unknown_and_nothing_zero() -> None:
    for name, measured in measures({"title": "River dialogue"}).items():
        assert (measured.value, measured.applicable) == (None, True), name
        assert measured.open_at, name
