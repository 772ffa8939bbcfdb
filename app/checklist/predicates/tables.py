"""The rows of a list as columns, and truths of many rows as two bit masks; knows no list by name and judges nothing.

Bit 0 stands for the first row, bit 1 for the second, and so on. What is true of some rows is told by two masks: the
rows of which it is *surely* true, and those of which it is *possibly* true; a row in the second alone does not tell.
Kleene's logic is then one operation for any number of rows: "and" is `&`, "or" is `|`, and the opposite is the rest of
the rows, with the two masks changed over.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Collection, Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import Any, Final, NamedTuple

from app.domain.reading import Answers

Mask = int
Column = dict[Any, Mask]
"""For each answer, and for each entry of an answer that is a list, the rows that have it; None: those without one."""

EMPTY: Final = object()
"""The entry of a list that has none, in a column."""
HOLDERS: Final = frozenset({list, tuple, set, frozenset, dict, Answers})


class Masks(NamedTuple):
    """The rows of which something is surely true, and those of which it possibly is."""

    surely: Mask
    possibly: Mask


class Columns(dict[str, Column]):
    """The columns of some rows by path, each made when it is first asked for."""

    __slots__ = ("_rows",)

    def __init__(self, rows: Sequence[Any]) -> None:
        self._rows = rows

    def __missing__(self, path: str) -> Column:
        column = self[path] = column_of(values_at(self._rows, path))
        return column


class Silences(dict[str, Mask]):
    """For each path the rows that give no answer there. A column would tell, but texts are seldom alike."""

    __slots__ = ("_columns", "_rows")

    def __init__(self, rows: Sequence[Any], columns: Columns) -> None:
        self._rows, self._columns = rows, columns

    def __missing__(self, path: str) -> Mask:
        if path in self._columns:
            silent = self._columns[path].get(None, 0)
        else:
            values = values_at(self._rows, path)
            silent = _those(values, None) if None in values else 0
        self[path] = silent
        return silent


@dataclass(slots=True)
class Table:
    """The rows of a list with their columns. A list that is not answered is a table without rows, and `unlisted`."""

    rows: Sequence[Any]
    everybody: Mask
    unlisted: bool
    columns: Columns
    silent: Silences


def table_of(rows: Sequence[Any] | None) -> Table:
    """A table of these rows, or of a list that is not answered."""
    there = rows or ()
    columns = Columns(there)
    return Table(there, (1 << len(there)) - 1, rows is None, columns, Silences(there, columns))


def values_at(rows: Iterable[Any], path: str) -> list[Any]:
    """The answers at a path in each row."""
    if "/" not in path:
        return [row.get(path) for row in rows]
    first, *rest = path.split("/")
    values = values_at(rows, first)
    for name in rest:
        values = [None if value is None else value.get(name) for value in values]
    return values


def column_of(values: Sequence[Any]) -> Column:
    """The column of these answers."""
    first = values[0] if values else None
    if type(first) not in HOLDERS and values.count(first) == len(values):
        return {first: (1 << len(values)) - 1}
    if not HOLDERS.isdisjoint(map(type, values)):
        return _column_of_lists(values)
    column: Column = defaultdict(int)
    bit = 1
    for value in values:
        column[value] |= bit
        bit += bit
    return column


def _column_of_lists(values: Sequence[Any]) -> Column:
    """The column of answers some of which are lists."""
    column: Column = defaultdict(int)
    bit = 1
    for value in values:
        if type(value) not in HOLDERS:
            column[value] |= bit
        elif not value:
            column[EMPTY] |= bit
        elif type(value) is not list or type(value[0]) is not Answers:  # nobody asks for rows within a row
            for entry in value:
                column[entry] |= bit
        bit += bit
    return column


def masks_of(test: Callable[[Any, Any], bool | None], facts: Any, table: Table) -> Masks:
    """The truths of a test for every row."""
    truths = [test(facts, row) for row in table.rows]
    surely = _those(truths, True)
    return Masks(surely, surely | _those(truths, None))


def masks_by_answer(judge: Callable[[Any, Any], bool | None], path: str, facts: Any, table: Table) -> Masks:
    """The truths of what is asked of one answer: it is asked once for all rows that give the same."""
    surely = possibly = 0
    for answer, mask in table.columns[path].items():
        truth = judge(facts, answer)
        if truth is not False:
            possibly |= mask
            surely |= mask if truth else 0
    return Masks(surely, possibly)


def mask_holding_only(entries: Collection[Any], column: Column, everybody: Mask) -> Mask:
    """The rows whose list has some of these entries, and nothing else."""
    for entry, mask in column.items():
        if entry not in entries:  # nor may a list be empty, or absent
            everybody &= ~mask
    return everybody


def mask_where(is_so: Callable[[Any], bool], column: Column) -> Mask:
    """The rows whose answer is so."""
    found = 0
    for value, mask in column.items():
        if value is not None and is_so(value):
            found |= mask
    return found


def truths_in(surely: Mask, possibly: Mask, table: Table) -> Iterator[tuple[Any, bool]]:
    """The rows that are possibly so, in their order, and whether each surely is."""
    while possibly:
        lowest = possibly & -possibly
        yield table.rows[lowest.bit_length() - 1], bool(surely & lowest)
        possibly ^= lowest


def _those(values: Sequence[Any], wanted: Any) -> Mask:
    """The places where exactly this stands."""
    found, bit = 0, 1
    for value in values:
        if value is wanted:
            found |= bit
        bit += bit
    return found
