"""Measures judging a design against parsing the same bytes.

One call of each is timed after the other, hundreds of times, by the time of the processor: neither waits for anything,
and on a shared machine the longer of two is interrupted more often than the shorter.
"""

from __future__ import annotations

import gc
import time
from collections.abc import Callable, Iterator

from app.checklist.catalogue import shipped_catalogue
from app.checklist.evaluate import evaluate
from app.domain.design import Design, parse_design
from app.exports.feedback_json import feedback_json
from bench.designs import full_design_json
from bench.timing import Ratio, at_most, medians_in_turn

ROUNDS = 1_000
UNTIL_WARM = 100
"""After so many designs every check is written out as one function, as it is in a server."""


def ratios() -> Iterator[Ratio]:
    """Every check on 40 participants: judging alone, and judging with every message written out."""
    data = full_design_json(40)
    design, checklist = parse_design(data), shipped_catalogue().find("track-two")

    def parse() -> object:
        return Design.model_validate_json(data)

    def judge() -> object:
        return evaluate(design, checklist).codes

    def explain() -> object:
        return [finding.message for finding in evaluate(design, checklist).findings]

    def write() -> object:
        return feedback_json(evaluate(design, checklist))

    for _ in range(UNTIL_WARM):
        write()
    yield at_most(
        f"evaluate(), {len(checklist.checks)} checks, 40 participants, {len(data)} bytes", *_in_turn(judge, parse), 3
    )
    yield at_most("the same with every message and pointer", *_in_turn(explain, parse), 3)
    yield at_most("the same with the whole feedback written as JSON", *_in_turn(write, parse), 5)


def _in_turn(ours: Callable[[], object], base: Callable[[], object]) -> tuple[float, float]:
    """The medians of single calls taken in turn, with the garbage collector still and what is there frozen."""
    gc.collect()
    gc.freeze()
    gc.disable()
    try:
        return medians_in_turn(lambda: _seconds(ours), lambda: _seconds(base), ROUNDS)
    finally:
        gc.enable()
        gc.unfreeze()


def _seconds(work: Callable[[], object]) -> float:
    start = time.thread_time()
    work()
    return time.thread_time() - start
