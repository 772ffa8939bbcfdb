"""Some parts of a stored design, read without the others; knows which parts every reading needs, and no check."""

from __future__ import annotations

from functools import cache
from typing import Any, Final

from pydantic import BaseModel, ConfigDict, create_model

from app.domain.design import Design

NEEDED: Final = frozenset({"title", "conflict"})
"""A text that is the id of a party is an answer wherever parties are named, so the parties are always read."""


def parts_of_design(document: bytes, parts: frozenset[str]) -> Design:
    """A design with these parts, by name, and as if nothing were said of the others.

    It is for documents that were read as a whole once, by the same rules, and says nothing of faults.

    Raises:
        ValueError: a part cannot be read as it is there.
    """
    read = _reader(parts | NEEDED).model_validate_json(document)
    return Design.model_construct(**read.__dict__)


@cache
def _reader(parts: frozenset[str]) -> type[BaseModel]:
    fields: dict[str, Any] = {
        name: (field.annotation, field) for name, field in Design.model_fields.items() if name in parts
    }
    settings = ConfigDict(str_strip_whitespace=True, extra="ignore")
    return create_model("PartsOfDesign", __config__=settings, **fields)
