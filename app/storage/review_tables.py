"""The shapes of the tables of reviews and comments; knows no statement and no rule of the product."""

from datetime import datetime

from sqlalchemy import ForeignKeyConstraint, Index, LargeBinary, String
from sqlmodel import Field

from app.storage.tables import SMALL, Moment, Row, of_an_initiative, one_of

REVIEW_STATES = ("submitted", "changes_requested", "signed_off", "withdrawn")
THREAD_SUBJECTS = ("finding", "field", "whole")
THREAD_STATES = ("open", "resolved")


class ReviewRow(Row, table=True):
    """A revision that was submitted for review, and what became of it; note and statement are sealed."""

    __tablename__ = "reviews"
    __table_args__ = (
        of_an_initiative(),
        one_of("state", REVIEW_STATES),
        Index(None, "organisation_id", "initiative_id", "submitted_at", "id"),
        SMALL,
    )

    organisation_id: str = Field(sa_type=String(36), primary_key=True)
    initiative_id: str = Field(sa_type=String(36), primary_key=True)
    id: str = Field(sa_type=String(36), primary_key=True)
    submitted_by: str = Field(sa_type=String(36))
    revision: int
    version: int
    state: str = Field(sa_type=String(20))
    note: bytes = Field(sa_type=LargeBinary)
    submitted_at: datetime = Field(sa_type=Moment)
    statement: bytes | None = Field(sa_type=LargeBinary)
    decided_by: str | None = Field(sa_type=String(36))
    decided_at: datetime | None = Field(sa_type=Moment)


class ThreadRow(Row, table=True):
    """What a conversation is about: a finding, a field or the whole of a revision; the place is sealed."""

    __tablename__ = "threads"
    __table_args__ = (
        of_an_initiative(),
        one_of("about", THREAD_SUBJECTS),
        one_of("state", THREAD_STATES),
        Index(None, "organisation_id", "initiative_id", "created_at", "id"),
        SMALL,
    )

    organisation_id: str = Field(sa_type=String(36), primary_key=True)
    initiative_id: str = Field(sa_type=String(36), primary_key=True)
    id: str = Field(sa_type=String(36), primary_key=True)
    created_by: str = Field(sa_type=String(36))
    revision: int
    version: int
    about: str = Field(sa_type=String(20))
    state: str = Field(sa_type=String(20))
    place: bytes = Field(sa_type=LargeBinary)
    created_at: datetime = Field(sa_type=Moment)
    settled_by: str | None = Field(sa_type=String(36))
    settled_at: datetime | None = Field(sa_type=Moment)


class CommentRow(Row, table=True):
    """A comment of a thread, its text sealed; never changed."""

    __tablename__ = "comments"
    __table_args__ = (
        ForeignKeyConstraint(
            ["organisation_id", "initiative_id", "thread_id"],
            ["threads.organisation_id", "threads.initiative_id", "threads.id"],
            ondelete="CASCADE",
        ),
        SMALL,
    )

    organisation_id: str = Field(sa_type=String(36), primary_key=True)
    initiative_id: str = Field(sa_type=String(36), primary_key=True)
    thread_id: str = Field(sa_type=String(36), primary_key=True)
    number: int = Field(primary_key=True)
    text: bytes = Field(sa_type=LargeBinary)
    written_by: str = Field(sa_type=String(36))
    written_at: datetime = Field(sa_type=Moment)
