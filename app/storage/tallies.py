"""How many designs have each letter at each place of their codes, in one packed value; knows no table, no checklist."""

import struct
from dataclasses import dataclass
from typing import Final

# A place is a category's or a check's: what is well (k, m), a concern, an open question, or none of its business.
LANES: Final = {"k": 0, "m": 0, "c": 1, "o": 2, "n": 3}
WAIVED: Final = 4  # how many of the concerns and open questions an active waiver stands for
WIDTH: Final = 5
MARK, NO_MARK = "w", "-"


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
    """The counts of one checklist's designs."""

    __slots__ = ("_lanes", "designs")

    def __init__(self, designs: int = 0, packed: bytes = b"") -> None:
        self.designs = designs
        self._lanes = list(struct.unpack(f"<{len(packed) // 4}I", packed))

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Tally) and (self.designs, self.packed()) == (other.designs, other.packed())

    __hash__ = None  # type: ignore[assignment]

    def packed(self) -> bytes:
        """What is stored: four bytes for each lane of each place, the least first."""
        return struct.pack(f"<{len(self._lanes)}I", *self._lanes)

    def add(self, judgement: Judgement) -> None:
        """Counts a design."""
        self.designs += 1
        self._move(judgement, 1)

    def take(self, judgement: Judgement) -> None:
        """Counts a design no more."""
        self.designs = max(0, self.designs - 1)
        self._move(judgement, -1)

    def count(self, place: int, letter: str) -> int:
        """How many designs have this letter at this place (from 0)."""
        return self._at(place, LANES[letter])

    def waived(self, place: int) -> int:
        """For how many designs an active waiver stands at this place."""
        return self._at(place, WAIVED)

    def _at(self, place: int, lane: int) -> int:
        at = place * WIDTH + lane
        return self._lanes[at] if at < len(self._lanes) else 0

    def _move(self, judgement: Judgement, step: int) -> None:
        lanes, missing = self._lanes, len(judgement.codes) * WIDTH - len(self._lanes)
        if missing > 0:
            lanes.extend([0] * missing)
        at = 0
        for letter in judgement.codes:
            self._step(at + LANES[letter], step)
            at += WIDTH
        for place, mark in enumerate(judgement.waived):
            if mark == MARK:
                self._step(place * WIDTH + WAIVED, step)

    def _step(self, at: int, step: int) -> None:
        # A count that went wrong must not keep anybody from writing: `recount` finds it, and `mend` puts it right.
        self._lanes[at] = max(0, self._lanes[at] + step)
