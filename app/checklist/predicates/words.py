"""Words about the words of a text: how many, and whether it leans on a stock phrase; knows no list of phrases."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable, Iterator, Sequence
from fractions import Fraction
from functools import lru_cache
from typing import Any, Literal

from app.checklist.predicates.base import (
    Compiled,
    Evidence,
    Number,
    ParameterName,
    Path,
    Scope,
    Truth,
    Word,
    place_of,
    quick,
    reach,
)
from app.domain.facts import Facts
from app.domain.placeholders import matching_form

UNSPACED = re.compile(
    r"[\u0e00-\u0eff\u1000-\u109f\u1780-\u17ff\u2e80-\u30ff\u3400-\u9fff\uf900-\ufaff\U00020000-\U0003ffff]"
)
LETTERS = re.compile(r"[^\W_]+(?:[\u2019'-][^\W_]+)*")
WIDEST_GAP = 2
FEW = 4


class FewerWordsThan(Word):
    """Whether a text has fewer words than a number; false for a script that puts no spaces between words.

    Figure: `words`.
    """

    op: Literal["fewer_words_than"]
    path: Path
    words: Number

    def compile(self, scope: Scope) -> Compiled:
        """See the class."""
        get, place, least = reach(self.path), place_of(self.path), quick(scope.number(self.words))

        def test(facts: Facts, row: Any) -> Truth:
            text = get(facts, row)
            return (
                None
                if text is None
                else (text.isascii() or not UNSPACED.search(text)) and _words_up_to(text, least) < least
            )

        def trace(facts: Facts, row: Any, truth: Truth, evidence: Evidence) -> None:
            evidence.at.append(place(row))
            evidence.figures["words"] = len(LETTERS.findall(get(facts, row) or ""))

        return Compiled(test, trace, frozenset({scope.pattern(self.path)}), frozenset({"words"}))


def _words_up_to(text: str, enough: int | Fraction) -> int:
    """How many words a text has; stops counting once there are enough.

    What begins with a letter or digit, between spaces, is a word or more: mostly that settles it.
    """
    some = int(enough) + FEW
    count = sum([piece[0].isalnum() for piece in text.split(None, some)[:some]])
    if count >= enough:
        return count
    count = 0
    for _ in LETTERS.finditer(text):
        count += 1
        if count >= enough:
            break
    return count


class UsesPhrase(Word):
    """Whether a text uses one of a parameter's phrases; up to two other words may stand inside one.

    A phrase is words; `*` at the end of a word stands for any ending. Time grows with the text times the phrases that
    share a first word, never worse. Figure: `phrase` (as it stands in the text).
    """

    op: Literal["uses_phrase"]
    path: Path
    phrases: ParameterName

    def compile(self, scope: Scope) -> Compiled:
        """See the class."""
        get, place = reach(self.path), place_of(self.path)
        phrases = PhraseIndex(map(matching_form, self._given(scope)))

        @lru_cache(maxsize=256)
        def found(text: str) -> str | None:
            return first_phrase(text, phrases)

        def test(facts: Facts, row: Any) -> Truth:
            text = get(facts, row)
            return None if text is None else found(text) is not None

        def trace(facts: Facts, row: Any, truth: Truth, evidence: Evidence) -> None:
            evidence.at.append(place(row))
            evidence.figures["phrase"] = found(get(facts, row) or "")

        return Compiled(test, trace, frozenset({scope.pattern(self.path)}), frozenset({"phrase"}))

    def _given(self, scope: Scope) -> list[str]:
        try:
            return [phrase for some in scope.value(self.phrases).values() for phrase in some]
        except AttributeError:
            raise ValueError(f"{self.phrases} must give, for each language, its phrases") from None


class PhraseIndex:
    """Phrases by their first word, so that a word of a text meets only the few that may begin there."""

    def __init__(self, phrases: Iterable[str]) -> None:
        self._rests: dict[str, list[list[str]]] = {}
        for first, *rest in filter(None, map(str.split, phrases)):
            self._rests.setdefault(first, []).append(rest)
        self._endings = sorted({len(first) - 1 for first in self._rests if first.endswith("*")})

    def rests(self, word: str) -> Iterator[Sequence[str]]:
        """What must follow, for each phrase that may begin with the word."""
        yield from self._rests.get(word, ())
        for length in self._endings:
            yield from self._rests.get(f"{word[:length]}*", ()) if length <= len(word) else ()


def first_phrase(text: str, phrases: PhraseIndex) -> str | None:
    """The first phrase in the text, as it stands there, or None."""
    words = LETTERS.findall(unicodedata.normalize("NFKC", text))
    folded = [word.casefold() for word in words]
    for start, word in enumerate(folded):
        for rest in phrases.rests(word):
            if end := _rest_fits(folded, start + 1, rest):
                return " ".join(words[start:end])
    return None


def _rest_fits(words: Sequence[str], start: int, rest: Sequence[str]) -> int | None:
    """Where a phrase ends whose first word stands before `start`, by the nearest fit; None if the rest is not there."""
    for wanted in rest:
        near = range(start, min(start + WIDEST_GAP + 1, len(words)))
        here = next((index for index in near if _fits(words[index], wanted)), None)
        if here is None:
            return None
        start = here + 1
    return start


def _fits(word: str, wanted: str) -> bool:
    return word.startswith(wanted[:-1]) if wanted.endswith("*") else word == wanted
