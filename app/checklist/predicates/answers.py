"""Words about a single answer: whether it is there, what it is, what a list holds, how it compares."""

from __future__ import annotations

import operator
from collections.abc import Callable
from typing import Annotated, Any, Literal

from pydantic import BeforeValidator

from app.checklist.predicates.base import (
    Compiled,
    Each,
    Evidence,
    Number,
    Path,
    Scope,
    Truth,
    Word,
    field_of_row,
    place_of,
    points_at,
    quick,
    reach,
)
from app.domain.facts import Facts
from app.domain.placeholders import matching_form

Relation = Literal["over", "under", "at_least", "at_most", "equal_to"]
RELATIONS: dict[str, Callable[[Any, Any], bool]] = {
    "over": operator.gt,
    "under": operator.lt,
    "at_least": operator.ge,
    "at_most": operator.le,
    "equal_to": operator.eq,
}


def _as_list(given: Any) -> Any:
    return [given] if isinstance(given, str) else given


Choices = Annotated[list[str], BeforeValidator(_as_list)]


def _chosen(values: list[str]) -> frozenset[Any]:
    """The values as the answers have them: the words true and false also mean the truth values."""
    truths = {"true": True, "false": False}
    return frozenset(values) | {truths[value] for value in values if value in truths}


class Answered(Word):
    """True if there is an answer at the path; false if not. An empty list is an answer."""

    op: Literal["answered"]
    path: Path

    def compile(self, scope: Scope) -> Compiled:
        """See the class."""
        get, name = reach(self.path), field_of_row(self.path)
        each: Each | None = (lambda facts, rows: [row.get(name) is not None for row in rows]) if name else None
        reads = frozenset({scope.pattern(self.path)})
        return Compiled(lambda facts, row: get(facts, row) is not None, points_at(self.path), reads, each=each)


class Unanswered(Word):
    """True if there is no answer at the path; false if there is."""

    op: Literal["unanswered"]
    path: Path

    def compile(self, scope: Scope) -> Compiled:
        """See the class."""
        get, name = reach(self.path), field_of_row(self.path)
        each: Each | None = (lambda facts, rows: [row.get(name) is None for row in rows]) if name else None
        reads = frozenset({scope.pattern(self.path)})
        return Compiled(lambda facts, row: get(facts, row) is None, points_at(self.path), reads, each=each)


class Is(Word):
    """Whether a choice is one of the values; not known while it is unanswered."""

    op: Literal["is"]
    path: Path
    value: Choices

    def compile(self, scope: Scope) -> Compiled:
        """See the class."""
        name, get, chosen = field_of_row(self.path), reach(self.path), _chosen(self.value)

        def test(facts: Facts, row: Any) -> Truth:
            answer = get(facts, row)
            return None if answer is None else answer in chosen

        def each(facts: Facts, rows: list[Any]) -> list[Truth]:
            return [None if (answer := row.get(name)) is None else answer in chosen for row in rows]

        return Compiled(test, points_at(self.path), frozenset({scope.pattern(self.path)}), each=each if name else None)


class Has(Word):
    """Whether a list holds any of the values; not known while the list is unanswered."""

    op: Literal["has"]
    path: Path
    value: Choices

    def compile(self, scope: Scope) -> Compiled:
        """See the class."""
        name, get, chosen = field_of_row(self.path), reach(self.path), frozenset(self.value)

        def test(facts: Facts, row: Any) -> Truth:
            answers = get(facts, row)
            return None if answers is None else not chosen.isdisjoint(answers)

        def each(facts: Facts, rows: list[Any]) -> list[Truth]:
            return [None if (answer := row.get(name)) is None else not chosen.isdisjoint(answer) for row in rows]

        return Compiled(test, points_at(self.path), frozenset({scope.pattern(self.path)}), each=each if name else None)


