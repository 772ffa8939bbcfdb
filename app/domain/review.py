"""What is kept of reviews and conversations, and what follows from their order; knows no database and no checklist."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum


class ReviewState(StrEnum):
    """What became of a revision that was submitted for review."""

    SUBMITTED = "submitted"
    CHANGES_REQUESTED = "changes_requested"
    SIGNED_OFF = "signed_off"
    WITHDRAWN = "withdrawn"


class Decision(StrEnum):
    """What a reviewer can say to a revision."""

    ASK_FOR_CHANGES = "ask_for_changes"
    SIGN_OFF = "sign_off"


DECIDED = {Decision.ASK_FOR_CHANGES: ReviewState.CHANGES_REQUESTED, Decision.SIGN_OFF: ReviewState.SIGNED_OFF}


@dataclass(frozen=True, slots=True)
class Signature:
    """Who did something, and when. The name is the one they went by then: it stays when they leave."""

    person_id: str
    name: str
    at: datetime


@dataclass(frozen=True, slots=True)
class Review:
    """A revision that was submitted for review, and what became of it.

    Attributes:
        version: counts its changes, from 0.
        note: what the owner asked the reviewers to look at; may be empty.
        statement: what the reviewer said when deciding.
        settled: who decided or withdrew it, None while it is open.
    """

    id: str
    revision: int
    state: ReviewState
    version: int
    note: str
    submitted: Signature
    statement: str | None = None
    settled: Signature | None = None


@dataclass(frozen=True, slots=True)
class ReviewMark:
    """A review without its words and names: what can be read without opening anything."""

    id: str
    revision: int
    state: ReviewState
    submitted_at: datetime
    settled_at: datetime | None


@dataclass(frozen=True, slots=True)
class StandingReview:
    """The latest review of an initiative that was not withdrawn."""

    review_id: str
    revision: int
    state: ReviewState


@dataclass(frozen=True, slots=True)
class SignedOff:
    """That a reviewer signed a revision off, and when, for a report on the revision `shown`; it names nobody."""

    revision: int
    at: datetime
    shown: int


def standing(marks: Iterable[ReviewMark], before: datetime | None = None) -> StandingReview | None:
    """The latest review that was not withdrawn, None without one.

    Args:
        marks: the reviews of one initiative, the newest first.
        before: as it was at that moment.
    """
    for mark in marks if before is None else _before(marks, before):
        if mark.state is not ReviewState.WITHDRAWN:
            return StandingReview(mark.id, mark.revision, mark.state)
    return None


def signed_off(marks: Iterable[ReviewMark], shown: int) -> SignedOff | None:
    """The sign-off that a report on this revision speaks of: its own, else the latest of another one.

    A sign-off is no longer told once changes of the same revision were asked for.

    Args:
        marks: the reviews of one initiative.
        shown: the revision that the report is on.
    """
    latest: dict[int, ReviewMark] = {}
    decided = [mark for mark in marks if mark.state in DECIDED.values() and mark.settled_at is not None]
    for mark in sorted(decided, key=_settled_at):
        latest[mark.revision] = mark
    signed = [mark for mark in latest.values() if mark.state is ReviewState.SIGNED_OFF]
    if not signed:
        return None
    told = max(signed, key=lambda mark: (mark.revision == shown, _settled_at(mark)))
    return SignedOff(told.revision, _settled_at(told), shown)


def _settled_at(mark: ReviewMark) -> datetime:
    return mark.settled_at or mark.submitted_at


def _before(marks: Iterable[ReviewMark], moment: datetime) -> Iterable[ReviewMark]:
    for mark in marks:
        if mark.submitted_at < moment:
            was_open = mark.settled_at is not None and mark.settled_at >= moment
            state = ReviewState.SUBMITTED if was_open else mark.state
            yield ReviewMark(mark.id, mark.revision, state, mark.submitted_at, mark.settled_at)


class About(StrEnum):
    """What a conversation is about."""

    WHOLE = "whole"
    FINDING = "finding"
    FIELD = "field"


class ThreadState(StrEnum):
    """Whether a conversation still waits for something."""

    OPEN = "open"
    RESOLVED = "resolved"


class Did(StrEnum):
    """What an entry of a conversation did."""

    SAID = "said"
    RESOLVED = "resolved"
    REOPENED = "reopened"


@dataclass(frozen=True, slots=True)
class Subject:
    """What a conversation is about: a revision, and the check or the JSON Pointer that says where in it."""

    revision: int
    about: About
    check: str | None = None
    pointer: str | None = None


@dataclass(frozen=True, slots=True)
class Comment:
    """An entry of a conversation; never changed.

    Attributes:
        number: from 1, without gaps.
        did: whether something was said, or the conversation was resolved or reopened.
        text: what was said; None where it was only resolved or reopened.
    """

    number: int
    did: Did
    text: str | None
    written: Signature


@dataclass(frozen=True, slots=True)
class Thread:
    """A conversation about a revision.

    Attributes:
        entries: how many entries it has, at least 1.
        opening: what was said first.
        settled: who resolved it; None while it is open.
    """

    id: str
    subject: Subject
    state: ThreadState
    entries: int
    opening: str
    opened: Signature
    settled: Signature | None = None

    @property
    def version(self) -> int:
        """Counts its changes, from 0: each leaves an entry."""
        return self.entries - 1
