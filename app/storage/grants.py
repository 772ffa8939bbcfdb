"""Who has which role on an initiative; knows not what a role may do."""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Connection, bindparam, delete, insert, select, update

from app.domain.access import InitiativeRole
from app.storage.access_tables import GrantRow
from app.storage.prepared import Prepared
from app.storage.tables import table_of

GRANTS = table_of(GrantRow)

_HERE = (GRANTS.c.organisation_id == bindparam("organisation")) & (GRANTS.c.initiative_id == bindparam("initiative"))
_PERSON = GRANTS.c.person_id == bindparam("person")
_ADD = Prepared(insert(GRANTS))
_REMOVE = Prepared(delete(GRANTS).where(_HERE, _PERSON))
_TOUCH = Prepared(update(GRANTS).where(_HERE).values(changed_at=bindparam("now")))
# The rows of an initiative are held until the commit, so that two owners cannot both leave at the same moment.
_HOLD = Prepared(select(GRANTS.c.person_id).where(_HERE).order_by(GRANTS.c.person_id).with_for_update())
_ALL = Prepared(
    select(*GRANTS.c["person_id", "role", "given_by", "given_at"])
    .where(_HERE)
    .order_by(GRANTS.c.given_at, GRANTS.c.person_id)
)


@dataclass(frozen=True, slots=True)
class Grant:
    """A person's role on an initiative, and who gave it when."""

    person_id: str
    role: InitiativeRole
    given_by: str
    given_at: datetime


def add(connection: Connection, organisation_id: str, initiative_id: str, grant: Grant, changed_at: datetime) -> None:
    """Gives the role, in the place of one that the person has.

    Args:
        changed_at: when the initiative last changed, which orders the person's list.
    """
    remove(connection, organisation_id, initiative_id, grant.person_id)
    values = {
        "organisation_id": organisation_id,
        "initiative_id": initiative_id,
        "person_id": grant.person_id,
        "role": grant.role.value,
        "given_by": grant.given_by,
        "given_at": grant.given_at,
        "changed_at": changed_at,
    }
    _ADD.count(connection, values)


def remove(connection: Connection, organisation_id: str, initiative_id: str, person_id: str) -> bool:
    """Takes the person's role away; whether there was one."""
    place = {"organisation": organisation_id, "initiative": initiative_id, "person": person_id}
    return _REMOVE.count(connection, place) > 0


def touch(connection: Connection, organisation_id: str, initiative_id: str, now: datetime) -> None:
    """Notes that the initiative changed, so that it comes first in every list that it is in."""
    _TOUCH.count(connection, {"organisation": organisation_id, "initiative": initiative_id, "now": now})


def hold(connection: Connection, organisation_id: str, initiative_id: str) -> None:
    """Lets nobody else change who has a role on the initiative before the transaction ends."""
    _HOLD.rows(connection, {"organisation": organisation_id, "initiative": initiative_id})


def of_initiative(connection: Connection, organisation_id: str, initiative_id: str) -> tuple[Grant, ...]:
    """Everybody with a role on the initiative, in the order in which roles were given."""
    rows = _ALL.rows(connection, {"organisation": organisation_id, "initiative": initiative_id})
    return tuple(Grant(person, InitiativeRole(role), by, at) for person, role, by, at in rows)
