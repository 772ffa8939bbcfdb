"""What explains the checks, as models of what is sent: terms of art, precedents, and a check with both; no route."""

from pydantic import Field

from app.api import schemas
from app.api.models import Shown


class Term(Shown):
    """A term of art in plain words."""

    id: str = Field(description="Its name, such as track-1-5.")
    term: str
    also: list[str] = Field(description="Other forms under which the texts use it.")
    meaning: str = Field(description="What it means, in a sentence or two.")
    pages: list[str] = Field(description="Pages of the study that speak of it; none where it is a word of our own.")


class Glossary(Shown):
    """Every term of art that the texts use, by id."""

    items: list[Term]


class PrecedentLink(Shown):
    """A precedent, by name and address."""

    id: str
    name: str
    href: str


class CheckLink(Shown):
    """A check of the newest version of a checklist, by question and address."""

    checklist: str
    check: str
    question: str
    href: str


class Precedent(PrecedentLink):
    """A case that the study tells: what was done, what followed, and the checks that it taught."""

    done: str = Field(description="What was done, by whom.")
    followed: str = Field(description="What followed, as far as the study tells.")
    note: str | None = Field(description="Whose account it is, or what a reader should keep in mind.")
    pages: list[str] = Field(description="Pages of the study, such as 37 or 9-10.")
    checks: list[CheckLink] = Field(description="The checks that name it, of every checklist that is loaded.")


class PrecedentList(Shown):
    """Every precedent, by id."""

    items: list[Precedent]


class Check(schemas.Check):
    """Everything that a reader needs to understand a check."""

    taught_by: list[PrecedentLink] = Field(description="Its precedents, with their addresses.")
    terms: list[Term] = Field(description="The terms of art in its texts.")
