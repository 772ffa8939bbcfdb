"""Words about measures: whether one can be taken, and how its value stands to a limit; knows no formula."""

from __future__ import annotations

from fractions import Fraction
from typing import Any, Literal

from pydantic import Field

from app.checklist.predicates.base import (
    ANY_FIGURE,
    Compiled,
    Evidence,
    Number,
    Path,
    Scope,
    Truth,
    Word,
    place_of,
    reach,
)
from app.checklist.predicates.reads import read_by_measure
from app.domain.facts import Facts
from app.domain.measure import Measure
from app.domain.measures import MEASURES

MeasureRelation = Literal["over", "under", "stays_over"]


def measured(facts: Facts, name: str, limits: tuple[tuple[str, Fraction], ...] = ()) -> Measure:
    """A measure of the design, taken once however many checks ask for it."""
    key = f"{name}{limits}" if limits else name
    found: Measure | None = facts.measured.get(key)
    if found is None:
        found = facts.measured[key] = MEASURES[name](facts, **dict(limits))
    return found


class Measurable(Word):
    """Whether a measure makes sense for the design: false with one side only, or groups too small to compare."""

    op: Literal["measurable"]
    measure: str
    parameters: dict[str, Number] = Field(default_factory=dict)

    def compile(self, scope: Scope) -> Compiled:
        """See the class."""
        limits = {name: scope.number(value) for name, value in self.parameters.items()}
        return _compiled(self.measure, lambda measure: measure.applicable, limits)


class IsMeasured(Word):
    """Whether a measure's value is known."""

    op: Literal["is_measured"]
    measure: str
    parameters: dict[str, Number] = Field(default_factory=dict)

    def compile(self, scope: Scope) -> Compiled:
        """See the class."""
        limits = {name: scope.number(value) for name, value in self.parameters.items()}
        return _compiled(self.measure, lambda measure: measure.value is not None, limits)


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

        return _compiled(self.measure, judge, limits, limit)


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
        of_measure = _compiled(self.measure, lambda measure: None, {})

        def test(facts: Facts, row: Any) -> Truth:
            value = get(facts, row)
            if value is None:
                return None
            measure = measured(facts, self.measure)
            return measure.is_under(Fraction(value)) if self.relation == "over" else measure.is_over(Fraction(value))

        def trace(facts: Facts, row: Any, truth: Truth, evidence: Evidence) -> None:
            value, limit = get(facts, row), measured(facts, self.measure).value
            evidence.figures.update({k: v for k, v in (("value", value), ("limit", limit)) if v is not None})
            if truth is not None or value is None:
                evidence.at.append(place(row))
            if truth is not None or limit is None:
                of_measure.trace(facts, row, truth, evidence)

        return Compiled(test, trace, of_measure.reads | {scope.pattern(self.path)}, frozenset({"value", "limit"}))


def _compiled(name: str, judge: Any, limits: dict[str, Fraction], limit: Fraction | None = None) -> Compiled:
    if name not in MEASURES:
        raise ValueError(f"there is no measure {name!r}; there are {', '.join(sorted(MEASURES))}")
    given = tuple(limits.items())

    def trace(facts: Facts, row: Any, truth: Truth, evidence: Evidence) -> None:
        measure = measured(facts, name, given)
        at, open_at, figures = measure.grounds()
        evidence.at.extend(open_at if truth is None and open_at else at)
        evidence.figures.update({k: v for k, v in figures.items() if v is not None})
        if measure.reason:
            evidence.figures["reason"] = measure.reason
        if limit is not None:
            evidence.figures["limit"] = limit

    def test(facts: Facts, row: Any) -> Truth:
        truth: Truth = judge(measured(facts, name, given))
        return truth

    return Compiled(test, trace, frozenset(read_by_measure(name)), frozenset({ANY_FIGURE}))
