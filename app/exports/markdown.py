"""A report as Markdown in which no text of the design can become a link, markup or HTML; knows no other format."""

from __future__ import annotations

import re
from collections.abc import Iterator

from app.checklist.evaluation import Evaluation, Finding
from app.checklist.glossary import Term, shipped_glossary
from app.checklist.next_steps import NextStep
from app.domain.review import SignedOff
from app.exports.report import CategoryLine, Report, Section, report_on
from app.exports.visible import visible
from app.exports.wanted import EVERYTHING, Wanted
from app.exports.wording import (
    ANSWERED_BY,
    NO_SCORE,
    OUTCOMES,
    STAGES,
    STATES,
    STUDY_IN_FULL,
    meaning_in_words,
    sources_in_words,
    waiver_in_words,
)

# Named as entities, since not every reader of Markdown lets a backslash stand before them.
ENTITIES = {"&": "&amp;", "<": "&lt;", ">": "&gt;", "@": "&#64;"}
INLINE = re.compile(r"[&<>@]|[\\`*_\[\]|~$^]|:(?=/)|(?<=[wW])\.")
AT_THE_START = re.compile(r"^(\d{1,9})([.)])|^([-+#=!:])")


def feedback_markdown(
    evaluation: Evaluation, title: str, wanted: Wanted = EVERYTHING, signed_off: SignedOff | None = None
) -> bytes:
    """The report as Markdown, UTF-8; the arguments are those of `report_on`."""
    return ("\n".join(_lines(report_on(evaluation, title, wanted, signed_off))) + "\n").encode()


def escaped(text: str) -> str:
    """The text on one line, as Markdown that shows exactly it: no markup, no link, no HTML."""
    inline = INLINE.sub(_harmless, visible(text))
    return AT_THE_START.sub(lambda match: f"{match[1]}\\{match[2]}" if match[1] else f"\\{match[3]}", inline)


def _harmless(match: re.Match[str]) -> str:
    return ENTITIES.get(match[0]) or f"\\{match[0]}"


def _lines(report: Report) -> Iterator[str]:
    yield from (f"# {escaped(report.title)}", "", report.summary, "")
    if report.signed_off:
        yield from (report.signed_off, "")
    yield from _steps(report)
    yield from ("", "## Findings in each category", "", NO_SCORE, "", *_counts(report.categories))
    if report.sections:
        yield from ("", "## Contents", "")
        yield from (f"- [{section.title}](#{section.id}) ({len(section.findings)})" for section in report.sections)
    for section in report.sections:
        yield from _section(section)
    if report.terms:
        yield from _words(report.terms)
    yield from ("", "---", "", f"Judged by the checklist {escaped(report.checklist)}. {STUDY_IN_FULL}")


def _steps(report: Report) -> Iterator[str]:
    yield from ("## Next steps", "", report.about_steps, "")
    for number, step in enumerate(report.steps, start=1):
        yield from _step(number, step)


def _step(number: int, step: NextStep) -> Iterator[str]:
    finding, check = step.finding, step.finding.check
    yield f"{number}. **{explained(step.action)}** (`{check.id}`)"
    yield f"   - *{OUTCOMES[finding.outcome]}:* {escaped(finding.message)}"
    if finding.at:
        yield f"   - *Where:* {', '.join(map(_code, finding.at))}"
    if step.settles:
        yield f"   - *This also settles:* {', '.join(map(_code, step.settles))}"


def _words(terms: tuple[Term, ...]) -> Iterator[str]:
    yield from ("", "## Words used here", "")
    for term in terms:
        yield from (f"### {escaped(term.term)}", "", escaped(meaning_in_words(term)), "")


def explained(text: str, glossary: str = "") -> str:
    """A text of a check with each term of art linked to its explanation, the first time that it is used.

    `glossary` is the address of the page that explains the terms, if it is another one.
    """
    return "".join(
        f"[{escaped(piece)}]({glossary}#{anchor(term.term)})" if term else INLINE.sub(_harmless, piece)
        for piece, term in shipped_glossary().pieces(visible(text))
    )


def anchor(heading: str) -> str:
    """The name under which readers of Markdown find a heading: small letters, hyphens for spaces, no other marks."""
    return re.sub(r"[^\w\- ]", "", heading.lower()).replace(" ", "-")


def _counts(categories: tuple[CategoryLine, ...]) -> Iterator[str]:
    yield "| Category | State | Concerns | Open | of these for later | Met | Does not apply | of all, waived |"
    yield "|---|---|--:|--:|--:|--:|--:|--:|"
    for line in categories:
        counts = line.category.counts
        numbers = [counts["concern"], counts["open"], line.later, counts["met"], counts["not_applicable"]]
        cells = [escaped(line.category.name), STATES[line.category.state], *map(str, [*numbers, counts["waived"]])]
        yield f"| {' | '.join(cells)} |"


def _section(section: Section) -> Iterator[str]:
    yield from ("", f"## {section.title}", "", section.about, "")
    for finding in section.findings:
        yield from _short(finding, section) if section.detail == "short" else _full(finding)


def _short(finding: Finding, section: Section) -> Iterator[str]:
    check = finding.check
    if section.id == "for-later":
        said = f"To be asked {STAGES[check.ask_from]}, of {ANSWERED_BY[check.answered_by]}."
    else:
        said = escaped(finding.message)
    yield f"- **{escaped(check.question)}** {said} (`{check.id}`)"
    if section.id == "waived" and finding.waiver:
        yield f"  {escaped(waiver_in_words(finding.waiver))}"


def _full(finding: Finding) -> Iterator[str]:
    check = finding.check
    yield from (f"### {escaped(check.question)}", "")
    yield from (f"**{OUTCOMES[finding.outcome]}.** {escaped(finding.message)}", "")
    if finding.waiver:
        yield f"- *Waiver:* {escaped(waiver_in_words(finding.waiver))}"
    yield f"- *Next step:* {explained(check.advice)}"
    yield f"- *Why:* {explained(check.rationale)}"
    if finding.at:
        yield f"- *Where:* {', '.join(map(_code, finding.at))}"
    yield f"- *What this check cannot see:* {explained(check.limits)}"
    yield f"- *Sources:* {escaped(sources_in_words(check.sources))}"
    yield from (f"- *Check:* `{check.id}`, {check.weight.value}, for {ANSWERED_BY[check.answered_by]}", "")


def _code(text: str) -> str:
    """A place as code. No field of a design has a backtick in its name, so one that turns up is not worth keeping."""
    return f"`{visible(text).replace('`', '')}`"