class HoldsOnly(Word):
    """Whether a list holds some of the values and nothing else; not known while it is unanswered."""

    op: Literal["holds_only"]
    path: Path
    value: Choices

    def compile(self, scope: Scope) -> Compiled:
        """See the class."""
        name, get, chosen = field_of_row(self.path), reach(self.path), frozenset(self.value)

        def test(facts: Facts, row: Any) -> Truth:
            answers = get(facts, row)
            return None if answers is None else bool(answers) and chosen.issuperset(answers)

        def each(facts: Facts, rows: list[Any]) -> list[Truth]:
            return [
                None if (answer := row.get(name)) is None else bool(answer) and chosen.issuperset(answer)
                for row in rows
            ]

        return Compiled(test, points_at(self.path), frozenset({scope.pattern(self.path)}), each=each if name else None)


class IsEmpty(Word):
    """Whether a list is there and holds nothing; not known while it is unanswered.

    Figure: `entries` (what it holds, where it is a list of texts).
    """

    op: Literal["is_empty"]
    path: Path

    def compile(self, scope: Scope) -> Compiled:
        """See the class."""
        name, get, place = field_of_row(self.path), reach(self.path), place_of(self.path)

        def test(facts: Facts, row: Any) -> Truth:
            answers = get(facts, row)
            return None if answers is None else not answers

        def trace(facts: Facts, row: Any, truth: Truth, evidence: Evidence) -> None:
            evidence.at.append(place(row))
            for entry in get(facts, row) or ():
                if isinstance(entry, str):
                    evidence.name("entries", entry)

        def each(facts: Facts, rows: list[Any]) -> list[Truth]:
            return [None if (answer := row.get(name)) is None else not answer for row in rows]

        return Compiled(
            test, trace, frozenset({scope.pattern(self.path)}), frozenset({"entries"}), each=each if name else None
        )


class Says(Word):
    """Whether a text is one of the given texts, however it is spaced or capitalised; not known while unanswered."""

    op: Literal["says"]
    path: Path
    value: Choices

    def compile(self, scope: Scope) -> Compiled:
        """See the class."""
        get, wanted = reach(self.path), frozenset(map(matching_form, self.value))

        def test(facts: Facts, row: Any) -> Truth:
            text = get(facts, row)
            return None if text is None else matching_form(text) in wanted

        return Compiled(test, points_at(self.path), frozenset({scope.pattern(self.path)}))


class Compares(Word):
    """Whether a number is over, under, at_least, at_most or equal_to another.

    The other is a number, or the answer at a second path.
    """

    op: Literal["compares"]
    path: Path
    relation: Relation
    number: Number | None = None
    than: Path | None = None

    def compile(self, scope: Scope) -> Compiled:
        """See the class; the figures are `value` and `limit`."""
        get, other, relation = reach(self.path), self._other(scope), RELATIONS[self.relation]
        name = field_of_row(self.path)

        def test(facts: Facts, row: Any) -> Truth:
            value, limit = get(facts, row), other(facts, row)
            return None if value is None or limit is None else relation(value, limit)

        def trace(facts: Facts, row: Any, truth: Truth, evidence: Evidence) -> None:
            for name, read, place in (("value", get, place_of(self.path)), ("limit", other, self._limit_place())):
                if (figure := read(facts, row)) is not None:
                    evidence.figures.setdefault(name, figure)
                if place and (truth is not None or figure is None):
                    evidence.at.append(place(row))

        def each(facts: Facts, rows: list[Any]) -> list[Truth]:
            limit = other(facts, None)
            return [None if (value := row.get(name)) is None else relation(value, limit) for row in rows]

        paths = [self.path, *([self.than] if self.than else [])]
        quick = each if name and self.number is not None else None
        return Compiled(test, trace, frozenset(map(scope.pattern, paths)), frozenset({"value", "limit"}), quick)

    def _other(self, scope: Scope) -> Callable[[Facts, Any], Any]:
        if self.than is not None:
            return reach(self.than)
        if self.number is None:
            raise ValueError("compares needs a number, or than with a second path")
        number = quick(scope.number(self.number))
        return lambda facts, row: number

    def _limit_place(self) -> Callable[[Any], str] | None:
        return place_of(self.than) if self.than else None
