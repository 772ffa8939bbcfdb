"""Who has which role on an initiative; knows not what a role may do.

Whoever changes roles first holds the initiative, then a person, and only then changes anything: in this order nobody
waits for somebody who waits for them. SQLite has one writer, so that holding costs nothing there.
"""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Connection, and_, bindparam, delete, exists, insert, select, update

from app.domain.access import InitiativeRole
from app.domain.errors import NotFound
from app.storage.access_tables import GrantRow, PersonRow
from app.storage.initiatives import INITIATIVES
from app.storage.prepared import Prepared
from app.storage.tables import table_of

GRANTS = table_of(GrantRow)
PEOPLE = table_of(PersonRow)

_HERE = (GRANTS.c.organisation_id == bindparam("organisation")) & (GRANTS.c.initiative_id == bindparam("initiative"))
_PERSON = GRANTS.c.person_id == bindparam("person")
_ADD = Prepared(insert(GRANTS))
_REMOVE = Prepared(delete(GRANTS).where(_HERE, _PERSON))
_TOUCH = Prepared(update(GRANTS).where(_HERE).values(changed_at=bindparam("now")))
# The initiative stands for everybody's role on it: rows of roles come and go, and one that is not there yet cannot be
# held. So two owners cannot both leave at the same moment.
_HOLD = Prepared(
    select(INITIATIVES.c.updated_at)
    .where(INITIATIVES.c.organisation_id == bindparam("organisation"), INITIATIVES.c.id == bindparam("initiative"))
    .with_for_update(key_share=True)
)
_PERSON_HERE = (PEOPLE.c.organisation_id == bindparam("organisation")) & (PEOPLE.c.id == bindparam("person"))
_STAY = Prepared(select(PEOPLE.c.id).where(_PERSON_HERE).with_for_update(read=True, key_share=True))
_LEAVE = Prepared(select(PEOPLE.c.id).where(_PERSON_HERE).with_for_update())
_OWNED = GRANTS.join(
    INITIATIVES,
    and_(INITIATIVES.c.organisation_id == GRANTS.c.organisation_id, INITIATIVES.c.id == GRANTS.c.initiative_id),
)
_THEIRS = (
    GRANTS.c.organisation_id == bindparam("organisation"),
    GRANTS.c.person_id == bindparam("person"),
    GRANTS.c.role == InitiativeRole.OWNER.value,
)
_HOLD_OWNED = Prepared(
    select(INITIATIVES.c.id)
    .select_from(_OWNED)
    .where(*_THEIRS)
    .order_by(INITIATIVES.c.id)
    .with_for_update(key_share=True, of=INITIATIVES)
)
_OTHERS = GRANTS.alias("others")
_OWNED_ALONE = Prepared(
    select(GRANTS.c.initiative_id)
    .where(
        *_THEIRS,
        ~exists().where(
            _OTHERS.c.organisation_id == GRANTS.c.organisation_id,
            _OTHERS.c.initiative_id == GRANTS.c.initiative_id,
            _OTHERS.c.person_id != GRANTS.c.person_id,
            _OTHERS.c.role == InitiativeRole.OWNER.value,
        ),
    )
    .order_by(GRANTS.c.initiative_id)
)
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


def hold(connection: Connection, organisation_id: str, initiative_id: str) -> datetime:
    """Lets nobody else change who has a role on the initiative before the transaction ends; when it last changed.

    Raises:
        NotFound: there is no such initiative.
    """
    row = _HOLD.row(connection, {"organisation": organisation_id, "initiative": initiative_id})
    if row is None:
        raise NotFound
    changed_at: datetime = row[0]
    return changed_at


def hold_person(connection: Connection, organisation_id: str, person_id: str) -> bool:
    """Lets nobody remove the person before the transaction ends; whether there is one. Hold the initiative before."""
    return _STAY.row(connection, {"organisation": organisation_id, "person": person_id}) is not None


def owned_alone(connection: Connection, organisation_id: str, person_id: str) -> list[str]:
    """The initiatives that would have no owner without this person; asked by whoever is about to remove them.

    Neither can anybody change that before the transaction ends, nor give the person anything more.
    """
    who = {"organisation": organisation_id, "person": person_id}
    _HOLD_OWNED.rows(connection, who)
    _LEAVE.rows(connection, who)
    return [row[0] for row in _OWNED_ALONE.rows(connection, who)]


def of_initiative(connection: Connection, organisation_id: str, initiative_id: str) -> tuple[Grant, ...]:
    """Everybody with a role on the initiative, in the order in which roles were given."""
    rows = _ALL.rows(connection, {"organisation": organisation_id, "initiative": initiative_id})
    return tuple(Grant(person, InitiativeRole(role), by, at) for person, role, by, at in rows)


def of_person(
    connection: Connection, organisation_id: str, person_id: str, initiative_ids: Collection[str]
) -> dict[str, InitiativeRole]:
    """The person's role on each of these initiatives, without those on which they have none."""
    whose = (GRANTS.c.organisation_id == organisation_id) & (GRANTS.c.person_id == person_id)
    wanted = select(*GRANTS.c["initiative_id", "role"]).where(whose, GRANTS.c.initiative_id.in_(initiative_ids))
    return {identity: InitiativeRole(role) for identity, role in connection.execute(wanted).all()}
