"""What a reader wants to see of an evaluation: which view, and whose findings; knows no format and no design."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from typing import Final, Literal

from app.checklist.evaluation import Finding

View = Literal["findings", "next-steps"]


@dataclass(frozen=True, slots=True)
class Wanted:
    """What is to be shown. The counts and the states of the categories always speak of all findings.

    Attributes:
        outcomes, categories, answered_by: of which findings; None for all.
        view: `findings` for all of them, `next-steps` for the seven things at most to do first.
    """

    outcomes: Collection[str] | None = None
    categories: Collection[str] | None = None
    answered_by: Collection[str] | None = None
    view: View = "findings"

    def has(self, finding: Finding) -> bool:
        """Whether a finding is among those that are wanted."""
        return (
            (self.outcomes is None or finding.outcome in self.outcomes)
            and (self.categories is None or finding.check.category in self.categories)
            and (self.answered_by is None or finding.check.answered_by in self.answered_by)
        )


EVERYTHING: Final = Wanted()
