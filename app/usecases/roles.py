"""Who may do what with an initiative: shown, given, taken away, left and handed over; knows no request.

An initiative always has an owner, and nobody's own role is taken for granted: each change holds the initiative first,
and then asks again what the one who changes it is at that moment.
"""

from collections.abc import Callable, Collection
from dataclasses import dataclass
from datetime import datetime
from hashlib import sha256

from app.domain.access import InitiativeRole
from app.domain.errors import BadInput, Conflict, Fault, Forbidden, NotFound
from app.security.sealing import DataKey
from app.storage import grants, people
from app.storage.grants import Grant
from app.usecases.authority import Granted, let_in
from app.usecases.conditions import WHATEVER, check_known
from app.usecases.identity import known_form
from app.usecases.office import Access, Office

TAG_LENGTH = 20
LAST_OWNER = "An initiative always has an owner. Make somebody else an owner first."
NOBODY = "Nobody of this id is in your organisation."
ALREADY_YOURS = "It is yours already. Name somebody else."


@dataclass(frozen=True, slots=True)
class Role:
    """A person with their role on an initiative, and who gave it when."""

    person_id: str
    name: str
    role: InitiativeRole
    given_by: str
    given_at: datetime


@dataclass(frozen=True, slots=True)
class Roles:
    """Everybody with a role on an initiative, in the order in which roles were given."""

    items: tuple[Role, ...]

    @property
    def tag(self) -> str:
        """Names exactly this state."""
        lines = (f"{it.person_id} {it.role} {it.given_by} {it.given_at.isoformat()} {it.name}" for it in self.items)
        return sha256("\n".join(lines).encode()).hexdigest()[:TAG_LENGTH]

    def of(self, person_id: str) -> InitiativeRole | None:
        """What this person is, None if nothing."""
        return next((item.role for item in self.items if item.person_id == person_id), None)

    def check_owner_left(self, person_id: str) -> None:
        """Sees to it that there is an owner without this person.

        Raises:
            Conflict: there is none.
        """
        owners = {item.person_id for item in self.items if item.role is InitiativeRole.OWNER}
        if owners == {person_id}:
            raise Conflict(LAST_OWNER)


@dataclass(frozen=True, slots=True)
class Held:
    """The roles on an initiative, which nobody else changes before the transaction ends.

    Attributes:
        changed_at: when the initiative last changed.
    """

    granted: Granted
    initiative_id: str
    roles: Roles
    changed_at: datetime

    def give(self, person_id: str, role: InitiativeRole) -> None:
        """Gives this role in the place of any other."""
        by = self.granted
        grant = Grant(person_id, role, by.principal.person_id, by.now)
        grants.add(by.connection, by.organisation_id, self.initiative_id, grant, self.changed_at)

    def take(self, person_id: str) -> None:
        """Takes the person's role away."""
        grants.remove(self.granted.connection, self.granted.organisation_id, self.initiative_id, person_id)

    def is_person(self, person_id: str) -> bool:
        """Whether this is somebody of the organisation, who then stays until the transaction ends."""
        return grants.hold_person(self.granted.connection, self.granted.organisation_id, person_id)


async def listed(office: Office, access: Access, initiative_id: str) -> Roles:
    """Everybody with a role on the initiative.

    Raises:
        NotFound, Forbidden: there is none of that id, or the caller may not see who has a role on it.
    """
    identity = known_form(initiative_id)
    key = await office.vault.organisation(access.organisation_id)
    return await let_in(office, access, lambda granted: _look(granted, key, identity), identity)


