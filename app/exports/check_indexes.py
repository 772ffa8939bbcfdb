"""The indexes to the pages of the checks: by category, by precedent and by page of the study; pure, writes nothing."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence

from app.checklist.check import Check
from app.checklist.definition import CategoryFile
from app.checklist.glossary import Glossary
from app.checklist.precedents import PrecedentFile
from app.checklist.uncited import FIRST_PAGE, LAST_PAGE
from app.exports.check_pages import (
    GLOSSARY,
    INDEX,
    PAGES,
    PRECEDENTS,
    Documented,
    check_page,
    glossary_page,
    page_of,
)
from app.exports.markdown import escaped
from app.exports.wording import STAGES, STUDY, STUDY_IN_FULL, pages_in_words

LAST_OF_THE_STUDY = 56


def check_documents(documented: Sequence[Documented], glossary: Glossary) -> Iterator[tuple[str, bytes]]:
    """Every page about the checks: its path in the folder of these documents, and its Markdown as UTF-8."""
    pages = {INDEX: _index(documented), GLOSSARY: glossary_page(glossary)}
    for one in documented:
        folder = one.checklist.name
        for check in one.checklist.checks:
            pages[f"{folder}/{page_of(check.id)}"] = check_page(check, one)
        if one.precedents:
            pages[f"{folder}/{PRECEDENTS}"] = _by_precedent(one)
            pages[f"{folder}/{PAGES}"] = _by_page(one)
    for path, text in pages.items():
        yield path, text.encode()


def pages_named(ranges: Iterable[str]) -> list[int]:
    """The numbers of pages such as 18 or 49-50."""
    numbers: list[int] = []
    for pages in ranges:
        first, _, last = pages.partition("-")
        numbers += range(int(first), int(last or first) + 1)
    return numbers


def cited_pages(check: Check) -> frozenset[int]:
    """The pages of the study that a check cites."""
    return frozenset(pages_named(page for source in check.sources if source.work == STUDY for page in source.pages))


def _index(documented: Sequence[Documented]) -> str:
    lines = ["# The questions", "", f"The words used are explained in the [glossary]({GLOSSARY}). {STUDY_IN_FULL}", ""]
    for one in documented:
        lines += _of_checklist(one)
    return "\n".join(lines)


def _of_checklist(one: Documented) -> Iterator[str]:
    checklist = one.checklist
    yield from (f"## {escaped(checklist.title)}", "", f"Checklist `{checklist.reference}`. {escaped(checklist.about)}")
    if one.precedents:
        by_case = f"[by the cases that taught them]({checklist.name}/{PRECEDENTS})"
        by_page = f"[by page of the study]({checklist.name}/{PAGES})"
        yield from ("", f"The same questions {by_case} and {by_page}.")
    yield ""
    for category in checklist.categories:
        yield from _of_category(one, category)


def _of_category(one: Documented, category: CategoryFile) -> Iterator[str]:
    yield from (f"### {escaped(category.name)}", "", escaped(category.asks), "")
    yield from ("| Question | Weight | Asked |", "|---|---|---|")
    for check in one.checklist.checks:
        if check.category == category.id:
            link = f"[{escaped(check.question)}]({one.checklist.name}/{page_of(check.id)})"
            yield f"| {link} | {check.weight.value} | {STAGES[check.ask_from]} |"
    yield ""


def _by_precedent(one: Documented) -> str:
    lines = ["# The cases that taught the questions", "", f"[All questions](../{INDEX}). {STUDY_IN_FULL}", ""]
    for precedent in one.precedents:
        lines += _of_precedent(precedent, one)
    return "\n".join(lines)


def _of_precedent(precedent: PrecedentFile, one: Documented) -> Iterator[str]:
    yield from (f'## <a id="{precedent.id}"></a>{escaped(precedent.name)}', "")
    yield from (f"**What was done.** {escaped(precedent.done)}", "")
    yield from (f"**What followed.** {escaped(precedent.followed)}", "")
    note = f" {escaped(precedent.note)}" if precedent.note else ""
    yield from (f"{STUDY}, {pages_in_words(precedent.pages)}.{note} It speaks to these questions:", "")
    yield from (f"- {_link(check)}" for check in one.checklist.checks if check.id in precedent.checks)
    yield ""


def _by_page(one: Documented) -> str:
    reasons = {int(uncited.page): uncited.reason for uncited in one.uncited}
    lines = ["# The questions by page of the study", "", f"[All questions](../{INDEX}). {STUDY_IN_FULL}"]
    lines += [f"Pages {FIRST_PAGE} to {LAST_PAGE} say something, the pages after them ask.", ""]
    for page in range(FIRST_PAGE, LAST_OF_THE_STUDY + 1):
        lines += [f"## Page {page}", "", *_of_page(page, one, reasons.get(page)), ""]
    return "\n".join(lines)


def _of_page(page: int, one: Documented, reason: str | None) -> Iterator[str]:
    if reason:
        yield from (f"No question cites it. {escaped(reason)}", "")
    yield from (f"- {_link(check)}" for check in one.checklist.checks if page in cited_pages(check))
    told = [precedent for precedent in one.precedents if page in pages_named(precedent.pages)]
    if told:
        names = ", ".join(f"[{escaped(precedent.name)}]({PRECEDENTS}#{precedent.id})" for precedent in told)
        yield f"- Cases told there: {names}"


def _link(check: Check) -> str:
    return f"[{escaped(check.question)}]({page_of(check.id)})"
