"""Reviews of an initiative's revisions: kept, listed, settled once and never deleted; knows no rule of who may."""

from collections import defaultdict
from collections.abc import Collection, Mapping
from dataclasses import replace
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, bindparam, insert, select, update

from app.domain.errors import NotFound
from app.domain.review import Review, ReviewMark, ReviewState, Signature
from app.security.sealing import DataKey
from app.storage.newest_first import NewestFirst
from app.storage.pages import Cursor, Page
from app.storage.prepared import Prepared
from app.storage.review_tables import ReviewRow
from app.storage.tables import table_of
from app.storage.words import open_words, seal_words

REVIEWS = table_of(ReviewRow)
NOTE, STATEMENT = "note", "statement"

_HERE = (REVIEWS.c.organisation_id == bindparam("organisation")) & (REVIEWS.c.initiative_id == bindparam("initiative"))
_ONE = _HERE & (REVIEWS.c.id == bindparam("review"))
_SEALED = REVIEWS.c[NOTE, STATEMENT]
_CLEAR = REVIEWS.c["id", "revision", "state", "version", "submitted_by", "submitted_at", "decided_by", "decided_at"]
_WHOLE = select(*_SEALED, *_CLEAR)
_MARK = REVIEWS.c["id", "revision", "state", "submitted_at", "decided_at"]
_LATEST_FIRST = (REVIEWS.c.submitted_at.desc(), REVIEWS.c.id.desc())

_ADD = Prepared(insert(REVIEWS))
_FIND = Prepared(_WHOLE.where(_ONE))
_MARKS = Prepared(select(*_MARK).where(_HERE).order_by(*_LATEST_FIRST))
_MARKS_OF_SEVERAL = (
    select(REVIEWS.c.initiative_id, *_MARK)
    .where(
        REVIEWS.c.organisation_id == bindparam("organisation"),
        REVIEWS.c.initiative_id.in_(bindparam("initiatives", expanding=True)),
    )
    .order_by(*_LATEST_FIRST)
)
_SETTLE = Prepared(
    update(REVIEWS)
    .where(_ONE, REVIEWS.c.state == ReviewState.SUBMITTED.value)
    .values(
        state=bindparam("new_state"),
        version=REVIEWS.c.version + 1,
        statement=bindparam("new_statement"),
        decided_by=bindparam("new_decided_by"),
        decided_at=bindparam("new_decided_at"),
    )
)


def add(connection: Connection, key: DataKey, review: Review) -> None:
    """Stores a review that has just been submitted."""
    name = review.submitted.name
    values = {
        "organisation_id": key.organisation,
        "initiative_id": key.subject,
        "id": review.id,
        "revision": review.revision,
        "state": review.state.value,
        "version": review.version,
        "note": seal_words(key, _field(review.id, NOTE), review.revision, text=review.note, name=name),
        "submitted_by": review.submitted.person_id,
        "submitted_at": review.submitted.at,
        "statement": None,
        "decided_by": None,
        "decided_at": None,
    }
    _ADD.count(connection, values)


def settle(
    connection: Connection, key: DataKey, review: Review, state: ReviewState, statement: str | None, settled: Signature
) -> Review:
    """Stores what became of an open review, and returns it as it is then.

    Raises:
        NotFound: it is not open any more.
    """
    words = {"text": statement, "name": settled.name}
    values = {
        **_here(key, review=review.id),
        "new_state": state.value,
        "new_statement": seal_words(key, _field(review.id, STATEMENT), review.revision, **words),
        "new_decided_by": settled.person_id,
        "new_decided_at": settled.at,
    }
    if _SETTLE.count(connection, values) == 0:
        raise NotFound
    return replace(review, state=state, version=review.version + 1, statement=statement, settled=settled)


def find(connection: Connection, key: DataKey, review_id: str) -> Review:
    """The review of that id.

    Raises:
        NotFound: when there is none.
        Damaged: what is stored does not verify.
    """
    row = _FIND.row(connection, _here(key, review=review_id))
    if row is None:
        raise NotFound
    return _review(key, *row)


def page(connection: Connection, key: DataKey, cursor: Cursor | None, limit: int) -> Page[Review]:
    """Some of the initiative's reviews, the one that was submitted last first."""
    return _LIST.page(connection, key, _here(key), cursor, limit)


def marks(connection: Connection, organisation_id: str, initiative_id: str) -> tuple[ReviewMark, ...]:
    """Every review of the initiative without its words, the one that was submitted last first."""
    rows = _MARKS.rows(connection, {"organisation": organisation_id, "initiative": initiative_id})
    return tuple(_mark(*row) for row in rows)


def marks_of_several(
    connection: Connection, organisation_id: str, initiative_ids: Collection[str]
) -> Mapping[str, tuple[ReviewMark, ...]]:
    """As `marks`, for several initiatives in one look; those without a review are left out."""
    given = {"organisation": organisation_id, "initiatives": list(initiative_ids)}
    found: dict[str, tuple[ReviewMark, ...]] = defaultdict(tuple)
    for initiative_id, *row in connection.execute(_MARKS_OF_SEVERAL, given).all():
        found[initiative_id] += (_mark(*row),)
    return found


def _here(key: DataKey, **more: str) -> dict[str, str]:
    return {"organisation": key.organisation, "initiative": key.subject, **more}


def _field(review_id: str, name: str) -> str:
    """What the seal is bound to, beside the initiative and the revision."""
    return f"review {review_id} {name}"


def _mark(identity: str, revision: int, state: str, submitted_at: datetime, settled_at: datetime | None) -> ReviewMark:
    return ReviewMark(identity, revision, ReviewState(state), submitted_at, settled_at)


def _review(key: DataKey, note: bytes, statement: bytes | None, *clear: Any) -> Review:
    identity, revision, state, version, submitted_by, submitted_at, decided_by, decided_at = clear
    asked = open_words(key, _field(identity, NOTE), revision, note)
    said = {} if statement is None else open_words(key, _field(identity, STATEMENT), revision, statement)
    return Review(
        id=identity,
        revision=revision,
        state=ReviewState(state),
        version=version,
        note=asked["text"],
        submitted=Signature(submitted_by, asked["name"], submitted_at),
        statement=said.get("text"),
        settled=Signature(decided_by, said["name"], decided_at) if said else None,
    )


_LIST = NewestFirst(_WHOLE.where(_HERE), REVIEWS.c.submitted_at, REVIEWS.c.id, _review)
