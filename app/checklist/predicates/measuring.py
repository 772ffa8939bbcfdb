"""Words about measures: whether one can be taken, and how its value stands to a limit; knows no formula."""

from __future__ import annotations

from collections.abc import Callable
from fractions import Fraction
from functools import cache
from typing import Any, Literal

from app.checklist.predicates.base import (
    ANY_FIGURE,
    Compiled,
    Evidence,
    Number,
    Path,
    Scope,
    Truth,
    Word,
    Write,
    place_of,
    reach,
)
from app.checklist.predicates.code import Code, Expressions, known, told
from app.checklist.predicates.reads import read_by_measure
from app.checklist.predicates.tables import masks_by_answer
from app.domain.facts import Facts
from app.domain.measure import Measure
from app.domain.measures import MEASURES
from app.domain.modelling import Field

MeasureRelation = Literal["over", "under", "stays_over"]


Take = Callable[[Facts], Measure]


@cache
def taken(name: str, limits: tuple[tuple[str, Fraction], ...] = ()) -> Take:
    """What takes a measure of a design, once however many checks ask for it."""
    key, measure, parameters = f"{name}{limits}" if limits else name, MEASURES[name], dict(limits)

    def take(facts: Facts) -> Measure:
        found: Measure | None = facts.measured.get(key)
        if found is None:
            found = facts.measured[key] = measure(facts, **parameters)
        return found

    return take


class Measurable(Word):
    """Whether a measure makes sense for the design: false with one side only, or groups too small to compare."""

    op: Literal["measurable"]
    measure: str
    parameters: dict[str, Number] = Field(default_factory=dict)

    def compile(self, scope: Scope) -> Compiled:
        """See the class."""
        limits = {name: scope.number(value) for name, value in self.parameters.items()}
        return _compiled(self.measure, lambda measure: measure.applicable, limits, known("{}.applicable"))


class IsMeasured(Word):
    """Whether a measure's value is known."""

    op: Literal["is_measured"]
    measure: str
    parameters: dict[str, Number] = Field(default_factory=dict)

    def compile(self, scope: Scope) -> Compiled:
        """See the class."""
        limits = {name: scope.number(value) for name, value in self.parameters.items()}
        is_known = known("({}.value is not None)")
        return _compiled(self.measure, lambda measure: measure.value is not None, limits, is_known)


class Measures(Word):
    """Whether a measure is over or under a limit, or stays over it even if one person moved.

    Not known where bounds do not decide it.

    The figures are those of the measure, and `limit`.
    """

    op: Literal["measures"]
    measure: str
    relation: MeasureRelation
    number: Number
    parameters: dict[str, Number] = Field(default_factory=dict)

    def compile(self, scope: Scope) -> Compiled:
        """See the class."""
        limit = scope.number(self.number)
        limits = {name: scope.number(value) for name, value in self.parameters.items()}

        def judge(measure: Measure) -> Truth:
            if self.relation == "over":
                return measure.is_over(limit)
            return measure.is_under(limit) if self.relation == "under" else measure.stays_over(limit)

        return _compiled(self.measure, judge, limits, limit=limit)


class ComparesWithMeasure(Word):
    """Whether the number at a path is over or under a measure; not known where the number or the measure is not.

    The figures are `value`, and `limit` where the measure is known.
    """

    op: Literal["compares_with_measure"]
    path: Path
    relation: Literal["over", "under"]
    measure: str

    def compile(self, scope: Scope) -> Compiled:
        """See the class."""
        get, place = reach(self.path), place_of(self.path)
        of_measure, take = _compiled(self.measure, lambda measure: None, {}), taken(self.measure)
        judge = self._judge(take)

        def test(facts: Facts, row: Any) -> Truth:
            return judge(facts, get(facts, row))

        def write(code: Code) -> Expressions | None:
            if code.where is None or not code.reaches(self.path):
                return None
            given = f"{code.bind(judge, 'judged')}, {code.bind(self.path, self.path)}"
            return code.masks(code.bind(masks_by_answer, "masks_by_answer"), given, f"{self.relation}_{self.measure}")

        def trace(facts: Facts, row: Any, truth: Truth, evidence: Evidence) -> None:
            value, limit = get(facts, row), take(facts).value
            evidence.figures.update({k: v for k, v in (("value", value), ("limit", limit)) if v is not None})
            if truth is not None or value is None:
                evidence.at.append(place(row))
            if truth is not None or limit is None:
                of_measure.trace(facts, row, truth, evidence)

        reads = of_measure.reads | {scope.pattern(self.path)}
        return Compiled(test, trace, reads, frozenset({"value", "limit"}), write)

    def _judge(self, take: Take) -> Callable[[Facts, Any], Truth]:
        is_so = Measure.is_under if self.relation == "over" else Measure.is_over

        def judge(facts: Facts, value: Any) -> Truth:
            return None if value is None else is_so(take(facts), Fraction(value))

        return judge


def _compiled(
    name: str,
    judge: Callable[[Measure], Truth],
    limits: dict[str, Fraction],
    shown: Expressions | None = None,
    limit: Fraction | None = None,
) -> Compiled:
    """A word about one measure. `shown`: the judgement as Python, with braces where the measure belongs."""
    if name not in MEASURES:
        raise ValueError(f"there is no measure {name!r}; there are {', '.join(sorted(MEASURES))}")
    take = taken(name, tuple(limits.items()))

    def trace(facts: Facts, row: Any, truth: Truth, evidence: Evidence) -> None:
        measure = take(facts)
        at, open_at, figures = measure.grounds()
        evidence.at.extend(open_at if truth is None and open_at else at)
        evidence.figures.update({k: v for k, v in figures.items() if v is not None})
        if measure.reason:
            evidence.figures["reason"] = measure.reason
        if limit is not None:
            evidence.figures["limit"] = limit

    def test(facts: Facts, row: Any) -> Truth:
        return judge(take(facts))

    write = _writing(name, take, judge, shown)
    return Compiled(test, trace, frozenset(read_by_measure(name)), frozenset({ANY_FIGURE}), write)


def _writing(name: str, take: Take, judge: Callable[[Measure], Truth], shown: Expressions | None) -> Write:
    def write(code: Code) -> Expressions | None:
        if code.where is not None:
            return None
        measure = code.name(f"{code.bind(take, name)}(facts)", name)
        if shown:
            return Expressions(shown.surely.format(measure), shown.possibly.format(measure))
        return told(code.name(f"{code.bind(judge, 'judged')}({measure})", "is_so"))

    return write
