"""Words about sides: which of them a list leaves out, whether a row's own side is in it, who started alone."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, Literal

from app.checklist.predicates.base import Compiled, Evidence, Path, Scope, Truth, Word, place_of, reach
from app.checklist.predicates.code import Code, Expressions
from app.checklist.predicates.lists import LISTS, ListName
from app.checklist.predicates.reads import SIDES
from app.checklist.predicates.tables import Masks, Table
from app.domain.facts import Facts
from app.domain.sides import Side

PARTIES = frozenset(SIDES)
MEMBERSHIP = frozenset({"/conflict/parties/*/id", "/conflict/parties/*/within"})
"""What tells whose side a party is on, whether that side comes or not."""


class SideMissing(Word):
    """Whether a side is missing from a list of party ids.

    A side that refused or is barred, with a reason, is not asked for.

    `besides`: sides named in this second list (themselves or through a faction) are not asked for either.
    Figures: `missing` and `there` (sides by name).
    """

    op: Literal["side_missing"]
    path: Path
    besides: Path | None = None

    def compile(self, scope: Scope) -> Compiled:
        """See the class."""
        get, place, asked, is_plain = reach(self.path), place_of(self.path), self._asked(), self.besides is None

        def test(facts: Facts, row: Any) -> Truth:
            named = get(facts, row)
            if named is None:
                return None
            if is_plain:
                return None if facts.present_sides is None else not facts.present_ids.issubset(named)
            sides = asked(facts, row)
            return None if sides is None else any(side.get("id") not in named for side in sides)

        def trace(facts: Facts, row: Any, truth: Truth, evidence: Evidence) -> None:
            named = get(facts, row)
            evidence.at.append(place(row) if facts.sides is not None else "/conflict/parties")
            if named is not None:
                evidence.figures.setdefault("there", [])
                for side in asked(facts, row) or ():
                    evidence.name("there" if side.get("id") in named else "missing", side.label)

        paths = frozenset(map(scope.pattern, [self.path, *([self.besides] if self.besides else [])]))
        return Compiled(test, trace, PARTIES | paths, frozenset({"missing", "there"}))

    def _asked(self) -> Callable[[Facts, Any], list[Side] | None]:
        """The sides that are asked for; None where the parties, or the second list, are not there."""
        if self.besides is None:
            return lambda facts, row: facts.present_sides
        besides = reach(self.besides)

        def without(facts: Facts, row: Any) -> list[Side] | None:
            named, sides = besides(facts, row), facts.present_sides
            if named is None or sides is None:
                return None
            passed_over = {facts.side_of.get(one) for one in named}
            return [side for side in sides if side.get("id") not in passed_over]

        return without


class OwnSideMissing(Word):
    """Whether the side that a row's party belongs to is missing from a list of party ids; not known without either.

    Figure: `missing`.
    """

    op: Literal["own_side_missing"]
    path: Path
    party: Path = "party"

    def compile(self, scope: Scope) -> Compiled:
        """See the class."""
        get, party_of, place = reach(self.path), reach(self.party), place_of(self.path)

        def test(facts: Facts, row: Any) -> Truth:
            named, party = get(facts, row), party_of(facts, row)
            if named is not None and facts.sides and all(side.get("id") in named for side in facts.sides):
                return False
            if named is None or party is None:
                return None
            return facts.side_of.get(party, party) not in named

        def trace(facts: Facts, row: Any, truth: Truth, evidence: Evidence) -> None:
            party = party_of(facts, row)
            evidence.at.append(place(row))
            for side in facts.sides or ():
                if truth and side.get("id") == facts.side_of.get(party):
                    evidence.name("missing", side.label)

        reads = MEMBERSHIP | {scope.pattern(self.path), scope.pattern(self.party)}
        return Compiled(test, trace, reads, frozenset({"missing"}), self._write)

    def _write(self, code: Code) -> Expressions | None:
        if not (self.path.startswith("/") and code.reaches(self.party)):
            return None
        ids, parties = code.bind(reach(self.path), self.path), code.bind(self.party, self.party)
        given = f"{ids}(facts, None), {parties}"
        return code.masks(code.bind(_own_sides_missing, "own_sides_missing"), given, "own_side_missing")


def _own_sides_missing(named: list[str] | None, party: str, facts: Facts, table: Table) -> Masks:
    """`own_side_missing` for many rows at once, where the list of party ids is the same for all of them."""
    sides, side_of = facts.sides, facts.side_of
    if named is None:
        return Masks(0, table.everybody)
    if sides and all(side.get("id") in named for side in sides):
        return Masks(0, 0)
    missing = unsaid = 0
    for one, rows in table.columns[party].items():
        if one is None:
            unsaid = rows
        elif side_of.get(one, one) not in named:
            missing |= rows
    return Masks(missing, missing | unsaid)


class OneSideIn(Word):
    """Whether exactly one side (itself or through a faction) is in a list of party ids, whatever else is there.

    Figure: `side`.
    """

    op: Literal["one_side_in"]
    path: Path

    def compile(self, scope: Scope) -> Compiled:
        """See the class."""
        get, place = reach(self.path), place_of(self.path)

        def test(facts: Facts, row: Any) -> Truth:
            named = get(facts, row)
            return None if named is None else len({facts.side_of[one] for one in named if one in facts.side_of}) == 1

        def trace(facts: Facts, row: Any, truth: Truth, evidence: Evidence) -> None:
            evidence.at.append(place(row))
            named = {facts.side_of.get(one) for one in get(facts, row) or ()}
            evidence.figures["side"] = [side.label for side in facts.sides or () if side.get("id") in named]

        return Compiled(test, trace, MEMBERSHIP | {scope.pattern(self.path)}, frozenset({"side"}))


class RowsOfOneSide(Word):
    """Whether all rows of a list belong to one and the same side, themselves or through a faction.

    False for an empty list. A row without a party could belong to any side; the list absent is not known.
    Figure: `side`.
    """

    op: Literal["rows_of_one_side"]
    list: ListName
    party: Path = "party"

    def compile(self, scope: Scope) -> Compiled:
        """See the class."""
        named, party_of = LISTS[self.list], reach(self.party)

        def sides(facts: Facts) -> list[str | None] | None:
            rows = named.rows(facts)
            return None if rows is None else [facts.side_of.get(party_of(facts, row)) for row in rows]

        def test(facts: Facts, row: Any) -> Truth:
            there = sides(facts)
            if there is None:
                return None
            if len(set(there) - {None}) > 1 or not there:
                return False
            return True if len(there) == 1 or None not in there else None

        def trace(facts: Facts, row: Any, truth: Truth, evidence: Evidence) -> None:
            evidence.at.append(named.place)
            for side in filter(None, sides(facts) or ()):
                evidence.name("side", facts.party_labels[side])

        return Compiled(test, trace, MEMBERSHIP | {named.place, f"{named.row}/{self.party}"}, frozenset({"side"}))
