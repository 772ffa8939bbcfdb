"""Text of unknown origin made safe to show: nothing in it can move, hide or colour what stands around it."""

from __future__ import annotations

import unicodedata

# Marks that order a single word (U+200E, U+200F, U+061C) and joiners (U+200C, U+200D) belong to how people write.
KEPT_FORMATS = frozenset("\u200c\u200d\u200e\u200f\u061c\u00ad")
DROPPED_CATEGORIES = frozenset({"Cc", "Cf", "Cs", "Co"})


def visible(text: str) -> str:
    """The text on one line: white space as single spaces, no control, override, isolate or tag characters."""
    if text.isprintable() and "  " not in text and text.isascii():
        return text.strip()
    kept = "".join(character if _is_kept(character) else " " if character.isspace() else "" for character in text)
    return " ".join(kept.split())


def _is_kept(character: str) -> bool:
    if character in KEPT_FORMATS:
        return True
    return unicodedata.category(character) not in DROPPED_CATEGORIES
