"""Words about a single answer: whether it is there, what it is, what a list holds, how it compares."""

from __future__ import annotations

import operator
from collections.abc import Callable, Iterable
from typing import Annotated, Any, Literal

from app.checklist.predicates.base import (
    Compiled,
    Evidence,
    Number,
    Path,
    Scope,
    Truth,
    Word,
    alike_at,
    place_of,
    points_at,
    quick,
    reach,
)
from app.checklist.predicates.code import Code, Expressions, known
from app.checklist.predicates.tables import mask_holding_only, mask_where
from app.domain.columns import EMPTY
from app.domain.facts import Facts
from app.domain.modelling import BeforeValidator
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


def _rows_with(entries: Iterable[Any], path: str, code: Code) -> Expressions | None:
    """The rows that have one of the entries in a column; None where the path leads to no column."""
    if code.where is None or not code.reaches(path):
        return None
    column = code.column(path)
    those = [f"{column}.get({code.bind(entry, str(entry))}, 0)" for entry in sorted(entries, key=str)]
    return _unless_silent(code.name(" | ".join(those), f"{path}_is"), path, code)


def _unless_silent(is_so: str, path: str, code: Code) -> Expressions:
    """Surely so; possibly so too where there is no answer."""
    if code.where is None:
        return Expressions(is_so, f"({is_so} or {code.unanswered(path)})")
    return Expressions(is_so, f"({is_so} | {code.unanswered(path)})")


class Answered(Word):
    """True if there is an answer at the path; false if not. An empty list is an answer."""

    op: Literal["answered"]
    path: Path

    def compile(self, scope: Scope) -> Compiled:
        """See the class."""
        get, reads = reach(self.path), frozenset({scope.pattern(self.path)})

        def write(code: Code) -> Expressions | None:
            return known(code.logic.opposite(code.unanswered(self.path))) if code.reaches(self.path) else None

        return Compiled(
            lambda facts, row: get(facts, row) is not None,
            points_at(self.path),
            reads,
            write=write,
            alike=alike_at(self.path),
        )


class Unanswered(Word):
    """True if there is no answer at the path; false if there is."""

    op: Literal["unanswered"]
    path: Path

    def compile(self, scope: Scope) -> Compiled:
        """See the class."""
        get, reads = reach(self.path), frozenset({scope.pattern(self.path)})

        def write(code: Code) -> Expressions | None:
            return known(code.unanswered(self.path)) if code.reaches(self.path) else None

        return Compiled(
            lambda facts, row: get(facts, row) is None,
            points_at(self.path),
            reads,
            write=write,
            alike=alike_at(self.path),
        )


class Is(Word):
    """Whether a choice is one of the values; not known while it is unanswered."""

    op: Literal["is"]
    path: Path
    value: Choices

    def compile(self, scope: Scope) -> Compiled:
        """See the class."""
        get, chosen = reach(self.path), _chosen(self.value)

        def test(facts: Facts, row: Any) -> Truth:
            answer = get(facts, row)
            return None if answer is None else answer in chosen

        def write(code: Code) -> Expressions | None:
            if code.where is not None or not code.reaches(self.path):
                return _rows_with(chosen, self.path, code)
            answer = code.answer(self.path)
            return _unless_silent(code.name(f"{answer} in {code.bind(chosen, 'chosen')}", "is_chosen"), self.path, code)

        reads = frozenset({scope.pattern(self.path)})
        return Compiled(test, points_at(self.path), reads, write=write, alike=alike_at(self.path))


class Has(Word):
    """Whether a list holds any of the values; not known while the list is unanswered."""

    op: Literal["has"]
    path: Path
    value: Choices

    def compile(self, scope: Scope) -> Compiled:
        """See the class."""
        get, chosen = reach(self.path), frozenset(self.value)

        def test(facts: Facts, row: Any) -> Truth:
            answers = get(facts, row)
            return None if answers is None else not chosen.isdisjoint(answers)

        def write(code: Code) -> Expressions | None:
            if code.where is not None or not code.reaches(self.path):
                return _rows_with(chosen, self.path, code)
            answers, wanted = code.answer(self.path), code.bind(chosen, "chosen")
            holds = code.name(f"{answers} is not None and not {wanted}.isdisjoint({answers})", "has_chosen")
            return _unless_silent(holds, self.path, code)

        reads = frozenset({scope.pattern(self.path)})
        return Compiled(test, points_at(self.path), reads, write=write, alike=alike_at(self.path))


