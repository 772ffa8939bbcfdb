"""One readable Markdown page for each check of a checklist; pure, and knows neither files nor designs of users."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from app.checklist.check import Check
from app.checklist.checklist import Checklist
from app.checklist.definition import Example, Parameter
from app.checklist.examples import EXAMPLE_TITLE
from app.checklist.glossary import Glossary
from app.checklist.messages import FIGURE, written
from app.checklist.precedents import PrecedentFile
from app.checklist.uncited import UncitedPage
from app.domain.design import design_from
from app.domain.facts import Facts
from app.exports.markdown import escaped, explained
from app.exports.wording import ANSWERED_BY, OUTCOMES, STAGES, STUDY, pages_in_words, source_in_words

INDEX = "README.md"
GLOSSARY = "glossary.md"
PRECEDENTS = "precedents.md"
PAGES = "pages.md"
SOME_FIGURE = "…"


@dataclass(frozen=True, slots=True)
class Documented:
    """What the pages of one checklist are written from.

    Attributes:
        checklist: its checks, in their order.
        precedents: the cases that its checks point at, by id.
        uncited: the pages of the study that no check cites.
        files: where its check files lie, as a path from the repository's root.
    """

    checklist: Checklist
    precedents: tuple[PrecedentFile, ...]
    uncited: tuple[UncitedPage, ...]
    files: str


def page_of(check_id: str) -> str:
    """The path of a check's page inside its checklist's folder: `purpose.stated` is `purpose/stated.md`."""
    return check_id.replace(".", "/") + ".md"


def check_page(check: Check, documented: Documented) -> str:
    """The page of one check."""
    return "\n".join(_lines(check, documented)) + "\n"


def _lines(check: Check, documented: Documented) -> Iterator[str]:
    yield from (f"# {escaped(check.question)}", "", _label(check), "")
    for heading, text in (
        ("Why it matters", check.rationale),
        ("What to do next", check.advice),
        ("What this check cannot see", check.limits),
    ):
        yield from (f"## {heading}", "", explained(text, f"../../{GLOSSARY}"), "")
    yield from _said(check)
    yield from _thresholds(check)
    yield from ("## Where it comes from", "")
    yield from (f"- {escaped(source_in_words(source))}" for source in check.sources)
    yield from ("", *_cases(check, documented.precedents), *_examples(check))
    file = f"{documented.files}/{check.id.replace('.', '/')}.yaml"
    yield f"[All questions](../../{INDEX}). This page is written from [{file}](../../../../{file})."


def _label(check: Check) -> str:
    asked = f"asked {STAGES[check.ask_from]}, answered by {ANSWERED_BY[check.answered_by]}"
    return f"`{check.id}`: {check.weight.value}, {asked}"


def _said(check: Check) -> Iterator[str]:
    """What the report says for each outcome; a concern comes first, for that is what a reader looks for."""
    definition, say = check.definition, check.definition.say
    statements = [
        *(("It raises a **concern** and says", clause.say) for clause in definition.concern),
        *(("It leaves the question **open** and says", clause.say) for clause in definition.open_when),
        ("Otherwise, as long as the draft does not tell, it is **open**", say.open),
    ]
    if say.undecided:
        statements.append(("If it cannot be told whether the question applies, it is **open**", say.undecided))
    if say.not_applicable:
        statements.append(("It **does not apply**", say.not_applicable))
    statements.append(("It is **met**", say.met))
    yield from ("## What the report says", "", f"`{SOME_FIGURE}` stands for the names and figures of a draft.", "")
    yield from (f"- {when}: {escaped(_with_parameters(text, check))}" for when, text in statements)
    yield ""


def _with_parameters(statement: str, check: Check) -> str:
    """A statement with its thresholds as numbers and every other figure left open."""
    values = {name: value for name, value in check.parameters.items() if isinstance(value, str)}
    return FIGURE.sub(
        lambda match: written(values[match[1]], match[2]) if match[1] in values else SOME_FIGURE, statement
    )


def _thresholds(check: Check) -> Iterator[str]:
    parameters = check.definition.parameters
    if parameters:
        yield from ("## Thresholds, which an organisation may set for itself", "")
        yield from ("| Name | Value | Reason |", "|---|---|---|")
        for name, parameter in parameters.items():
            yield f"| `{name}` | {escaped(_value(parameter))} | {escaped(parameter.reason)} |"
        yield ""


def _value(parameter: Parameter) -> str:
    value = parameter.value
    if isinstance(value, dict):
        return "; ".join(f"{language}: {', '.join(phrases)}" for language, phrases in value.items())
    return value if isinstance(value, str) else ", ".join(value)


def _cases(check: Check, precedents: tuple[PrecedentFile, ...]) -> Iterator[str]:
    named = [precedent for precedent in precedents if precedent.id in check.precedents]
    if named:
        yield from ("## Who learned it", "")
        for precedent in named:
            link = f"[{escaped(precedent.name)}](../{PRECEDENTS}#{precedent.id})"
            yield f"- {link} ({STUDY}, {pages_in_words(precedent.pages)}). {escaped(precedent.followed)}"
        yield ""


def _examples(check: Check) -> Iterator[str]:
    yield from ("## Examples", "", "| A draft | Outcome | What the report says |", "|---|---|---|")
    for example in check.definition.examples:
        yield f"| {escaped(example.name)} | {OUTCOMES[example.outcome]} | {escaped(_message(check, example))} |"
    yield ""


def _message(check: Check, example: Example) -> str:
    facts = Facts(design_from({"title": EXAMPLE_TITLE, **example.design}))
    return check.explain(facts, check.judge(facts)).message


def glossary_page(glossary: Glossary) -> str:
    """Every term of art with what it means, each under the heading that the other pages link to."""
    lines = ["# Words used in the questions", ""]
    for term in glossary.terms:
        pages = f" ({STUDY}, {pages_in_words(term.pages)})" if term.pages else ""
        lines += [f"### {escaped(term.term)}", "", escaped(term.means) + pages, ""]
    return "\n".join(lines)
