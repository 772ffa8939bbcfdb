"""The waivers of an initiative; knows not what a check is, nor whether a waiver still holds."""

from sqlalchemy import Connection, bindparam, delete, insert, select

from app.checklist.evaluation import Waiver
from app.domain.errors import NotFound
from app.storage.prepared import Prepared
from app.storage.tables import WaiverRow, table_of

WAIVERS = table_of(WaiverRow)

_HERE = (WAIVERS.c.organisation_id == bindparam("organisation")) & (WAIVERS.c.initiative_id == bindparam("initiative"))
_FIND = Prepared(
    select(*WAIVERS.c["check_id", "reason", "given_by", "given_at", "basis", "checklist", "checklist_version"])
    .where(_HERE)
    .order_by(WAIVERS.c.check_id)
)
_ADD = Prepared(insert(WAIVERS))
_REMOVE = Prepared(delete(WAIVERS).where(_HERE, WAIVERS.c.check_id == bindparam("check")))


def of_initiative(connection: Connection, organisation_id: str, initiative_id: str) -> tuple[Waiver, ...]:
    """Every waiver that was given and not taken back, in the order of the checks' ids."""
    rows = _FIND.rows(connection, {"organisation": organisation_id, "initiative": initiative_id})
    return tuple(Waiver(*row) for row in rows)


def put(connection: Connection, organisation_id: str, initiative_id: str, waiver: Waiver) -> None:
    """Stores the waiver in the place of an earlier one of the same check."""
    here = {"organisation": organisation_id, "initiative": initiative_id, "check": waiver.check}
    _REMOVE.count(connection, here)
    values = {
        "organisation_id": organisation_id,
        "initiative_id": initiative_id,
        "check_id": waiver.check,
        "reason": waiver.reason,
        "given_by": waiver.by,
        "given_at": waiver.given_at,
        "basis": waiver.basis,
        "checklist": waiver.checklist,
        "checklist_version": waiver.version,
    }
    _ADD.count(connection, values)


def remove(connection: Connection, organisation_id: str, initiative_id: str, check_id: str) -> None:
    """Takes the waiver of that check back.

    Raises:
        NotFound: when there is none.
    """
    here = {"organisation": organisation_id, "initiative": initiative_id, "check": check_id}
    if _REMOVE.count(connection, here) == 0:
        raise NotFound("No waiver was given for this check.")