class HoldsOnly(Word):
    """Whether a list holds some of the values and nothing else; not known while it is unanswered."""

    op: Literal["holds_only"]
    path: Path
    value: Choices

    def compile(self, scope: Scope) -> Compiled:
        """See the class."""
        get, chosen = reach(self.path), frozenset(self.value)

        def test(facts: Facts, row: Any) -> Truth:
            answers = get(facts, row)
            return None if answers is None else bool(answers) and chosen.issuperset(answers)

        def write(code: Code) -> Expressions | None:
            if code.where is None or not code.reaches(self.path):
                return None
            given = f"{code.bind(chosen, 'chosen')}, {code.column(self.path)}, {code.everybody}"
            holding = f"{code.bind(mask_holding_only, 'mask_holding_only')}({given})"
            return _unless_silent(code.name(holding, f"{self.path}_only"), self.path, code)

        reads = frozenset({scope.pattern(self.path)})
        return Compiled(test, points_at(self.path), reads, write=write, alike=alike_at(self.path))


class IsEmpty(Word):
    """Whether a list is there and holds nothing; not known while it is unanswered.

    Figure: `entries` (what it holds, where it is a list of texts).
    """

    op: Literal["is_empty"]
    path: Path

    def compile(self, scope: Scope) -> Compiled:
        """See the class."""
        get, place = reach(self.path), place_of(self.path)

        def test(facts: Facts, row: Any) -> Truth:
            answers = get(facts, row)
            return None if answers is None else not answers

        def trace(facts: Facts, row: Any, truth: Truth, evidence: Evidence) -> None:
            evidence.at.append(place(row))
            for entry in get(facts, row) or ():
                if isinstance(entry, str):
                    evidence.name("entries", entry)

        def write(code: Code) -> Expressions | None:
            if code.where is not None or not code.reaches(self.path):
                return _rows_with((EMPTY,), self.path, code)
            answers = code.answer(self.path)
            return Expressions(f"({answers} is not None and not {answers})", f"(not {answers})")

        return Compiled(test, trace, frozenset({scope.pattern(self.path)}), frozenset({"entries"}), write)


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

        def test(facts: Facts, row: Any) -> Truth:
            value, limit = get(facts, row), other(facts, row)
            return None if value is None or limit is None else relation(value, limit)

        def trace(facts: Facts, row: Any, truth: Truth, evidence: Evidence) -> None:
            for name, read, place in (("value", get, place_of(self.path)), ("limit", other, self._limit_place())):
                if (figure := read(facts, row)) is not None:
                    evidence.figures.setdefault(name, figure)
                if place and (truth is not None or figure is None):
                    evidence.at.append(place(row))

        def write(code: Code) -> Expressions | None:
            if code.where is None or self.than or not code.reaches(self.path):
                return None
            limit = quick(scope.number(self.number or ""))
            those = f"{code.bind(mask_where, 'mask_where')}({code.bind(lambda value: relation(value, limit), 'is_so')}"
            return _unless_silent(code.name(f"{those}, {code.column(self.path)})", self.relation), self.path, code)

        paths = [self.path, *([self.than] if self.than else [])]
        return Compiled(test, trace, frozenset(map(scope.pattern, paths)), frozenset({"value", "limit"}), write)

    def _other(self, scope: Scope) -> Callable[[Facts, Any], Any]:
        if self.than is not None:
            return reach(self.than)
        if self.number is None:
            raise ValueError("compares needs a number, or than with a second path")
        number = quick(scope.number(self.number))
        return lambda facts, row: number

    def _limit_place(self) -> Callable[[Any], str] | None:
        return place_of(self.than) if self.than else None
