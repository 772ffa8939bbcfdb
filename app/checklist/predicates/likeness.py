"""Words about the answers of many rows in one field: which is missing, which stands twice, whether all are alike."""

from __future__ import annotations

from collections import Counter
from typing import Any, Literal

from app.checklist.predicates.answers import Choices
from app.checklist.predicates.base import Compiled, Evidence, Path, Scope, Truth, Word, in_words, reach, shown_as
from app.checklist.predicates.lists import LISTS, ListName
from app.domain.facts import Facts


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
