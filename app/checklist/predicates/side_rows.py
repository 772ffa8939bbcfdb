"""Words about the sides that the rows of a list name: which side no row names, whether all rows name the same one."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING, Any, Literal, NamedTuple

from app.checklist.predicates.base import Compiled, Evidence, Path, Scope, Test, Truth, Word, reach
from app.checklist.predicates.lists import LISTS, ListName
from app.checklist.predicates.reads import SIDES
from app.domain.facts import Facts

if TYPE_CHECKING:
    from app.checklist.predicates.vocabulary import AnyWord


class _Rows(NamedTuple):
    """The rows that are asked, each with whether it belongs (never false) and its answer."""

    list: ListName
    belongs: Test | None
    path: str
    reads: frozenset[str]

    def asked(self, facts: Facts) -> Iterator[tuple[Any, Truth, Any]]:
        get = reach(self.path)
        for row in LISTS[self.list].rows(facts) or ():
            belongs = True if self.belongs is None else self.belongs(facts, row)
            if belongs is not False:
                yield row, belongs, get(facts, row)


def _rows(scope: Scope, name: ListName, where: AnyWord | None, path: str) -> _Rows:
    named = LISTS[name]
    part = where.compile(Scope(scope.parameters, named.row)) if where is not None else None
    reads = frozenset({*SIDES, named.place, f"{named.row}/{path}", *named.also_reads})
    return _Rows(name, part and part.test, path, reads | part.reads if part else reads)


class SideInNoRow(Word):
    """Whether a side (itself or through a faction) is in the field, a list of party ids, of no row.

    A row that does not tell could name any side. A side that refused or is barred, with a reason, is not asked for.

    `everybody`: an entry that stands for every side, such as jointly. Figure: `missing` (the sides by name).
    """

    op: Literal["side_in_no_row"]
    list: ListName
    path: Path
    where: AnyWord | None = None
    everybody: str | None = None

    def compile(self, scope: Scope) -> Compiled:
        """See the class."""
        named, rows = LISTS[self.list], _rows(scope, self.list, self.where, self.path)

        def missing(facts: Facts) -> tuple[list[str], list[str]] | None:
            """The sides that are surely in no row, and those that may be in none."""
            if facts.present_sides is None or named.rows(facts) is None:
                return None
            there: set[str] = set()
            possible: set[str] = set()
            for _, belongs, answer in rows.asked(facts):
                ids = set(facts.side_of) if answer is None or self.everybody in answer else set(answer)
                sides = {facts.side_of[one] for one in ids if one in facts.side_of}
                possible |= sides
                there |= sides if belongs and answer is not None else set()
            labels = [(side.label, side.get("id")) for side in facts.present_sides]
            return [name for name, one in labels if one not in possible], [n for n, one in labels if one not in there]

        def test(facts: Facts, row: Any) -> Truth:
            found = missing(facts)
            if found is None:
                return None
            surely, perhaps = found
            return bool(surely) if surely or not perhaps else None

        def trace(facts: Facts, row: Any, truth: Truth, evidence: Evidence) -> None:
            surely, perhaps = missing(facts) or ([], [])
            for name in surely if truth else perhaps:
                evidence.name("missing", name)
            silent = [f"{one.pointer}/{self.path}" for one, _, answer in rows.asked(facts) if answer is None]
            evidence.at.extend((truth is None and silent) or [named.place])

        return Compiled(test, trace, rows.reads, frozenset({"missing"}))


class RowsNameOneSide(Word):
    """Whether the rows (where `where` is true) name one and the same side, themselves or through a faction.

    False where there are none, or one names something that is no side. A row that does not tell could name any.
    Figure: `side`.
    """

    op: Literal["rows_name_one_side"]
    list: ListName
    path: Path
    where: AnyWord | None = None

    def compile(self, scope: Scope) -> Compiled:
        """See the class."""
        named, rows = LISTS[self.list], _rows(scope, self.list, self.where, self.path)

        def test(facts: Facts, row: Any) -> Truth:
            if named.rows(facts) is None:
                return None
            asked = list(rows.asked(facts))
            sides = {facts.side_of.get(answer) for _, _, answer in asked if answer is not None}
            if len(sides) > 1 or None in sides or not asked:
                return False
            return True if all(belongs and answer is not None for _, belongs, answer in asked) else None

        def trace(facts: Facts, row: Any, truth: Truth, evidence: Evidence) -> None:
            asked = list(rows.asked(facts))
            told = {facts.side_of.get(answer) for _, _, answer in asked}
            evidence.figures["side"] = [side.label for side in facts.sides or () if side.get("id") in told]
            places = [f"{one.pointer}/{self.path}" for one, _, answer in asked if truth is not None or answer is None]
            evidence.at.extend(places or [named.place])

        return Compiled(test, trace, rows.reads, frozenset({"side"}))
