"""The one table of what can be written as what: for each format its media type and its writer; knows no request."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Final, NamedTuple, Protocol

from app.checklist.evaluation import Evaluation
from app.checklist.portfolio import Told
from app.domain.review import SignedOff
from app.exports.html import feedback_html
from app.exports.markdown import feedback_markdown
from app.exports.next_steps_json import any_json
from app.exports.portfolio_csv import portfolio_csv
from app.exports.portfolio_json import portfolio_json
from app.exports.portfolio_xlsx import portfolio_xlsx
from app.exports.sarif import feedback_sarif
from app.exports.wanted import EVERYTHING, Wanted


class Writer(Protocol):
    """Writes the feedback on a design of that title, as much of it as is wanted; reports tell of a sign-off."""

    def __call__(
        self, evaluation: Evaluation, title: str, wanted: Wanted = EVERYTHING, signed_off: SignedOff | None = None
    ) -> bytes:
        """The feedback, UTF-8."""


class Representation(NamedTuple):
    """A format: the media type that names it, and what writes it."""

    media_type: str
    write: Writer


def _json(
    evaluation: Evaluation, title: str, wanted: Wanted = EVERYTHING, signed_off: SignedOff | None = None
) -> bytes:
    return any_json(evaluation, wanted)


def _sarif(
    evaluation: Evaluation, title: str, wanted: Wanted = EVERYTHING, signed_off: SignedOff | None = None
) -> bytes:
    return feedback_sarif(evaluation, title, wanted)


MEDIA_TYPES: Final[Mapping[str, Representation]] = {
    "json": Representation("application/json", _json),
    "markdown": Representation("text/markdown; charset=utf-8", feedback_markdown),
    "html": Representation("text/html; charset=utf-8", feedback_html),
    "sarif": Representation("application/sarif+json", _sarif),
}


class Tabular(NamedTuple):
    """A format for what is told of many designs."""

    media_type: str
    write: Callable[[Told], bytes]


PORTFOLIO_MEDIA_TYPES: Final[Mapping[str, Tabular]] = {
    "json": Tabular("application/json", portfolio_json),
    "csv": Tabular("text/csv; charset=utf-8; header=present", portfolio_csv),
    "xlsx": Tabular("application/vnd.openxmlformats-officedocument.spreadsheetml.sheet", portfolio_xlsx),
}
