"""People of one organisation who share an initiative, for the tests of roles and break-glass; knows no database."""

from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from uuid import uuid4

from app.domain.access import EVERY_SCOPE, CredentialKind, InitiativeRole, OrganisationRole
from app.security.api_keys import digest, new_api_key
from app.security.audit_chain import Entry
from app.storage import api_keys, audit, grants, people
from app.storage.api_keys import ApiKey
from app.storage.database import Connection
from app.storage.people import Person
from app.storage.views import of
from app.usecases import break_glass, initiatives, notices, readers, roles
from app.usecases.authority import known_by
from app.usecases.conditions import WHATEVER
from tests.usecases.builders import CLEAR
from tests.usecases.house import NEEDS, House

OWNER, EDITOR, REVIEWER, VIEWER = InitiativeRole
MEMBER, ADMIN = OrganisationRole

NEEDS.update(
    {
        roles.listed: "roles.read",
        roles.put: "roles.change",
        roles.remove: "roles.change",
        roles.transfer: "roles.change",
        roles.leave: "roles.leave",
        break_glass.ask: "break_glass.request",
        break_glass.get: "break_glass.read",
        break_glass.page: "break_glass.read",
        break_glass.decide: "break_glass.decide",
        notices.page: "notices.read",
        notices.mark_read: "notices.change",
        readers.page: "readers.read",
    }
)


@dataclass(frozen=True)
class Shared:
    """An initiative that Anna, an admin, owns, and as who she and others ask for things."""

    anna: House
    id: str

    async def join(self, name: str, role: InitiativeRole | None = None, rank: OrganisationRole = MEMBER) -> House:
        """Another person of the organisation, with this role on the initiative."""
        person = await another(self.anna, name, rank)
        if role is not None:
            await self.anna.ask(roles.put, self.id, id_of(person), role, [WHATEVER])
        return person

    async def roles(self) -> dict[str, str]:
        """Everybody with a role, by name, as it is stored."""
        return await roles_on(self.anna, self.id)

    async def trail(self) -> list[Entry]:
        """What the audit trail tells of the initiative, newest first."""
        organisation = self.anna.principal.organisation_id

        def read(connection: Connection) -> list[Entry]:
            return list(audit.page(connection, organisation, subject=self.id, below=None, most=100))

        return await self.anna.database.read(of(organisation), read)


async def shared(house: House) -> Shared:
    """A new initiative of the house's person, who is Anna."""
    made = await house.ask(initiatives.create, CLEAR)
    return Shared(house, made.initiative.id)


async def roles_on(house: House, initiative_id: str) -> dict[str, str]:
    """Everybody with a role, by name, whoever asks."""
    organisation = house.principal.organisation_id
    key = await house.office.vault.organisation(organisation)

    def read(connection: Connection) -> dict[str, str]:
        found = grants.of_initiative(connection, organisation, initiative_id)
        return {people.find(connection, key, grant.person_id).name: str(grant.role) for grant in found}

    return await house.database.read(of(organisation), read)


async def another(house: House, name: str, rank: OrganisationRole = MEMBER) -> House:
    """The same house as a new person of the organisation sees it."""
    organisation, now, secret = house.principal.organisation_id, datetime.now(UTC), new_api_key()
    key = await house.office.vault.organisation(organisation)
    person = Person(str(uuid4()), name, None, None, rank, 0, now)
    api_key = ApiKey(str(uuid4()), person.id, "For the tests", EVERY_SCOPE, now, now + timedelta(days=1))
    kept = digest(house.office.vault.pepper, secret)

    def write(connection: Connection) -> None:
        people.add(connection, key, person, None)
        api_keys.add(connection, key, api_key, kept)

    await house.database.write(of(organisation), write)
    return replace(house, principal=await known_by(house.office, CredentialKind.API_KEY, kept))


async def remove(house: House, person: House) -> None:
    """Removes a person from the organisation, with all that is theirs."""
    organisation = house.principal.organisation_id

    def write(connection: Connection) -> None:
        people.remove(connection, organisation, id_of(person))

    await house.database.write(of(organisation), write)


async def change_rank(house: House, person: House, rank: OrganisationRole) -> None:
    """Makes somebody an admin, or a member."""
    key = await house.office.vault.organisation(house.principal.organisation_id)

    def write(connection: Connection) -> None:
        people.change(connection, key, replace(people.find(connection, key, id_of(person)), role=rank), None)

    await house.database.write(of(house.principal.organisation_id), write)


def id_of(house: House) -> str:
    """The id of whoever asks."""
    return house.principal.person_id
