"""Issues that depend on each other are seen from both ends, and what is not said of them is not guessed."""

from typing import Any

from tests.builders import Row, document, facts_of


def wells_and(other: Row, **wells: Any) -> Row:
    """What is derived for the wells, an issue in scope, beside another issue."""
    issues = facts_of(document(purpose={"issues": [{"name": "Wells", "in_scope": True, **wells}, other]})).issues
    assert issues is not None
    return {"left_out": issues[0]["left_out"], "unsure": issues[0]["unsure"]}


def test_a_link_holds_from_whichever_end_it_is_written() -> None:
    left_out = {"left_out": ["Roads"], "unsure": []}
    assert wells_and({"name": "Roads", "in_scope": False}, linked_to=["  ROADS "]) == left_out
    assert wells_and({"name": "Roads", "in_scope": False, "linked_to": ["wells"]}) == left_out


def test_a_reason_or_a_place_on_the_agenda_settles_it() -> None:
    settled: Row = {"left_out": [], "unsure": []}
    assert wells_and({"name": "Roads", "in_scope": False, "reason": "A court decides."}, linked_to=["Roads"]) == settled
    assert wells_and({"name": "Roads", "in_scope": True}, linked_to=["Roads"]) == settled
    assert wells_and({"name": "Roads", "in_scope": False}, linked_to=[]) == settled


def test_unsaid_scope_or_unsaid_links_leave_it_unsure() -> None:
    unsure = {"left_out": [], "unsure": ["Roads"]}
    assert wells_and({"name": "Roads"}, linked_to=["Roads"]) == unsure
    assert wells_and({"name": "Roads", "in_scope": False}) == unsure
