"""What is told of many designs as one table each, for whatever holds tables; knows no file format."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from app.checklist.portfolio import Clusters, Counted, Days, Told

Cell = str | int | float | None
Row = tuple[Cell, ...]

COLUMNS = (
    *("checklist", "designs", "kind", "id", "text", "category", "weight"),
    *("clear", "concerns", "met", "concern", "open", "not_applicable", "waived"),
)
PAIR_COLUMNS = (
    *("checklist", "designs", "compared", "first", "first_question", "second", "second_question"),
    *("together", "share", "lift"),
)


@dataclass(frozen=True, slots=True)
class Table:
    """A table.

    Attributes:
        title: what it is of, in a few words.
        columns: what stands in the first row.
    """

    title: str
    columns: tuple[str, ...]
    rows: tuple[Row, ...]


def table_of(told: Told) -> Table:
    """The table of what is told. Each row says of which checklist and of how many designs it speaks."""
    if isinstance(told, Counted):
        return Table("Portfolio", COLUMNS, tuple(_counts(told)))
    if isinstance(told, Days):
        rows = ((day.day.isoformat(), *row) for day in told.items for row in _counts(day.counted))
        return Table("Portfolio by day", ("day", *COLUMNS), tuple(rows))
    return Table("Concerns that occur together", PAIR_COLUMNS, tuple(_pairs(told)))


def _counts(counted: Counted) -> Iterable[Row]:
    about = (counted.checklist.reference, counted.designs)
    for each in counted.categories:
        its = each.category
        yield (
            *about,
            "category",
            its.id,
            its.name,
            its.id,
            None,
            each.clear,
            each.concerns,
            None,
            None,
            each.open,
            None,
            each.waived,
        )
    for one in counted.checks:
        check, outcomes = one.check, (one.met, one.concern, one.open, one.not_applicable, one.waived)
        yield *about, "check", check.id, check.question, check.category, check.weight.value, None, None, *outcomes


def _pairs(clusters: Clusters) -> Iterable[Row]:
    about = (clusters.checklist.reference, clusters.designs, clusters.compared)
    for pair in clusters.items:
        named = (pair.first.id, pair.first.question, pair.second.id, pair.second.question)
        yield *about, *named, pair.together, pair.share, pair.lift
