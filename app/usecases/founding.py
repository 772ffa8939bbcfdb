"""What the operator alone does, nobody over HTTP: organisations made and dissolved, somebody let back in."""

from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from functools import partial
from uuid import uuid4

from app.domain.access import EVERY_SCOPE, OrganisationRole
from app.domain.errors import NotFound
from app.security.audit_chain import Entry
from app.security.sealing import DataKey
from app.storage import api_keys, audit, organisations, people
from app.storage.api_keys import ApiKey
from app.storage.database import Connection
from app.storage.organisations import Organisation
from app.storage.people import Person
from app.storage.views import OPERATOR, of
from app.usecases.api_keys import FIRST_LABEL, LONGEST_LIFE, fresh_key
from app.usecases.identity import known_form
from app.usecases.members import FIRST_LIFE, FIRST_SCOPES
from app.usecases.office import Office
from app.usecases.organisations import erase, erased
from app.usecases.people import found_by

OPERATOR_ID = "operator"  # how the audit trail names whoever runs the service
FIRST_ORGANISATION, FIRST_PERSON = "My organisation", "First person"


@dataclass(frozen=True, slots=True)
class Founded:
    """A new organisation.

    Attributes:
        api_key: the first person's key with every scope. It is shown once; only its digest is stored.
        expires_at: when the key ends.
    """

    organisation_id: str
    person_id: str
    api_key: str
    expires_at: datetime


@dataclass(frozen=True, slots=True)
class WayIn:
    """A new key of somebody who is there already.

    Attributes:
        api_key: shown once; only its digest is stored.
        expires_at: when it ends.
    """

    person_id: str
    api_key: str
    expires_at: datetime


def _tell_nobody(_founded: Founded) -> None:
    """For those who read what `found` returns."""


async def found(office: Office, name: str, owner: str, tell: Callable[[Founded], None] = _tell_nobody) -> Founded:
    """Makes an organisation and its first person, an admin with an API key.

    Args:
        name: of the organisation.
        owner: what others of the organisation will know the person by.
        tell: shows it to whoever asked, just before it is stored: killed in between, the service has nothing that
            nobody has the key of, and whoever asks again gets another one.

    Raises:
        Unavailable: nothing was stored.
    """
    key = await office.vault.new_organisation()
    now, fresh = datetime.now(UTC), fresh_key(office)
    person = Person(str(uuid4()), owner, None, None, OrganisationRole.ADMIN, 0, now)
    api_key = ApiKey(fresh.id, person.id, FIRST_LABEL, EVERY_SCOPE, now, now + LONGEST_LIFE)
    audit_key = office.vault.audit_key(key.organisation)

    def write(connection: Connection) -> None:
        organisations.add(connection, key, Organisation(key.organisation, name, 0, now))
        audit.begin(connection, key.organisation, audit_key)
        people.add(connection, key, person, None)
        api_keys.add(connection, key, api_key, fresh.digest)
        entry = Entry(0, now, OPERATOR_ID, "", "found_organisation", person.id)
        audit.append(connection, key.organisation, audit_key, entry)

    founded = Founded(key.organisation, person.id, fresh.secret, api_key.expires_at)
    tell(founded)
    await office.database.write(of(key.organisation), write)
    return founded


async def let_back_in(office: Office, organisation_id: str, person_id: str, tell: Callable[[WayIn], None]) -> None:
    """Gives somebody who lost every way in a new key, in the place of what was lost: their password, their sessions
    and their other keys end, as somebody else may have them. With the key they set a new password, without the old
    one. Only the operator does it, who could do as much without: an admin who could would get at what the person may
    read. It stands in the audit trail.

    Args:
        tell: shows the key to whoever asked, just before it is stored.

    Raises:
        NotFound: there is no such organisation, or nobody of that id in it.
        Unavailable: nothing was stored, and nothing has ended.
    """
    organisation, identity = known_form(organisation_id), known_form(person_id)
    if organisation not in await every_organisation(office):
        raise NotFound
    key, now, fresh = await office.vault.organisation(organisation), datetime.now(UTC), fresh_key(office)
    person = await office.database.read(of(organisation), partial(people.find, key=key, person_id=identity))
    scopes = EVERY_SCOPE if person.role is OrganisationRole.ADMIN else FIRST_SCOPES
    api_key = ApiKey(fresh.id, identity, FIRST_LABEL, scopes, now, now + FIRST_LIFE)

    def write(connection: Connection) -> None:
        ended = _shut(office, connection, key, identity)
        api_keys.add(connection, key, api_key, fresh.digest)
        detail = f"key {fresh.id} alone: {ended} others, sessions and password ended"
        entry = Entry(0, now, OPERATOR_ID, "", "let_back_in", identity, detail=detail)
        audit.append(connection, organisation, office.vault.audit_key(organisation), entry)

    tell(WayIn(identity, fresh.secret, api_key.expires_at))
    await office.database.write(of(organisation), write)


def _shut(office: Office, connection: Connection, key: DataKey, person_id: str) -> int:
    """Ends every way in that somebody has by now; how many keys that were."""
    person = people.hold(connection, key, person_id)
    people.change(connection, key, replace(person, password=None), found_by(office, person, key.organisation))
    people.end_sessions(connection, key.organisation, person_id, kept="")
    return api_keys.revoke_all(connection, key.organisation, person_id, datetime.now(UTC))


async def found_first(office: Office, tell: Callable[[Founded], None]) -> bool:
    """Makes an organisation where there is none yet, and whether it did.

    Raises:
        Unavailable: nothing was stored.
    """
    if await every_organisation(office):
        return False
    await found(office, FIRST_ORGANISATION, FIRST_PERSON, tell)
    return True


async def every_organisation(office: Office) -> list[str]:
    """The ids of all organisations, oldest first."""
    return await office.database.read(OPERATOR, organisations.every_id)


async def listed(office: Office) -> list[Organisation]:
    """All organisations with their names, oldest first.

    Raises:
        Damaged: a name does not verify, or its key is not there.
    """
    found = []
    for identity in await every_organisation(office):
        key = await office.vault.organisation(identity)
        found.append(await office.database.read(of(identity), partial(organisations.find, key=key)))
    return found


async def dissolve(office: Office, organisation_id: str) -> None:
    """Deletes an organisation with all that is in it, its audit trail too, and destroys every key of it.

    Raises:
        NotFound: there is none of that id.
        Unavailable: it was not deleted; or it was, and its keys are destroyed when the service starts next.
    """
    identity = known_form(organisation_id)

    def write(connection: Connection) -> None:
        if audit.head(connection, identity) is None:
            raise NotFound
        erase(connection, identity, datetime.now(UTC))

    await erased(office, identity, write)
