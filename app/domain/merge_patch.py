"""JSON Merge Patch (RFC 7396): what a document becomes; knows no document by name."""

from typing import Any


def merged(document: Any, patch: Any) -> Any:
    """The document with the patch applied: null takes a field away, an object reaches inside, all else replaces."""
    if not isinstance(patch, dict):
        return patch
    result = dict(document) if isinstance(document, dict) else {}
    for name, value in patch.items():
        if value is None:
            result.pop(name, None)
        else:
            result[name] = merged(result.get(name), value)
    return result
