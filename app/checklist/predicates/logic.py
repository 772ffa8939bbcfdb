"""Words that join others, after Kleene: what is not known stays so unless the rest decides it whatever it is."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any, Literal

from app.checklist.predicates.base import Compiled, Each, Evidence, Scope, Test, Trace, Truth, Word
from app.domain.facts import Facts

if TYPE_CHECKING:
    from app.checklist.predicates.vocabulary import AnyWord


def all_true(tests: Sequence[Test]) -> Test:
    """False if any test is false, else not known if any is not known, else true."""

    def test(facts: Facts, row: Any) -> Truth:
        truth: Truth = True
        for one in tests:
            found = one(facts, row)
            if found is False:
                return False
            if found is None:
                truth = None
        return truth

    return test


def any_true(tests: Sequence[Test]) -> Test:
    """True if any test is true, else not known if any is not known, else false."""

    def test(facts: Facts, row: Any) -> Truth:
        truth: Truth = False
        for one in tests:
            found = one(facts, row)
            if found is True:
                return True
            if found is None:
                truth = None
        return truth

    return test


def each_all_true(parts: Sequence[Compiled]) -> Each:
    """`all_true` for many rows at once."""
    first, *rest = (part.over_rows() for part in parts)

    def each(facts: Facts, rows: list[Any]) -> list[Truth]:
        found = first(facts, rows)
        for over in rest:
            if True not in found and None not in found:
                break
            found = both_of_each(found, over(facts, rows))
        return found

    return each


def each_any_true(parts: Sequence[Compiled]) -> Each:
    """`any_true` for many rows at once."""
    first, *rest = (part.over_rows() for part in parts)

    def each(facts: Facts, rows: list[Any]) -> list[Truth]:
        found = first(facts, rows)
        for over in rest:
            if False not in found and None not in found:
                break
            pairs = zip(found, over(facts, rows), strict=True)
            found = [True if a or b else None if a is None or b is None else False for a, b in pairs]
        return found

    return each


def both_of_each(ones: list[Truth], others: list[Truth]) -> list[Truth]:
    """Kleene's "and" of two lists of truths, place by place."""
    if (True not in others and None not in others) or (False not in ones and None not in ones):
        return others
    pairs = zip(ones, others, strict=True)
    return [False if a is False or b is False else None if a is None or b is None else True for a, b in pairs]


def opposite_of_each(truths: list[Truth]) -> list[Truth]:
    """The opposites, place by place; what is not known stays so."""
    return [None if truth is None else not truth for truth in truths]


def trace_those_that_agree(parts: Sequence[Compiled]) -> Trace:
    """A trace through every part whose own truth is the one to be explained."""

    def trace(facts: Facts, row: Any, truth: Truth, evidence: Evidence) -> None:
        for part in parts:
            if part.test(facts, row) is truth:
                part.trace(facts, row, truth, evidence)

    return trace


def joined(parts: Sequence[Compiled], test: Test, each: Each) -> Compiled:
    """Several parts as one."""
    return Compiled(
        test,
        trace_those_that_agree(parts),
        frozenset().union(*(part.reads for part in parts)),
        frozenset().union(*(part.figures for part in parts)),
        each,
    )


class AllOf(Word):
    """True if all are true; false as soon as one is false."""

    op: Literal["all_of"]
    of: list[AnyWord]

    def compile(self, scope: Scope) -> Compiled:
        """See the class."""
        parts = [word.compile(scope) for word in self.of]
        return joined(parts, all_true([part.test for part in parts]), each_all_true(parts))


class AnyOf(Word):
    """True as soon as one is true; false if all are false."""

    op: Literal["any_of"]
    of: list[AnyWord]

    def compile(self, scope: Scope) -> Compiled:
        """See the class."""
        parts = [word.compile(scope) for word in self.of]
        return joined(parts, any_true([part.test for part in parts]), each_any_true(parts))


class Not(Word):
    """The opposite; what is not known stays so."""

    op: Literal["not"]
    of: AnyWord

    def compile(self, scope: Scope) -> Compiled:
        """See the class."""
        part = self.of.compile(scope)

        def test(facts: Facts, row: Any) -> Truth:
            truth = part.test(facts, row)
            return None if truth is None else not truth

        def trace(facts: Facts, row: Any, truth: Truth, evidence: Evidence) -> None:
            part.trace(facts, row, None if truth is None else not truth, evidence)

        over = part.over_rows()
        return Compiled(test, trace, part.reads, part.figures, lambda facts, rows: opposite_of_each(over(facts, rows)))


class Surely(Word):
    """True only if it is known to be true: what is not known raises nothing."""

    op: Literal["surely"]
    of: AnyWord

    def compile(self, scope: Scope) -> Compiled:
        """See the class."""
        part = self.of.compile(scope)

        def trace(facts: Facts, row: Any, truth: Truth, evidence: Evidence) -> None:
            part.trace(facts, row, part.test(facts, row), evidence)

        test, over = part.test, part.over_rows()
        return Compiled(
            lambda facts, row: test(facts, row) is True,
            trace,
            part.reads,
            part.figures,
            lambda facts, rows: [truth is True for truth in over(facts, rows)],
        )
