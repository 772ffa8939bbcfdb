"""What of a judgement by one checklist holds for another: every check that is the same; it opens no design.

An outcome depends on the design, on what the check asks and on the program. What a check asks are its predicates with
the values of its parameters; the rest of its definition is what is said of an outcome, where it stands and what hangs
on it. So the outcome of a check of the same id that asks the same is the same, for the same design and program. The
state of a category follows from the letters of its checks. Waivers, and what is asked later, are no part of the codes;
a design with waivers is judged as a whole.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from itertools import compress
from typing import Any

from app.checklist.check import Check
from app.checklist.checklist import Checklist
from app.checklist.evaluation import state_of
from app.checklist.outcome import OUTCOME_CODES, STATE_CODES
from app.domain.facts import Facts
from app.domain.partial import parts_of_design
from app.domain.pointer import steps


class CarryOver:
    """From the codes of one checklist to those of another.

    Attributes:
        to_judge: the checks whose letters cannot be carried over; where there are none, no design need be opened.
        parts: the parts of a design, by name, that these checks read.
    """

    def __init__(self, old: Checklist, new: Checklist) -> None:
        self._length = len(old.categories) + len(old.checks)
        before = {check.id: (place, check) for place, check in enumerate(old.checks, len(old.categories))}
        kept = [_kept(check, *before.get(check.id, (0, None))) for check in new.checks]
        self.to_judge: tuple[Check, ...] = tuple(
            check for check, place in zip(new.checks, kept, strict=True) if place is None
        )
        self.parts = frozenset(steps(pattern)[0] for check in self.to_judge for pattern in check.paths)
        # The letters of the checks that are judged come after those of the old codes.
        judged = iter(range(self._length, self._length + len(self.to_judge)))
        self._places = [next(judged) if place is None else place for place in kept]
        self._members: Mapping[str, Sequence[bool]] = new.members

    def fits(self, codes: str) -> bool:
        """Whether these can be codes of the old checklist."""
        return len(codes) == self._length

    def judged(self, document: bytes) -> str:
        """The letters of the checks that are to be judged.

        Raises:
            ValueError: the document cannot be read by its parts.
        """
        facts = Facts(parts_of_design(document, self.parts))
        return "".join([OUTCOME_CODES[check.judge(facts).outcome] for check in self.to_judge])

    def codes(self, codes: str, judged: str = "") -> str:
        """The codes of the new checklist.

        Args:
            codes: those of the old one, for the same design and by the same program.
            judged: what `judged` gave of that design.
        """
        known = codes + judged
        letters = "".join([known[place] for place in self._places])
        return (
            "".join(STATE_CODES[state_of("".join(compress(letters, those)))] for those in self._members.values())
            + letters
        )


def _kept(check: Check, place: int, before: Check | None) -> int | None:
    """The place of the letter of a check, if it asks what it asked before."""
    if before is None:
        return None
    return place if check.digest == before.digest or _asked(check) == _asked(before) else None


def _asked(check: Check) -> Any:
    """All that its outcome depends on, beside the design and the program."""
    one = check.definition
    clauses = (
        [clause.model_dump(mode="json", include={"when"}) for clause in some] for some in (one.concern, one.open_when)
    )
    values = {name: parameter.value for name, parameter in one.parameters.items()}
    return [one.model_dump(mode="json", include={"applies", "met_when", "answered"}), *clauses, values]
