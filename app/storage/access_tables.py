"""The shapes of the tables of who may do what, and of who did what; knows no statement and no rule of the product."""

from datetime import datetime

from sqlalchemy import CheckConstraint, ForeignKeyConstraint, Index, LargeBinary, String, Text, text
from sqlmodel import Field

from app.storage.tables import SMALL, Moment, Row, of_an_initiative, of_some_rows, one_of

ORGANISATION_ROLES = ("member", "admin")
INITIATIVE_ROLES = ("owner", "editor", "reviewer", "viewer")
REQUEST_STATES = ("pending", "approved", "refused")


def of_an_organisation() -> ForeignKeyConstraint:
    """The rows are an organisation's, which is deleted after them."""
    return ForeignKeyConstraint(["organisation_id"], ["organisations.id"])


def of_a_person() -> ForeignKeyConstraint:
    """The rows go when their person goes."""
    here, there = ["organisation_id", "person_id"], ["people.organisation_id", "people.id"]
    return ForeignKeyConstraint(here, there, ondelete="CASCADE")


class PersonRow(Row, table=True):
    """A person of an organisation; name and password are sealed, and the sign-in name is a digest."""

    __tablename__ = "people"
    __table_args__ = (
        of_an_organisation(),
        one_of("role", ORGANISATION_ROLES),
        Index(None, "organisation_id", "sign_in_digest", unique=True),
        Index(None, "organisation_id", "created_at", "id"),
        SMALL,
    )

    organisation_id: str = Field(sa_type=String(36), primary_key=True)
    id: str = Field(sa_type=String(36), primary_key=True)
    name: bytes = Field(sa_type=LargeBinary)
    sign_in_name: bytes | None = Field(sa_type=LargeBinary)
    sign_in_digest: str | None = Field(sa_type=String(64))
    password: bytes | None = Field(sa_type=LargeBinary)
    role: str = Field(sa_type=String(20))
    version: int
    created_at: datetime = Field(sa_type=Moment)


class ApiKeyRow(Row, table=True):
    """An API key: the digest that it is found by, never the key; its label is sealed."""

    __tablename__ = "api_keys"
    __table_args__ = (
        of_a_person(),
        Index(None, "digest"),
        Index(None, "organisation_id", "created_at", "id"),
        Index(None, "organisation_id", "person_id", "created_at", "id"),
        SMALL,
    )

    organisation_id: str = Field(sa_type=String(36), primary_key=True)
    id: str = Field(sa_type=String(36), primary_key=True)
    person_id: str = Field(sa_type=String(36))
    digest: str = Field(sa_type=String(64))
    label: bytes = Field(sa_type=LargeBinary)
    scopes: str = Field(sa_type=Text)
    created_at: datetime = Field(sa_type=Moment)
    expires_at: datetime = Field(sa_type=Moment)
    revoked_at: datetime | None = Field(sa_type=Moment)


class SessionRow(Row, table=True):
    """A signed-in browser: the digest of its token, never the token."""

    __tablename__ = "sessions"
    __table_args__ = (
        of_a_person(),
        Index(None, "digest"),
        Index(None, "organisation_id", "person_id", "created_at", "id"),
        Index(None, "organisation_id", "expires_at"),
        SMALL,
    )

    organisation_id: str = Field(sa_type=String(36), primary_key=True)
    id: str = Field(sa_type=String(36), primary_key=True)
    person_id: str = Field(sa_type=String(36))
    digest: str = Field(sa_type=String(64))
    created_at: datetime = Field(sa_type=Moment)
    expires_at: datetime = Field(sa_type=Moment)


class GrantRow(Row, table=True):
    """A person's role on an initiative.

    `changed_at` repeats when the initiative last changed, so that a person's list is read along an index however many
    initiatives the organisation has.
    """

    __tablename__ = "grants"
    __table_args__ = (
        of_an_initiative(),
        of_a_person(),
        one_of("role", INITIATIVE_ROLES),
        Index(None, "organisation_id", "person_id", "changed_at", "initiative_id"),
        SMALL,
    )

    organisation_id: str = Field(sa_type=String(36), primary_key=True)
    initiative_id: str = Field(sa_type=String(36), primary_key=True)
    person_id: str = Field(sa_type=String(36), primary_key=True)
    role: str = Field(sa_type=String(20))
    given_by: str = Field(sa_type=String(36))
    given_at: datetime = Field(sa_type=Moment)
    changed_at: datetime = Field(sa_type=Moment)


