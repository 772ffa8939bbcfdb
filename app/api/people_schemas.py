"""The JSON that is answered of organisations, members, API keys and oneself; knows no route."""

from datetime import datetime
from typing import Final, Literal

from pydantic import Field

from app.api.models import Id, Moment, Shown
from app.domain.access import CredentialKind, OrganisationRole, Scope

_SCOPES_TEXT: Final = "Sorted; a key never does more than its person may at that moment."


# --- organisations ---------------------------------------------------------------------------------------------------


class Organisation(Shown):
    """Whose people and initiatives they are."""

    id: Id
    name: str
    created_at: Moment


class OrganisationList(Shown):
    """The organisations of whoever asks: theirs."""

    items: list[Organisation]


# --- members ---------------------------------------------------------------------------------------------------------


class Member(Shown):
    """A person of the organisation. Only admins, and the person, see more than the name and the role."""

    id: Id
    name: str
    role: OrganisationRole
    sign_in_name: str | None = Field(None, description="null for somebody who does not sign in; left out for others.")
    has_password: bool | None = Field(None, description="Left out for others.")
    created_at: datetime | None = Field(None, description="UTC, ending in Z; left out for others.")


class MemberPage(Shown):
    """A page of members, those who came last first; the next one is in the Link header."""

    items: list[Member]


# --- API keys --------------------------------------------------------------------------------------------------------


class ApiKey(Shown):
    """What is known of an API key; never the key itself."""

    id: Id
    person_id: Id
    label: str
    scopes: list[Scope] = Field(description=_SCOPES_TEXT)
    state: Literal["active", "ending", "revoked", "expired"] = Field(
        description="ending: it was replaced, and can be used until revoked_at."
    )
    created_at: Moment
    expires_at: Moment
    revoked_at: Moment | None = Field(description="When it ends, or ended, before its time.")


class ApiKeyPage(Shown):
    """A page of API keys, the newest first; the next one is in the Link header."""

    items: list[ApiKey]


class IssuedKey(ApiKey):
    """A new API key."""

    key: str | None = Field(description="The key itself, in this one answer. null when the answer is given again.")
    note: str = Field(description="What to do with it, or why it is not shown.")
    replaces: ApiKey | None = Field(description="The key in whose place it comes; null for one of its own.")


class AddedMember(Member):
    """A new member."""

    first_key: IssuedKey | None = Field(description="null unless one was asked for.")


# --- oneself ---------------------------------------------------------------------------------------------------------


class NamedOrganisation(Shown):
    """An organisation by id and name."""

    id: Id
    name: str


class Credential(Shown):
    """What you are known by."""

    id: Id
    kind: CredentialKind
    scopes: list[Scope] = Field(description=_SCOPES_TEXT)
    expires_at: Moment


class Addresses(Shown):
    """Where to go from here."""

    initiatives: str
    organisation: str
    members: str
    keys: str


class Oneself(Shown):
    """Who is asking."""

    id: Id
    name: str
    role: OrganisationRole
    sign_in_name: str | None = Field(description="null if you do not sign in.")
    has_password: bool
    organisation: NamedOrganisation
    credential: Credential
    links: Addresses


# What the documentation names, with all that these are made of.
MODELS: Final = (
    OrganisationList,
    MemberPage,
    AddedMember,
    ApiKeyPage,
    Oneself,
)
