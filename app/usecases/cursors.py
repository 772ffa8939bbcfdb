"""A place in a list as an opaque text that a caller sends back; knows no list."""

from base64 import urlsafe_b64decode, urlsafe_b64encode
from collections.abc import Callable
from datetime import UTC, datetime
from typing import Any
from uuid import UUID

from app.domain.errors import BadInput


def cursor_of(name: str, *parts: object) -> str:
    """The text for a place in the list of that name. No part has a space."""
    return urlsafe_b64encode(" ".join((name, *map(str, parts))).encode()).decode().rstrip("=")


def place_in(name: str, cursor: str, *readers: Callable[[str], Any]) -> list[Any]:
    """The parts of a place in the list of that name, each made by its reader, which refuses by ValueError.

    Raises:
        BadInput: the text is no place in that list.
    """
    try:
        word, *parts = urlsafe_b64decode(cursor + "=" * (-len(cursor) % 4)).decode().split(" ")
        if word == name:
            return [read(part) for read, part in zip(readers, parts, strict=True)]
    except (ValueError, OverflowError):
        pass
    raise BadInput("The cursor is not one that this list gave.")


def moment(text: str) -> datetime:
    """A moment as `isoformat` writes it."""
    found = datetime.fromisoformat(text)
    if found.tzinfo is None:
        raise ValueError("no zone")
    return found.astimezone(UTC)


def identity(text: str) -> str:
    """An id."""
    return str(UUID(text))
