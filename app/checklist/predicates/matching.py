"""Words about names that stand in two places: a funder who is a third party too, an audience that is just a party."""

from __future__ import annotations

from typing import Any, Literal

from app.checklist.predicates.base import Compiled, Evidence, Path, Scope, Truth, Word, place_of, points_at, reach
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

        def test(facts: Facts, row: Any) -> Truth:
            names = facts.source_names if self.a == "source" else facts.third_party_names
            return any(name in names for name in names_of(row))

        reads = frozenset(f"{place}/*/{field}" for field in ("name", "identifiers")) | {
            f"{scope.row}/name",
            f"{scope.row}/identifiers",
        }
        return Compiled(test, points_at("."), reads)


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
