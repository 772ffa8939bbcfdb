"""Asks one word of the checklist language about a document; knows no word by name."""

from typing import Any

from pydantic import TypeAdapter

from app.checklist.predicates.base import Compiled, Evidence, Scope, Truth
from app.checklist.predicates.vocabulary import AnyWord
from tests.builders import Document, facts_of

WORD: TypeAdapter[Any] = TypeAdapter(AnyWord)


def compiled(word: dict[str, Any], **parameters: Any) -> Compiled:
    """A word as a check file writes it, with the check's parameters, ready to run."""
    found: Compiled = WORD.validate_python(word).compile(Scope(parameters))
    return found


def truth_of(word: dict[str, Any], document: Document, **parameters: Any) -> Truth:
    """The truth of a word for a document."""
    return compiled(word, **parameters).test(facts_of(document), None)


def evidence_of(word: dict[str, Any], document: Document, **parameters: Any) -> Evidence:
    """The places and figures that led a word to its truth."""
    part, facts, evidence = compiled(word, **parameters), facts_of(document), Evidence()
    part.trace(facts, None, part.test(facts, None), evidence)
    return evidence
