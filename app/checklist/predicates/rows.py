"""Words about many rows: whether some or every one of a list is so, and how alike they are."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable
from typing import TYPE_CHECKING, Annotated, Any, Literal

from pydantic import StringConstraints

from app.checklist.predicates.answers import RELATIONS, Choices, Relation
from app.checklist.predicates.base import (
    Compiled,
    Each,
    Evidence,
    Number,
    Path,
    Scope,
    Trace,
    Truth,
    Word,
    in_words,
    quick,
    reach,
    shown_as,
)
from app.checklist.predicates.lists import LISTS, ListName, NamedList
from app.checklist.predicates.logic import both_of_each, opposite_of_each
from app.domain.facts import Facts

if TYPE_CHECKING:
    from app.checklist.predicates.vocabulary import AnyWord

FigureName = Annotated[str, StringConstraints(pattern=r"^[a-z_]+$")]
ROW_FIGURES = frozenset({"named", "count", "unclear", "unclear_count", "total"})


Seen = tuple[list[Any], list[Truth]]
"""Rows of a list, and of each the truth of what was asked."""
See = Callable[[Facts], Seen | None]


class _Inner:
    """A list with what is asked of its rows, compiled: shared by every word about many rows."""

    def __init__(self, scope: Scope, name: str, where: AnyWord | None, has: AnyWord | None) -> None:
        self.list: NamedList = LISTS[name]
        inner = Scope(scope.parameters, self.list.row)
        parts = [word.compile(inner) for word in (where, has) if word is not None]
        self.where = parts[0] if where is not None else None
        self.has = parts[-1] if has is not None else None
        self.reads = frozenset({self.list.place, *self.list.also_reads}).union(*(part.reads for part in parts))
        self.figures = ROW_FIGURES.union(*(part.figures for part in parts))
        self._name, self._asked, self._parameters = name, (where, has), scope.parameters
        self.belonging = self._belonging()

    def truths(self) -> See:
        """The rows that belong, or may; of each whether it does and is so. None while the list is unanswered."""
        return self._judged("so", self.has.over_rows()) if self.has else self.belonging

    def failures(self) -> See:
        """The rows that belong, or may; of each whether it does and is not so. None while the list is unanswered."""
        holds = (self.has or ALWAYS).over_rows()
        return self._judged("not so", lambda facts, rows: opposite_of_each(holds(facts, rows)))

    def _belonging(self) -> See:
        """The rows that belong, or may, and whether they do."""
        rows_of = self.list.rows
        if self.where is None:
            return lambda facts: None if (rows := rows_of(facts)) is None else (rows, [True] * len(rows))
        belongs = self.where.over_rows()

        def see(facts: Facts) -> Seen | None:
            rows = rows_of(facts)
            if rows is None:
                return None
            truths = belongs(facts, rows)
            if False in truths:
                rows = [row for row, truth in zip(rows, truths, strict=True) if truth is not False]
                truths = [truth for truth in truths if truth is not False]
            return rows, truths

        return _once(self._key("belongs", self._asked[0]), see)

    def _judged(self, asking: str, judge: Each) -> See:
        belonging, rows_of = self.belonging, self.list.rows

        def see_all(facts: Facts) -> Seen | None:
            rows = rows_of(facts)
            return None if rows is None else (rows, judge(facts, rows))

        def see(facts: Facts) -> Seen | None:
            seen = belonging(facts)
            if seen is None or not seen[0]:
                return seen
            rows, truths = seen
            return rows, both_of_each(truths, judge(facts, rows))

        return _once(self._key(asking, *self._asked), see if self.where else see_all)

    def _key(self, asking: str, *words: Word | None) -> str:
        said = " ".join(map(repr, words))
        return f"{self._name} {asking} {said} {self._parameters if '$' in said else ''}"

    def note(self, facts: Facts, row: Any, truth: Truth, evidence: Evidence, figure: str) -> None:
        """Adds a row to the evidence: its name, and what in it led to the truth."""
        evidence.name(figure, shown_as(facts, row))
        before = len(evidence.at)
        if truth is not None and self.has:
            self.has.trace(facts, row, truth, evidence)
        for part in (self.where, self.has) if truth is None else ():
            if part is not None and part.test(facts, row) is None:
                part.trace(facts, row, None, evidence)
        if len(evidence.at) == before:
            evidence.at.append(row.pointer)


ALWAYS = Compiled(lambda facts, row: True, lambda facts, row, truth, evidence: None, frozenset())


def _once(key: str, see: See) -> See:
    """The same, asked once of a design however many checks say it."""

    def seen_once(facts: Facts) -> Seen | None:
        told = facts.told
        if key in told:
            kept: Seen | None = told[key]
            return kept
        seen = told[key] = see(facts)
        return seen

    return seen_once


class Some(Word):
    """True if some row of the list (of those where `where` is true) is as `has` says.

    Not known while the list is unanswered.

    Figures: `named` (the rows that are), `unclear` (the rows that do not tell), their counts `count` and
    `unclear_count`, and `total` (the rows that were asked). `figure`: another name for `named`, where one sentence
    needs the rows of two lists.
    """

    op: Literal["some"]
    list: ListName
    where: AnyWord | None = None
    has: AnyWord | None = None
    figure: FigureName = "named"

    def compile(self, scope: Scope) -> Compiled:
        """See the class."""
        inner = _Inner(scope, self.list, self.where, self.has)
        see = inner.truths()

        def test(facts: Facts, row: Any) -> Truth:
            seen = see(facts)
            if seen is None:
                return None
            return True if True in seen[1] else None if None in seen[1] else False

        trace = _row_trace(inner, see, True, self.figure)
        return Compiled(test, trace, inner.reads, inner.figures | {self.figure})


class Every(Word):
    """True if every row of the list (of those where `where` is true) is as `has` says.

    Not known while the list is unanswered.

    Its figures are those of `some`, with `named` for the rows that are not so.
    """

    op: Literal["every"]
    list: ListName
    where: AnyWord | None = None
    has: AnyWord
    figure: FigureName = "named"

    def compile(self, scope: Scope) -> Compiled:
        """See the class."""
        inner = _Inner(scope, self.list, self.where, self.has)
        see = inner.failures()

        def test(facts: Facts, row: Any) -> Truth:
            seen = see(facts)
            if seen is None:
                return None
            return False if True in seen[1] else None if None in seen[1] else True

        trace = _row_trace(inner, see, False, self.figure)
        return Compiled(test, trace, inner.reads, inner.figures | {self.figure})


def _row_trace(inner: _Inner, see: See, speaks_for: bool, figure: str) -> Trace:
    """The trace of `some` and `every`: the rows that were found, the rows that do not tell, and how many were asked."""

    def trace(facts: Facts, row: Any, truth: Truth, evidence: Evidence) -> None:
        seen = see(facts)
        if seen is None:
            evidence.at.append(inner.list.place)
            return
        rows, found = seen
        for one, is_so in zip(rows, found, strict=True):
            if is_so is True:
                inner.note(facts, one, speaks_for, evidence, figure)
            elif is_so is None:
                inner.note(facts, one, None, evidence, "unclear")
        _add_counts(evidence, found)
        if not evidence.at:
            evidence.at.append(inner.list.place)

    return trace


def _add_counts(evidence: Evidence, truths: list[Truth]) -> None:
    figures = evidence.figures
    figures["count"] = figures.get("count", 0) + truths.count(True)
    figures["unclear_count"] = figures.get("unclear_count", 0) + truths.count(None)
    figures["total"] = max(figures.get("total", 0), len(truths))


class Counts(Word):
    """Whether the number of rows (where `where` is true) is over, under … a number.

    Not known where rows that do not tell could decide it either way.
    """

    op: Literal["counts"]
    list: ListName
    where: AnyWord | None = None
    relation: Relation
    number: Number

    def compile(self, scope: Scope) -> Compiled:
        """See the class; the figures are `count`, `total` and `limit`."""
        inner = _Inner(scope, self.list, self.where, None)
        relation, limit, see = RELATIONS[self.relation], quick(scope.number(self.number)), inner.belonging

        def test(facts: Facts, row: Any) -> Truth:
            seen = see(facts)
            if seen is None:
                return None
            least = seen[1].count(True)
            if not (unsaid := seen[1].count(None)):
                return relation(least, limit)
            answers = {relation(count, limit) for count in range(least, least + unsaid + 1)}
            return answers.pop() if len(answers) == 1 else None

        def trace(facts: Facts, row: Any, truth: Truth, evidence: Evidence) -> None:
            _, found = see(facts) or ([], [])
            evidence.at.append(inner.list.place)
            evidence.figures.update(count=found.count(True), total=len(found), limit=limit)

        return Compiled(test, trace, inner.reads, frozenset({"count", "total", "limit"}))


class Lacks(Word):
    """Whether one of the values is found in the field of no row; rows without the field could be any one of them.

    Figures: `missing` (the values), `total` (the rows).
    """

    op: Literal["lacks"]
    list: ListName
    field: Path
    value: Choices

    def compile(self, scope: Scope) -> Compiled:
        """See the class."""
        named, get, wanted = LISTS[self.list], reach(self.field), tuple(self.value)

        def found(facts: Facts) -> tuple[list[str], int] | None:
            rows = named.rows(facts)
            if rows is None:
                return None
            there = [get(facts, row) for row in rows]
            return [value for value in wanted if value not in there], there.count(None)

        def test(facts: Facts, row: Any) -> Truth:
            answer = found(facts)
            if answer is None:
                return None
            missing, unsaid = answer
            if not missing:
                return False
            return True if len(missing) > unsaid else None

        def trace(facts: Facts, row: Any, truth: Truth, evidence: Evidence) -> None:
            missing, _ = found(facts) or (list(wanted), 0)
            evidence.at.append(named.place)
            evidence.figures.update(missing=[in_words(value) for value in missing], total=len(named.rows(facts) or ()))

        reads = frozenset({named.place, f"{named.row}/{self.field}"})
        return Compiled(test, trace, reads, frozenset({"missing", "total"}))


class Repeats(Word):
    """Whether two rows share an answer in a field; rows without one share nothing. Figure: `named`."""

    op: Literal["repeats"]
    list: ListName
    field: Path

    def compile(self, scope: Scope) -> Compiled:
        """See the class."""
        named, get = LISTS[self.list], reach(self.field)

        def sharing(facts: Facts) -> list[Any]:
            rows = named.rows(facts) or ()
            counts = Counter([get(facts, row) for row in rows])
            return [row for row in rows if get(facts, row) is not None and counts[get(facts, row)] > 1]

        def test(facts: Facts, row: Any) -> Truth:
            rows = named.rows(facts)
            if rows is None:
                return None
            answers = [answer for one in rows if (answer := get(facts, one)) is not None]
            return len(set(answers)) < len(answers)

        def trace(facts: Facts, row: Any, truth: Truth, evidence: Evidence) -> None:
            for one in sharing(facts):
                evidence.name("named", shown_as(facts, one))
                evidence.at.append(f"{one.pointer}/{self.field}")
            evidence.at.extend([] if truth else [named.place])

        return Compiled(test, trace, frozenset({f"{named.row}/{self.field}"}), frozenset({"named"}))


class AllAlike(Word):
    """Whether two or more rows all have the same answer in a field; rows without one could have any.

    Figures: `value` (the shared answer), `total` (the rows).
    """

    op: Literal["all_alike"]
    lists: list[ListName]
    field: Path
    value: Choices | None = None
    answered_only: bool = False

    def compile(self, scope: Scope) -> Compiled:
        """See the class.

        `value`: only this shared answer counts. `answered_only`: two rows with an answer are enough, those without are
        passed over.
        """
        named, get = [LISTS[name] for name in self.lists], reach(self.field)
        wanted = None if self.value is None else frozenset(str(scope.value(one)) for one in self.value)

        def answers(facts: Facts) -> list[Any]:
            return [get(facts, row) for one in named for row in one.rows(facts) or ()]

        def test(facts: Facts, row: Any) -> Truth:
            complete = all(one.rows(facts) is not None for one in named)
            return _alike(answers(facts), wanted, complete, self.answered_only)

        def trace(facts: Facts, row: Any, truth: Truth, evidence: Evidence) -> None:
            there = [answer for answer in answers(facts) if answer is not None or not self.answered_only]
            shared = next((answer for answer in there if answer is not None), None)
            evidence.at.extend(one.place for one in named)
            evidence.figures.update(value=in_words(shared) if isinstance(shared, str) else shared, total=len(there))

        reads = frozenset(f"{one.row}/{self.field}" for one in named)
        return Compiled(test, trace, reads, frozenset({"value", "total"}))


def _alike(answers: list[Any], wanted: frozenset[str] | None, complete: bool, answered_only: bool) -> Truth:
    """Whether the answers are alike; with a list absent (not complete) there could be more of them."""
    known = [answer for answer in answers if answer is not None]
    if len(set(known)) > 1 or (wanted is not None and any(str(answer) not in wanted for answer in known)):
        return False
    if len(known) > 1 and (answered_only or (complete and len(known) == len(answers))):
        return True
    return False if complete and len(answers) < 2 else None
