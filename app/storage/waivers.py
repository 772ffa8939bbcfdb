"""The waivers of an initiative; knows not what a check is, nor whether a waiver still holds."""

import json
from typing import Any

from sqlalchemy import Connection, bindparam, delete, insert, select

from app.checklist.evaluation import Waiver
from app.domain.errors import NotFound
from app.security.sealing import DataKey
from app.storage.prepared import Prepared
from app.storage.tables import WaiverRow, table_of

WAIVERS = table_of(WaiverRow)

# The digest of what was judged is sealed with the words: of few and short values somebody could try out all.
SEALED = ("reason", "by", "basis", "given_by", "approved_by")
CLEAR = ("check_id", "given_by", "given_at", "approved_by", "approved_at", "checklist", "checklist_version")

_HERE = (WAIVERS.c.organisation_id == bindparam("organisation")) & (WAIVERS.c.initiative_id == bindparam("initiative"))
_FIND = Prepared(select(WAIVERS.c.sealed, *WAIVERS.c[CLEAR]).where(_HERE).order_by(WAIVERS.c.check_id))
_ADD = Prepared(insert(WAIVERS))
_REMOVE = Prepared(delete(WAIVERS).where(_HERE, WAIVERS.c.check_id == bindparam("check")))


def of_initiative(connection: Connection, key: DataKey) -> tuple[Waiver, ...]:
    """Every waiver that was given and not taken back, in the order of the checks' ids.

    Raises:
        Damaged: one does not verify.
    """
    rows = _FIND.rows(connection, {"organisation": key.organisation, "initiative": key.subject})
    return tuple(_waiver(key, *row) for row in rows)


def put(connection: Connection, key: DataKey, waiver: Waiver) -> None:
    """Stores the waiver in the place of an earlier one of the same check."""
    here = {"organisation": key.organisation, "initiative": key.subject, "check": waiver.check}
    _REMOVE.count(connection, here)
    words = json.dumps({name: getattr(waiver, name) for name in SEALED})
    values = {
        "organisation_id": key.organisation,
        "initiative_id": key.subject,
        "check_id": waiver.check,
        "sealed": key.seal_text(_field(waiver.check), 0, words),
        "given_by": waiver.giver,
        "given_at": waiver.given_at,
        "approved_by": waiver.approver,
        "approved_at": waiver.approved_at,
        "checklist": waiver.checklist,
        "checklist_version": waiver.version,
    }
    _ADD.count(connection, values)


def remove(connection: Connection, key: DataKey, check_id: str) -> None:
    """Takes the waiver of that check back.

    Raises:
        NotFound: when there is none.
    """
    here = {"organisation": key.organisation, "initiative": key.subject, "check": check_id}
    if _REMOVE.count(connection, here) == 0:
        raise NotFound("No waiver was given for this check.")


def _field(check_id: str) -> str:
    """What the seal is bound to, beside the initiative: a waiver may change, and has no revision."""
    return f"waiver {check_id}"


def _waiver(key: DataKey, sealed: bytes, check: str, *clear: Any) -> Waiver:
    giver, given_at, approver, approved_at, checklist, version = clear
    words = json.loads(key.open_text(_field(check), 0, sealed))
    return Waiver(
        check=check,
        given_at=given_at,
        checklist=checklist,
        version=version,
        giver=giver,
        approver=approver,
        approved_at=approved_at,
        **words,
    )
