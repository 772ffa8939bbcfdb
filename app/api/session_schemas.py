"""The JSON of sessions; knows no route."""

from typing import Annotated, Any, Final

from pydantic import Field, StringConstraints

from app.api.models import Moment, Read, Shown
from app.security.passwords import MOST_LENGTH

SESSION_ID: Final = "9f1d7a52-6c0e-4f38-a1f4-3b8f5d2c7e10"
LONGEST_NAME: Final = 200


class NewSession(Read):
    """Who signs in. Nothing of it is stored or repeated."""

    organisation_id: Annotated[str, Field(min_length=1, max_length=100, description="As your admin told you.")]
    sign_in_name: Annotated[str, Field(min_length=1, max_length=LONGEST_NAME)]
    password: Annotated[
        str,
        StringConstraints(strip_whitespace=False),
        Field(min_length=1, max_length=MOST_LENGTH, json_schema_extra={"format": "password"}),
    ]


class Session(Shown):
    """A browser in which you are signed in."""

    id: str
    created_at: Moment
    expires_at: Moment
    current: bool = Field(description="Whether it is the one that this request came with, or that it began.")


class SessionList(Shown):
    """Every session of yours that has not ended, oldest first."""

    items: list[Session]


NEW_SESSION: Final[dict[str, Any]] = {
    "organisation_id": "7b0c8f7e-6a1d-4f57-9a40-1c2d3e4f5a6b",
    "sign_in_name": "anna",
    "password": "an example of a long password",
}
SESSION: Final[dict[str, Any]] = {
    "id": SESSION_ID,
    "created_at": "2027-03-01T09:30:00Z",
    "expires_at": "2027-03-01T21:30:00Z",
    "current": True,
}
