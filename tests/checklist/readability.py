"""How hard a text is to read, by Flesch's formulas with the syllables that pyphen finds; knows no check.

textstat would do the same, but counts English syllables with a dictionary that it downloads; pyphen ships its own. A
place to break a word is not always a syllable, so the groups of vowels are counted too and the larger number is taken:
the figures here are rather too strict than too kind.
"""

import re
from functools import cache
from typing import NamedTuple

import pyphen

HYPHENATION = pyphen.Pyphen(lang="en_GB", left=1, right=1)
WORD = re.compile(r"[^\W\d_]+(?:['\u2019-][^\W\d_]+)*")
END_OF_A_SENTENCE = re.compile(r"[.!?;:…]+[\")]*(?:\s|$)")
VOWELS = re.compile(r"[aeiouyéäöü]+")
SILENT_END = re.compile(r"(?:[^aeiouyl]e|[^td]ed|[^aeioulszgcx]es)$")


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
        """The grade of Flesch and Kincaid: the years of school in the United States that the text asks for."""
        return 0.39 * self.words / self.sentences + 11.8 * self.syllables / self.words - 15.59


def reading(*texts: str) -> Reading:
    """The counts over some texts together. A colon or a semicolon ends a sentence, as in Flesch's own rules."""
    words = [word for text in texts for word in words_of(text)]
    sentences = sum(len(sentences_of(text)) for text in texts)
    return Reading(max(sentences, 1), max(len(words), 1), sum(syllables(word) for word in words))


def words_of(text: str) -> list[str]:
    """The words of a text in small letters."""
    return [word.lower().replace("\u2019", "'") for word in WORD.findall(text)]


def sentences_of(text: str) -> list[str]:
    """The sentences of a text that have a word in them."""
    return [part for part in END_OF_A_SENTENCE.split(text) if WORD.search(part)]


@cache
def syllables(word: str) -> int:
    """The syllables of a word in small letters, at least one for each part of a word such as so-called."""
    return sum(_syllables(part.partition("'")[0] or part) for part in word.split("-"))


def _syllables(part: str) -> int:
    vowels = len(VOWELS.findall(part)) - bool(SILENT_END.search(part))
    return max(1, vowels, len(HYPHENATION.positions(part)) + 1)
