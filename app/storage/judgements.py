"""How the initiatives of an organisation are judged, read and replaced many at a time; knows no checklist's contents.

Whoever replaces judgements holds their initiatives first, by their ids, as `portfolio` wants it.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final

from sqlalchemy import Connection, and_, bindparam, exists, select, update

from app.storage.initiatives import INITIATIVES
from app.storage.jobs import Piece
from app.storage.portfolio import Move
from app.storage.prepared import Prepared, insert_unless_there
from app.storage.revisions import EVALUATIONS, REVISIONS
from app.storage.tallies import Judgement
from app.storage.waivers import WAIVERS

__all__ = ["OPENED_AT_ONCE", "Sealed", "Standing", "Verdict", "page", "put", "sealed"]

OPENED_AT_ONCE: Final = 32
"""How many documents are read at a time: each may be large, and memory must not grow with the number of designs."""


@dataclass(frozen=True, slots=True)
class Standing:
    """An initiative as it is judged.

    Attributes:
        program: which program judged it; empty where that is not known.
        has_waivers: whether any waiver was given for it.
    """

    id: str
    revision: int
    version: int
    judgement: Judgement
    program: str
    has_waivers: bool


@dataclass(frozen=True, slots=True)
class Sealed:
    """The same with its newest document, which is still sealed."""

    standing: Standing
    document: bytes


@dataclass(frozen=True, slots=True)
class Verdict:
    """How an initiative is to be judged, if it still is at this revision and version."""

    id: str
    revision: int
    version: int
    judgement: Judgement


_OURS = INITIATIVES.c.organisation_id == bindparam("organisation")
_HERE = _OURS & (INITIATIVES.c.id == bindparam("initiative"))
_JUDGED = INITIATIVES.c["id", "revision", "version", "checklist_digest", "codes", "waived", "program"]
_HAS_WAIVERS = exists().where(
    WAIVERS.c.organisation_id == INITIATIVES.c.organisation_id, WAIVERS.c.initiative_id == INITIATIVES.c.id
)
_PAGE = Prepared(
    select(*_JUDGED, _HAS_WAIVERS)
    .where(
        _OURS,
        INITIATIVES.c.id > bindparam("after"),
        INITIATIVES.c.id >= bindparam("first"),
        INITIATIVES.c.id < bindparam("end"),
    )
    .order_by(INITIATIVES.c.id)
    .limit(bindparam("most"))
)
_NEWEST = and_(
    REVISIONS.c.organisation_id == INITIATIVES.c.organisation_id,
    REVISIONS.c.initiative_id == INITIATIVES.c.id,
    REVISIONS.c.number == INITIATIVES.c.revision,
)
_SEALED = select(*_JUDGED, _HAS_WAIVERS, REVISIONS.c.document).select_from(INITIATIVES.join(REVISIONS, _NEWEST))
_HOLD = Prepared(
    select(*_JUDGED)
    .where(_OURS, INITIATIVES.c.id >= bindparam("first"), INITIATIVES.c.id <= bindparam("last"))
    .order_by(INITIATIVES.c.id)
    .with_for_update()
)
_REPLACE = Prepared(
    update(INITIATIVES)
    .where(_HERE)
    .values(
        version=INITIATIVES.c.version + 1,
        checklist_digest=bindparam("new_checklist"),
        codes=bindparam("new_codes"),
        waived=bindparam("new_waived"),
        program=bindparam("new_program"),
    )
)
_SIGN = Prepared(update(INITIATIVES).where(_HERE).values(program=bindparam("new_program")))
_ADD_EVALUATION = insert_unless_there(EVALUATIONS)


def page(connection: Connection, piece: Piece, most: int) -> list[Standing]:
    """The initiatives that come next in a piece of a job, by their ids."""
    place = {"organisation": piece.organisation_id, "after": piece.after, "first": piece.first, "end": piece.end}
    return [_standing(row) for row in _PAGE.rows(connection, {**place, "most": most})]


def sealed(connection: Connection, organisation_id: str, ids: Sequence[str]) -> list[Sealed]:
    """These initiatives as they are now, with their documents, without those that are not there any more."""
    statement = _SEALED.where(INITIATIVES.c.organisation_id == organisation_id, INITIATIVES.c.id.in_(ids))
    return [Sealed(_standing(row), row[-1]) for row in connection.execute(statement).all()]


def put(
    connection: Connection, organisation_id: str, verdicts: Sequence[Verdict], program: str, now: datetime
) -> list[Move]:
    """Puts these in the place of the judgements that are there; what they are to the portfolio.

    What somebody changed meanwhile was judged anew by them, and is left alone. What is judged as before is signed by
    the program that judged it again, and otherwise left as it is.

    Args:
        verdicts: in the order of their ids.
        program: which program judged all of them.
    """
    if not verdicts:
        return []
    ends = {"first": verdicts[0].id, "last": verdicts[-1].id}
    held = {row[0]: row[1:] for row in _HOLD.rows(connection, {"organisation": organisation_id, **ends})}
    replaced: list[tuple[Verdict, Move]] = []
    signed: list[str] = []
    for verdict in verdicts:
        revision, version, *judgement, signature = held.get(verdict.id, (None, None, "", "", "", ""))
        before = Judgement(*judgement)
        if (revision, version) != (verdict.revision, verdict.version):
            continue
        if before != verdict.judgement:
            replaced.append((verdict, (before, verdict.judgement)))
        elif signature != program:
            signed.append(verdict.id)
    _write(connection, organisation_id, [verdict for verdict, _ in replaced], program, now)
    here = {"organisation": organisation_id, "new_program": program}
    _SIGN.many(connection, ({**here, "initiative": identity} for identity in signed))
    return [move for _, move in replaced]


def _write(
    connection: Connection, organisation_id: str, verdicts: Sequence[Verdict], program: str, now: datetime
) -> None:
    _REPLACE.many(
        connection,
        (
            {
                "organisation": organisation_id,
                "initiative": each.id,
                "new_checklist": each.judgement.checklist_digest,
                "new_codes": each.judgement.codes,
                "new_waived": each.judgement.waived,
                "new_program": program,
            }
            for each in verdicts
        ),
    )
    _ADD_EVALUATION.many(
        connection,
        (
            {
                "organisation_id": organisation_id,
                "initiative_id": each.id,
                "revision": each.revision,
                "checklist_digest": each.judgement.checklist_digest,
                "codes": each.judgement.codes,
                "made_at": now,
            }
            for each in verdicts
        ),
    )


def _standing(row: Sequence[Any]) -> Standing:
    identity, revision, version, digest, codes, waived, program, has_waivers = row[:8]
    return Standing(identity, revision, version, Judgement(digest, codes, waived), program, bool(has_waivers))
