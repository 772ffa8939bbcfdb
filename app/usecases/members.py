"""The members of an organisation: listed, added, changed and removed by whoever manages people; knows no request."""

from collections.abc import Collection
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Final, TypedDict
from uuid import uuid4

from app.domain.access import OrganisationRole, Scope
from app.domain.errors import BadInput, Conflict, Fault
from app.security.sealing import DataKey
from app.storage import api_keys, people
from app.storage.api_keys import ApiKey
from app.storage.pages import Cursor, Page
from app.storage.people import Person
from app.storage.retries import Effect, Retry
from app.usecases.api_keys import FIRST_LABEL, Fresh, fresh_key, remember
from app.usecases.authority import Granted, let_in, peek
from app.usecases.conditions import check_known
from app.usecases.identity import known_form
from app.usecases.office import Access, Office
from app.usecases.organisations import check_own
from app.usecases.people import check_admin_left, found_by, hashed, remove, store
from app.usecases.retries import REPLAYED, once

MANAGES: Final = "members.change"  # who sees more of the others than their names and roles
FIRST_SCOPES: Final = frozenset(Scope) - {Scope.PEOPLE}
FIRST_LIFE: Final = timedelta(days=14)  # whoever hands a key over has seen it, so it is there to be replaced

NO_SIGN_IN_NAME = "A password needs a sign-in name to go with it."
ASK_AS_YOURSELF = "Change your own password as yourself: that asks for the present one."
NOT_YOUR_OWN = (
    "You cannot take your own password or sign-in name away: whoever got hold of your session could then set another "
    "password without knowing the present one. Another admin can."
)
NOT_YOURS_TO_CHOOSE = (
    "This person has roles on initiatives, and whoever chooses their password could act as them. You can take the "
    "password away (null); then they set a new one themselves, with an API key of theirs."
)


@dataclass(frozen=True, slots=True)
class Member:
    """A person as the one who asks may see them.

    Attributes:
        whole: whether more is shown than the name and the role.
    """

    person: Person
    whole: bool

    @property
    def tag(self) -> str:
        """Names this state, as it is shown."""
        return str(self.person.version) if self.whole else f"{self.person.version}.name"


@dataclass(frozen=True, slots=True)
class NewMember:
    """Somebody who is to become a member.

    Attributes:
        first_key: whether to make them an API key, for whoever asks to hand over.
    """

    name: str
    role: OrganisationRole = OrganisationRole.MEMBER
    sign_in_name: str | None = None
    password: str | None = None
    first_key: bool = False


@dataclass(frozen=True, slots=True)
class Added:
    """A new member.

    Attributes:
        first_key: what is known of the key that was made for them, None if none was.
        secret: the key itself, shown this once.
        replayed: whether this is the answer to an earlier request again.
    """

    member: Member
    first_key: ApiKey | None = None
    secret: str | None = None
    replayed: bool = False


class MemberChange(TypedDict, total=False):
    """What is to be changed of a member; what is not named stays. None takes a sign-in name or a password away."""

    name: str
    role: OrganisationRole
    sign_in_name: str | None
    password: str | None


async def page(office: Office, access: Access, organisation_id: str, cursor: str | None, limit: int) -> Page[Member]:
    """A page of the members, those who came last first.

    Raises:
        NotFound: the organisation is not the caller's own.
        BadInput: the cursor is not one that this list gave.
    """
    check_own(access, organisation_id)
    place = None if cursor is None else Cursor.read(cursor)
    key = await office.vault.organisation(access.organisation_id)

    def read(granted: Granted) -> Page[Member]:
        found = people.page(granted.connection, key, place, limit)
        return Page(tuple(_shown(granted, person) for person in found.items), found.next, found.previous)

    return await let_in(office, access, read)


async def get(office: Office, access: Access, organisation_id: str, person_id: str) -> Member:
    """A member.

    Raises:
        NotFound: the organisation is not the caller's own, or there is nobody of that id in it.
    """
    check_own(access, organisation_id)
    identity = known_form(person_id)
    key = await office.vault.organisation(access.organisation_id)

    def read(granted: Granted) -> Member:
        return _shown(granted, people.find(granted.connection, key, identity))

    return await let_in(office, access, read)


async def add(
    office: Office, access: Access, organisation_id: str, new: NewMember, retry: Retry | None = None
) -> Added:
    """Adds a person to the organisation, who has no role on any initiative yet.

    Raises:
        NotFound: the organisation is not the caller's own.
        Forbidden: the caller does not manage people.
        BadInput: the password is too weak, or there is no sign-in name to go with it.
        Conflict: somebody else has that sign-in name.
        Unavailable: too many passwords wait to be hashed.
        RetryMismatch, RetryInFlight, Gone: as `once`.
    """
    check_own(access, organisation_id)
    if new.password is not None and new.sign_in_name is None:
        raise _needs_sign_in_name()
    key = await office.vault.organisation(access.organisation_id)

    async def do() -> Added:
        return await _add(office, access, key, new, retry)

    async def replay(effect: Effect) -> Added:
        return await _again(office, access, key, effect)

    return await once(office, access, retry, do, replay)


