"""The building blocks of a design document: the strict base model, bounded texts, numbers; knows no field by name."""

from datetime import date
from decimal import Decimal
from typing import Annotated, Any

from app.domain.modelling import BaseModel, ConfigDict, Field

LONGEST_LABEL = 200
LONGEST_TEXT = 8_000
LONGEST_LIST = 200
LARGEST_COUNT = 1_000_000

Label = Annotated[str, Field(max_length=LONGEST_LABEL)]
Text = Annotated[str, Field(max_length=LONGEST_TEXT)]
PartyReference = Annotated[str, Field(max_length=LONGEST_LABEL, json_schema_extra={"x-reference": "/conflict/parties"})]
Count = Annotated[int, Field(ge=0, le=LARGEST_COUNT)]
Rank = Annotated[int, Field(ge=1, le=LARGEST_COUNT)]
Difficulty = Annotated[int, Field(ge=1, le=5)]
Amount = Annotated[Decimal, Field(ge=0, max_digits=18, decimal_places=4, allow_inf_nan=False)]
CalendarDate = Annotated[date, Field(examples=["2027-03-01"])]
Labels = Annotated[list[Label], Field(max_length=LONGEST_LIST)]
Parties = Annotated[list[PartyReference], Field(max_length=LONGEST_LIST)]


class Part(BaseModel):
    """A part of a design: every field may be left out, none may be misspelt, and nothing changes once it is read."""

    model_config = ConfigDict(frozen=True, extra="forbid", str_strip_whitespace=True, defer_build=True)


def answer(description: str, *, sensitive: str | None = None, **constraints: Any) -> Any:
    """An optional field, absent unless given.

    Args:
        description: plain words for the API docs and the form, with the unit and the range where there is one.
        sensitive: who could be endangered by the answer and how; marks the field `x-sensitive`: exports leave it out.
        constraints: passed on to pydantic's `Field`.
    """
    extra: dict[str, Any] | None = {"x-sensitive": sensitive} if sensitive else None
    return Field(default=None, description=description, json_schema_extra=extra, **constraints)


def many(description: str, *, sensitive: str | None = None, most: int = LONGEST_LIST) -> Any:
    """An optional list of rows: absent means not answered, an empty list means "none"."""
    return answer(description, sensitive=sensitive, max_length=most)
