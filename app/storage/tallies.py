"""How many designs have each letter at each place of their codes, in one packed value; knows no table, no checklist."""

from __future__ import annotations

import sys
from array import array
from collections.abc import Collection, Iterable, Iterator, Sequence
from dataclasses import dataclass
from itertools import zip_longest
from typing import Final

# A place is a category's or a check's: what is well (k, m), a concern, an open question, or none of its business.
LANES: Final = {"k": 0, "m": 0, "c": 1, "o": 2, "n": 3}
WAIVED: Final = 4  # where an active waiver stands for a concern or an open question
WIDTH: Final = 5
MARK: Final = "w"


@dataclass(frozen=True, slots=True)
class Judgement:
    """How a design stands in the portfolio.

    Attributes:
        checklist_digest: the checklist that judged it.
        codes: a letter for each category, then for each check.
        waived: a mark at each place of the codes where an active waiver stands, at a category's for one of its checks;
            empty where there is none.
    """

    checklist_digest: str
    codes: str
    waived: str = ""


def columns(rows: Sequence[str]) -> Iterator[tuple[int, str]]:
    """Each place, and what the rows have there."""
    for some in _of_one_length(rows):
        width, whole = len(some[0]), "".join(some)
        for place in range(width):
            yield place, whole[place::width]


def _of_one_length(rows: Sequence[str]) -> Iterable[Sequence[str]]:
    """The rows, parted by their length: a row that somebody damaged must not move what the others have."""
    lengths = set(map(len, rows))
    return [rows] if len(lengths) == 1 else [[row for row in rows if len(row) == length] for length in lengths]


class Tally:
    """The counts of one checklist's designs: how many there are, and five lanes for each place of their codes."""

    __slots__ = ("designs", "lanes")

    def __init__(self, designs: int = 0, packed: bytes = b"") -> None:
        self.designs = designs
        self.lanes = _lanes(packed)

    def packed(self) -> bytes:
        """What is stored: four bytes for each lane of each place, the least first."""
        return _lanes(self.lanes.tobytes()).tobytes()

    def add(self, judgement: Judgement) -> None:
        """Counts a design."""
        self.designs += 1
        lanes = self._wide_enough(judgement.codes)
        for at, letter in zip(range(0, len(lanes), WIDTH), judgement.codes, strict=False):
            lanes[at + LANES[letter]] += 1
        self._mark(judgement.waived, 1)

    def take(self, judgement: Judgement) -> None:
        """Counts a design no more."""
        self.designs = max(0, self.designs - 1)
        self._wide_enough(judgement.codes)
        for place, letter in enumerate(judgement.codes):
            self._less(place * WIDTH + LANES[letter])
        self._mark(judgement.waived, -1)

    def change(self, before: Judgement, after: Judgement) -> None:
        """As if the one were taken and the other added; most of a design stays as it was."""
        lanes = self._wide_enough(after.codes)
        for place, (old, new) in enumerate(zip(before.codes, after.codes, strict=False)):
            if old != new:
                self._less(place * WIDTH + LANES[old])
                lanes[place * WIDTH + LANES[new]] += 1
        self._mark(before.waived, -1)
        self._mark(after.waived, 1)

    def add_all(self, judgements: Collection[Judgement]) -> None:
        """Counts many designs of one checklist, each of them much faster than `add` would."""
        self.designs += len(judgements)
        for lane, number in self._lanes_of(judgements):
            self.lanes[lane] += number

    def take_all(self, judgements: Collection[Judgement]) -> None:
        """Counts many designs of one checklist no more."""
        self.designs = max(0, self.designs - len(judgements))
        for lane, number in self._lanes_of(judgements):
            self._less(lane, number)

    def _lanes_of(self, judgements: Collection[Judgement]) -> Iterator[tuple[int, int]]:
        """Each lane that they are in, and how many of them."""
        for each in judgements:
            self._wide_enough(each.codes)
        for place, letters in columns([each.codes for each in judgements]):
            for letter in set(letters):
                yield place * WIDTH + LANES[letter], letters.count(letter)
        for place, marks in columns([each.waived for each in judgements if each.waived]):
            yield place * WIDTH + WAIVED, marks.count(MARK)

    def differing(self, other: Tally) -> int:
        """How many counts are not the same in another tally."""
        pairs = zip_longest(self.lanes, other.lanes, fillvalue=0)
        return sum(ours != theirs for ours, theirs in pairs) + (self.designs != other.designs)

    def count(self, place: int, letter: str) -> int:
        """How many designs have this letter at this place (from 0)."""
        return self._at(place, LANES[letter])

    def waived(self, place: int) -> int:
        """For how many designs an active waiver stands at this place."""
        return self._at(place, WAIVED)

    def _at(self, place: int, lane: int) -> int:
        at = place * WIDTH + lane
        return self.lanes[at] if at < len(self.lanes) else 0

    def _mark(self, waived: str, step: int) -> None:
        for place, mark in enumerate(waived):
            if mark == MARK and step > 0:
                self.lanes[place * WIDTH + WAIVED] += 1
            elif mark == MARK:
                self._less(place * WIDTH + WAIVED)

    def _less(self, at: int, number: int = 1) -> None:
        # A count that went wrong must not keep anybody from writing: `recount` finds it, and `mend` puts it right.
        self.lanes[at] = max(0, self.lanes[at] - number)

    def _wide_enough(self, codes: str) -> array[int]:
        missing = len(codes) * WIDTH - len(self.lanes)
        if missing > 0:
            self.lanes.extend([0] * missing)
        return self.lanes


def _lanes(packed: bytes) -> array[int]:
    lanes = array("I", packed)
    if sys.byteorder == "big":
        lanes.byteswap()
    return lanes
