"""The immutable revisions of an initiative's design and how each was judged; knows no document from the inside."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, and_, bindparam, insert, select

from app.domain.errors import NotFound
from app.domain.revision import Cause, Initiative, Revision, StoredDesign
from app.security.sealing import DataKey
from app.storage.initiatives import COLUMNS, INITIATIVES, initiative_of
from app.storage.prepared import Prepared
from app.storage.tables import EvaluationRow, RevisionRow, table_of

REVISIONS = table_of(RevisionRow)
EVALUATIONS = table_of(EvaluationRow)
DOCUMENT = "document"  # what its seal is bound to, beside the initiative and the revision

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


def add(connection: Connection, key: DataKey, stored: StoredDesign) -> None:
    """Stores a revision and its judgement."""
    revision = stored.revision
    whose = {"organisation_id": key.organisation, "initiative_id": key.subject}
    facts = {
        "number": revision.number,
        "document": key.seal(DOCUMENT, revision.number, stored.document),
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


def find(connection: Connection, key: DataKey, number: int) -> StoredDesign:
    """The revision of that number with its document.

    Raises:
        NotFound: when there is none.
        Damaged: its document does not verify.
    """
    row = _FIND.row(connection, {**_place(key), "n": number})
    if row is None:
        raise NotFound("There is no revision of this number, or no initiative of this id.")
    return StoredDesign(_revision(key.subject, row[1:]), key.open(DOCUMENT, number, row[0]))


def newest(connection: Connection, key: DataKey) -> tuple[Initiative, StoredDesign]:
    """The initiative as it is now, with its newest revision and document, in one look.

    Raises:
        NotFound: when there is no such initiative.
        Damaged: its title or document does not verify.
    """
    row = _NEWEST.row(connection, _place(key))
    if row is None:
        raise NotFound
    width = len(COLUMNS)
    initiative = initiative_of(row[:width], key)
    facts = (*row[width + 1 :], initiative.checklist_digest, initiative.codes)
    document = key.open(DOCUMENT, initiative.revision, row[width])
    return initiative, StoredDesign(_revision(initiative.id, facts), document)


def page(connection: Connection, key: DataKey, below: int, most: int) -> tuple[Revision, ...]:
    """The revisions with a number below this one, newest first, without their documents."""
    rows = _PAGE.rows(connection, {**_place(key), "below": below, "most": most})
    return tuple(_revision(key.subject, row) for row in rows)


def _place(key: DataKey) -> dict[str, object]:
    return {"organisation": key.organisation, "initiative": key.subject}


def _revision(initiative_id: str, facts: Sequence[Any]) -> Revision:
    number, cause, restored_from, created_at, digest, codes = facts
    moment: datetime = created_at
    return Revision(initiative_id, number, Cause(cause), restored_from, moment, digest, codes)
