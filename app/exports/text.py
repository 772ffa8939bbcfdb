"""A report as plain text for a terminal: what to do, and where; knows no colour and no file."""

from __future__ import annotations

import textwrap
from collections.abc import Callable, Iterator, Sequence
from typing import TYPE_CHECKING, Final

from app.checklist.evaluation import Evaluation, Finding
from app.checklist.next_steps import NextStep
from app.exports.report import Report, Section, report_on
from app.exports.visible import visible
from app.exports.wanted import EVERYTHING, Wanted
from app.exports.wording import ANSWERED_BY, OUTCOMES, STAGES, STATES, waiver_in_words

if TYPE_CHECKING:
    from app.domain.review import SignedOff

WIDTH: Final = 100
LABEL: Final = 13
MOST_PLACES: Final = 6


def feedback_text(
    evaluation: Evaluation,
    title: str,
    place_of: Callable[[str], str] = str,
    wanted: Wanted = EVERYTHING,
    signed_off: SignedOff | None = None,
) -> str:
    """The report as text in lines of about a hundred columns. What is settled is only listed; reasons are left out.

    Args:
        evaluation: what is reported.
        title: the design's title.
        place_of: writes a JSON Pointer so that the reader finds it, such as with the line of a file.
        wanted: of which findings; the counts stay whole.
        signed_off: the sign-off of a stored design.
    """
    report = report_on(evaluation, title, wanted, signed_off)
    lines = [visible(title), "=" * min(WIDTH, max(1, len(visible(title)))), *wrapped(report.summary)]
    lines.extend(wrapped(report.signed_off or ""))
    lines.extend([*_steps(report, place_of), ""])
    for line in report.categories:
        lines.append(f"{visible(line.category.name)}: {STATES[line.category.state].lower()}")
    for section in report.sections:
        lines.extend(_section(section, place_of))
    return "\n".join([*lines, "", f"Judged by the checklist {visible(report.checklist)}.", ""])


def _steps(report: Report, place_of: Callable[[str], str]) -> Iterator[str]:
    yield from ("", "Next steps", "----------", *wrapped(report.about_steps))
    for number, step in enumerate(report.steps, start=1):
        yield from _step(number, step, place_of)


def _step(number: int, step: NextStep, place_of: Callable[[str], str]) -> Iterator[str]:
    yield ""
    yield from wrapped(f"{step.action} [{step.finding.check.id}]", f"{number}. ", "   ")
    yield from labelled(OUTCOMES[step.finding.outcome], step.finding.message)
    yield from _places([place_of(place) for place in step.finding.at])
    if step.settles:
        yield from labelled("Settles", f"also {_few(step.settles)}")


def _few(names: Sequence[str]) -> str:
    rest = len(names) - MOST_PLACES
    return ", ".join(names[:MOST_PLACES]) + (f" and {rest} more" if rest > 0 else "")


def _section(section: Section, place_of: Callable[[str], str]) -> Iterator[str]:
    heading = f"{section.title} ({len(section.findings)})"
    yield from ("", heading, "-" * len(heading))
    if section.id in ("met", "does-not-apply"):
        yield from wrapped(", ".join(finding.check.id for finding in section.findings))
        return
    for finding in section.findings:
        yield from _full(finding, place_of) if section.detail == "full" else _short(finding)


def _short(finding: Finding) -> Iterator[str]:
    check = finding.check
    when = f"({STAGES[check.ask_from]}, of {ANSWERED_BY[check.answered_by]})" if finding.later else ""
    yield from wrapped(f"{visible(check.question)} {when} [{check.id}]", "- ", "  ")
    if finding.waived and finding.waiver:
        yield from wrapped(waiver_in_words(finding.waiver), "  ", "  ")


def _full(finding: Finding, place_of: Callable[[str], str]) -> Iterator[str]:
    check = finding.check
    yield ""
    yield from wrapped(f"{visible(check.question)} [{check.id}]")
    yield from labelled(OUTCOMES[finding.outcome], finding.message)
    if finding.waiver:
        yield from labelled("Waiver", waiver_in_words(finding.waiver))
    yield from labelled("Next step", check.advice)
    yield from _places([place_of(place) for place in finding.at])


def _places(places: list[str]) -> Iterator[str]:
    """One a line, so that an editor can jump to each; after a few the rest is only counted."""
    for number, place in enumerate(places[:MOST_PLACES]):
        yield f"  {'' if number else 'Where:':<{LABEL - 2}}{visible(place)}"
    if len(places) > MOST_PLACES:
        yield f"{'':<{LABEL}}and {len(places) - MOST_PLACES} more"


def labelled(label: str, text: str) -> Iterator[str]:
    """A text with a label before it, its lines below each other."""
    yield from wrapped(text, f"  {label + ':':<{LABEL - 2}}", " " * LABEL)


def wrapped(text: str, first: str = "", rest: str = "") -> list[str]:
    """A text in lines, the first and the others with what goes before them."""
    return textwrap.wrap(
        visible(text),
        WIDTH,
        initial_indent=first,
        subsequent_indent=rest,
        break_long_words=False,
        break_on_hyphens=False,
    )
