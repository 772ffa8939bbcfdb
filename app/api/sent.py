"""The JSON that callers send, as the models that read it; knows no route, and nothing of what is answered."""

from typing import Annotated, Final, Literal

from pydantic import AfterValidator, AwareDatetime, Field, StringConstraints

from app.api.models import Read, RevisionNumber, legible
from app.domain.access import InitiativeRole, OrganisationRole, Scope
from app.domain.review import About, Decision, ThreadState
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
SentId = Annotated[
    str,
    Field(
        pattern="^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$",
        description="An id as it was sent.",
    ),
]
Words = Annotated[str, Field(min_length=1, max_length=4_000), AfterValidator(legible)]
SentRevision = Annotated[RevisionNumber, Field(strict=True)]


class Restore(Read):
    """Which old revision the next one is to repeat."""

    restores: Annotated[RevisionNumber, Field(strict=True)]


class NewWaiver(Read):
    """A reason to let a finding stand, and who gives it. Both are kept and shown."""

    reason: Annotated[str, Field(min_length=1, max_length=2_000), AfterValidator(legible)]
    by: Annotated[str, Field(min_length=1, max_length=200), AfterValidator(legible)] | None = Field(
        None,
        description="A role or a name that reviewers know; reports show it. Left out, your own name is kept and shown "
        "here, and reports name nobody.",
    )


class OrganisationChange(Read):
    """What is to be changed; what is left out stays."""

    name: Name = Field(default_factory=str)


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


class NewRole(Read):
    """The role that somebody is to have."""

    role: InitiativeRole


class HandOver(Read):
    """To whom an initiative goes, and what whoever gives it away keeps."""

    to: SentId = Field(description="A person of the organisation, who becomes an owner.")
    keep: Literal["editor", "reviewer", "viewer"] | None = Field(description="Your role from then on; null for none.")


class NewBreakGlass(Read):
    """Who is to get which role on what, and why."""

    initiative_id: SentId
    person_id: SentId = Field(description="Who would get the role: a person of the organisation.")
    role: InitiativeRole
    reason: Annotated[
        str,
        Field(min_length=1, max_length=2_000, description="Admins and the initiative's owners read it."),
        AfterValidator(legible),
    ]


class BreakGlassDecision(Read):
    """What becomes of the request."""

    decision: Literal["approve", "refuse"]


class NewReview(Read):
    """Which revision is to be reviewed, and what reviewers should look at."""

    revision: SentRevision | None = Field(None, description="Left out, the newest one.")
    note: Annotated[str, Field(max_length=2_000)] = ""


class NewDecision(Read):
    """What a reviewer says to the revision under review. Both are kept, dated and attributed."""

    decision: Decision
    statement: Words


class NewThread(Read):
    """What to talk about, and the first comment."""

    revision: SentRevision | None = Field(None, description="Left out, the newest one.")
    about: About
    check: Annotated[str, Field(max_length=200)] | None = Field(
        None, description="For a finding: the id of a check of the checklist that judged the revision."
    )
    pointer: Annotated[str, Field(max_length=1_000)] | None = Field(
        None,
        description="For a field: a JSON Pointer to a value of the revision, or to a field of it that is not answered.",
    )
    text: Words


class NewComment(Read):
    """What to say."""

    text: Words


class ThreadChange(Read):
    """Whether the conversation still waits for something."""

    state: ThreadState


# What the documentation names.
MODELS: Final = (
    Restore,
    NewWaiver,
    OrganisationChange,
    NewMember,
    MemberChange,
    NewKey,
    Rotation,
    OwnChange,
    NewRole,
    HandOver,
    NewBreakGlass,
    BreakGlassDecision,
    NewReview,
    NewDecision,
    NewThread,
    NewComment,
    ThreadChange,
)
