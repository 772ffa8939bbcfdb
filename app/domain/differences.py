"""What changed between two JSON documents, place by place; knows no document by name."""

import json
from collections.abc import Iterator
from dataclasses import dataclass
from difflib import SequenceMatcher
from enum import StrEnum
from typing import Any

from app.domain.pointer import pointer

# A row that keeps one of these is the same row, whatever else changes in it.
IDENTITIES = ("id", "code", "name", "party", "title")

Place = tuple[str | int, ...]


class Kind(StrEnum):
    """What happened at a place."""

    ADDED = "added"
    REMOVED = "removed"
    CHANGED = "changed"


@dataclass(frozen=True, slots=True)
class Difference:
    """One thing that is different.

    Attributes:
        pointer: where (a JSON Pointer): in the old document for what was removed, in the new one for all else.
        before, after: the values; None on the side where there is nothing.
    """

    pointer: str
    kind: Kind
    before: Any
    after: Any


def differences(before: Any, after: Any) -> tuple[Difference, ...]:
    """Every difference, in the order of the documents; rows of a list are recognised when others come or go."""
    return tuple(_between(before, after, ()))


def _between(before: Any, after: Any, place: Place) -> Iterator[Difference]:
    if isinstance(before, dict) and isinstance(after, dict):
        yield from _between_objects(before, after, place)
    elif isinstance(before, list) and isinstance(after, list):
        yield from _between_lists(before, after, place)
    elif _text(before) != _text(after):
        yield Difference(pointer(*place), Kind.CHANGED, before, after)


def _between_objects(before: dict[str, Any], after: dict[str, Any], place: Place) -> Iterator[Difference]:
    for name in [*before, *(name for name in after if name not in before)]:
        if name not in after:
            yield Difference(pointer(*place, name), Kind.REMOVED, before[name], None)
        elif name not in before:
            yield Difference(pointer(*place, name), Kind.ADDED, None, after[name])
        else:
            yield from _between(before[name], after[name], (*place, name))


def _between_lists(before: list[Any], after: list[Any], place: Place) -> Iterator[Difference]:
    old, new = [_identity(row) for row in before], [_identity(row) for row in after]
    for tag, start, end, new_start, new_end in SequenceMatcher(None, old, new, autojunk=False).get_opcodes():
        same_length = end - start == new_end - new_start
        if tag == "equal" or (tag == "replace" and same_length and not any(map(_is_named, before[start:end]))):
            for step in range(end - start):
                yield from _between(before[start + step], after[new_start + step], (*place, new_start + step))
            continue
        for index in range(start, end):
            yield Difference(pointer(*place, index), Kind.REMOVED, before[index], None)
        for index in range(new_start, new_end):
            yield Difference(pointer(*place, index), Kind.ADDED, None, after[index])


def _is_named(row: Any) -> bool:
    return isinstance(row, dict) and any(name in row for name in IDENTITIES)


def _identity(row: Any) -> str:
    """What tells a row from others: its name if it has one, else all of it."""
    if isinstance(row, dict):
        for name in IDENTITIES:
            if name in row:
                return f"{name} {_text(row[name])}"
    return _text(row)


def _text(value: Any) -> str:
    """Values are the same when their JSON is; otherwise 1 and true would be."""
    return json.dumps(value, sort_keys=True)
