"""The immutable revisions of an initiative's design and how each was judged; knows no document from the inside."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, and_, bindparam, insert, select

from app.domain.errors import NotFound
from app.domain.revision import Cause, Initiative, Revision, StoredDesign
from app.storage.initiatives import COLUMNS, INITIATIVES, initiative_of
from app.storage.prepared import Prepared
from app.storage.tables import EvaluationRow, RevisionRow, table_of

REVISIONS = table_of(RevisionRow)
EVALUATIONS = table_of(EvaluationRow)

_FACTS = (
    REVISIONS.c.number,
    REVISIONS.c.cause,
    REVISIONS.c.restored_from,
    REVISIONS.c.created_at,
    REVISIONS.c.checklist_digest,
    EVALUATIONS.c.codes,
)
_JUDGED = REVISIONS.join(
    EVALUATIONS,
    and_(
        EVALUATIONS.c.organisation_id == REVISIONS.c.organisation_id,
        EVALUATIONS.c.initiative_id == REVISIONS.c.initiative_id,
        EVALUATIONS.c.revision == REVISIONS.c.number,
        EVALUATIONS.c.checklist_digest == REVISIONS.c.checklist_digest,
    ),
)
_HERE = (REVISIONS.c.organisation_id == bindparam("organisation")) & (
    REVISIONS.c.initiative_id == bindparam("initiative")
)
_ADD = Prepared(insert(REVISIONS))
_ADD_EVALUATION = Prepared(insert(EVALUATIONS))
_FIND = Prepared(
    select(REVISIONS.c.document, *_FACTS).select_from(_JUDGED).where(_HERE, REVISIONS.c.number == bindparam("n"))
)
_PAGE = Prepared(
    select(*_FACTS)
    .select_from(_JUDGED)
    .where(_HERE, REVISIONS.c.number < bindparam("below"))
    .order_by(REVISIONS.c.number.desc())
    .limit(bindparam("most"))
)
_NEWEST = Prepared(
    select(*COLUMNS, REVISIONS.c.document, *_FACTS[:4])
    .select_from(
        INITIATIVES.join(
            REVISIONS,
            and_(
                REVISIONS.c.organisation_id == INITIATIVES.c.organisation_id,
                REVISIONS.c.initiative_id == INITIATIVES.c.id,
                REVISIONS.c.number == INITIATIVES.c.revision,
            ),
        )
    )
    .where(INITIATIVES.c.organisation_id == bindparam("organisation"), INITIATIVES.c.id == bindparam("initiative"))
)


def add(connection: Connection, organisation_id: str, stored: StoredDesign) -> None:
    """Stores a revision and its judgement."""
    revision = stored.revision
    whose = {"organisation_id": organisation_id, "initiative_id": revision.initiative_id}
    facts = {
        "number": revision.number,
        "document": stored.document,
        "cause": revision.cause.value,
        "restored_from": revision.restored_from,
        "checklist_digest": revision.checklist_digest,
        "created_at": revision.created_at,
    }
    _ADD.count(connection, {**whose, **facts})
    judgement = {
        "revision": revision.number,
        "checklist_digest": revision.checklist_digest,
        "codes": revision.codes,
        "made_at": revision.created_at,
    }
    _ADD_EVALUATION.count(connection, {**whose, **judgement})


def find(connection: Connection, organisation_id: str, initiative_id: str, number: int) -> StoredDesign:
    """The revision of that number with its document.

    Raises:
        NotFound: when there is none.
    """
    place = {"organisation": organisation_id, "initiative": initiative_id, "n": number}
    row = _FIND.row(connection, place)
    if row is None:
        raise NotFound("There is no revision of this number, or no initiative of this id.")
    return StoredDesign(_revision(initiative_id, row[1:]), row[0])


def newest(connection: Connection, organisation_id: str, initiative_id: str) -> tuple[Initiative, StoredDesign]:
    """The initiative as it is now, with its newest revision and document, in one look.

    Raises:
        NotFound: when there is no such initiative.
    """
    row = _NEWEST.row(connection, {"organisation": organisation_id, "initiative": initiative_id})
    if row is None:
        raise NotFound
    width = len(COLUMNS)
    initiative = initiative_of(row[:width])
    facts = (*row[width + 1 :], initiative.checklist_digest, initiative.codes)
    return initiative, StoredDesign(_revision(initiative.id, facts), row[width])


def page(
    connection: Connection, organisation_id: str, initiative_id: str, below: int, most: int
) -> tuple[Revision, ...]:
    """The revisions with a number below this one, newest first, without their documents."""
    place = {"organisation": organisation_id, "initiative": initiative_id, "below": below, "most": most}
    return tuple(_revision(initiative_id, row) for row in _PAGE.rows(connection, place))


def _revision(initiative_id: str, facts: Sequence[Any]) -> Revision:
    number, cause, restored_from, created_at, digest, codes = facts
    moment: datetime = created_at
    return Revision(initiative_id, number, Cause(cause), restored_from, moment, digest, codes)
