"""A list as a table, and truths of many rows as two bit masks; knows no list by name and judges nothing.

What is true of some rows is told by two masks (`app.domain.columns` says what their bits stand for): the rows of which
it is *surely* true, and those of which it is *possibly* true; a row in the second alone does not tell.
Kleene's logic is then one operation for any number of rows: "and" is `&`, "or" is `|`, and the opposite is the rest of
the rows, with the two masks changed over.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterator, Sequence
from dataclasses import dataclass
from typing import Any, NamedTuple

from app.domain.columns import Column, Columns, Mask, Silences, those


class Masks(NamedTuple):
    """The rows of which something is surely true, and those of which it possibly is."""

    surely: Mask
    possibly: Mask


@dataclass(slots=True)
class Table:
    """The rows of a list with their columns. A list that is not answered is a table without rows, and `unlisted`."""

    rows: Sequence[Any]
    everybody: Mask
    unlisted: bool
    columns: Columns
    silent: Silences


def table_of(rows: Sequence[Any] | None, columns: Columns | None = None) -> Table:
    """A table of these rows, with the columns that they may have already; or of a list that is not answered."""
    if rows is None:
        return UNLISTED
    made = Columns(rows) if columns is None else columns
    return Table(rows, (1 << len(rows)) - 1, False, made, Silences(rows, made))


class _NoColumns(Columns):
    """What there is of a list that is not answered; it keeps nothing, for all designs share it."""

    def __missing__(self, path: str) -> Column:
        return {}


class _NoSilences(Silences):
    def __missing__(self, path: str) -> Mask:
        return 0


UNLISTED = Table((), 0, True, _NoColumns(()), _NoSilences((), _NoColumns(())))


def masks_of(test: Callable[[Any, Any], bool | None], facts: Any, table: Table) -> Masks:
    """The truths of a test for every row."""
    truths = [test(facts, row) for row in table.rows]
    surely = those(truths, True)
    return Masks(surely, surely | those(truths, None))


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
