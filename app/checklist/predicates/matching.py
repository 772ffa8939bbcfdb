"""Words about names that stand in two places: a funder who is a third party too, an audience that is just a party."""

from __future__ import annotations

from typing import Any, Literal

from app.checklist.predicates.base import Compiled, Evidence, Path, Scope, Truth, Word, place_of, points_at, reach
from app.checklist.predicates.code import Code, Expressions
from app.domain.facts import Facts
from app.domain.placeholders import matching_form
from app.domain.rows import names_of


class IsAlso(Word):
    """Whether the row (a source or a third party) is listed among the other kind too, by name or identifier."""

    op: Literal["is_also"]
    a: Literal["source", "third_party"]

    def compile(self, scope: Scope) -> Compiled:
        """See the class."""
        place = "/funding/sources" if self.a == "source" else "/third_parties"

        ask = _is_a_source if self.a == "source" else _is_a_third_party

        def test(facts: Facts, row: Any) -> Truth:
            return ask(facts, row)

        def write(code: Code) -> Expressions:
            return code.ask(ask, f"is_also_{self.a}")

        reads = frozenset(f"{place}/*/{field}" for field in ("name", "identifiers")) | {
            f"{scope.row}/name",
            f"{scope.row}/identifiers",
        }
        return Compiled(test, points_at("."), reads, write=write)


def _is_a_source(facts: Facts, row: Any) -> bool:
    return not facts.source_names.isdisjoint(names_of(row))


def _is_a_third_party(facts: Facts, row: Any) -> bool:
    return not facts.third_party_names.isdisjoint(names_of(row))


class NamesSomebodyElse(Word):
    """Whether a text, or an entry of a list of texts, is there and is more than just a party's name or id.

    Not known while it is unanswered.
    """

    op: Literal["names_somebody_else"]
    path: Path

    def compile(self, scope: Scope) -> Compiled:
        """See the class."""
        get, place = reach(self.path), place_of(self.path)

        def test(facts: Facts, row: Any) -> Truth:
            answer = get(facts, row)
            if answer is None:
                return None
            texts = [answer] if isinstance(answer, str) else answer
            return any(matching_form(text) not in facts.party_names for text in texts)

        def trace(facts: Facts, row: Any, truth: Truth, evidence: Evidence) -> None:
            evidence.at.append(place(row))

        reads = frozenset({scope.pattern(self.path), "/conflict/parties/*/name", "/conflict/parties/*/id"})
        return Compiled(test, trace, reads)
