"""Changing and removing a person so that nothing is left without anybody; knows not who may ask for it."""

from collections.abc import Callable
from dataclasses import replace

from app.domain.errors import BadInput, Conflict, Fault
from app.security.api_keys import sign_in_digest
from app.security.passwords import check_new_password
from app.security.sealing import DataKey
from app.storage import grants, people
from app.storage.people import Person
from app.usecases.authority import Granted
from app.usecases.office import Office

LAST_ADMIN = "An organisation always has an admin. Make somebody else an admin first, or delete the organisation."
LAST_OWNER = "This person is its last owner."
MOST_LISTED = 100


def check_admin_left(granted: Granted, person_id: str) -> None:
    """Sees to it that there is an admin without this person; to be asked before anything is held.

    Raises:
        Conflict: there is none.
    """
    if people.admins(granted.connection, granted.organisation_id) == {person_id}:
        raise Conflict(LAST_ADMIN)


async def hashed(office: Office, password: str) -> str:
    """What to store of a new password.

    Raises:
        BadInput: it is too weak.
        Unavailable: too many passwords wait to be hashed.
    """
    check_strong(password)
    with office.passwords.place():
        return await office.passwords.hashed(password)


def check_strong(password: str) -> None:
    """Sees to it that a new password may be one, before anything is done for it.

    Raises:
        BadInput: it is too weak.
    """
    try:
        check_new_password(password)
    except BadInput as weak:
        raise BadInput(weak.detail, (Fault("/password", weak.detail),)) from None


def found_by(office: Office, person: Person, organisation_id: str) -> str | None:
    """What a person is found by when they sign in; None for somebody who does not."""
    name = person.sign_in_name
    return None if name is None else sign_in_digest(office.vault.pepper, organisation_id, name)


def store(office: Office, granted: Granted, key: DataKey, before: Person, changed: Person) -> Person:
    """Stores what is different of a person who is held, and returns them as they are then.

    With another way to sign in, every session of the person ends but the one that asks.

    Raises:
        Conflict: somebody else has that sign-in name.
    """
    if changed == before:
        return before
    people.change(granted.connection, key, changed, found_by(office, changed, key.organisation))
    if (changed.password, changed.sign_in_name) != (before.password, before.sign_in_name):
        people.end_sessions(granted.connection, key.organisation, changed.id, granted.principal.credential_id)
    return replace(changed, version=changed.version + 1)


def remove(granted: Granted, key: DataKey, person_id: str, check: Callable[[Person], None]) -> None:
    """Removes a person with their keys, sessions, roles and notices: nobody is known by any of them afterwards.

    Args:
        check: raises if the person is not who the caller believes.

    Raises:
        NotFound: there is nobody of that id.
        Conflict: the organisation would have no admin, or an initiative no owner; the faults name these.
    """
    admins = people.admins(granted.connection, granted.organisation_id)
    alone = grants.owned_alone(granted.connection, granted.organisation_id, person_id)
    person = people.find(granted.connection, key, person_id)
    check(person)
    if admins == {person_id}:
        raise Conflict(LAST_ADMIN)
    if alone:
        raise _without_owner(alone)
    people.remove(granted.connection, granted.organisation_id, person_id)
    granted.subject, granted.detail = person_id, f"was {person.role}"


def _without_owner(initiatives: list[str]) -> Conflict:
    these = "1 initiative" if len(initiatives) == 1 else f"{len(initiatives)} initiatives"
    faults = tuple(Fault(f"/initiatives/{initiative}", LAST_OWNER) for initiative in initiatives[:MOST_LISTED])
    return Conflict(
        f"Nobody else owns {these} of this person. Let an owner of each hand it over, or ask for access to it past its "
        "owners and make somebody else an owner; then try again. Their ids stand under errors.",
        faults,
    )
