"""The person who asks: shown, changed and gone; knows no request and no statement."""

from collections.abc import Collection
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from functools import partial
from typing import Final

from app.domain.access import Principal
from app.domain.errors import BadInput, Conflict, Fault, Stale, TooMany
from app.security.audit_chain import Entry
from app.security.sealing import DataKey
from app.storage import organisations, people
from app.storage.organisations import Organisation
from app.storage.people import Person
from app.storage.views import of
from app.usecases.authority import Granted, let_in, peek
from app.usecases.conditions import check_known
from app.usecases.office import Access, Office
from app.usecases.people import check_strong, hashed, remove, store
from app.usecases.sign_in_attempts import count_here, give_back, note_failure, proofs_of

FAILED: Final = "failed_present_password"
TOO_OFTEN = "Too many present passwords were wrong. Wait a while; the right one works again after that."
NOT_THE_PRESENT_ONE = "It is not your present password."
NO_SIGN_IN_NAME = "You have no name to sign in with. Ask an admin of your organisation for one, then set a password."


@dataclass(frozen=True, slots=True)
class Oneself:
    """The person who asks, their organisation, and what they showed in order to be known."""

    person: Person
    organisation: Organisation
    credential: Principal

    @property
    def tag(self) -> str:
        """Names this state, as this credential shows it."""
        return f"{self.person.version}.{self.organisation.version}.{self.credential.credential_id[:8]}"


@dataclass(frozen=True, slots=True)
class OwnChange:
    """What a person changes of themself; None leaves it as it is.

    Attributes:
        present_password: to be given with a new one by whoever has one.
    """

    name: str | None = None
    password: str | None = None
    present_password: str | None = None


async def get(office: Office, access: Access) -> Oneself:
    """Who is asking.

    Raises:
        Forbidden: the key's scopes do not allow it.
    """
    key = await office.vault.organisation(access.organisation_id)
    return await let_in(office, access, lambda granted: _look(granted, key))


async def change(office: Office, access: Access, wanted: OwnChange, tags: Collection[str]) -> Oneself:
    """Changes one's own name or password. With a new password every other session of the person ends.

    Args:
        tags: the states that the caller knows, one of which must be the present one.

    Raises:
        BadInput: the present password is another one, or the new one is too weak.
        Conflict: the person has no sign-in name.
        Stale: the person is not as the caller knows them.
        TooMany: the present password was wrong too often.
        Unavailable: too many passwords wait to be judged.
    """
    key = await office.vault.organisation(access.organisation_id)
    before = await peek(office, access, lambda granted: _look(granted, key))
    check_known(tags, before.tag)
    password = before.person.password
    if wanted.password is not None:
        password = await _new_password(office, access, before.person, wanted)

    def write(granted: Granted) -> Oneself:
        people.hold(granted.connection, key, granted.principal.person_id)
        now = _look(granted, key)
        check_known(tags, now.tag)
        if now.person.password != before.person.password:  # what was proved is not what is stored any more
            raise Stale(now.tag)
        changed = replace(now.person, name=wanted.name or now.person.name, password=password)
        granted.subject = changed.id
        granted.detail = " ".join(field for field in ("name", "password") if getattr(wanted, field) is not None)
        return replace(now, person=store(office, granted, key, now.person, changed))

    return await let_in(office, access, write)


async def leave(office: Office, access: Access, tags: Collection[str]) -> None:
    """Takes the person who asks out of the organisation; all their keys, sessions and roles end at once.

    Raises:
        Conflict: the organisation would have no admin, or an initiative no owner.
        Stale: the person is not as the caller knows them.
    """
    key = await office.vault.organisation(access.organisation_id)

    def write(granted: Granted) -> None:
        remove(granted, key, granted.principal.person_id, lambda _: check_known(tags, _look(granted, key).tag))

    await let_in(office, access, write)


def _look(granted: Granted, key: DataKey) -> Oneself:
    person = people.find(granted.connection, key, granted.principal.person_id)
    return Oneself(person, organisations.find(granted.connection, key), granted.principal)


async def _new_password(office: Office, access: Access, person: Person, wanted: OwnChange) -> str:
    if person.sign_in_name is None:
        raise Conflict(NO_SIGN_IN_NAME)
    check_strong(wanted.password or "")
    if person.password is not None:
        await _prove(office, access, person.password, wanted.present_password or "")
    return await hashed(office, wanted.password or "")


async def _prove(office: Office, access: Access, stored: str, shown: str) -> None:
    """Sees to it that the caller knows their present password: whoever took a session or a key does not.

    An attempt is counted before it is judged, and taken back at once if it was right, whatever becomes of the change.
    """
    person, organisation = access.principal.person_id, access.organisation_id
    now, key, proofs = (
        datetime.fromtimestamp(office.allowances.clock(), UTC),
        office.vault.audit_key(organisation),
        proofs_of(person),
    )
    with office.passwords.place():
        count = partial(count_here, organisation_id=organisation, counted=proofs, now=now)
        if wait := await office.database.write(of(organisation), count):
            raise TooMany(wait, TOO_OFTEN)
        if await office.passwords.fits(shown, stored):
            right = partial(give_back, organisation_id=organisation, counted=proofs)
            await office.database.write(of(organisation), right)
            return
        entry = Entry(0, datetime.now(UTC), person, access.principal.credential_id, FAILED, person)
        note = partial(note_failure, organisation_id=organisation, counted=proofs, key=key, entry=entry, now=now)
        await office.database.write(of(organisation), note)
    raise BadInput(NOT_THE_PRESENT_ONE, (Fault("/present_password", NOT_THE_PRESENT_ONE),))