async def put(
    office: Office, access: Access, initiative_id: str, person_id: str, role: InitiativeRole, tags: Collection[str]
) -> Roles:
    """Gives a person of the organisation this role, in the place of any other; the same again changes nothing.

    Args:
        tags: the states that the caller knows, one of which must be the present one.

    Raises:
        NotFound: there is no such initiative, or no such person.
        Forbidden: the caller is no owner of it.
        Stale: the roles are not what the caller knows.
        Conflict: it would be left without an owner.
    """

    def change(held: Held) -> None:
        person = known_form(person_id)
        if not held.is_person(person):
            raise NotFound
        if role is not InitiativeRole.OWNER:
            held.roles.check_owner_left(person)
        if held.roles.of(person) is not role:
            held.give(person, role)
        held.granted.detail = f"{role} {person}"

    return await _changed(office, access, initiative_id, tags, change)


async def remove(office: Office, access: Access, initiative_id: str, person_id: str, tags: Collection[str]) -> Roles:
    """Takes somebody's role away.

    Raises:
        NotFound: there is no such initiative, or the person has no role on it.
        Forbidden, Stale, Conflict: as `put`.
    """

    def change(held: Held) -> None:
        person = known_form(person_id)
        taken = held.roles.of(person)
        if taken is None:
            raise NotFound
        held.roles.check_owner_left(person)
        held.take(person)
        held.granted.detail = f"{taken} {person}"

    return await _changed(office, access, initiative_id, tags, change)


async def transfer(
    office: Office, access: Access, initiative_id: str, to: str, keep: InitiativeRole | None, tags: Collection[str]
) -> Roles:
    """Makes somebody else an owner in the caller's place, who keeps this role, or none.

    Raises:
        NotFound: there is no such initiative.
        BadInput: there is no such person, or it is the caller.
        Forbidden, Stale: as `put`.
    """

    def change(held: Held) -> None:
        caller = held.granted.principal.person_id
        if to == caller or not held.is_person(to):
            raise BadInput(faults=(Fault("/to", ALREADY_YOURS if to == caller else NOBODY),))
        if held.roles.of(to) is not InitiativeRole.OWNER:
            held.give(to, InitiativeRole.OWNER)
        if keep is None:
            held.take(caller)
        else:
            held.give(caller, keep)
        held.granted.detail = f"{InitiativeRole.OWNER} {to}" + (f" {keep}" if keep else "")

    return await _changed(office, access, initiative_id, tags, change)


async def leave(office: Office, access: Access, initiative_id: str) -> None:
    """Gives up the caller's own role.

    Raises:
        NotFound: there is no such initiative, or the caller has no role on it.
        Conflict: the caller is its last owner.
    """

    def change(held: Held) -> None:
        caller = held.granted.principal.person_id
        held.roles.check_owner_left(caller)
        held.granted.detail = f"{held.roles.of(caller)}"
        held.take(caller)

    await _changed(office, access, initiative_id, (WHATEVER,), change)


async def _changed(
    office: Office, access: Access, initiative_id: str, tags: Collection[str], change: Callable[[Held], None]
) -> Roles:
    identity = known_form(initiative_id)
    key = await office.vault.organisation(access.organisation_id)

    def write(granted: Granted) -> Roles:
        changed_at = grants.hold(granted.connection, granted.organisation_id, identity)
        roles = _look(granted, key, identity)
        _check_caller(roles.of(granted.principal.person_id), access)
        check_known(tags, roles.tag)
        change(Held(granted, identity, roles, changed_at))
        return _look(granted, key, identity)

    return await let_in(office, access, write, identity)


def _check_caller(role: InitiativeRole | None, access: Access) -> None:
    """Asks again, as another owner may have changed it while this one waited."""
    if role is None:
        raise NotFound
    if role not in access.permission.roles:
        raise Forbidden


def _look(granted: Granted, key: DataKey, initiative_id: str) -> Roles:
    found = grants.of_initiative(granted.connection, granted.organisation_id, initiative_id)
    names = people.names(granted.connection, key, [grant.person_id for grant in found])
    return Roles(
        tuple(
            Role(grant.person_id, names.get(grant.person_id, ""), grant.role, grant.given_by, grant.given_at)
            for grant in found
        )
    )
