"""The portfolio as models of what is sent; they know no route."""

from datetime import date
from typing import Annotated, Final

from pydantic import BaseModel, Field

from app.api.models import Digest, Shown
from app.checklist.outcome import Weight

Number = Annotated[int, Field(ge=0)]


class PortfolioChecklist(Shown):
    """The checklist that judged the designs that are counted."""

    name: str
    version: int
    title: str
    digest: Digest


class CategoryNumbers(Shown):
    """For how many designs a category is in each state; waivers are left aside."""

    id: str
    clear: Number
    open: Number
    concerns: Number
    waived: Number = Field(description="In how many designs a waiver stands for a concern or an open question of it.")


class NamedCategoryNumbers(CategoryNumbers):
    """The same with the category's name."""

    name: str


class CheckNumbers(Shown):
    """For how many designs a check has each outcome."""

    id: str
    met: Number
    concern: Number
    open: Number
    not_applicable: Number
    waived: Number = Field(description="For how many of the concerns and open questions a waiver stands.")


class NamedCheckNumbers(CheckNumbers):
    """The same with what the check asks."""

    category: str
    question: str
    weight: Weight


class Portfolio(Shown):
    """How the designs of the organisation stand, in numbers."""

    checklist: PortfolioChecklist
    designs: Number = Field(description="How many designs this checklist judged, as they are now.")
    elsewhere: Number = Field(description="How many another checklist, or another version of it, judged.")
    categories: list[NamedCategoryNumbers] = Field(description="In the checklist's order.")
    checks: list[NamedCheckNumbers] = Field(description="In the checklist's order.")


class PortfolioDay(Shown):
    """How the designs stood at the end of a day, or stand by now if it is today."""

    day: date = Field(description="A day in UTC.")
    designs: Number
    categories: list[CategoryNumbers]
    checks: list[CheckNumbers]


class PortfolioDayPage(Shown):
    """Days on which something changed, oldest first. Between two of them everything stood as on the first."""

    checklist: PortfolioChecklist
    items: list[PortfolioDay]


class PairedCheck(Shown):
    """A check and what it asks."""

    id: str
    question: str


class ConcernPair(Shown):
    """Two concerns that occur together."""

    first: PairedCheck
    second: PairedCheck
    together: Number = Field(description="How many of the designs that were compared have both.")
    share: float = Field(description="That number as a share of them, from 0 to 1.")
    lift: float = Field(
        description="How many times as often as if one had nothing to do with the other: 1 is chance, 2 twice that."
    )


class ConcernClusters(Shown):
    """Which concerns occur together, the most frequent pair first; waivers are left aside."""

    checklist: PortfolioChecklist
    designs: Number = Field(description="How many designs this checklist judged.")
    compared: Number = Field(
        description="How many of them were compared: those among the 2,000 designs that changed last."
    )
    items: list[ConcernPair]


MODELS: Final[tuple[type[BaseModel], ...]] = (Portfolio, PortfolioDayPage, ConcernClusters)
