"""What somebody said and who they are called, sealed together; knows neither what was said nor about what."""

import json
from typing import Any

from app.security.sealing import DataKey


def seal_words(key: DataKey, field: str, revision: int, **words: Any) -> bytes:
    """The words as one sealed value; the field's name binds it to its row."""
    return key.seal_text(field, revision, json.dumps(words))


def open_words(key: DataKey, field: str, revision: int, sealed: bytes) -> dict[str, Any]:
    """The words that `seal_words` sealed.

    Raises:
        Damaged: they do not verify, or belong to another row.
    """
    words: dict[str, Any] = json.loads(key.open_text(field, revision, sealed))
    return words
