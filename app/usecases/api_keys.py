"""API keys: made, listed, rotated and revoked; a key is shown once and known by its digest after that."""

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Final
from uuid import uuid4

from app.domain.access import Scope
from app.domain.errors import BadInput, Conflict, Fault, Forbidden, NotFound
from app.security.api_keys import digest, new_api_key
from app.security.sealing import DataKey
from app.storage import api_keys, audit, retries
from app.storage.api_keys import ApiKey
from app.storage.pages import Cursor, Page
from app.storage.retries import Effect, Retry
from app.usecases.authority import Granted, let_in
from app.usecases.identity import known_form
from app.usecases.office import Access, Office
from app.usecases.organisations import check_own
from app.usecases.retries import REPLAYED, once

USUAL_SCOPES: Final = frozenset({Scope.READ, Scope.WRITE, Scope.REVIEW})
USUAL_LIFE: Final = timedelta(days=90)
LONGEST_LIFE: Final = timedelta(days=365)
MAKING: Final = frozenset({"create_key", "rotate_key"})  # the operations by which a key makes another, in the trail
FIRST_LABEL: Final = "First key"
MOST_KEYS: Final = 50  # of one person, that can still be used
EVERYBODYS: Final = "members.change"  # who may see and revoke what is not their own: whoever manages people

NOT_WITHIN = "A key gets no scope that the key or session asking for it does not have."
TOO_MANY_KEYS = f"You have {MOST_KEYS} keys that can be used. Revoke one first."
ENDED = "This key has ended. Make a new one instead."
NOT_YOURS = "Only the person whose key it is can have it replaced. You can revoke it."


@dataclass(frozen=True, slots=True)
class Wish:
    """What a new key is to be like.

    Attributes:
        scopes: None for the usual ones, as far as the credential that asks has them.
        expires_at: None for the usual life.
    """

    label: str
    scopes: frozenset[Scope] | None = None
    expires_at: datetime | None = None


@dataclass(frozen=True, slots=True)
class Issued:
    """A new key.

    Attributes:
        secret: the key itself, shown this once; None when the answer is given again.
        replaces: the key in whose place it comes, as it is now.
    """

    api_key: ApiKey
    secret: str | None
    replaces: ApiKey | None = None

    @property
    def replayed(self) -> bool:
        """Whether this is the answer to an earlier request again."""
        return self.secret is None


@dataclass(frozen=True, slots=True)
class Fresh:
    """A key that is about to be stored: its id, itself, and what it will be found by."""

    id: str
    secret: str
    digest: str


def fresh_key(office: Office) -> Fresh:
    """A new random key."""
    secret = new_api_key()
    return Fresh(str(uuid4()), secret, digest(office.vault.pepper, secret))


def state_of(api_key: ApiKey, now: datetime) -> str:
    """Whether it can be used: active, ending (it was replaced, and ends soon), revoked or expired."""
    if api_key.revoked_at is not None and api_key.revoked_at <= now:
        return "revoked"
    if api_key.expires_at <= now:
        return "expired"
    return "active" if api_key.revoked_at is None else "ending"


def usable(api_key: ApiKey, now: datetime) -> bool:
    """Whether somebody is still known by it."""
    return state_of(api_key, now) in {"active", "ending"}


def checked_end(expires_at: datetime | None, now: datetime) -> datetime:
    """When a new key is to end.

    Raises:
        BadInput: it has ended already, or is more than a year away.
    """
    if expires_at is None:
        return now + USUAL_LIFE
    if not now < expires_at <= now + LONGEST_LIFE:
        detail = f"A key ends in the future, at most {LONGEST_LIFE.days} days from now."
        raise BadInput(detail, (Fault("/expires_at", detail),))
    return expires_at.astimezone(UTC)


async def create(
    office: Office, access: Access, organisation_id: str, wish: Wish, retry: Retry | None = None
) -> Issued:
    """Makes a key for the person who asks.

    Raises:
        NotFound: the organisation is not the caller's own.
        Forbidden: the credential that asks does not have the scopes itself.
        BadInput: it would end too late, or has ended.
        Conflict: the person has too many keys.
        RetryMismatch, RetryInFlight, Gone: as `once`.
    """
    check_own(access, organisation_id)
    key = await office.vault.organisation(access.organisation_id)

    async def do() -> Issued:
        fresh = fresh_key(office)

        def write(granted: Granted) -> ApiKey:
            remember(granted, retry, fresh.id)
            scopes = wish.scopes or USUAL_SCOPES & granted.principal.scopes
            return _add(granted, key, fresh, Wish(wish.label, scopes, wish.expires_at))

        return Issued(await let_in(office, access, write), fresh.secret)

    async def replay(effect: Effect) -> Issued:
        return await _again(office, access, key, effect)

    return await once(office, access, retry, do, replay)


async def page(office: Office, access: Access, organisation_id: str, cursor: str | None, limit: int) -> Page[ApiKey]:
    """A page of the caller's own keys, the newest first; of everybody's for whoever manages people.

    Raises:
        NotFound: the organisation is not the caller's own.
        BadInput: the cursor is not one that this list gave.
    """
    check_own(access, organisation_id)
    place = None if cursor is None else Cursor.read(cursor)
    key = await office.vault.organisation(access.organisation_id)

    def read(granted: Granted) -> Page[ApiKey]:
        whose = None if granted.allows(EVERYBODYS) else granted.principal.person_id
        return api_keys.page(granted.connection, key, whose, place, limit)

    return await let_in(office, access, read)


async def get(office: Office, access: Access, organisation_id: str, api_key_id: str) -> ApiKey:
    """What is known of a key.

    Raises:
        NotFound: there is none of that id that the caller may see.
    """
    check_own(access, organisation_id)
    identity = known_form(api_key_id)
    key = await office.vault.organisation(access.organisation_id)
    return await let_in(
        office, access, lambda granted: _seen(granted, api_keys.find(granted.connection, key, identity))
    )


