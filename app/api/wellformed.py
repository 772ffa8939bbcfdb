"""Whether a body is JSON that means the same to every reader; knows bytes, not what they are about.

A body is read once and written back once, both outside Python, and the two are compared: that settles nearly every body
in under 0.1 ms. Only where that leaves a doubt is it looked at piece by piece, slowly and exactly.
"""

import json
import math
import re
from itertools import accumulate
from typing import Any, Final

from pydantic_core import from_json, to_json

DEEPEST: Final = 32
LONGEST_NUMBER: Final = 64  # a longer one has 19 digits in a row somewhere, which is what the quick look sees
SMALLEST_INTEGER: Final = -(2**63)
LARGEST_INTEGER: Final = 2**63 - 1

NOT_UTF8: Final = "The body is not UTF-8."
NOT_JSON: Final = "The body is not valid JSON."
TOO_DEEP: Final = f"The body is nested more than {DEEPEST} deep."
HAS_NUL: Final = "The body holds the character NUL."
DUPLICATE: Final = "An object in the body has the same key twice."
NUMBER_TOO_LONG: Final = f"A number in the body has more than {LONGEST_NUMBER} characters."
INTEGER_TOO_LARGE: Final = "A whole number in the body does not fit into 64 bits."
NOT_FINITE: Final = "A number in the body is not finite."

_DIGITS_AS_ZERO = bytes(ord("0") if ord("0") <= code <= ord("9") else code for code in range(256))
_TOO_DEEP_WRITTEN = b"\n" + b" " * (DEEPEST + 1)
_LONG_RUN = b"0" * 19  # the shortest run of digits that can leave 64 bits, every digit written as 0
_STRING = re.compile(r'"(?:[^"\\]|\\.)*"')
_NUMBER = re.compile(r"-?[0-9][0-9.eE+-]*")
_ESCAPED_NUL = re.compile(rb"(?<!\\)(?:\\\\)*\\u0000")


class _DuplicateKey(ValueError):
    """An object with the same key twice."""


def why_refused(body: bytes) -> str | None:
    """Why this body cannot be relied on, or None for a body that can.

    Refused are: what is not UTF-8 JSON, nesting deeper than 32, NUL and lone surrogates (escaped too), numbers longer
    than 64 characters, not finite or beyond 64 bits, and the same key twice in one object.
    """
    return None if _plainly_sound(body) else _exact_reason(body)


def _plainly_sound(body: bytes) -> bool:
    """Whether the quick look finds the body sound. False means a doubt, not a fault.

    Every key has one colon. Without escaped colons, reading and writing loses colons only where a key came twice.
    """
    if b"\\" in body and b"\\u00" in body:
        return False
    try:
        written = to_json(from_json(body, allow_inf_nan=False, cache_strings="keys"), indent=1)
    except ValueError:
        return False
    return (
        written.count(b":") == body.count(b":")
        and _LONG_RUN not in body.translate(_DIGITS_AS_ZERO)
        and _TOO_DEEP_WRITTEN not in written
        and b"Infinity" not in written
    )


def _exact_reason(body: bytes) -> str | None:
    try:
        text = body.decode()
    except UnicodeDecodeError:
        return NOT_UTF8
    if "\0" in text:
        return HAS_NUL
    try:
        written = to_json(from_json(text, allow_inf_nan=False))
    except ValueError as error:
        return _why_unreadable(str(error))
    # The text is JSON from here on: the patterns below take time in proportion to it, whatever its author intended.
    bare = _STRING.sub('""', text)
    return _structure_reason(bare, text) or (HAS_NUL if _ESCAPED_NUL.search(written) else None)


def _why_unreadable(message: str) -> str:
    """The reader's own two bounds, which are wider than ours, told apart from a mistake in the syntax."""
    if message.startswith("recursion limit exceeded"):
        return TOO_DEEP
    return NUMBER_TOO_LONG if message.startswith("number out of range") else NOT_JSON


def _structure_reason(bare: str, text: str) -> str | None:
    if _depth(bare) > DEEPEST:
        return TOO_DEEP
    reason = next(filter(None, map(_number_reason, _NUMBER.findall(bare))), None)
    return reason or _duplicate_reason(text)


def _depth(bare: str) -> int:
    steps = (1 if mark in "{[" else -1 for mark in bare if mark in "{[]}")
    return max(accumulate(steps), default=0)


def _number_reason(number: str) -> str | None:
    if len(number) > LONGEST_NUMBER:
        return NUMBER_TOO_LONG
    if number.lstrip("-").isdigit():
        return None if SMALLEST_INTEGER <= int(number) <= LARGEST_INTEGER else INTEGER_TOO_LARGE
    return None if math.isfinite(float(number)) else NOT_FINITE


def _duplicate_reason(text: str) -> str | None:
    try:
        json.loads(text, object_pairs_hook=_once_each)
    except _DuplicateKey:
        return DUPLICATE
    return None


def _once_each(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    members = dict(pairs)
    if len(members) != len(pairs):
        raise _DuplicateKey
    return members
