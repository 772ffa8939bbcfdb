"""The rows of a list as columns, and truths of many rows as two bit masks; knows no list by name and judges nothing.

Bit 0 stands for the first row, bit 1 for the second, and so on. What is true of some rows is told by two masks: the
rows of which it is *surely* true, and those of which it is *possibly* true; a row in the second alone does not tell.
Kleene's logic is then one operation for any number of rows: "and" is `&`, "or" is `|`, and the opposite is the rest of
the rows, with the two masks changed over.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
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
            return self._columns[path].get(None, 0)
        values = values_at(self._rows, path)
        silent = self[path] = _those(values, None) if None in values else 0
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
    first, *rest = path.split("/")
    values = [row.get(first) for row in rows]
    for name in rest:
        values = [None if value is None else value.get(name) for value in values]
    return values


def column_of(values: Sequence[Any]) -> Column:
    """The column of these answers."""
    first = values[0] if values else None
    if type(first) not in HOLDERS and values.count(first) == len(values):
        return {first: (1 << len(values)) - 1}
    column: Column = {}
    bit = 1
    for value in values:
        if type(value) not in HOLDERS:
            column[value] = column.get(value, 0) | bit
        else:
            for entry in _entries(value):
                column[entry] = column.get(entry, 0) | bit
        bit += bit
    return column


def _entries(value: Any) -> Iterable[Any]:
    """What a list holds that can be asked for, or that it holds nothing; nobody asks for rows within a row."""
    if not value:
        return (EMPTY,)
    return () if isinstance(next(iter(value)), Answers) else value


def masks_of(test: Callable[[Any, Any], bool | None], facts: Any, table: Table) -> Masks:
    """The truths of a test for every row."""
    truths = [test(facts, row) for row in table.rows]
    surely = _those(truths, True)
    return Masks(surely, surely | _those(truths, None))


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
