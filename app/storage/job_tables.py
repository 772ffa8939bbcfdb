"""The shapes of the tables of work that outlives a request; knows no statement and no rule of the product."""

from datetime import datetime

from sqlalchemy import CheckConstraint, ForeignKeyConstraint, Index, String, Text
from sqlmodel import Field

from app.storage.access_tables import of_an_organisation
from app.storage.tables import SMALL, Moment, Row, one_of

JOB_STATES = ("running", "done", "cancelled")


class JobRow(Row, table=True):
    """Work on every initiative of an organisation, which several workers share piece by piece."""

    __tablename__ = "jobs"
    __table_args__ = (
        of_an_organisation(),
        one_of("state", JOB_STATES),
        Index(None, "organisation_id", "created_at", "id"),
        Index(None, "state"),
        SMALL,
    )

    organisation_id: str = Field(sa_type=String(36), primary_key=True)
    id: str = Field(sa_type=String(36), primary_key=True)
    created_by: str = Field(sa_type=String(36))
    kind: str = Field(sa_type=String(40))
    checklist: str = Field(sa_type=Text)
    checklist_digest: str = Field(sa_type=String(64))
    state: str = Field(sa_type=String(20))
    total: int
    created_at: datetime = Field(sa_type=Moment)
    finished_at: datetime | None = Field(sa_type=Moment)


class JobPieceRow(Row, table=True):
    """A part of a job, by the range of its ids, and how far it is. Whoever works at it has it on lease."""

    __tablename__ = "job_pieces"
    __table_args__ = (
        ForeignKeyConstraint(["organisation_id", "job_id"], ["jobs.organisation_id", "jobs.id"], ondelete="CASCADE"),
        CheckConstraint("number >= 0", name="number"),
        SMALL,
    )

    organisation_id: str = Field(sa_type=String(36), primary_key=True)
    job_id: str = Field(sa_type=String(36), primary_key=True)
    number: int = Field(primary_key=True)
    after: str = Field(sa_type=String(36))
    is_done: bool
    locked_by: str = Field(sa_type=String(36))
    locked_until: datetime = Field(sa_type=Moment)
    examined: int
    changed: int
    failed: int
