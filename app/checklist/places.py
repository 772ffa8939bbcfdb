"""Every place that a design can have an answer at, so that a check that reads another place is told; judges nothing."""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import cache
from types import NoneType, UnionType
from typing import Annotated, Any, Union, get_args, get_origin

from app.domain.design import Design
from app.domain.modelling import BaseModel
from app.domain.pointer import pointer, steps

WELL_FORMED = re.compile(r"(/([^~/]|~[01])*)+")
INDEX = re.compile(r"0|[1-9][0-9]{0,5}")


@cache
def places() -> frozenset[str]:
    """Patterns of JSON Pointers, with `*` for a row, of every field that a design can have."""
    return frozenset(_below(Design, ""))


def _below(kind: Any, place: str) -> Iterator[str]:
    kind = _plain(kind)
    if get_origin(kind) in (list, tuple):
        yield from _below(get_args(kind)[0], f"{place}/*")
    elif isinstance(kind, type) and issubclass(kind, BaseModel):
        for name, field in kind.model_fields.items():
            here = place + pointer(name)
            yield here
            yield from _below(field.annotation, here)


def _plain(kind: Any) -> Any:
    """The type without None and without what pydantic is told about it."""
    if get_origin(kind) is Annotated:
        return _plain(get_args(kind)[0])
    if get_origin(kind) in (Union, UnionType):
        return _plain(next(part for part in get_args(kind) if part is not NoneType))
    return kind


def leads_somewhere(document: Any, place: str) -> bool:
    """Whether a JSON Pointer leads to a value of this document, or to a field of it that has no answer yet.

    A row must be there; the document as a whole is no place in it.
    """
    if not WELL_FORMED.fullmatch(place):
        return False
    here, pattern, found = document, "", True
    for step in steps(place):
        if isinstance(here, list):
            if not (INDEX.fullmatch(step) and int(step) < len(here)):
                return False
            here, pattern = here[int(step)], f"{pattern}/*"
        else:
            found = found and isinstance(here, dict) and step in here
            here, pattern = here[step] if found else None, pattern + pointer(step)
    return found or pattern in places()