async def change(
    office: Office,
    access: Access,
    organisation_id: str,
    person_id: str,
    wanted: MemberChange,
    tags: Collection[str],
) -> Member:
    """Changes a member. Who signs in otherwise than before has to sign in again.

    Nobody can choose a password for somebody who has a role on an initiative: they could read it as that person.

    Args:
        tags: the states that the caller knows, one of which must be the present one.

    Raises:
        NotFound: the organisation is not the caller's own, or there is nobody of that id in it.
        Forbidden: the caller does not manage people.
        Stale: the member is not as the caller knows them.
        BadInput, Unavailable: as `add`.
        Conflict: no admin would be left, the sign-in name is somebody else's, or the password must stay as it is.
    """
    check_own(access, organisation_id)
    identity = known_form(person_id)
    key = await office.vault.organisation(access.organisation_id)
    password = await _chosen(office, access, identity, wanted.get("password"))

    def write(granted: Granted) -> Member:
        if wanted.get("role") is OrganisationRole.MEMBER:
            check_admin_left(granted, identity)
        before = people.hold(granted.connection, key, identity)
        check_known(tags, _shown(granted, before).tag)
        if password is not None:
            _check_choosable(granted, identity)
        changed = _changed(before, wanted, password)
        _check_own_password_stays(granted, before, changed)
        granted.subject, granted.detail = identity, " ".join(sorted(wanted))
        return _shown(granted, store(office, granted, key, before, changed))

    return await let_in(office, access, write)


async def _chosen(office: Office, access: Access, person_id: str, password: str | None) -> str | None:
    """The hash of a password that is chosen for somebody, once it is known that it may be: hashing takes its time."""
    if password is None:
        return None
    await peek(office, access, lambda granted: _check_choosable(granted, person_id))
    return await hashed(office, password)


def _check_own_password_stays(granted: Granted, before: Person, changed: Person) -> None:
    """Nobody gets round the question for their present password by taking it away first."""
    if before.id == granted.principal.person_id and before.password is not None and changed.password is None:
        raise Conflict(NOT_YOUR_OWN)


async def delete(office: Office, access: Access, organisation_id: str, person_id: str, tags: Collection[str]) -> None:
    """Takes a member out of the organisation; all their keys, sessions and roles end at once.

    Raises:
        NotFound, Forbidden, Stale: as `change`.
        Conflict: the organisation would have no admin, or an initiative no owner.
    """
    check_own(access, organisation_id)
    identity = known_form(person_id)
    key = await office.vault.organisation(access.organisation_id)

    def write(granted: Granted) -> None:
        remove(granted, key, identity, lambda person: check_known(tags, _shown(granted, person).tag))

    await let_in(office, access, write)


def _shown(granted: Granted, person: Person) -> Member:
    return Member(person, granted.allows(MANAGES) or person.id == granted.principal.person_id)


def _check_choosable(granted: Granted, person_id: str) -> None:
    """Sees to it that somebody else may choose a password for this person."""
    if person_id == granted.principal.person_id:
        raise Conflict(ASK_AS_YOURSELF)
    if people.has_a_role(granted.connection, granted.organisation_id, person_id):
        raise Conflict(NOT_YOURS_TO_CHOOSE)


def _changed(before: Person, wanted: MemberChange, password: str | None) -> Person:
    changed = replace(
        before,
        name=wanted.get("name", before.name),
        role=wanted.get("role", before.role),
        sign_in_name=wanted.get("sign_in_name", before.sign_in_name),
        password=password if "password" in wanted else before.password,
    )
    if changed.sign_in_name is None and password is not None:
        raise _needs_sign_in_name()
    return changed if changed.sign_in_name is not None else replace(changed, password=None)


def _needs_sign_in_name() -> BadInput:
    return BadInput(NO_SIGN_IN_NAME, (Fault("/password", NO_SIGN_IN_NAME),))


async def _add(office: Office, access: Access, key: DataKey, new: NewMember, retry: Retry | None) -> Added:
    password = None
    if new.password is not None:
        await peek(office, access, lambda granted: None)  # nobody who may not add people makes us hash
        password = await hashed(office, new.password)
    fresh = fresh_key(office) if new.first_key else None
    identity = str(uuid4())

    def write(granted: Granted) -> Added:
        remember(granted, retry, identity)
        person = Person(identity, new.name, new.sign_in_name, password, new.role, 0, granted.now)
        people.add(granted.connection, key, person, found_by(office, person, key.organisation))
        granted.subject, granted.detail = identity, new.role.value
        if fresh is None:
            return Added(Member(person, whole=True))
        granted.detail += f", first key {fresh.id}"
        return Added(Member(person, whole=True), _first_key(granted, key, identity, fresh), fresh.secret)

    return await let_in(office, access, write)


def _first_key(granted: Granted, key: DataKey, person_id: str, fresh: Fresh) -> ApiKey:
    made = ApiKey(fresh.id, person_id, FIRST_LABEL, FIRST_SCOPES, granted.now, granted.now + FIRST_LIFE)
    api_keys.add(granted.connection, key, made, fresh.digest)
    return made


async def _again(office: Office, access: Access, key: DataKey, effect: Effect) -> Added:
    """The member as they are now, without the key itself: nobody has it but whoever got the first answer."""

    def read(granted: Granted) -> Added:
        granted.subject, granted.detail = effect.subject_id, REPLAYED
        person = people.find(granted.connection, key, effect.subject_id)
        return Added(_shown(granted, person), _made_then(granted, key, person.id, effect.created_at), replayed=True)

    return await let_in(office, access, read)


def _made_then(granted: Granted, key: DataKey, person_id: str, moment: datetime) -> ApiKey | None:
    theirs = api_keys.of_person(granted.connection, key, person_id)
    return next((one for one in theirs if one.created_at == moment), None)
