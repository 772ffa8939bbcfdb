"""Which terms of art a report uses, so that it can explain them; knows no format and no design."""

from __future__ import annotations

from collections.abc import Iterable
from functools import lru_cache

from app.checklist.check import Check
from app.checklist.glossary import Term, shipped_glossary

CHECKS_KEPT = 1_000


def explained(check: Check) -> tuple[str, ...]:
    """The texts of a check in which a report links its terms of art."""
    return (check.advice, check.rationale, check.limits)


@lru_cache(maxsize=CHECKS_KEPT)
def terms_of(check: Check) -> tuple[Term, ...]:
    """The terms of art in a check's own texts, in the glossary's order."""
    return shipped_glossary().used_in(check.question, *explained(check))


def terms_in(checks: Iterable[Check]) -> tuple[Term, ...]:
    """The terms of art that any of these checks uses, each once, in the glossary's order."""
    used = {term.id for check in checks for term in terms_of(check)}
    return tuple(term for term in shipped_glossary().terms if term.id in used)
