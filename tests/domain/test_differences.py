"""The differences between two documents name every place that changed, and no other."""

from copy import deepcopy
from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from app.domain.differences import Difference, Kind, differences
from app.domain.pointer import steps

VALUES = st.none() | st.booleans() | st.integers(0, 3) | st.sampled_from(["", "a", "b"])
DOCUMENTS = st.dictionaries(
    st.sampled_from(["id", "name", "rows", "a/b"]),
    st.recursive(
        VALUES,
        lambda inner: (
            st.lists(inner, max_size=4) | st.dictionaries(st.sampled_from(["id", "b", "c~"]), inner, max_size=3)
        ),
        max_leaves=8,
    ),
    max_size=4,
)


def at(document: Any, place: str) -> Any:
    """What stands at a pointer."""
    for step in steps(place):
        document = document[int(step)] if isinstance(document, list) else document[step]
    return document


def test_values_that_are_added_removed_and_changed() -> None:
    before = {"title": "Talks", "track": "track_2", "purpose": {"statement": "Wells"}}
    after = {"title": "Talks", "approach": "soft", "purpose": {"statement": "Rivers"}}
    assert differences(before, after) == (
        Difference("/track", Kind.REMOVED, "track_2", None),
        Difference("/purpose/statement", Kind.CHANGED, "Wells", "Rivers"),
        Difference("/approach", Kind.ADDED, None, "soft"),
    )


def test_a_row_is_recognised_when_others_come_before_it() -> None:
    north, south, east = {"id": "north", "name": "North"}, {"id": "south"}, {"id": "east"}
    renamed = {"id": "north", "name": "The North"}
    assert differences({"parties": [north, south]}, {"parties": [east, renamed, south]}) == (
        Difference("/parties/0", Kind.ADDED, None, east),
        Difference("/parties/1/name", Kind.CHANGED, "North", "The North"),
    )


def test_a_row_that_goes_is_named_where_it_was() -> None:
    assert differences(["a", "b", "c"], ["a", "c"]) == (Difference("/1", Kind.REMOVED, "b", None),)


def test_a_row_without_a_name_is_compared_with_what_stands_in_its_place() -> None:
    before, after = [{"level": "process", "difficulty": 2}], [{"level": "process", "difficulty": 5}]
    assert differences(before, after) == (Difference("/0/difficulty", Kind.CHANGED, 2, 5),)


def test_one_and_true_are_not_the_same() -> None:
    assert differences({"a": 1}, {"a": True}) == (Difference("/a", Kind.CHANGED, 1, True),)


@given(DOCUMENTS)
def test_a_document_does_not_differ_from_itself(document: Any) -> None:
    assert differences(document, deepcopy(document)) == ()


@given(DOCUMENTS, DOCUMENTS)
def test_every_place_holds_what_the_difference_says(before: Any, after: Any) -> None:
    for found in differences(before, after):
        if found.kind is Kind.REMOVED:
            assert at(before, found.pointer) == found.before
        else:
            assert at(after, found.pointer) == found.after


@given(DOCUMENTS, DOCUMENTS)
def test_documents_without_a_difference_are_equal(before: Any, after: Any) -> None:
    assert bool(differences(before, after)) == (repr(before) != repr(after)) or before == after


@given(DOCUMENTS, DOCUMENTS)
def test_there_and_back_names_as_many_added_as_removed(before: Any, after: Any) -> None:
    there = [found.kind for found in differences(before, after)]
    back = [found.kind for found in differences(after, before)]
    assert bool(there) == bool(back)
