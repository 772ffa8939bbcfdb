"""The rows of a list as columns: for each field, and each answer in it, the rows that have it, as bits of a number.

Bit 0 stands for the first row, bit 1 for the second, and so on. Knows no list by name and judges nothing.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from functools import lru_cache
from typing import Any, Final

from app.domain.reading import Answers

Mask = int
Column = dict[Any, Mask]
"""For each answer, and for each entry of an answer that is a list, the rows that have it; None: those without one."""

EMPTY: Final = object()
"""The entry of a list that has none, in a column."""
FEW: Final = 10
HOLDERS: Final = frozenset({list, tuple, set, frozenset, dict, Answers})


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
        column = self._columns.get(path)
        if column is not None:
            silent = column.get(None, 0)
        elif "/" in path or len(self._rows) > FEW:
            values = values_at(self._rows, path)
            silent = those(values, None) if None in values else 0
        else:  # to go through a few rows is quicker than to make a list of their answers
            silent, bit = 0, 1
            for row in self._rows:
                if row.get(path) is None:
                    silent |= bit
                bit += bit
        self[path] = silent
        return silent


def values_at(rows: Sequence[Any], path: str) -> list[Any]:
    """The answers at a path in each row."""
    if "/" not in path:
        try:
            return [row[path] for row in rows]
        except KeyError:  # a derived answer, which only some of the rows have
            return [row.get(path) for row in rows]
    first, *rest = path.split("/")
    values = values_at(rows, first)
    for name in rest:
        values = [None if value is None else value.get(name) for value in values]
    return values


def column_of(values: Sequence[Any]) -> Column:
    """The column of these answers, which are of one kind: all lists, or none, but for those that are not there."""
    kind, first = _kind_of(values), values[0] if values else None
    if kind in HOLDERS:
        return _column_of_lists(values)
    if not values or (values[-1] == first and values.count(first) == len(values)):
        return {first: (1 << len(values)) - 1}
    column: Column = {}
    before = column.get
    for value, bit in zip(values, _bits(len(values)), strict=True):
        column[value] = before(value, 0) | bit
    return column


def _kind_of(values: Sequence[Any]) -> type:
    for value in values:
        if value is not None:
            return type(value)
    return type(None)


@lru_cache(maxsize=256)
def _bits(number: int) -> tuple[Mask, ...]:
    """The first bits: to make them anew for every column takes as long as all the rest."""
    return tuple([1 << place for place in range(number)])


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


def rows_in(mask: Mask, rows: Sequence[Any]) -> list[Any]:
    """The rows of a mask, in their order."""
    found = []
    while mask:
        lowest = mask & -mask
        found.append(rows[lowest.bit_length() - 1])
        mask ^= lowest
    return found


def those(values: Sequence[Any], wanted: Any) -> Mask:
    """The places where exactly this stands."""
    found, bit = 0, 1
    for value in values:
        if value is wanted:
            found |= bit
        bit += bit
    return found
