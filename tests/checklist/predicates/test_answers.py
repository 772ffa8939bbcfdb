"""Words about a single answer tell what it holds."""

from tests.builders import document
from tests.checklist.predicates.asking import evidence_of, truth_of

NO_RECIPIENT = {"op": "is_empty", "path": "/purpose/transfer/recipients"}


def test_an_empty_list_is_an_answer_and_an_absent_one_is_not() -> None:
    assert truth_of(NO_RECIPIENT, document(purpose={"transfer": {"recipients": []}})) is True
    assert truth_of(NO_RECIPIENT, document()) is None


def test_what_a_list_of_texts_holds_is_told() -> None:
    found = evidence_of(NO_RECIPIENT, document(purpose={"transfer": {"recipients": ["Both ministries"]}}))
    assert found.figures == {"entries": ["Both ministries"]}
    assert found.at == ["/purpose/transfer/recipients"]
