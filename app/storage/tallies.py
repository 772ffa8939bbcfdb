"""How many designs have each letter at each place of their codes, in one packed value; knows no table, no checklist."""

import struct
from collections.abc import Collection
from dataclasses import dataclass
from itertools import zip_longest
from typing import Final

# A place is a category's or a check's: what is well (k, m), a concern, an open question, or none of its business.
LANES: Final = {"k": 0, "m": 0, "c": 1, "o": 2, "n": 3}
WAIVED: Final = 4  # how many of the concerns and open questions an active waiver stands for
WIDTH: Final = 5
MARK: Final = "w"


@dataclass(frozen=True, slots=True)
class Judgement:
    """How a design stands in the portfolio.

    Attributes:
        checklist_digest: the checklist that judged it.
        codes: a letter for each category, then for each check.
        waived: a mark at each place of the codes where an active waiver stands; empty where there is none.
    """

    checklist_digest: str
    codes: str
    waived: str = ""


class Tally:
    """The counts of one checklist's designs: how many there are, and five lanes for each place of their codes."""

    __slots__ = ("designs", "lanes")

    def __init__(self, designs: int = 0, packed: bytes = b"") -> None:
        self.designs = designs
        self.lanes: list[int] = list(struct.unpack(f"<{len(packed) // 4}I", packed))

    def packed(self) -> bytes:
        """What is stored: four bytes for each lane of each place, the least first."""
        return struct.pack(f"<{len(self.lanes)}I", *self.lanes)

    def add(self, judgement: Judgement) -> None:
        """Counts a design."""
        self.designs += 1
        self._move(judgement, 1)

    def take(self, judgement: Judgement) -> None:
        """Counts a design no more."""
        self.designs = max(0, self.designs - 1)
        self._move(judgement, -1)

    def add_all(self, judgements: Collection[Judgement]) -> None:
        """Counts many designs of one checklist, each of them much faster than `add` would."""
        self.designs += len(judgements)
        for place, letters in enumerate(zip(*(each.codes for each in judgements), strict=True)):
            for letter in set(letters):
                self._step(place * WIDTH + LANES[letter], letters.count(letter))
        for each in judgements:
            self._mark(each, 1)

    def differing(self, other: "Tally") -> int:
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

    def _move(self, judgement: Judgement, step: int) -> None:
        for place, letter in enumerate(judgement.codes):
            self._step(place * WIDTH + LANES[letter], step)
        self._mark(judgement, step)

    def _mark(self, judgement: Judgement, step: int) -> None:
        for place, mark in enumerate(judgement.waived):
            if mark == MARK:
                self._step(place * WIDTH + WAIVED, step)

    def _step(self, at: int, step: int) -> None:
        if at >= len(self.lanes):
            self.lanes.extend([0] * (at - at % WIDTH + WIDTH - len(self.lanes)))
        # A count that went wrong must not keep anybody from writing: `recount` finds it, and `mend` puts it right.
        self.lanes[at] = max(0, self.lanes[at] + step)
