"""The one table of what feedback can be written as: for each format its media type and its writer; knows no request."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from typing import Final, NamedTuple, Protocol

from app.checklist.evaluation import Evaluation
from app.exports.feedback_json import feedback_json
from app.exports.html import feedback_html
from app.exports.markdown import feedback_markdown
from app.exports.sarif import feedback_sarif


class Writer(Protocol):
    """Writes the feedback on a design of that title; `outcomes` and `categories` narrow the findings, None is all."""

    def __call__(
        self,
        evaluation: Evaluation,
        title: str,
        outcomes: Collection[str] | None = None,
        categories: Collection[str] | None = None,
    ) -> bytes:
        """The feedback, UTF-8."""


class Representation(NamedTuple):
    """A format: the media type that names it, and what writes it."""

    media_type: str
    write: Writer


def _json(
    evaluation: Evaluation,
    title: str,
    outcomes: Collection[str] | None = None,
    categories: Collection[str] | None = None,
) -> bytes:
    return feedback_json(evaluation, outcomes, categories)


MEDIA_TYPES: Final[Mapping[str, Representation]] = {
    "json": Representation("application/json", _json),
    "markdown": Representation("text/markdown; charset=utf-8", feedback_markdown),
    "html": Representation("text/html; charset=utf-8", feedback_html),
    "sarif": Representation("application/sarif+json", feedback_sarif),
}
