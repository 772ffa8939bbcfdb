"""Measures judging a design against parsing the same bytes."""

from __future__ import annotations

from collections.abc import Iterator

from app.checklist.catalogue import shipped_catalogue
from app.checklist.evaluate import evaluate
from app.domain.design import Design, parse_design
from app.exports.feedback_json import feedback_json
from bench.designs import full_design_json
from bench.timing import Ratio, at_most, medians_in_turn, seconds_each

REPEATS = 300


def ratios() -> Iterator[Ratio]:
    """Every check on 40 participants: judging alone, and judging with every message written out."""
    data = full_design_json(40)
    design, checklist = parse_design(data), shipped_catalogue().find("track-two")

    def parse() -> float:
        return seconds_each(lambda: Design.model_validate_json(data), REPEATS)

    def judge() -> float:
        return seconds_each(lambda: evaluate(design, checklist).codes, REPEATS)

    def explain() -> float:
        return seconds_each(lambda: [finding.message for finding in evaluate(design, checklist).findings], REPEATS)

    def write() -> float:
        return seconds_each(lambda: feedback_json(evaluate(design, checklist)), REPEATS)

    yield at_most(
        f"evaluate(), {len(checklist.checks)} checks, 40 participants, {len(data)} bytes",
        *medians_in_turn(judge, parse),
        3,
    )
    yield at_most("the same with every message and pointer", *medians_in_turn(explain, parse), 3)
    yield at_most("the same with the whole feedback written as JSON", *medians_in_turn(write, parse), 5)