class BreakGlassRow(Row, table=True):
    """A request for a role that no owner gave, which a second person must approve; the reason is sealed."""

    __tablename__ = "break_glass_requests"
    __table_args__ = (
        of_an_initiative(),
        of_a_person(),
        one_of("role", INITIATIVE_ROLES),
        one_of("state", REQUEST_STATES),
        CheckConstraint("decided_by IS NULL OR decided_by <> requested_by", name="two_persons"),
        Index(None, "organisation_id", "initiative_id"),
        Index(None, "organisation_id", "requested_at", "id"),
        SMALL,
    )

    organisation_id: str = Field(sa_type=String(36), primary_key=True)
    id: str = Field(sa_type=String(36), primary_key=True)
    initiative_id: str = Field(sa_type=String(36))
    person_id: str = Field(sa_type=String(36))
    requested_by: str = Field(sa_type=String(36))
    role: str = Field(sa_type=String(20))
    state: str = Field(sa_type=String(20))
    reason: bytes = Field(sa_type=LargeBinary)
    requested_at: datetime = Field(sa_type=Moment)
    expires_at: datetime = Field(sa_type=Moment)
    decided_by: str | None = Field(sa_type=String(36))
    decided_at: datetime | None = Field(sa_type=Moment)


_UNREAD = text("read_at IS NULL")


class NoticeRow(Row, table=True):
    """Something that a person must be told, such as that somebody asked for access past the owners."""

    __tablename__ = "notices"
    __table_args__ = (
        of_a_person(),
        Index(None, "organisation_id", "person_id", "created_at", "id"),
        of_some_rows("ix_notices_unread", _UNREAD, "organisation_id", "person_id", "created_at", "id"),
        SMALL,
    )

    organisation_id: str = Field(sa_type=String(36), primary_key=True)
    id: str = Field(sa_type=String(36), primary_key=True)
    person_id: str = Field(sa_type=String(36))
    kind: str = Field(sa_type=String(40))
    initiative_id: str = Field(sa_type=String(36))
    subject_id: str = Field(sa_type=String(36))
    created_at: datetime = Field(sa_type=Moment)
    read_at: datetime | None = Field(sa_type=Moment)


class AuditEntryRow(Row, table=True):
    """Who did what to what, in ids only, chained by `mac`; no foreign key, as it outlives all that it names."""

    __tablename__ = "audit_entries"
    __table_args__ = (of_an_organisation(), Index(None, "organisation_id", "subject_id", "number"), SMALL)

    organisation_id: str = Field(sa_type=String(36), primary_key=True)
    person_id: str = Field(sa_type=String(36))
    credential_id: str = Field(sa_type=String(36))
    subject_id: str = Field(sa_type=String(36))
    number: int = Field(primary_key=True)
    revision: int
    at: datetime = Field(sa_type=Moment)
    action: str = Field(sa_type=String(60))
    detail: str = Field(sa_type=String(100))
    mac: str = Field(sa_type=String(64))


class AuditHeadRow(Row, table=True):
    """The last link of an organisation's chain; whoever appends holds this row until the commit."""

    __tablename__ = "audit_heads"
    __table_args__ = (of_an_organisation(), SMALL)

    organisation_id: str = Field(sa_type=String(36), primary_key=True)
    number: int
    mac: str = Field(sa_type=String(64))


class CounterRow(Row, table=True):
    """How much of an allowance is used up in its present window, such as a key's requests in this minute."""

    __tablename__ = "counters"
    __table_args__ = (of_an_organisation(), Index(None, "organisation_id", "expires_at"), SMALL)

    organisation_id: str = Field(sa_type=String(36), primary_key=True)
    name: str = Field(sa_type=String(200), primary_key=True)
    used: int
    expires_at: datetime = Field(sa_type=Moment)


class ShredRow(Row, table=True):
    """A key that is to be destroyed: written with the deletion, taken away when the key store has forgotten it."""

    __tablename__ = "shreds"
    __table_args__ = SMALL

    organisation_id: str = Field(sa_type=String(36), primary_key=True)
    subject_id: str = Field(sa_type=String(36), primary_key=True)
    created_at: datetime = Field(sa_type=Moment)
