"""How hard a text is to read, by Flesch's formulas with the syllables that pyphen finds; knows no check."""

import re
from functools import cache
from typing import NamedTuple

import pyphen

SYLLABLES = pyphen.Pyphen(lang="en_GB")
WORD = re.compile(r"[^\W\d_]+(?:['’-][^\W\d_]+)*")
END_OF_A_SENTENCE = re.compile(r"[.!?;:…]+(?:\s|$)")


class Reading(NamedTuple):
    """What the formulas count in a text."""

    sentences: int
    words: int
    syllables: int

    @property
    def ease(self) -> float:
        """Flesch's reading ease: 60 and more is plain English, under 30 is very hard."""
        return 206.835 - 1.015 * self.words / self.sentences - 84.6 * self.syllables / self.words

    @property
    def grade(self) -> float:
        """The Flesch–Kincaid grade: the years of school in the United States that the text asks for."""
        return 0.39 * self.words / self.sentences + 11.8 * self.syllables / self.words - 15.59


def reading(*texts: str) -> Reading:
    """The counts over some texts together. A colon or a semicolon ends a sentence, as in Flesch's own rules."""
    words = [word for text in texts for word in WORD.findall(text)]
    sentences = sum(len(sentences_of(text)) for text in texts)
    return Reading(max(sentences, 1), max(len(words), 1), sum(syllables(word) for word in words))


def sentences_of(text: str) -> list[str]:
    """The sentences of a text that have a word in them."""
    return [part for part in END_OF_A_SENTENCE.split(text) if WORD.search(part)]


@cache
def syllables(word: str) -> int:
    """The syllables of a word: the places where it may be broken, and one."""
    return sum(len(SYLLABLES.positions(part)) + 1 for part in word.replace("’", "'").split("-"))
