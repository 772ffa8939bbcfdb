"""Words that join others, after Kleene: what is not known stays so unless the rest decides it whatever it is."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any, Literal

from app.checklist.predicates.base import Compiled, Evidence, Scope, Test, Trace, Truth, Word, Write
from app.checklist.predicates.code import Code, Expressions, known
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


def trace_those_that_agree(parts: Sequence[Compiled]) -> Trace:
    """A trace through every part whose own truth is the one to be explained."""

    def trace(facts: Facts, row: Any, truth: Truth, evidence: Evidence) -> None:
        for part in parts:
            if part.test(facts, row) is truth:
                part.trace(facts, row, truth, evidence)

    return trace


def joined(parts: Sequence[Compiled], test: Test, write: Write, shared: bool) -> Compiled:
    """Several parts as one. `shared`: the truth that it only has if all of its parts have it."""
    is_alike = all(shared in part.alike for part in parts)
    return Compiled(
        test,
        trace_those_that_agree(parts),
        frozenset().union(*(part.reads for part in parts)),
        frozenset().union(*(part.figures for part in parts)),
        write,
        alike=frozenset({shared}) if is_alike else frozenset(),
    )


class AllOf(Word):
    """True if all are true; false as soon as one is false."""

    op: Literal["all_of"]
    of: list[AnyWord]

    def compile(self, scope: Scope) -> Compiled:
        """See the class."""
        parts = [word.compile(scope) for word in self.of]

        def write(code: Code) -> Expressions:
            return code.logic.all_of([part.written(code) for part in parts])

        return joined(parts, all_true([part.test for part in parts]), write, shared=True)


class AnyOf(Word):
    """True as soon as one is true; false if all are false."""

    op: Literal["any_of"]
    of: list[AnyWord]

    def compile(self, scope: Scope) -> Compiled:
        """See the class."""
        parts = [word.compile(scope) for word in self.of]

        def write(code: Code) -> Expressions:
            return code.logic.any_of([part.written(code) for part in parts])

        return joined(parts, any_true([part.test for part in parts]), write, shared=False)


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

        def write(code: Code) -> Expressions:
            return code.logic.contrary(part.written(code))

        alike = frozenset(None if truth is None else not truth for truth in part.alike)
        return Compiled(test, trace, part.reads, part.figures, write, alike=alike)


class Surely(Word):
    """True only if it is known to be true: what is not known raises nothing."""

    op: Literal["surely"]
    of: AnyWord

    def compile(self, scope: Scope) -> Compiled:
        """See the class."""
        part = self.of.compile(scope)

        def trace(facts: Facts, row: Any, truth: Truth, evidence: Evidence) -> None:
            part.trace(facts, row, part.test(facts, row), evidence)

        def write(code: Code) -> Expressions:
            return known(part.written(code).surely)

        test = part.test
        return Compiled(lambda facts, row: test(facts, row) is True, trace, part.reads, part.figures, write)
