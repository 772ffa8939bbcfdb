"""What every model of the API is made of: what is read and what is sent, moments and digests; knows no noun."""

from datetime import datetime
from typing import Annotated

from pydantic import BaseModel, ConfigDict, Field
from pydantic_core import PydanticCustomError

Id = Annotated[str, Field(description="A random UUID.", json_schema_extra={"format": "uuid"})]
Digest = Annotated[str, Field(description="SHA-256 in hexadecimal.", min_length=64, max_length=64)]
Moment = Annotated[datetime, Field(description="UTC, ending in Z.")]
RevisionNumber = Annotated[int, Field(ge=1, le=2**31 - 1, description="Revisions count from 1, without gaps.")]


class Shown(BaseModel):
    """Something that is sent; never read back by the service."""

    model_config = ConfigDict(frozen=True, defer_build=True)


class Read(BaseModel):
    """Something that a caller sends: a misspelt key is refused."""

    model_config = ConfigDict(frozen=True, extra="forbid", str_strip_whitespace=True, defer_build=True)


def legible(text: str) -> str:
    """The text, refused if it holds nothing that a reader could read."""
    if not any(map(str.isalnum, text)):
        raise PydanticCustomError("illegible", "no letter and no digit")
    return text
