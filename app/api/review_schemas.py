"""The JSON that is answered of reviews and of conversations about a revision; knows no route."""

from typing import Final

from pydantic import Field

from app.api.models import Id, Moment, RevisionNumber, Shown
from app.api.schemas import SignedBy
from app.domain.review import About, Did, ReviewState, ThreadState

# --- reviews ---------------------------------------------------------------------------------------------------------


class Review(Shown):
    """A revision that was submitted for review, and what became of it. None is ever deleted."""

    id: Id
    revision: RevisionNumber
    state: ReviewState
    note: str
    submitted_by: SignedBy
    submitted_at: Moment
    statement: str | None = Field(description="What the reviewer said; null while nobody decided.")
    settled_by: SignedBy | None = Field(description="Who decided, or withdrew it; null while it is open.")
    settled_at: Moment | None
    newest_revision: RevisionNumber
    for_earlier_revision: bool = Field(description="Whether the design was changed since: it speaks of another state.")


class ReviewPage(Shown):
    """A page of reviews, the one that was submitted last first; the next one is in the Link header."""

    items: list[Review]


# --- conversations ---------------------------------------------------------------------------------------------------


class ThreadSummary(Shown):
    """A conversation about a revision, with what was said first."""

    id: Id
    revision: RevisionNumber
    about: About
    check: str | None
    pointer: str | None
    state: ThreadState
    text: str = Field(description="What was said first.")
    entries: int = Field(ge=1, description="How many entries it has.")
    created_by: SignedBy
    created_at: Moment
    settled_by: SignedBy | None = Field(description="Who resolved it; null while it is open.")
    settled_at: Moment | None


class Comment(Shown):
    """An entry of a conversation. What was said is never changed."""

    number: int = Field(ge=1, description="Entries count from 1, without gaps.")
    did: Did
    text: str | None = Field(description="null where it was only resolved or reopened.")
    written_by: SignedBy
    written_at: Moment


class Thread(ThreadSummary):
    """A conversation with everything that was said in it, the first entry first."""

    comments: list[Comment]


class ThreadPage(Shown):
    """A page of conversations, the one that was opened last first; the next one is in the Link header."""

    items: list[ThreadSummary]


# What the documentation names, with all that these are made of.
MODELS: Final = (
    ReviewPage,
    ThreadPage,
    Thread,
)
