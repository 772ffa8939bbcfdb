"""Words about many rows: whether some or every one of a list is so, and how many are."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated, Any, Literal

from app.checklist.predicates.answers import RELATIONS, Relation
from app.checklist.predicates.base import (
    Compiled,
    Evidence,
    Number,
    Scope,
    Trace,
    Truth,
    Word,
    quick,
    shown_as,
)
from app.checklist.predicates.code import Code, Expressions, known, told
from app.checklist.predicates.lists import LISTS, TABLES, ListName
from app.checklist.predicates.tables import Table, masks_of, truths_in
from app.domain.columns import Mask
from app.domain.facts import Facts
from app.domain.modelling import StringConstraints

if TYPE_CHECKING:
    from app.checklist.predicates.vocabulary import AnyWord

FigureName = Annotated[str, StringConstraints(pattern=r"^[a-z_]+$")]
ROW_FIGURES = frozenset({"named", "count", "unclear", "unclear_count", "total"})


Seen = tuple[Mask, Mask, Mask]
"""The rows that were asked (those that belong, or may), those that are surely so, and those that possibly are."""


class _Inner:
    """A list with what is asked of its rows, compiled: shared by every word about many rows.

    What was seen of a design is kept with its facts, under a key that says what was asked: `see` looks there first, and
    so the explanation of a judgement, or another check that asks the same, looks through no row again.
    """

    def __init__(self, scope: Scope, name: str, where: AnyWord | None, has: AnyWord | None, so: bool = True) -> None:
        """`so`: whether rows that are as `has` says are looked for, or rows that are not."""
        self.list, self.table = LISTS[name], TABLES[name]
        inner = Scope(scope.parameters, self.list.row)
        parts = [word.compile(inner) for word in (where, has) if word is not None]
        self.where = parts[0] if where is not None else None
        self.has = parts[-1] if has is not None else None
        self.reads = frozenset({self.list.place, *self.list.also_reads}).union(*(part.reads for part in parts))
        self.figures = ROW_FIGURES.union(*(part.figures for part in parts))
        self._name, self._so, said = name, so, f"{where!r} {has!r}"
        self._key = f"{name} {'so' if so else 'not so'} {said} {scope.parameters if '$' in said else ''}"

    def see(self, facts: Facts) -> Seen:
        """What there is to see of a design; nothing where the list is not answered."""
        seen: Seen | None = facts.told.get(self._key)
        return self._look(facts) if seen is None else seen

    def size(self, facts: Facts) -> int | None:
        """How many rows were asked, where none of them is so, or may be; None too where the list is not answered."""
        asked, _, possibly = self.see(facts)
        return None if possibly or (not asked and self.table(facts).unlisted) else asked.bit_count()

    def _look(self, facts: Facts) -> Seen:
        table = self.table(facts)
        everybody = table.everybody
        asked, surely = (everybody, everybody) if self.where is None else _possibly(self.where, facts, table)
        possibly = asked
        if self.has is not None:
            may_be, are = _possibly(self.has, facts, table)
            surely, possibly = (
                (surely & are, possibly & may_be)
                if self._so
                else (surely & (everybody ^ may_be), possibly & (everybody ^ are))
            )
        seen = facts.told[self._key] = (asked, surely, possibly)
        return seen

    def written(self, code: Code) -> tuple[Expressions, str]:
        """Names for the masks of what there is to see, and for whether the list is not answered."""
        table = code.where = code.table(self.table, self._name)
        belongs = self.where.written(code) if self.where else known(code.everybody)
        asked = [belongs] if self.where else []
        if self.has:
            holds = self.has.written(code)
            asked.append(holds if self._so else code.logic.contrary(holds))
        so = code.logic.all_of(asked) if asked else belongs
        surely, possibly = code.name(so.surely, "surely"), code.name(so.possibly, "possibly")
        code.where = None
        code.keep(self._key, f"{belongs.possibly}, {surely}, {possibly}")
        return Expressions(surely, possibly), f"{table}.unlisted"

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


def _possibly(part: Compiled, facts: Facts, table: Table) -> tuple[Mask, Mask]:
    """The rows of which a part is possibly true, and those of which it surely is."""
    surely, possibly = masks_of(part.test, facts, table)
    return possibly, surely


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

        def test(facts: Facts, row: Any) -> Truth:
            _, surely, possibly = inner.see(facts)
            return True if surely else None if possibly or inner.table(facts).unlisted else False

        def write(code: Code) -> Expressions | None:
            if code.where is not None:
                return None
            so, unlisted = inner.written(code)
            return Expressions(so.surely, f"({so.possibly} or {unlisted})")

        trace, figures = _row_trace(inner, True, self.figure), inner.figures | {self.figure}
        return Compiled(test, trace, inner.reads, figures, write, inner.size)


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
        inner = _Inner(scope, self.list, self.where, self.has, so=False)

        def test(facts: Facts, row: Any) -> Truth:
            _, surely, possibly = inner.see(facts)
            return False if surely else None if possibly or inner.table(facts).unlisted else True

        def write(code: Code) -> Expressions | None:
            if code.where is not None:
                return None
            not_so, unlisted = inner.written(code)
            return Expressions(f"(not {not_so.possibly} and not {unlisted})", f"(not {not_so.surely})")

        trace, figures = _row_trace(inner, False, self.figure), inner.figures | {self.figure}
        return Compiled(test, trace, inner.reads, figures, write, inner.size)


def _row_trace(inner: _Inner, speaks_for: bool, figure: str) -> Trace:
    """The trace of `some` and `every`: the rows that were found, the rows that do not tell, and how many were asked."""

    def trace(facts: Facts, row: Any, truth: Truth, evidence: Evidence) -> None:
        asked, surely, possibly = inner.see(facts)
        if not asked and inner.table(facts).unlisted:
            evidence.at.append(inner.list.place)
            return
        if possibly:
            for one, is_so in truths_in(surely, possibly, inner.table(facts)):
                if is_so:
                    inner.note(facts, one, speaks_for, evidence, figure)
                else:
                    inner.note(facts, one, None, evidence, "unclear")
        _add_counts(evidence, surely.bit_count(), (surely ^ possibly).bit_count(), asked.bit_count())
        if not evidence.at:
            evidence.at.append(inner.list.place)

    return trace


def _add_counts(evidence: Evidence, count: int, unclear: int, total: int) -> None:
    figures = evidence.figures
    if "total" not in figures and "count" not in figures:
        figures["count"], figures["unclear_count"], figures["total"] = count, unclear, total
        return
    figures["count"] = figures.get("count", 0) + count
    figures["unclear_count"] = figures.get("unclear_count", 0) + unclear
    figures["total"] = max(figures.get("total", 0), total)


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
        inner, limit = _Inner(scope, self.list, self.where, None), quick(scope.number(self.number))
        relation = RELATIONS[self.relation]

        def judge(surely: int, possibly: int, unlisted: bool) -> Truth:
            least, most = surely.bit_count(), possibly.bit_count()
            if unlisted:
                return None
            if least == most:
                return relation(least, limit)
            answers = {relation(count, limit) for count in range(least, most + 1)}
            return answers.pop() if len(answers) == 1 else None

        def test(facts: Facts, row: Any) -> Truth:
            _, surely, possibly = inner.see(facts)
            return judge(surely, possibly, inner.table(facts).unlisted)

        def trace(facts: Facts, row: Any, truth: Truth, evidence: Evidence) -> None:
            asked, surely, _ = inner.see(facts)
            evidence.at.append(inner.list.place)
            evidence.figures.update(count=surely.bit_count(), total=asked.bit_count(), limit=limit)

        def write(code: Code) -> Expressions | None:
            if code.where is not None:
                return None
            so, unlisted = inner.written(code)
            judged = f"{code.bind(judge, 'counts')}({so.surely}, {so.possibly}, {unlisted})"
            return told(code.name(judged, f"counts_{self.relation}"))

        return Compiled(test, trace, inner.reads, frozenset({"count", "total", "limit"}), write)
