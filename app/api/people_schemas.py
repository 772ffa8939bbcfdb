"""The JSON of organisations, members, API keys and oneself; knows no route."""

from datetime import datetime
from typing import Annotated, Final, Literal

from pydantic import AfterValidator, AwareDatetime, Field, StringConstraints

from app.api.schemas import Moment, Read, Shown, legible
from app.api.sharing_schemas import Id
from app.domain.access import CredentialKind, OrganisationRole, Scope
from app.exports.visible import visible
from app.security.passwords import LEAST_LENGTH, MOST_LENGTH

LONGEST_NAME: Final = 200
MOST_DAYS: Final = 365
LONGEST_GRACE_IN_HOURS: Final = 168

# Names stand beside other people's names: what turns or hides text is taken out of them.
Name = Annotated[str, Field(min_length=1, max_length=LONGEST_NAME), AfterValidator(visible), AfterValidator(legible)]
NewPassword = Annotated[
    str,
    StringConstraints(strip_whitespace=False),
    Field(min_length=LEAST_LENGTH, max_length=MOST_LENGTH, json_schema_extra={"format": "password"}),
]
SignInName = Annotated[Name, Field(description="Unique in the organisation; case makes no difference.")]
Scopes = Annotated[frozenset[Scope], Field(min_length=1)]

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


class OrganisationChange(Read):
    """What is to be changed; what is left out stays."""

    name: Name = Field(default_factory=str)


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


class NewMember(Read):
    """Somebody who is to become a member."""

    name: Name = Field(description="What the others know them by. It need not be their real name.")
    role: OrganisationRole = OrganisationRole.MEMBER
    sign_in_name: SignInName | None = None
    password: NewPassword | None = Field(None, description="A first one, to be changed by the person.")
    first_key: Annotated[bool, Field(strict=True)] = Field(
        False,
        description="Whether to make them an API key for you to hand over. It lasts 14 days: they replace it by their "
        "own, as you have seen this one.",
    )


class MemberChange(Read):
    """What is to be changed of a member; what is left out stays."""

    name: Name = Field(default_factory=str)
    role: OrganisationRole = Field(default_factory=lambda: OrganisationRole.MEMBER)
    sign_in_name: SignInName | None = Field(None, description="null takes it away, and the password with it.")
    password: NewPassword | None = Field(
        None,
        description="null takes it away. Another one can be chosen only for somebody without a role on any initiative.",
    )


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


class Ending(Read):
    """When a key ends: at a moment, or after so many days; without either after 90 days."""

    expires_at: AwareDatetime | None = Field(None, description="A moment within a year.")
    expires_in_days: Annotated[int, Field(ge=1, le=MOST_DAYS, strict=True)] | None = None


class NewKey(Ending):
    """An API key that is to be made for you."""

    label: Name = Field(description="What it is for, for you to tell it from others.")
    scopes: Scopes | None = Field(
        None,
        description="What it may be used for: nothing that the key or session asking may not. Left out: read, write "
        "and review.",
    )


class Rotation(Ending):
    """How a key is replaced by one with the same label and scopes."""

    grace_hours: Annotated[int, Field(ge=0, le=LONGEST_GRACE_IN_HOURS, strict=True)] = Field(
        24, description="For how many hours the old one can still be used."
    )


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


class OwnChange(Read):
    """What you change of yourself; what is left out stays."""

    name: Name = Field(default_factory=str)
    password: NewPassword = Field(default_factory=str, description="Every session of yours but this one ends.")
    present_password: Annotated[str, StringConstraints(strip_whitespace=False)] = Field(
        default_factory=str,
        max_length=MOST_LENGTH,
        description="Needed for a new one if you have one.",
        json_schema_extra={"format": "password"},
    )


# What the documentation names, with all that these are made of.
MODELS: Final = (
    OrganisationList,
    OrganisationChange,
    MemberPage,
    NewMember,
    MemberChange,
    AddedMember,
    ApiKeyPage,
    NewKey,
    Rotation,
    Oneself,
    OwnChange,
)
