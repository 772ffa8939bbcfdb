"""The named lists of a design that a check can go through, each with the pattern of its rows' pointers."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, Literal

from app.checklist.predicates.base import reach
from app.checklist.predicates.reads import ATTENDING, SEATED, SIDES
from app.checklist.predicates.tables import Table, table_of
from app.domain.facts import Facts

Rows = list[Any] | None
ListName = Literal[
    "parties",
    "sides",
    "legal_constraints",
    "objectives",
    "outputs",
    "success_criteria",
    "issues",
    "attitude_changes",
    "parallel_initiatives",
    "participants",
    "attending",
    "people",
    "planned",
    "selection",
    "others",
    "sources",
    "third_parties",
    "meetings",
]


@dataclass(frozen=True, slots=True)
class NamedList:
    """A list by name: what its rows are called, where they stand, and how they are found."""

    place: str
    called: str
    rows: Callable[[Facts], Rows]
    also_reads: tuple[str, ...] = ()

    @property
    def row(self) -> str:
        """The pattern of a row's pointer."""
        return f"{self.place}/*"


def _plain(place: str, called: str) -> NamedList:
    get = reach(place)
    return NamedList(place, called, lambda facts: get(facts, None))


LISTS: dict[str, NamedList] = {
    "parties": _plain("/conflict/parties", "parties"),
    "sides": NamedList("/conflict/parties", "sides", lambda facts: facts.present_sides, SIDES),
    "legal_constraints": _plain("/conflict/legal_constraints", "legal constraints"),
    "objectives": NamedList("/purpose/objectives", "objectives", lambda facts: facts.objectives),
    "outputs": _plain("/purpose/outputs", "outputs"),
    "success_criteria": _plain("/purpose/success_criteria", "success criteria"),
    "issues": NamedList("/purpose/issues", "issues", lambda facts: facts.issues),
    "attitude_changes": _plain("/purpose/attitude_change", "hopes to change a side's mind"),
    "parallel_initiatives": _plain("/purpose/parallel_initiatives", "other channels"),
    "participants": NamedList("/participation/participants", "participants", lambda facts: facts.participants, SEATED),
    "attending": NamedList("/participation/participants", "people", lambda facts: facts.attending, ATTENDING),
    "people": _plain("/participation/participants", "people"),
    "planned": _plain("/participation/planned", "planned groups"),
    "selection": _plain("/participation/selection", "selection rows"),
    "others": _plain("/participation/others", "other people in the room"),
    "sources": NamedList("/funding/sources", "sources", lambda facts: facts.sources),
    "third_parties": NamedList("/third_parties", "third parties", lambda facts: facts.third_parties),
    "meetings": _plain("/process/meetings", "meetings"),
}


def _tabled(name: str, rows_of: Callable[[Facts], Rows]) -> Callable[[Facts], Table]:
    key = f"table of {name}"

    def table(facts: Facts) -> Table:
        made: Table | None = facts.told.get(key)
        if made is None:
            rows, people = rows_of(facts), facts.people
            made = facts.told[key] = table_of(rows, people.columns if rows is people.rows else None)
        return made

    return table


TABLES: dict[str, Callable[[Facts], Table]] = {name: _tabled(name, named.rows) for name, named in LISTS.items()}
"""For each list what gives its rows as a table, made once for a design; people have the columns of `People`."""
