"""Terms of art in plain words, and which of them a text uses; knows no check and no design."""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import cache, cached_property
from pathlib import Path

from app.checklist.definition import Prose, Strict
from app.checklist.precedents import Pages, PrecedentId
from app.domain.modelling import Field

SHIPPED_GLOSSARY = Path(__file__).parent / "glossary.yaml"


class Term(Strict):
    """One term of art.

    Attributes:
        id: its name in addresses, such as track-1-5.
        also: other forms under which a text may use it.
        pages: pages of A09 that speak of it; none where it is a word of our own.
    """

    id: PrecedentId
    term: Prose
    also: tuple[Prose, ...] = ()
    means: Prose = Field(description="What it means, in a sentence or two without another term of art.")
    pages: tuple[Pages, ...] = ()


class Glossary(Strict):
    """The terms, in alphabetical order of their ids."""

    terms: tuple[Term, ...] = Field(min_length=1)

    def used_in(self, *texts: str) -> tuple[Term, ...]:
        """The terms that these texts use, whatever the case, in the glossary's order; in linear time."""
        found = {match[0].casefold() for text in texts for match in self._any_form.finditer(text)}
        return tuple(term for term in self.terms if not found.isdisjoint(self._forms[term.id]))

    def pieces(self, text: str) -> Iterator[tuple[str, Term | None]]:
        """The text in pieces, which give it again when joined: each is the first mention of a term, or of none."""
        mentioned: set[str] = set()
        end = 0
        for match in self._any_form.finditer(text):
            term = self._term_of[match[0].casefold()]
            if term.id not in mentioned:
                mentioned.add(term.id)
                yield text[end : match.start()], None
                yield match[0], term
                end = match.end()
        yield text[end:], None

    @cached_property
    def _term_of(self) -> dict[str, Term]:
        return {form: term for term in self.terms for form in self._forms[term.id]}

    @cached_property
    def _forms(self) -> dict[str, frozenset[str]]:
        return {term.id: frozenset(form.casefold() for form in (term.term, *term.also)) for term in self.terms}

    @cached_property
    def _any_form(self) -> re.Pattern[str]:
        forms = sorted({form for forms in self._forms.values() for form in forms}, key=len, reverse=True)
        return re.compile(rf"\b(?:{'|'.join(map(re.escape, forms))})\b", re.IGNORECASE)


def load_glossary(path: Path) -> Glossary:
    """The glossary in a file.

    Raises:
        ChecklistBroken: with a fault (file and line) for everything that is wrong.
    """
    from app.checklist.loader import read_file  # late: so is the glossary

    return read_file(path, Glossary, path.parent)


@cache
def shipped_glossary() -> Glossary:
    """The glossary that comes with the product, loaded once."""
    return load_glossary(SHIPPED_GLOSSARY)
