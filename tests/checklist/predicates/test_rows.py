"""Words about many rows tell what is alike, what is missing, and what cannot be known."""

import pytest

from tests.builders import Row, document
from tests.checklist.predicates.asking import evidence_of, truth_of

ALL_HARDEST = {
    "op": "all_alike",
    "lists": ["outputs", "success_criteria"],
    "field": "difficulty",
    "value": ["5"],
    "answered_only": True,
}
ONE_LEVEL = {"op": "all_alike", "lists": ["objectives"], "field": "level"}
LEVELS = {"op": "lacks", "list": "success_criteria", "field": "level", "value": ["participant", "conflict_resolution"]}


@pytest.mark.parametrize(
    ("outputs", "criteria", "truth"),
    [
        ([5, 5], None, True),
        ([5], [5, None], True),
        ([5, 4], None, False),
        ([4], None, False),
        ([5], [], False),
        ([5], None, None),
        ([5, None], [], None),
        ([], [], False),
        (None, None, None),
    ],
)
def test_results_are_all_of_the_highest_difficulty(
    outputs: list[int | None] | None, criteria: list[int | None] | None, truth: bool | None
) -> None:
    purpose = {"outputs": graded("title", outputs), "success_criteria": graded("statement", criteria)}
    assert truth_of(ALL_HARDEST, document(purpose=purpose)) is truth


def graded(field: str, difficulties: list[int | None] | None) -> list[Row] | None:
    """A result for each difficulty, whose other answer is this field."""
    return None if difficulties is None else [{field: "A result", "difficulty": one} for one in difficulties]


@pytest.mark.parametrize(
    ("levels", "truth"),
    [
        (["process", "process"], True),
        (["process", None], None),
        (["process"], False),
        (["process", "participant"], False),
    ],
)
def test_objectives_are_all_on_one_level(levels: list[str | None], truth: bool | None) -> None:
    objectives = [{"statement": "An aim", "level": level} for level in levels]
    assert truth_of(ONE_LEVEL, document(purpose={"objectives": objectives})) is truth


def test_a_shared_choice_is_written_in_words() -> None:
    objectives = [{"level": "conflict_resolution"}, {"level": "conflict_resolution"}]
    assert evidence_of(ONE_LEVEL, document(purpose={"objectives": objectives})).figures == {
        "value": "conflict resolution",
        "total": 2,
    }


def test_missing_choices_are_written_in_words() -> None:
    missing = evidence_of(LEVELS, document(purpose={"success_criteria": []})).figures["missing"]
    assert missing == ["participant", "conflict resolution"]


def test_a_row_is_named_by_its_party_or_by_its_kind_in_words() -> None:
    undeclared = {
        "op": "some",
        "list": "attitude_changes",
        "has": {"op": "is", "path": "declared_to_party", "value": "false"},
    }
    purpose = {"attitude_change": [{"party": "south", "declared_to_party": False}]}
    assert evidence_of(undeclared, document(purpose=purpose)).figures["named"] == ["South"]
    media = {"op": "some", "list": "objectives", "has": {"op": "is", "path": "kind", "value": "influence_media"}}
    found = evidence_of(media, document(purpose={"objectives": [{"kind": "influence_media"}]}))
    assert found.figures["named"] == ["influence media"]


def test_the_rows_that_are_found_can_have_a_name_of_their_own() -> None:
    word = {
        "op": "some",
        "list": "people",
        "figure": "leaders",
        "has": {"op": "is", "path": "status", "value": "invited"},
    }
    people = [{"code": "N1", "status": "invited"}, {"code": "S1", "status": "declined"}]
    figures = evidence_of(word, document(participation={"participants": people})).figures
    assert (figures["leaders"], figures.get("named")) == (["N1"], None)


@pytest.mark.parametrize(
    ("source", "called"),
    [
        ({"name": "The Lake Fund Inc.", "kind": "foundation"}, "The Lake Fund Inc"),
        ({"kind": "public_agency"}, "a source of the kind public agency"),
        ({"status": "sought"}, "an unnamed one"),
        ({"name": "A very long name, " * 9}, f"{'A very long name, ' * 4}A very l"),
    ],
)
def test_a_row_is_called_so_that_a_sentence_about_it_can_go_on(source: Row, called: str) -> None:
    some = {"op": "some", "list": "sources"}
    (named,) = evidence_of(some, document(funding={"sources": [source]})).figures["named"]
    assert named.rstrip("…") == called
