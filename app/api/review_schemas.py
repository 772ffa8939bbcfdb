"""The JSON of reviews and of conversations about a revision; knows no route."""

from typing import Annotated, Final

from pydantic import AfterValidator, Field

from app.api.schemas import Moment, Read, RevisionNumber, Shown, SignedBy, legible
from app.domain.review import About, Decision, Did, ReviewState, ThreadState

Id = Annotated[str, Field(description="A random UUID.", json_schema_extra={"format": "uuid"})]
Words = Annotated[str, Field(min_length=1, max_length=4_000), AfterValidator(legible)]
SentRevision = Annotated[RevisionNumber, Field(strict=True)]


# --- reviews ---------------------------------------------------------------------------------------------------------


class NewReview(Read):
    """Which revision is to be reviewed, and what reviewers should look at."""

    revision: SentRevision | None = Field(None, description="Left out, the newest one.")
    note: Annotated[str, Field(max_length=2_000)] = ""


class NewDecision(Read):
    """What a reviewer says to the revision under review. Both are kept, dated and attributed."""

    decision: Decision
    statement: Words


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
MODELS: Final = (ReviewPage, NewReview, NewDecision, ThreadPage, Thread, NewThread, NewComment, ThreadChange)
