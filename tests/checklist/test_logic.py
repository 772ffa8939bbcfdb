"""What is not known stays so unless the rest decides it whatever it is: Kleene's logic, in every combination."""

from typing import Any

from hypothesis import given
from hypothesis import strategies as st
from pydantic import TypeAdapter

from app.checklist.predicates.base import Scope, Truth
from app.checklist.predicates.vocabulary import AnyWord
from app.domain.design import design_from
from app.domain.facts import Facts

WORD: TypeAdapter[Any] = TypeAdapter(AnyWord)
# One leaf for each truth, of a design with an approach and nothing else.
FACTS = Facts(design_from({"title": "River", "approach": "hard"}))
LEAVES: dict[Truth, dict[str, Any]] = {
    True: {"op": "is", "path": "/approach", "value": "hard"},
    False: {"op": "is", "path": "/approach", "value": "soft"},
    None: {"op": "is", "path": "/track", "value": "track_2"},
}
TRUTHS = st.sampled_from([True, False, None])


def truth_of(word: dict[str, Any]) -> Truth:
    found: Truth = WORD.validate_python(word).compile(Scope({})).test(FACTS, None)
    return found


def joined(op: str, truths: list[Truth]) -> Truth:
    return truth_of({"op": op, "of": [LEAVES[truth] for truth in truths]})


def opposite(truth: Truth) -> Truth:
    return None if truth is None else not truth


def completions(truths: list[Truth]) -> list[list[bool]]:
    """Every way in which what is not known could turn out."""
    found: list[list[bool]] = [[]]
    for truth in truths:
        ways = [True, False] if truth is None else [truth]
        found = [[*before, way] for before in found for way in ways]
    return found


def decided(answers: set[bool]) -> Truth:
    return answers.pop() if len(answers) == 1 else None


@given(st.lists(TRUTHS, min_size=1, max_size=5))
def test_all_of_is_known_where_every_way_it_could_turn_out_agrees(truths: list[Truth]) -> None:
    assert joined("all_of", truths) == decided({all(way) for way in completions(truths)})


@given(st.lists(TRUTHS, min_size=1, max_size=5))
def test_any_of_is_known_where_every_way_it_could_turn_out_agrees(truths: list[Truth]) -> None:
    assert joined("any_of", truths) == decided({any(way) for way in completions(truths)})


@given(st.lists(TRUTHS, min_size=1, max_size=5))
def test_not_all_is_any_not(truths: list[Truth]) -> None:
    assert opposite(joined("all_of", truths)) == joined("any_of", [opposite(truth) for truth in truths])


@given(st.permutations([True, False, None, True, None]))
def test_the_order_does_not_matter(truths: list[Truth]) -> None:
    assert (joined("all_of", truths), joined("any_of", truths)) == (False, True)


@given(TRUTHS)
def test_not_twice_is_the_same_and_surely_is_never_in_doubt(truth: Truth) -> None:
    assert truth_of({"op": "not", "of": {"op": "not", "of": LEAVES[truth]}}) == truth
    assert truth_of({"op": "surely", "of": LEAVES[truth]}) is bool(truth)