async def revoke(
    office: Office, access: Access, organisation_id: str, api_key_id: str, *, with_made: bool = False
) -> None:
    """Ends a key at once. It stays in the list; to revoke it again changes nothing.

    Args:
        with_made: whether to end those of its person's keys too that were made with it, with these, and so on.

    Raises:
        NotFound: there is none of that id that the caller may see.
    """
    check_own(access, organisation_id)
    identity = known_form(api_key_id)
    key = await office.vault.organisation(access.organisation_id)

    def write(granted: Granted) -> None:
        found = _seen(granted, api_keys.find(granted.connection, key, identity))
        ended = {found.id, *(_made_with(granted, found) if with_made else ())}
        for each in ended:
            api_keys.revoke(granted.connection, granted.organisation_id, each, granted.now)
        granted.subject = found.id
        granted.detail = f"with {len(ended) - 1} that it made" if with_made else ""

    await let_in(office, access, write)


def _made_with(granted: Granted, first: ApiKey) -> set[str]:
    """The person's keys that were made by showing this one, or one of these, as the audit trail tells.

    What is first told of a key is how it was made: nobody knows its id before. Later entries, of which anybody with a
    key can leave as many as they like, say nothing, and neither do the clocks of several hosts.
    """
    told = audit.first_of_keys(granted.connection, granted.organisation_id, first.person_id)
    makers = {made: credential for made, (action, credential) in told.items() if action in MAKING}
    found, before = {first.id}, set[str]()
    while found != before:
        before = found
        found = found | {made for made, maker in makers.items() if maker in found}
    return found - {first.id}


async def rotate(
    office: Office,
    access: Access,
    organisation_id: str,
    api_key_id: str,
    *,
    grace: timedelta,
    expires_at: datetime | None = None,
    retry: Retry | None = None,
) -> Issued:
    """Makes a key in the place of another one of the caller, with its label and its scopes.

    Args:
        grace: for how long the old one can still be used.
        expires_at: when the new one ends; None for the usual life.

    Raises:
        NotFound: there is none of that id that the caller may see.
        Forbidden: it is somebody else's, or has scopes that the credential that asks has not.
        Conflict: it has ended.
        BadInput, RetryMismatch, RetryInFlight, Gone: as `create`.
    """
    check_own(access, organisation_id)
    identity = known_form(api_key_id)
    key = await office.vault.organisation(access.organisation_id)

    async def do() -> Issued:
        fresh = fresh_key(office)

        def write(granted: Granted) -> Issued:
            remember(granted, retry, fresh.id)
            return _replaced(granted, key, identity, fresh, (grace, expires_at))

        return await let_in(office, access, write)

    async def replay(effect: Effect) -> Issued:
        return await _again(office, access, key, effect, identity)

    return await once(office, access, retry, do, replay)


def _replaced(
    granted: Granted, key: DataKey, identity: str, fresh: Fresh, ends: tuple[timedelta, datetime | None]
) -> Issued:
    """The fresh key in the place of the old one; `ends` are the grace of the old one and the end of the new one."""
    grace, expires_at = ends
    old = _replaceable(granted, api_keys.find(granted.connection, key, identity))
    new = _add(granted, key, fresh, Wish(old.label, old.scopes, expires_at))
    api_keys.revoke(granted.connection, granted.organisation_id, old.id, granted.now + grace)
    granted.detail = f"replaces {old.id}"
    return Issued(new, fresh.secret, api_keys.find(granted.connection, key, old.id))


def remember(granted: Granted, retry: Retry | None, subject: str) -> None:
    """Stores what a request that may arrive twice did; to be done first."""
    if retry is not None:
        effect = Effect(retry.request_digest, subject, 0, granted.now)
        retries.add(granted.connection, granted.organisation_id, retry.key_digest, effect)


def _add(granted: Granted, key: DataKey, fresh: Fresh, wish: Wish) -> ApiKey:
    scopes = wish.scopes or frozenset()
    if not scopes or not scopes <= granted.principal.scopes:
        raise Forbidden(NOT_WITHIN)
    person = granted.principal.person_id
    present = api_keys.of_person(granted.connection, key, person)
    if sum(usable(one, granted.now) for one in present) >= MOST_KEYS:
        raise Conflict(TOO_MANY_KEYS)
    end = checked_end(wish.expires_at, granted.now)
    made = ApiKey(fresh.id, person, wish.label, scopes, granted.now, end)
    api_keys.add(granted.connection, key, made, fresh.digest)
    granted.subject, granted.detail = made.id, " ".join(sorted(scopes))
    return made


def _seen(granted: Granted, found: ApiKey) -> ApiKey:
    if found.person_id != granted.principal.person_id and not granted.allows(EVERYBODYS):
        raise NotFound
    return found


def _replaceable(granted: Granted, found: ApiKey) -> ApiKey:
    if _seen(granted, found).person_id != granted.principal.person_id:
        raise Forbidden(NOT_YOURS)
    if not usable(found, granted.now):
        raise Conflict(ENDED)
    return found


async def _again(office: Office, access: Access, key: DataKey, effect: Effect, replaced: str | None = None) -> Issued:
    """What was answered then, without the key itself: nobody has it but whoever got that answer."""

    def read(granted: Granted) -> Issued:
        granted.subject, granted.detail = effect.subject_id, REPLAYED
        made = api_keys.find(granted.connection, key, effect.subject_id)
        old = None if replaced is None else api_keys.find(granted.connection, key, replaced)
        return Issued(_seen(granted, made), None, old)

    return await let_in(office, access, read)
