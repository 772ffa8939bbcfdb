"""The JSON that is answered of access to an initiative: roles, break-glass, notices, readers; knows no route."""

from typing import Final, Literal

from pydantic import Field

from app.api.models import Id, Moment, Shown
from app.domain.access import InitiativeRole

NoticeKind = Literal["break_glass_requested", "break_glass_approved", "break_glass_refused"]


# --- roles -----------------------------------------------------------------------------------------------------------


class RoleHolder(Shown):
    """A person with a role on the initiative."""

    person_id: Id
    name: str
    role: InitiativeRole
    given_by: Id = Field(description="Who gave it: a person, who may have left since.")
    given_at: Moment


class RoleList(Shown):
    """Everybody with a role on the initiative, in the order in which roles were given."""

    items: list[RoleHolder]


# --- break-glass -----------------------------------------------------------------------------------------------------


class NamedPerson(Shown):
    """A person of the organisation."""

    id: Id
    name: str | None = Field(description="null for somebody who has left.")


class BreakGlassRequest(Shown):
    """A request for a role past the owners, as it stands."""

    id: Id
    initiative_id: Id
    person: NamedPerson = Field(description="Who would get the role.")
    role: InitiativeRole
    reason: str
    state: Literal["pending", "approved", "refused", "expired"]
    requested_by: NamedPerson
    requested_at: Moment
    expires_at: Moment = Field(description="Until when it can be decided: 72 hours.")
    decided_by: NamedPerson | None
    decided_at: Moment | None


class BreakGlassPage(Shown):
    """A page of requests, the newest first; the next one is in the Link header."""

    items: list[BreakGlassRequest]


# --- notices ---------------------------------------------------------------------------------------------------------


class Notice(Shown):
    """Something that you must be told."""

    id: Id
    kind: NoticeKind
    initiative_id: Id
    created_at: Moment
    read_at: Moment | None = Field(description="null while you have not marked it as read.")
    break_glass: BreakGlassRequest | None = Field(
        description="The request as it stands now; null if you do not own the initiative any more, or it is gone."
    )


class NoticePage(Shown):
    """A page of your notices: first those that you have not read, and of each kind the newest first."""

    items: list[Notice]


# --- readers ---------------------------------------------------------------------------------------------------------


class Reader(Shown):
    """What one person did by one operation."""

    person_id: str = Field(description="A person's id, or operator for whoever runs the service.")
    name: str | None = Field(description="null for somebody who has left.")
    operation: str = Field(description="The operationId, such as get_initiative.")
    changes: bool = Field(description="Whether the operation can change something; false: it only reads.")
    times: int = Field(ge=1)
    first_at: Moment
    last_at: Moment


class ReaderPage(Shown):
    """Who read the initiative and who changed it, what was done last first; the next page is in the Link header."""

    items: list[Reader]


# What the documentation names, with all that these are made of.
MODELS: Final = (
    RoleList,
    BreakGlassPage,
    NoticePage,
    ReaderPage,
)
