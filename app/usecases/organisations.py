"""The organisation of whoever asks: shown, renamed and deleted whole; knows no request and no statement."""

from collections.abc import Callable, Collection
from dataclasses import replace
from datetime import datetime

from app.domain.errors import NotFound, Unavailable
from app.storage import organisations, shreds
from app.storage.database import Connection
from app.storage.organisations import Organisation
from app.storage.views import of
from app.usecases.authority import Granted, authorize, let_in
from app.usecases.conditions import check_known
from app.usecases.identity import known_form
from app.usecases.office import Access, Office
from app.usecases.shredding import finish

ATTEMPTS = 4


def check_own(access: Access, organisation_id: str) -> None:
    """Sees to it that an organisation is the caller's own.

    Raises:
        NotFound: it is another one, or there is none of that id: nobody can tell which.
    """
    if known_form(organisation_id) != access.organisation_id:
        raise NotFound


def tag_of(organisation: Organisation) -> str:
    """Names this state of the organisation."""
    return str(organisation.version)


async def own(office: Office, access: Access) -> Organisation:
    """The caller's organisation; nobody has two.

    Raises:
        Forbidden: the key's scopes do not allow it.
    """
    key = await office.vault.organisation(access.organisation_id)
    return await let_in(office, access, lambda granted: organisations.find(granted.connection, key))


async def get(office: Office, access: Access, organisation_id: str) -> Organisation:
    """The organisation of that id.

    Raises:
        NotFound: it is not the caller's own.
    """
    check_own(access, organisation_id)
    return await own(office, access)


async def rename(
    office: Office, access: Access, organisation_id: str, name: str | None, tags: Collection[str]
) -> Organisation:
    """Gives the organisation this name; None, or the name that it has, changes nothing.

    Args:
        tags: the states that the caller knows, one of which must be the present one.

    Raises:
        NotFound: it is not the caller's own.
        Forbidden: the caller is no admin.
        Stale: it is not what the caller knows.
    """
    check_own(access, organisation_id)
    key = await office.vault.organisation(access.organisation_id)

    def write(granted: Granted) -> Organisation:
        organisations.hold(granted.connection, granted.organisation_id)
        found = organisations.find(granted.connection, key)
        check_known(tags, tag_of(found))
        granted.subject = found.id
        if name is None or name == found.name:
            return found
        organisations.rename(granted.connection, key, name, found.version)
        return replace(found, name=name, version=found.version + 1)

    return await let_in(office, access, write)


async def delete(office: Office, access: Access, organisation_id: str, tags: Collection[str]) -> None:
    """Deletes the organisation with all that is in it, its audit trail too, and destroys every key of it.

    Afterwards nobody is known by its API keys and sessions, and no backup opens anything of it.

    Raises:
        NotFound, Forbidden, Stale: as `rename`.
    """
    check_own(access, organisation_id)
    key = await office.vault.organisation(access.organisation_id)

    def write(connection: Connection) -> None:
        granted = authorize(connection, access.principal, access.permission)
        organisations.hold(connection, key.organisation)
        check_known(tags, tag_of(organisations.find(connection, key)))
        erase(connection, key.organisation, granted.now)

    # Not `let_in`: the trail that its entry would stand in goes with the organisation.
    await erased(office, key.organisation, write)


def erase(connection: Connection, organisation_id: str, now: datetime) -> None:
    """Deletes an organisation whole, and asks for the destruction of its keys; for a work that `erased` carries out."""
    organisations.hold(connection, organisation_id)
    subjects = [*organisations.initiatives_of(connection, organisation_id), organisation_id]
    shreds.ask_for(connection, organisation_id, subjects, now)
    organisations.delete_with_everything(connection, organisation_id)


async def erased(office: Office, organisation_id: str, work: Callable[[Connection], None]) -> None:
    """Carries out a work that erases an organisation, and destroys its keys.

    It is done again if need be: it takes hold of everything, so whoever holds a part of it and waits for another one is
    in its way, and PostgreSQL undoes one of the two.

    Raises:
        Unavailable: it was not deleted; or it was, and its keys are destroyed when the service starts next.
    """
    for attempt in range(ATTEMPTS):
        try:
            await office.database.write(of(organisation_id), work)
            break
        except Unavailable:
            if attempt == ATTEMPTS - 1:
                raise
    await finish(office, organisation_id)
