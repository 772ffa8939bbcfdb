"""Text of unknown origin made safe for a cell of a table: no program takes it for a formula; knows no format."""

from __future__ import annotations

import unicodedata

from app.exports.visible import visible

LONGEST = 32_000  # a cell of a workbook holds 32,767 characters
BEGINNINGS = frozenset("=+-@")


def cell_text(text: str) -> str:
    """The text on one line, without control characters, and no longer than a cell."""
    return visible(text)[:LONGEST]


def begins_a_formula(text: str) -> bool:
    """Whether a spreadsheet might calculate it: by its first character that shows, also a full-width or raised one."""
    first = next((character for character in text if not _is_blank(character)), "")
    # Some programs take any dash for a minus.
    return bool(BEGINNINGS & set(unicodedata.normalize("NFKC", first))) or first == "\u2212" or _is_dash(first)


def _is_blank(character: str) -> bool:
    return character.isspace() or unicodedata.category(character)[0] in "CZM"


def _is_dash(character: str) -> bool:
    return bool(character) and unicodedata.category(character) == "Pd"
