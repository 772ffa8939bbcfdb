"""One table says what feedback can be written as; every writer gives the same bytes for the same evaluation."""

import json

import pytest

from app.exports.feedback_json import feedback_json
from app.exports.media_types import MEDIA_TYPES
from app.exports.wanted import Wanted
from tests.exports.builders import a_draft, hostile, judged


def test_the_table_names_each_media_type_once() -> None:
    types = [representation.media_type for representation in MEDIA_TYPES.values()]

    assert types == [
        "application/json",
        "text/markdown; charset=utf-8",
        "text/html; charset=utf-8",
        "application/sarif+json",
    ]


@pytest.mark.parametrize("name", MEDIA_TYPES)
def test_the_same_evaluation_gives_the_same_bytes(name: str) -> None:
    once, again = (MEDIA_TYPES[name].write(judged(a_draft()), "River dialogue") for _ in range(2))

    assert once == again


@pytest.mark.parametrize("name", MEDIA_TYPES)
def test_findings_can_be_narrowed_to_none(name: str) -> None:
    narrowed = MEDIA_TYPES[name].write(judged(a_draft()), "River dialogue", Wanted(["met"], ["nothing"]))

    assert b"/purpose/statement" not in narrowed


@pytest.mark.parametrize("name", MEDIA_TYPES)
def test_a_hostile_design_is_written_as_utf_8(name: str) -> None:
    written = MEDIA_TYPES[name].write(*hostile())

    assert written.decode()
    assert b"\x1b" not in written


def test_json_is_the_feedback_itself() -> None:
    evaluation = judged(a_draft())

    assert MEDIA_TYPES["json"].write(evaluation, "River dialogue") == feedback_json(evaluation)
    assert set(json.loads(feedback_json(evaluation))) == {"checklist", "categories", "findings", "counts"}
