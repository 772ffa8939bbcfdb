"""Whether every role was given by somebody, as the audit trail tells: a row written past the service has no entry."""

from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping
from typing import Final

from app.domain.access import InitiativeRole
from app.storage import given
from app.storage.database import Connection
from app.storage.given import Given, Told
from app.storage.views import of
from app.usecases.office import Office
from app.usecases.retries import REPLAYED

Roles = dict[str, str]  # by person


def _created(roles: Roles, told: Told) -> None:
    if told.detail != REPLAYED:
        roles[told.person_id] = InitiativeRole.OWNER.value


def _given(roles: Roles, told: Told) -> None:
    role, person = told.detail.split(" ")
    roles[person] = role


def _taken(roles: Roles, told: Told) -> None:
    roles.pop(told.detail.split(" ")[1], None)


def _left(roles: Roles, told: Told) -> None:
    roles.pop(told.person_id, None)


def _handed_over(roles: Roles, told: Told) -> None:
    role, to, *kept = told.detail.split(" ")
    roles.pop(told.person_id, None)
    roles |= {to: role, **({told.person_id: kept[0]} if kept else {})}


def _decided(roles: Roles, told: Told) -> None:
    _, _, *role_and_person = told.detail.split(" ")
    if role_and_person:
        roles[role_and_person[1]] = role_and_person[0]


# By the operations that change who has which role on an initiative, as the trail names them.
CHANGES: Final[Mapping[str, Callable[[Roles, Told], None]]] = {
    "create_initiative": _created,
    "put_role": _given,
    "remove_role": _taken,
    "leave_initiative": _left,
    "transfer_initiative": _handed_over,
    "decide_break_glass": _decided,
}


async def without_entry(office: Office, organisation_id: str) -> list[Given]:
    """The roles of an organisation that its trail knows nothing of, or another one in their place.

    What the trail says is taken as it stands: whether it does is asked elsewhere. Memory stays as it is, however many
    initiatives there are.

    Raises:
        Unavailable: the database is out of reach.
    """

    def look(connection: Connection) -> list[Given]:
        return [
            one
            for piece in given.pieces(connection, organisation_id)
            for one in _unknown(connection, organisation_id, piece)
        ]

    return await office.database.read(of(organisation_id), look)


def _unknown(connection: Connection, organisation_id: str, piece: list[Given]) -> Iterable[Given]:
    told = given.told(connection, organisation_id, piece[0].initiative_id, piece[-1].initiative_id, CHANGES)
    roles: defaultdict[str, Roles] = defaultdict(dict)
    for one in told:
        try:
            CHANGES[one.action](roles[one.initiative_id], one)
        except (ValueError, IndexError):  # nobody of ours wrote that; the trail does not stand
            continue
    return [one for one in piece if roles[one.initiative_id].get(one.person_id) != one.role]
