"""Bodies that could be read two ways are refused; the quick look never lets through what the exact one refuses."""

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.api import wellformed
from app.api.wellformed import why_refused

DEEP = wellformed.DEEPEST

SOUND = {
    "an object": b'{"a": 1, "b": [true, false, null, "x"]}',
    "a text with a colon and a brace": b'{"a": "b:{c}[d"}',
    "an escaped colon": b'{"a\\u003a": 1}',
    "an escaped letter": b'{"\\u0061": "\\u00e9"}',
    "a pair of surrogates": b'"\\ud83d\\ude00"',
    "a backslash before u0000": b'"\\\\u0000"',
    "the largest integer": b"9223372036854775807",
    "the smallest integer": b"[-9223372036854775808]",
    "a text of fifty digits": b'"' + b"1" * 50 + b'"',
    "a small exponent": b"1e5",
    "an amount": b"[120000.50]",
    "as deep as is allowed": b"[" * DEEP + b"1" + b"]" * DEEP,
    "Arabic": '{"اسم": "حوار النهر"}'.encode(),
}

REFUSED = {
    "NaN": (b"NaN", wellformed.NOT_JSON),
    "Infinity": (b'{"a": Infinity}', wellformed.NOT_JSON),
    "minus Infinity": (b"[-Infinity]", wellformed.NOT_JSON),
    "1e999": (b'{"a": 1e999}', wellformed.NOT_FINITE),
    "-1e400": (b"[-1e400]", wellformed.NOT_FINITE),
    "2 to the 63": (b"9223372036854775808", wellformed.INTEGER_TOO_LARGE),
    "less than minus 2 to the 63": (b"[-9223372036854775809]", wellformed.INTEGER_TOO_LARGE),
    "an integer of 5,000 digits": (b'{"a": ' + b"1" * 5_000 + b"}", wellformed.NUMBER_TOO_LONG),
    "a fraction of 5,000 digits": (b"0." + b"1" * 5_000, wellformed.NUMBER_TOO_LONG),
    "a lone high surrogate": (b'"\\ud800"', wellformed.NOT_JSON),
    "a lone low surrogate": (b'{"a": "x\\udc00y"}', wellformed.NOT_JSON),
    "a surrogate in UTF-8": (b'"\xed\xa0\x80"', wellformed.NOT_UTF8),
    "the same key twice": (b'{"a": 1, "a": 2}', wellformed.DUPLICATE),
    "the same key twice, once escaped": (b'{"a": 1, "\\u0061": 2}', wellformed.DUPLICATE),
    "the same key twice, with an escaped colon elsewhere": (b'{"a": "\\u003a", "a": 2}', wellformed.DUPLICATE),
    "the same key twice, inside": (b'[{"x": {"a" : 1, "b": ":", "a": 2}}]', wellformed.DUPLICATE),
    "NUL": (b'{"a": "\x00"}', wellformed.HAS_NUL),
    "an escaped NUL": (b'{"a": "x\\u0000"}', wellformed.HAS_NUL),
    "an escaped NUL behind a backslash": (b'"\\\\\\u0000"', wellformed.HAS_NUL),
    "an escaped NUL in a key": (b'{"\\u0000": 1}', wellformed.HAS_NUL),
    "one level too deep": (b"[" * (DEEP + 1) + b"1" + b"]" * (DEEP + 1), wellformed.TOO_DEEP),
    "objects too deep": (b'{"a":' * 100 + b"1" + b"}" * 100, wellformed.TOO_DEEP),
    "very deep": (b"[" * 100_000 + b"]" * 100_000, wellformed.TOO_DEEP),
    "very deep and never closed": (b"[" * 100_000, wellformed.TOO_DEEP),
    "Latin-1": ('"caf\xe9"'.encode("latin-1"), wellformed.NOT_UTF8),
    "UTF-16": ('{"a": 1}'.encode("utf-16"), wellformed.NOT_UTF8),
    "UTF-16 without a mark": ('{"a": 1}'.encode("utf-16-le"), wellformed.HAS_NUL),
    "a byte order mark": (b'\xef\xbb\xbf{"a": 1}', wellformed.NOT_JSON),
    "two documents": (b"{} {}", wellformed.NOT_JSON),
    "a comment": (b'{"a": 1} // b', wellformed.NOT_JSON),
    "a comma at the end": (b"[1,]", wellformed.NOT_JSON),
    "single quotes": (b"{'a': 1}", wellformed.NOT_JSON),
    "a leading zero": (b"01", wellformed.NOT_JSON),
    "a control character": (b'"\x1f"', wellformed.NOT_JSON),
    "nothing": (b"", wellformed.NOT_JSON),
    "half a document": (b'{"a": [1, 2', wellformed.NOT_JSON),
}


@pytest.mark.parametrize("body", SOUND.values(), ids=SOUND)
def test_what_means_one_thing_passes(body: bytes) -> None:
    assert why_refused(body) is None


@pytest.mark.parametrize(("body", "reason"), REFUSED.values(), ids=REFUSED)
def test_what_could_be_read_two_ways_is_refused(body: bytes, reason: str) -> None:
    assert why_refused(body) == reason


def test_a_quarter_of_a_megabyte_of_quotes_is_refused_without_delay() -> None:
    """Patterns that go back and forth over such a text would take minutes."""
    assert why_refused(b'"\\"' * 87_000) == wellformed.NOT_JSON


NUMBERS = st.integers(-(2**70), 2**70) | st.floats() | st.sampled_from([10**17, 10**18, 10**19, 0.1])
VALUES = st.recursive(
    st.none() | st.booleans() | NUMBERS | st.text(max_size=30),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(max_size=6), inner, max_size=4),
    max_leaves=12,
)
PIECES = st.sampled_from(
    ["\\u0000", "\\u003a", ":", '"a":', '{"a":1,"a":2}', "1" * 25, "NaN", "1e999", "\\ud800", "[", "]", " "]
)


@st.composite
def nearly_json(draw: st.DrawFn) -> bytes:
    """JSON, compact or not, escaped or not, into which a piece may have been put somewhere."""
    ascii_only, indent = draw(st.booleans()), draw(st.sampled_from([None, 1]))
    text = json.dumps(draw(VALUES), ensure_ascii=ascii_only, indent=indent)
    if draw(st.booleans()):
        place = draw(st.integers(0, len(text)))
        text = text[:place] + draw(PIECES) + text[place:]
    return text.encode("utf-8", "surrogatepass")


@given(nearly_json())
def test_the_quick_look_passes_nothing_that_the_exact_one_refuses(body: bytes) -> None:
    assert not wellformed._plainly_sound(body) or wellformed._exact_reason(body) is None


@given(
    st.recursive(st.text(max_size=40), lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(), inner))
)
def test_ordinary_documents_pass(document: object) -> None:
    body = json.dumps(document).encode()
    assert why_refused(body) is None or b"\\u0000" in body
