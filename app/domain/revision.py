"""What is kept of an initiative: its present state and its immutable revisions; knows no database and no checklist."""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from app.domain.review import StandingReview


class Cause(StrEnum):
    """Why a revision came to be."""

    CREATED = "created"
    REPLACED = "replaced"
    PATCHED = "patched"
    RESTORED = "restored"


@dataclass(frozen=True, slots=True)
class Initiative:
    """An initiative as it is now.

    Attributes:
        revision: the number of the newest revision, from 1.
        version: how often its waivers or its review have changed since that revision, from 0.
        checklist_digest: the checklist that judged the newest revision (sha256, 64 hex digits).
        codes: that judgement, a letter for each category and then for each check, in the checklist's order.
        review: where its review stands, as far as it was looked for; None without one.
    """

    id: str
    title: str
    lifecycle: str
    revision: int
    version: int
    checklist_digest: str
    codes: str
    created_at: datetime
    updated_at: datetime
    review: StandingReview | None = None

    @property
    def tag(self) -> str:
        """What an ETag of the initiative says: revision and version, such as `3.0`."""
        return f"{self.revision}.{self.version}"


@dataclass(frozen=True, slots=True)
class Revision:
    """One immutable state of the design, with the judgement that it got when it was made.

    Attributes:
        number: from 1, without gaps.
        restored_from: the number of the revision that was restored, None for any other cause.
    """

    initiative_id: str
    number: int
    cause: Cause
    restored_from: int | None
    created_at: datetime
    checklist_digest: str
    codes: str


@dataclass(frozen=True, slots=True)
class StoredDesign:
    """A revision together with its document (compact JSON)."""

    revision: Revision
    document: bytes


@dataclass(frozen=True, slots=True)
class Expected:
    """What a writer believes to be stored; None believes nothing of it.

    Attributes:
        revision: the revision that the change was made on.
        version: the version within that revision.
    """

    revision: int | None = None
    version: int | None = None

    def matches(self, initiative: Initiative) -> bool:
        """Whether the initiative still is what the writer believes."""
        return self.revision in (None, initiative.revision) and self.version in (None, initiative.version)


ANYTHING = Expected()
