"""The JSON of what changed between two revisions; knows no route."""

from typing import Any

from pydantic import ConfigDict, Field

from app.api.models import Moment, RevisionNumber, Shown
from app.api.schemas import ChecklistName
from app.checklist.comparison import Reason, Turn
from app.checklist.outcome import Outcome, Weight
from app.domain.differences import Kind


class Side(Shown):
    """One of the two revisions that are compared, and what judged it when it was made."""

    revision: RevisionNumber
    created_at: Moment
    checklist: ChecklistName


class DesignDifference(Shown):
    """One difference in the design: a place in the old document for what was removed, in the new one for all else."""

    pointer: str = Field(description="JSON Pointer to the place.")
    kind: Kind
    before: Any = Field(description="The value before; null where there was none.")
    after: Any = Field(description="The value after; null where there is none.")


class Said(Shown):
    """What a check said."""

    outcome: Outcome
    message: str


class FindingChange(Shown):
    """What became of a finding, and whether the edit or a newer checklist caused it."""

    check: str
    category: str
    weight: Weight
    question: str
    turn: Turn = Field(description="new and gone: it needs attention now, or no longer does.")
    caused_by: Reason | None = Field(description="null where nothing is different.")
    before: Said | None = Field(description="null where that checklist has no such check.")
    after: Said | None = Field(description="null where that checklist has no such check.")


class Changes(Shown):
    """What changed between two revisions."""

    model_config = ConfigDict(frozen=True, validate_by_name=True)

    before: Side = Field(alias="from")
    after: Side = Field(alias="to")
    design: list[DesignDifference]
    findings: list[FindingChange]
