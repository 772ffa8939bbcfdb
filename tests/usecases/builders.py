"""Designs and checklists with visible values for the tests of the use cases; knows no database."""

from typing import Any

from app.checklist.catalogue import Catalogue
from app.checklist.checklist import Checklist, from_pack
from app.domain.design import Design
from tests.builders import design_of, document

NOBODYS = "00000000-0000-4000-8000-00000000dead"

ABOUT_A_CHECK = {
    "weight": "essential",
    "ask_from": "idea",
    "answered_by": "organiser",
    "rationale": "For the tests.",
    "advice": "Write it down.",
    "limits": "It sees words only.",
    "sources": [{"work": "own"}],
}


def checklist(version: int = 1, least_words: int = 4) -> Checklist:
    """Two questions: whether a purpose of so many words is stated, and whether a source of money is named."""
    contents = {
        "name": "track-two",
        "version": version,
        "title": "Two questions",
        "about": "For the tests.",
        "categories": [
            {"id": "purpose", "name": "Purpose", "asks": "What for?"},
            {"id": "funding", "name": "Funding", "asks": "Who pays?"},
        ],
        "checks": ["purpose.stated", "funding.named"],
    }
    stated = {
        "id": "purpose.stated",
        "category": "purpose",
        "question": "Is it written what the talks are for?",
        "parameters": {"least": {"value": str(least_words), "reason": "For the tests."}},
        "concern": [
            {
                "when": {"op": "fewer_words_than", "path": "/purpose/statement", "words": "$least"},
                "say": "The purpose has only {words} words.",
            }
        ],
        "answered": {"op": "answered", "path": "/purpose/statement"},
        "say": {"met": "A purpose is written.", "open": "No purpose is written."},
    }
    named = {
        "id": "funding.named",
        "category": "funding",
        "question": "Is it written who pays?",
        "answered": {"op": "answered", "path": "/funding/sources"},
        "say": {"met": "Sources are written.", "open": "No source is written."},
    }
    return from_pack({"contents": contents, "checks": [ABOUT_A_CHECK | stated, ABOUT_A_CHECK | named]})


VERSION_1 = checklist()
SHIPPED = Catalogue([VERSION_1])


def design(statement: str | None = "Agree rules for wells", **parts: Any) -> Design:
    """The river dialogue between North and South with this purpose; three words or less are a concern."""
    purpose = {} if statement is None else {"purpose": {"statement": statement}}
    return design_of(document(**{**purpose, **parts}))


VAGUE = design("Talks about water")
CLEAR = design("Agree rules for wells")
SILENT = design(None)


def version_2(least_words: int = 6) -> Checklist:
    """A newer checklist that asks for this many words of purpose."""
    return checklist(2, least_words)


def newer_catalogue(least_words: int = 6) -> Catalogue:
    """Both versions, as after an upgrade of the product."""
    return Catalogue([VERSION_1, version_2(least_words)])
