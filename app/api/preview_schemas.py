"""The JSON of a preview: what adopting another checklist would change; knows no route."""

from typing import Any

from pydantic import ConfigDict, Field

from app.api.changes_schemas import Said
from app.api.models import Read, Shown
from app.api.schemas import ChecklistName
from app.checklist.outcome import Weight
from app.checklist.preview import Part
from app.domain.design import Design


class PreviewRequest(Read):
    """What to look at: one design, or, without one, every design that is stored."""

    design: Design | None = None


class ParameterChange(Shown):
    """A parameter of a check that has another value: a number, or for each language its phrases."""

    name: str
    before: Any = Field(description="null where the check had no such parameter.")
    after: Any = Field(description="null where the check has no such parameter any more.")
    reason: str | None = Field(description="The reason given for the new value.")


class CheckPreview(Shown):
    """What would become of the findings of a check that is not the same in both checklists."""

    check: str
    category: str
    weight: Weight
    question: str
    because: list[Part] = Field(
        description="What is different: the check is added or removed, or its judgement (predicates), a parameter, its "
        "weight, when and of whom it is asked, a text, or its sources."
    )
    parameters: list[ParameterChange]
    appear: int = Field(ge=0, description="Findings that would need attention and do not now.")
    vanish: int = Field(ge=0, description="Findings that need attention now and would not.")
    change: int = Field(ge=0, description="Findings that would say something else.")
    same: int = Field(ge=0, description="Findings that would stay as they are.")
    before: Said | None = Field(description="What is said now; null for stored designs, or without such a check.")
    after: Said | None = Field(description="What would be said; null likewise.")
    initiatives: list[str] = Field(description="Ids of stored initiatives where something would change, the first 20.")


class WaiverPreview(Shown):
    """Waivers that stand now and would not. None is deleted: a reviewer confirms it, or the check is not asked."""

    to_be_confirmed: int = Field(ge=0)
    without_check: int = Field(ge=0)
    initiatives: list[str] = Field(description="Ids of initiatives with such a waiver, the first 20.")


class Preview(Shown):
    """What adopting a checklist would change. Nothing is changed by asking."""

    model_config = ConfigDict(frozen=True, validate_by_name=True)

    before: ChecklistName | None = Field(
        alias="from", description="What it is compared with; null: for each stored design what judged it."
    )
    after: ChecklistName = Field(alias="to", description="The checklist that may be adopted.")
    examined: int = Field(ge=0, description="How many designs were looked at; the Link header leads to the next ones.")
    checks: list[CheckPreview] = Field(description="Every check that is not the same in both, in the new order.")
    waivers: WaiverPreview
