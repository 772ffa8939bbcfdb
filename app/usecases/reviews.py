"""Submitting a revision for review, deciding about it and withdrawing it; knows no request and no statement."""

from collections.abc import Collection
from dataclasses import dataclass, replace
from uuid import uuid4

from app.domain.errors import BadInput, Conflict, Fault
from app.domain.review import DECIDED, Decision, Review, ReviewState
from app.domain.revision import ANYTHING
from app.security.sealing import DataKey
from app.storage import initiatives, retries, reviews
from app.storage.pages import Cursor, Page
from app.storage.retries import Effect, Retry
from app.usecases.authority import Granted, key_of, let_in
from app.usecases.conditions import WHATEVER, check_known
from app.usecases.identity import known_form
from app.usecases.judged import touch
from app.usecases.office import Access, Office
from app.usecases.retries import REPLAYED, once
from app.usecases.signing import signature

DEFAULT_LIMIT = 50
LARGEST_LIMIT = 200

UNDER_REVIEW = "A revision is under review already. Wait for the decision, or withdraw it first."
SETTLED = "This review was decided or withdrawn already. Submit the revision again for another decision."
OWN_SUBMISSION = "You submitted this revision yourself. Somebody else has to decide about it."
NO_REVISION = "There is no revision of this number yet."


@dataclass(frozen=True, slots=True)
class ShownReview:
    """A review as somebody sees it.

    Attributes:
        newest_revision: of the initiative at that moment.
        replayed: whether it had been submitted before, and this is its answer again.
    """

    review: Review
    newest_revision: int
    replayed: bool = False

    @property
    def for_earlier_revision(self) -> bool:
        """Whether the design was changed since the revision that was submitted."""
        return self.review.revision < self.newest_revision

    @property
    def tag(self) -> str:
        """What an ETag of the review says: another decision or another newest revision is another state of it."""
        return f"{self.review.version}.{self.newest_revision}"


async def submit(
    office: Office,
    access: Access,
    initiative_id: str,
    revision: int | None = None,
    note: str = "",
    retry: Retry | None = None,
) -> ShownReview:
    """Submits a revision for review.

    Args:
        revision: its number; None for the newest.
        note: what reviewers should look at.

    Raises:
        NotFound, Forbidden: there is no such initiative, or the caller is not its owner.
        BadInput: there is no such revision.
        Conflict: one is under review already.
        RetryMismatch, RetryInFlight, Gone: as `once`.
    """

    async def do() -> ShownReview:
        key = await key_of(office, access, initiative_id)
        organisation = await office.vault.organisation(access.organisation_id)

        def write(granted: Granted) -> ShownReview:
            return _submit(granted, key, organisation, revision, note, retry)

        return await let_in(office, access, write, key.subject)

    async def replay(effect: Effect) -> ShownReview:
        return await _submitted_then(office, access, initiative_id, effect)

    return await once(office, access, retry, do, replay)


async def decide(
    office: Office,
    access: Access,
    initiative_id: str,
    review_id: str,
    *,
    decision: Decision,
    statement: str,
    expected: Collection[str] = (WHATEVER,),
) -> ShownReview:
    """Asks for changes of the revision under review, or signs it off.

    Args:
        statement: what the reviewer says.
        expected: the tags of which the review must have one.

    Raises:
        NotFound, Forbidden: there is no such review, or the caller is no reviewer.
        Stale: it has none of these tags.
        Conflict: it was decided or withdrawn already, or the caller submitted it.
    """
    key = await key_of(office, access, initiative_id)
    identity, organisation = known_form(review_id), await office.vault.organisation(access.organisation_id)

    def write(granted: Granted) -> ShownReview:
        found = _open(granted, key, identity, expected)
        if found.review.submitted.person_id == granted.principal.person_id:
            raise Conflict(OWN_SUBMISSION)
        return _settle(granted, key, organisation, found, DECIDED[decision], statement)

    return await let_in(office, access, write, key.subject)


async def withdraw(
    office: Office, access: Access, initiative_id: str, review_id: str, expected: Collection[str] = (WHATEVER,)
) -> ShownReview:
    """Takes a revision back from review; that it was submitted stays on record.

    Raises:
        NotFound, Forbidden: there is no such review, or the caller is no owner.
        Stale, Conflict: as `decide`.
    """
    key = await key_of(office, access, initiative_id)
    identity, organisation = known_form(review_id), await office.vault.organisation(access.organisation_id)

    def write(granted: Granted) -> ShownReview:
        found = _open(granted, key, identity, expected)
        return _settle(granted, key, organisation, found, ReviewState.WITHDRAWN, None)

    return await let_in(office, access, write, key.subject)


