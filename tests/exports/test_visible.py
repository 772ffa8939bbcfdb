"""Text of unknown origin is shown on one line, with nothing invisible in it that acts."""

import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.exports.visible import KEPT_FORMATS, visible


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("River dialogue", "River dialogue"),
        ("  two\n lines\tand  spaces ", "two lines and spaces"),
        ("\x1b[31mred\x1b[0m\x07", "[31mred[0m"),
        ("\x9b31mred", "31mred"),
        ("ab\u202edc\u202c \u2066x\u2069", "abdc x"),
        ("line\u2028and\u2029paragraph", "line and paragraph"),
        ("tag\U000e0041\U000e0042", "tag"),
        ("\ufefftext", "text"),
        ("\u0645\u06cc\u200c\u062e\u0648\u0627\u0647\u0645", "\u0645\u06cc\u200c\u062e\u0648\u0627\u0647\u0645"),
        ("\ud800", ""),
        ("", ""),
    ],
    ids=[
        "plain",
        "spaces",
        "escape codes",
        "C1 codes",
        "bidi",
        "separators",
        "tags",
        "BOM",
        "a joiner",
        "half",
        "none",
    ],
)
def test_nothing_invisible_is_left_but_what_people_write_with(text: str, shown: str) -> None:
    assert visible(text) == shown


@given(st.text())
def test_no_text_has_a_control_character_left(text: str) -> None:
    left = {unicodedata.category(character) for character in visible(text) if character not in KEPT_FORMATS}

    assert left.isdisjoint({"Cc", "Cf", "Cs", "Co", "Zl", "Zp"})
    assert visible(visible(text)) == visible(text)
