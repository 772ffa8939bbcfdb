"""The shapes of the tables, as thin rows that validate nothing; knows no statement and no rule of the product."""

from datetime import UTC, datetime
from typing import Any, ClassVar

from sqlalchemy import (
    CheckConstraint,
    DateTime,
    Dialect,
    ForeignKeyConstraint,
    Index,
    LargeBinary,
    MetaData,
    String,
    Table,
    Text,
    TextClause,
    TypeDecorator,
)
from sqlmodel import Field, SQLModel

# The order of the columns of each primary key is part of the plan for growth: organisation first, so that the tables
# can be distributed by it.

NAMES = {
    "ix": "ix_%(table_name)s_%(column_0_N_name)s",
    "uq": "uq_%(table_name)s_%(column_0_N_name)s",
    "ck": "ck_%(table_name)s_%(constraint_name)s",
    "fk": "fk_%(table_name)s_%(referred_table_name)s",
    "pk": "pk_%(table_name)s",
}
LIFECYCLES = ("idea", "preparing", "funded", "running", "closed")
OF_ROWS = "of rows"
CAUSES = ("created", "replaced", "patched", "restored")


class Moment(TypeDecorator[datetime]):
    """A moment in UTC; SQLite, which has no time zones, gets it without one."""

    impl = DateTime(timezone=True)
    cache_ok = True

    def process_bind_param(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        """Leaves the zone out for SQLite, as everything is UTC."""
        return value.replace(tzinfo=None) if value and dialect.name == "sqlite" else value

    def process_result_value(self, value: datetime | None, _dialect: Dialect) -> datetime | None:
        """Gives the zone back."""
        return value.replace(tzinfo=UTC) if value else None


class Row(SQLModel):
    """What every table shares: one set of names for constraints, so that a migration can name what it drops."""

    metadata: ClassVar[MetaData] = MetaData(naming_convention=NAMES)


def one_of(column: str, words: tuple[str, ...]) -> CheckConstraint:
    """The column holds one of these words."""
    choices = ", ".join(f"'{word}'" for word in words)
    return CheckConstraint(f"{column} IN ({choices})", name=column)


def of_an_initiative() -> ForeignKeyConstraint:
    """The rows go when their initiative goes."""
    here, there = ["organisation_id", "initiative_id"], ["initiatives.organisation_id", "initiatives.id"]
    return ForeignKeyConstraint(here, there, ondelete="CASCADE")


def of_some_rows(name: str, which: TextClause, *columns: str) -> Index:
    """An index of the rows for which that is true. PostgreSQL is told so by `schema.every_table`.

    SQLAlchemy loads all that it knows of a database as soon as an index speaks of it, and SQLite needs nothing of that.
    """
    return Index(name, *columns, sqlite_where=which, info={OF_ROWS: which})


# In SQLite a small row lives in the tree of its primary key: one tree to write instead of two.
SMALL = {"sqlite_with_rowid": False}


class OrganisationRow(Row, table=True):
    """Whose initiatives they are."""

    __tablename__ = "organisations"
    __table_args__ = SMALL

    id: str = Field(sa_type=String(36), primary_key=True)
    name: bytes = Field(sa_type=LargeBinary)
    version: int
    created_at: datetime = Field(sa_type=Moment)


class ChecklistRow(Row, table=True):
    """Each checklist that ever judged a stored design, whole, so that an old judgement can always be explained."""

    __tablename__ = "checklists"

    digest: str = Field(sa_type=String(64), primary_key=True)
    name: str = Field(sa_type=Text)
    version: int
    pack: bytes = Field(sa_type=LargeBinary)


class InitiativeRow(Row, table=True):
    """An initiative's present state, with the few columns that are searched; its title is sealed.

    `waived` tells at which places of the codes an active waiver stands: a letter a place, empty where nothing is.
    `program` is the fingerprint of the program that judged it, empty where that is not known.
    """

    __tablename__ = "initiatives"
    __table_args__ = (
        ForeignKeyConstraint(["organisation_id"], ["organisations.id"]),
        ForeignKeyConstraint(["checklist_digest"], ["checklists.digest"]),
        one_of("lifecycle", LIFECYCLES),
        CheckConstraint("revision >= 1", name="revision"),
        CheckConstraint("version >= 0", name="version"),
        Index(None, "organisation_id", "updated_at", "id"),
        SMALL,
    )

    organisation_id: str = Field(sa_type=String(36), primary_key=True)
    id: str = Field(sa_type=String(36), primary_key=True)
    title: bytes = Field(sa_type=LargeBinary)
    lifecycle: str = Field(sa_type=String(20))
    revision: int
    version: int
    checklist_digest: str = Field(sa_type=String(64))
    codes: str = Field(sa_type=Text)
    created_at: datetime = Field(sa_type=Moment)
    updated_at: datetime = Field(sa_type=Moment)
    waived: str = Field(sa_type=Text, sa_column_kwargs={"server_default": ""})
    program: str = Field(sa_type=String(16), sa_column_kwargs={"server_default": ""})


class RevisionRow(Row, table=True):
    """A design as it was, its document sealed; never changed, only deleted with its initiative."""

    __tablename__ = "revisions"
    __table_args__ = (
        of_an_initiative(),
        ForeignKeyConstraint(["checklist_digest"], ["checklists.digest"]),
        one_of("cause", CAUSES),
        CheckConstraint("number >= 1", name="number"),
        CheckConstraint("(cause = 'restored') = (restored_from IS NOT NULL)", name="restored_from"),
    )

    organisation_id: str = Field(sa_type=String(36), primary_key=True)
    initiative_id: str = Field(sa_type=String(36), primary_key=True)
    number: int = Field(primary_key=True)
    document: bytes = Field(sa_type=LargeBinary)
    cause: str = Field(sa_type=String(20))
    restored_from: int | None
    checklist_digest: str = Field(sa_type=String(64))
    created_at: datetime = Field(sa_type=Moment)


class EvaluationRow(Row, table=True):
    """How one checklist judged one revision, as codes."""

    __tablename__ = "evaluations"
    __table_args__ = (
        ForeignKeyConstraint(
            ["organisation_id", "initiative_id", "revision"],
            ["revisions.organisation_id", "revisions.initiative_id", "revisions.number"],
            ondelete="CASCADE",
        ),
        ForeignKeyConstraint(["checklist_digest"], ["checklists.digest"]),
        SMALL,
    )

    organisation_id: str = Field(sa_type=String(36), primary_key=True)
    initiative_id: str = Field(sa_type=String(36), primary_key=True)
    revision: int = Field(primary_key=True)
    checklist_digest: str = Field(sa_type=String(64), primary_key=True)
    codes: str = Field(sa_type=Text)
    made_at: datetime = Field(sa_type=Moment)


class WaiverRow(Row, table=True):
    """A concern or an open question that somebody set aside; what they said and what they saw (a digest) is sealed."""

    __tablename__ = "waivers"
    __table_args__ = (of_an_initiative(), SMALL)

    organisation_id: str = Field(sa_type=String(36), primary_key=True)
    initiative_id: str = Field(sa_type=String(36), primary_key=True)
    check_id: str = Field(sa_type=String(200), primary_key=True)
    sealed: bytes = Field(sa_type=LargeBinary)
    given_by: str = Field(sa_type=String(36))
    given_at: datetime = Field(sa_type=Moment)
    approved_by: str | None = Field(sa_type=String(36))
    approved_at: datetime | None = Field(sa_type=Moment)
    checklist: str = Field(sa_type=Text)
    checklist_version: int


class IdempotencyKeyRow(Row, table=True):
    """What a request with this key did; it outlives what it made, so that a late retry does not make a second one."""

    __tablename__ = "idempotency_keys"
    __table_args__ = (
        ForeignKeyConstraint(["organisation_id"], ["organisations.id"]),
        Index(None, "organisation_id", "created_at"),
        SMALL,
    )

    organisation_id: str = Field(sa_type=String(36), primary_key=True)
    key_digest: str = Field(sa_type=String(64), primary_key=True)
    request_digest: str = Field(sa_type=String(64))
    subject_id: str = Field(sa_type=String(36))
    revision: int
    created_at: datetime = Field(sa_type=Moment)


def table_of(row: type[Row]) -> Table:
    """The SQLAlchemy table behind a row class."""
    table: Any = row.metadata.tables[str(row.__tablename__)]
    if not isinstance(table, Table):
        raise TypeError(f"{row.__name__} has no table")
    return table