async def get(office: Office, access: Access, initiative_id: str, review_id: str) -> ShownReview:
    """One review.

    Raises:
        NotFound, Forbidden: there is none of that id, or the caller may not read it.
    """
    key = await key_of(office, access, initiative_id)
    identity = known_form(review_id)

    def read(granted: Granted) -> ShownReview:
        found = _find(granted, key, identity)
        granted.revision, granted.detail = found.review.revision, identity
        return found

    return await let_in(office, access, read, key.subject)


async def page(
    office: Office, access: Access, initiative_id: str, cursor: str | None = None, limit: int = DEFAULT_LIMIT
) -> Page[ShownReview]:
    """A page of the initiative's reviews, the one that was submitted last first.

    Args:
        cursor: `next` or `previous` of another page; None for the first.
        limit: 1 to 200 reviews at most.

    Raises:
        NotFound, Forbidden: there is no such initiative, or the caller may not read it.
        BadInput: the cursor is not one that this list gave.
    """
    key = await key_of(office, access, initiative_id)
    place, most = None if cursor is None else Cursor.read(cursor), max(1, min(limit, LARGEST_LIMIT))

    def read(granted: Granted) -> Page[ShownReview]:
        newest = initiatives.find(granted.connection, key).revision
        found = reviews.page(granted.connection, key, place, most)
        return Page(tuple(ShownReview(review, newest) for review in found.items), found.next, found.previous)

    return await let_in(office, access, read, key.subject)


def _submit(
    granted: Granted, key: DataKey, organisation: DataKey, revision: int | None, note: str, retry: Retry | None
) -> ShownReview:
    connection = granted.connection
    newest = touch(granted, key, ANYTHING).revision
    identity, chosen = str(uuid4()), newest if revision is None else revision
    if retry is not None:
        effect = Effect(retry.request_digest, identity, newest, granted.now)
        retries.add(connection, key.organisation, retry.key_digest, effect)
    if chosen > newest:
        raise BadInput(faults=(Fault("/revision", NO_REVISION),))
    if any(mark.state is ReviewState.SUBMITTED for mark in reviews.marks(connection, key.organisation, key.subject)):
        raise Conflict(UNDER_REVIEW)
    submitted = signature(granted, organisation)
    review = Review(identity, chosen, ReviewState.SUBMITTED, version=0, note=note, submitted=submitted)
    reviews.add(connection, key, review)
    granted.revision, granted.detail = chosen, identity
    return ShownReview(review, newest)


async def _submitted_then(office: Office, access: Access, initiative_id: str, effect: Effect) -> ShownReview:
    """What was answered when the review was submitted, whatever became of it since."""
    key = await key_of(office, access, initiative_id)

    def read(granted: Granted) -> ShownReview:
        found = reviews.find(granted.connection, key, effect.subject_id)
        granted.revision, granted.detail = found.revision, REPLAYED
        then = replace(found, state=ReviewState.SUBMITTED, version=0, statement=None, settled=None)
        return ShownReview(then, effect.revision, replayed=True)

    return await let_in(office, access, read, key.subject)


def _find(granted: Granted, key: DataKey, identity: str) -> ShownReview:
    review = reviews.find(granted.connection, key, identity)
    return ShownReview(review, initiatives.find(granted.connection, key).revision)


def _open(granted: Granted, key: DataKey, identity: str, expected: Collection[str]) -> ShownReview:
    """The review, if it is still to be decided; whoever else would decide about it waits."""
    touch(granted, key, ANYTHING)
    found = _find(granted, key, identity)
    check_known(expected, found.tag)
    if found.review.state is not ReviewState.SUBMITTED:
        raise Conflict(SETTLED)
    return found


def _settle(
    granted: Granted,
    key: DataKey,
    organisation: DataKey,
    found: ShownReview,
    state: ReviewState,
    statement: str | None,
) -> ShownReview:
    signed = signature(granted, organisation)
    settled = reviews.settle(granted.connection, key, found.review, state, statement, signed)
    granted.revision, granted.detail = settled.revision, f"{settled.id} {state.value}"
    return replace(found, review=settled)
