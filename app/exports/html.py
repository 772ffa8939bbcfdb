"""A report as one printable HTML file that loads nothing and runs nothing; knows no server and no other format."""

from __future__ import annotations

import base64
import hashlib
import re
from functools import cache
from importlib.resources import files
from typing import TYPE_CHECKING, Final

from app.checklist.evaluation import Evaluation
from app.checklist.glossary import shipped_glossary
from app.domain.review import SignedOff
from app.exports import wording
from app.exports.report import report_on
from app.exports.visible import visible
from app.exports.wanted import EVERYTHING, Wanted

if TYPE_CHECKING:
    from jinja2 import Environment
    from markupsafe import Markup

# From the first to the last right-to-left letter of a run; what stands between them belongs to it.
RIGHT_TO_LEFT: Final = "\u0590-\u08ff\ufb1d-\ufdff\ufe70-\ufefc\U00010800-\U00010fff\U0001e800-\U0001efff"
RIGHT_TO_LEFT_RUN: Final = re.compile(f"[{RIGHT_TO_LEFT}](?:[^A-Za-z\u00c0-\u024f0-9]*[{RIGHT_TO_LEFT}])?")


def feedback_html(
    evaluation: Evaluation, title: str, wanted: Wanted = EVERYTHING, signed_off: SignedOff | None = None
) -> bytes:
    """The report as a whole HTML document, UTF-8; the arguments are those of `report_on`.

    Its style stands inside it, so that it prints well wherever it is saved; `content_policy` lets a browser apply it.
    """
    page = _environment().get_template("report.html")
    report = report_on(evaluation, title, wanted, signed_off)
    return page.render(report=report, policy=content_policy()).encode()


@cache
def content_policy() -> str:
    """The Content-Security-Policy under which the report is shown: its own style, and nothing else."""
    digest = base64.b64encode(hashlib.sha256(_style().encode()).digest()).decode()
    return f"default-src 'none'; style-src 'sha256-{digest}'; base-uri 'none'; form-action 'none'"


@cache
def _style() -> str:
    return (files("app.exports") / "templates" / "report.css").read_text(encoding="utf-8")


@cache
def _environment() -> Environment:
    # Imported here, as the command needs it for this format only.
    from jinja2 import Environment, PackageLoader, StrictUndefined

    environment = Environment(
        loader=PackageLoader("app.exports"),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    environment.filters.update(
        visible=visible, isolated=isolated, explained=explained, sources=wording.sources_in_words
    )
    environment.globals.update(wording=wording, style=_as_markup(_style()))
    return environment


def isolated(text: str) -> Markup:
    """The text, escaped, with each run of right-to-left words isolated, so that it cannot reorder its neighbours."""
    return _isolated(visible(text))


def explained(text: str) -> Markup:
    """A text of a check, as `isolated`, with each term of art linked to its explanation where it is used first."""
    link = _as_markup('<a class="term" href="#term-{}">{}</a>')
    pieces = shipped_glossary().pieces(visible(text))
    return _as_markup("").join(
        link.format(term.id, _isolated(piece)) if term else _isolated(piece) for piece, term in pieces
    )


def _isolated(shown: str) -> Markup:
    from markupsafe import escape

    pieces, end = [], 0
    for run in RIGHT_TO_LEFT_RUN.finditer(shown):
        pieces += [escape(shown[end : run.start()]), _as_markup("<bdi>"), escape(run[0]), _as_markup("</bdi>")]
        end = run.end()
    return _as_markup("").join([*pieces, escape(shown[end:])])


def _as_markup(trusted: str) -> Markup:
    from markupsafe import Markup

    return Markup(trusted)  # noqa: S704 # nosec B704 - only for texts of our own
