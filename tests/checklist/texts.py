"""The texts of a check by their kind, with a plain word in the place of each figure; judges none of them."""

import re
from collections.abc import Iterator

from app.checklist.check import Check
from app.checklist.messages import FIGURE

KINDS = ("question", "statements", "rationale", "advice", "limits", "reasons")


def texts_of(check: Check, kind: str) -> list[str]:
    """The texts of one kind; a figure reads as one name."""
    return [FIGURE.sub("North", text) for text in raw_texts_of(check, kind)]


def raw_texts_of(check: Check, kind: str) -> list[str]:
    """The texts of one kind as they are written."""
    definition = check.definition
    if kind == "statements":
        return list(_statements(check))
    if kind == "reasons":
        notes = [source.note for source in definition.sources if source.note]
        return [*(parameter.reason for parameter in definition.parameters.values()), *notes]
    return [getattr(definition, kind)]


def every_text_of(check: Check) -> list[str]:
    """The texts of all kinds, each with its figures as names."""
    return [text for kind in KINDS for text in texts_of(check, kind)]


def without_names(text: str) -> str:
    """A text without what stands in quotation marks: words of a design, not ours."""
    return re.sub(r"\"[^\"]*\"", "", text)


def _statements(check: Check) -> Iterator[str]:
    definition = check.definition
    yield from (clause.say for clause in (*definition.concern, *definition.open_when))
    say = definition.say
    yield from (text for text in (say.met, say.open, say.not_applicable, say.undecided) if text)
