"""Whoever writes the phrases or the text cannot make a check run for ever: steps are counted, not seconds."""

import json
import sys
from collections.abc import Callable
from pathlib import Path
from types import FrameType
from typing import Any

import pytest

from app.checklist.catalogue import shipped_catalogue
from app.checklist.own import Own, read_own
from app.checklist.predicates.words import PhraseIndex, first_phrase
from tests.builders import facts_of

# Each word of these texts may begin each of these phrases, and each phrase fails at its very last word: with an
# expression that tries again and again the steps would grow with a power of the length.
HOSTILE = {
    "the same word again and again": ("a ", ["a a a a a b", "a* a* a* a* a* b"]),
    "any ending, word for word": ("aaaa ", ["a* aa* aaa* aaaa* b", "aaaa aaaa aaaa b*"]),
    "two words that may stand inside": ("a x x ", ["a a a a a a b"]),
    "no spaces at all": ("a", ["a* b", "aa* b"]),
    "letters with marks": ("a\u0301\u0302 ", ["\u00e1* b"]),
}

HARDLY_MORE = 1.05  # at the end of a text fewer words are left to look at; a power of the length would double it


def steps(text: str, phrases: list[str]) -> int:
    """How many calls the search makes, which finds nothing."""
    index = PhraseIndex(phrases)
    assert first_phrase(text, index) is None
    return calls_of(lambda: first_phrase(text, index))


def calls_of(work: Callable[[], object]) -> int:
    """How many functions are called in the course of it."""
    counted = 0

    def count(frame: FrameType, event: str, argument: Any) -> None:
        nonlocal counted
        counted += event in {"call", "c_call"}

    sys.setprofile(count)
    try:
        work()
    finally:
        sys.setprofile(None)
    return counted


@pytest.mark.parametrize(("piece", "phrases"), HOSTILE.values(), ids=HOSTILE)
def test_twice_the_text_takes_twice_the_steps_at_most(piece: str, phrases: list[str]) -> None:
    once, twice = (steps(piece * times, phrases) for times in (200, 400))

    assert twice <= HARDLY_MORE * 2 * once


@pytest.mark.parametrize(("piece", "phrases"), HOSTILE.values(), ids=HOSTILE)
def test_twice_the_phrases_take_twice_the_steps_at_most(piece: str, phrases: list[str]) -> None:
    once, twice = (steps(piece * 50, phrases * times) for times in (10, 20))

    assert twice <= HARDLY_MORE * 2 * once


def test_a_step_looks_at_three_words_of_the_text_at_most_for_each_word_of_a_phrase() -> None:
    words, phrase = 200, "a a a a a a a b"
    allowed = words * len(phrase.split()) * 3

    assert steps("a " * words, [phrase]) <= 3 * allowed


def hostile_overlay(folder: Path, phrases: list[str]) -> Own:
    """An overlay whose stock phrases, in one language, are these."""
    overlay = {
        "overlays": "track-two@1",
        "name": "hostile",
        "version": 1,
        "reason": "To take for ever.",
        "parameters": {"purpose.specific": {"stock": {"value": {"en": phrases}, "reason": "For tests."}}},
    }
    (folder / "hostile.yaml").write_text(json.dumps(overlay, indent=1))
    return read_own(folder, shipped_catalogue())


def test_a_hostile_overlay_judges_a_hostile_text_in_steps_that_grow_with_the_text(tmp_path: Path) -> None:
    [own] = hostile_overlay(tmp_path, ["a a a a a b"] * 20).checklists
    check = own.checklist.check("purpose.specific")

    def judged(times: int) -> int:
        facts = facts_of({"title": "Wells", "approach": "hard", "purpose": {"statement": "a " * times}})
        return calls_of(lambda: check.judge(facts))

    assert judged(200) <= HARDLY_MORE * 2 * judged(100)


@pytest.mark.parametrize("phrases", [["a b"] * 2_001, ["a " * 51]], ids=["too many", "too long"])
def test_phrases_without_end_are_refused(tmp_path: Path, phrases: list[str]) -> None:
    [fault] = hostile_overlay(tmp_path, phrases).faults

    assert fault.detail == "There are 2000 phrases at most, of 100 characters at most."
