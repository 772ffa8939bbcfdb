"""The shapes of the tables that count an organisation's designs; knows no statement and no rule of the product."""

from datetime import date

from sqlalchemy import CheckConstraint, Date, ForeignKeyConstraint, LargeBinary, String
from sqlmodel import Field

from app.storage.access_tables import of_an_organisation
from app.storage.tables import Row

# A row of counts is too long for the tree of a primary key in SQLite: it would be written in two pages instead of one.


def _of_a_checklist() -> ForeignKeyConstraint:
    return ForeignKeyConstraint(["checklist_digest"], ["checklists.digest"])


class PortfolioRow(Row, table=True):
    """How many designs one checklist judged as they are now, and how each place of its codes was judged, packed."""

    __tablename__ = "portfolios"
    __table_args__ = (
        of_an_organisation(),
        _of_a_checklist(),
        CheckConstraint("designs >= 0", name="designs"),
    )

    organisation_id: str = Field(sa_type=String(36), primary_key=True)
    checklist_digest: str = Field(sa_type=String(64), primary_key=True)
    designs: int
    counts: bytes = Field(sa_type=LargeBinary)


class PortfolioDayRow(Row, table=True):
    """The same at the end of a day on which it changed."""

    __tablename__ = "portfolio_days"
    __table_args__ = (
        of_an_organisation(),
        _of_a_checklist(),
        CheckConstraint("designs >= 0", name="designs"),
    )

    organisation_id: str = Field(sa_type=String(36), primary_key=True)
    checklist_digest: str = Field(sa_type=String(64), primary_key=True)
    day: date = Field(sa_type=Date, primary_key=True)
    designs: int
    counts: bytes = Field(sa_type=LargeBinary)
