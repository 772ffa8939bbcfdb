"""Judging is counted, as time is not: how many more functions are called for forty people than for twelve."""

import sys
from collections.abc import Callable
from functools import partial
from types import FrameType

import pytest

from app.checklist.catalogue import shipped_catalogue
from app.checklist.evaluate import evaluate
from app.domain.design import Design, design_from
from app.exports.feedback_json import feedback_json
from bench.designs import full_design

TRACK_TWO = shipped_catalogue().find("track-two@1")
SMALL, LARGE = (design_from(full_design(people)) for people in (12, 40))


def calls_of(work: Callable[[], object]) -> int:
    """How many functions written in Python a piece of work calls, once it was done before."""
    TRACK_TWO.judge.write_all()
    work()
    calls = 0

    def count(_frame: FrameType, event: str, _what: object) -> None:
        nonlocal calls
        calls += event == "call"

    sys.setprofile(count)
    try:
        work()
    finally:
        sys.setprofile(None)
    return calls


def judge(design: Design) -> object:
    return evaluate(design, TRACK_TWO).codes


def write_feedback(design: Design) -> object:
    return feedback_json(evaluate(design, TRACK_TWO))


def ask_each(design: Design) -> object:
    """Judges, and then asks a few things of one person after the other."""
    people = design.participation.participants if design.participation is not None else None
    return judge(design), [[str.upper(_field(one, name)) for name in ASKED] for one in people or []]


def _field(one: object, name: str) -> str:
    return str(getattr(one, name))


ASKED = ("party", "gender", "status", "capacity", "background", "selected_by", "age_group", "code")


@pytest.mark.parametrize(
    ("work", "holds"),
    [(judge, True), (write_feedback, True), (ask_each, False)],
    ids=["judging", "feedback", "mutant: eight things are asked of each person"],
)
def test_people_are_judged_as_columns(work: Callable[[Design], object], holds: bool) -> None:
    """Forty people cost hardly more calls than twelve: each is read once, and nothing is asked of them in turn."""
    few, many = (calls_of(partial(work, design)) for design in (SMALL, LARGE))

    assert (many <= few * MOST_MORE) is holds


MOST_MORE = 1.08
"""A patch of Python or of a library changes both numbers alike; 1.02 and 1.04 when this was written."""
