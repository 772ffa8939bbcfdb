"""Judging is counted, as time is not: how many functions are called for one full design of forty people."""

import sys
from collections.abc import Callable
from types import FrameType

from app.checklist.catalogue import shipped_catalogue
from app.checklist.evaluate import evaluate
from app.domain.design import design_from
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


def test_judging_a_full_design_calls_few_functions() -> None:
    assert calls_of(lambda: evaluate(LARGE, TRACK_TWO).codes) <= MOST_TO_JUDGE


def test_feedback_on_a_full_design_calls_few_functions() -> None:
    assert calls_of(lambda: feedback_json(evaluate(LARGE, TRACK_TWO))) <= MOST_TO_WRITE


def test_people_are_judged_as_columns() -> None:
    """Each more is read, and has a bit in each column: nothing is asked of one after the other."""
    more = calls_of(lambda: evaluate(LARGE, TRACK_TWO).codes) - calls_of(lambda: evaluate(SMALL, TRACK_TWO).codes)

    assert more <= 40 - 12 + SPARE


MOST_TO_JUDGE, MOST_TO_WRITE, SPARE = 1_850, 3_250, 10
"""A little more than it took when this was written: 1,757 and 3,080, and four beside one for each person more."""
