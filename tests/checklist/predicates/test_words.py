"""Words about the words of a text find stock phrases whatever their ending, and with little between their words."""

import pytest

from tests.builders import document
from tests.checklist.predicates.asking import evidence_of, truth_of

STOCK = {"en": ["build* bridge*", "space", "bring* together"], "fr": ["promouvoir dialogue"]}
LEANS_ON_STOCK = {"op": "uses_phrase", "path": "/purpose/statement", "phrases": "$stock"}


@pytest.mark.parametrize(
    ("statement", "phrase"),
    [
        ("We hope to be building some lasting bridges.", "building some lasting bridges"),
        ("A safe Space for all.", "Space"),
        ("Promouvoir un dialogue utile.", "Promouvoir un dialogue"),
    ],
)
def test_a_stock_phrase_is_found_as_it_stands(statement: str, phrase: str) -> None:
    found = evidence_of(LEANS_ON_STOCK, document(purpose={"statement": statement}), stock=STOCK)
    assert found.figures == {"phrase": phrase}


@pytest.mark.parametrize(
    "statement",
    [
        "Bridges that engineers build.",
        "Build a new road, a school and two bridges.",
        "Open the airspace at night.",
        "A text of rules for the wells.",
    ],
)
def test_other_words_are_no_stock_phrase(statement: str) -> None:
    assert truth_of(LEANS_ON_STOCK, document(purpose={"statement": statement}), stock=STOCK) is False


def test_no_purpose_leaves_the_stock_phrase_unknown() -> None:
    assert truth_of(LEANS_ON_STOCK, document(), stock=STOCK) is None
