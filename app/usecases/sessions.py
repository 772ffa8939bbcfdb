"""Signing in with a password, and out again: sessions of browsers; knows no cookie and no form."""

from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from functools import partial
from typing import Final
from uuid import uuid4

from app.domain.access import CredentialKind
from app.domain.errors import NotFound, TooMany, Unauthenticated
from app.security.api_keys import digest, new_session_token, sign_in_digest
from app.security.audit_chain import Entry
from app.security.passwords import needs_new_hash
from app.security.sealing import DataKey
from app.storage import audit, organisations, people, sessions
from app.storage.database import Connection
from app.storage.people import Person
from app.storage.sessions import Session
from app.storage.views import of
from app.usecases.allowances import network_of
from app.usecases.authority import Granted, let_in
from app.usecases.identity import known_form
from app.usecases.office import Access, Office
from app.usecases.sign_in_attempts import (
    Attempts,
    count_here,
    count_in_memory,
    do_as_much,
    failures,
    give_back,
    note_failure,
    note_in_memory,
)

LIFE: Final = timedelta(hours=12)
MOST_SESSIONS: Final = 50  # of a person; the next one ends the oldest
SIGN_IN: Final = "sign_in"
FAILED: Final = "failed_sign_in"
NO_ORGANISATION: Final = "00000000-0000-4000-8000-000000000000"
WRONG: Final = "Nobody signs in with this organisation, name and password. Check all three."
TOO_OFTEN: Final = "Too many sign-ins have failed. Wait a while; the right password works again after that."
NO_SESSION: Final = "You are not signed in by a session, so there is none to end."


@dataclass(frozen=True, slots=True)
class Credentials:
    """What somebody typed in order to sign in, and the address that it came from."""

    organisation_id: str
    sign_in_name: str
    password: str
    address: str


@dataclass(frozen=True, slots=True)
class SignedIn:
    """A new session.

    Attributes:
        token: what the browser keeps. It is given once; only its digest is stored.
    """

    organisation_id: str
    session: Session
    token: str


@dataclass(frozen=True, slots=True)
class _Candidate:
    """Whoever may be signing in, before their password was judged.

    Attributes:
        organisation_id: as it was typed, where it can be one at all.
        attempts: what counts how often they tried.
        person: None if there is nobody of that name, or no such organisation.
    """

    organisation_id: str
    attempts: Attempts
    key: DataKey | None = None
    person: Person | None = None


async def sign_in(office: Office, given: Credentials) -> SignedIn:
    """Begins a session for whoever knows the password.

    Whether organisation, name or password was wrong, it answers the same, and an attempt that is judged does as much:
    one password is hashed, and two transactions wait for the disk. Where there is no such organisation they ask other
    things of the database, about as many; what differs is small beside the hash, and S9 tells how small. Each attempt
    is counted before it is judged, so that many at once are no way round the count, and taken back if it was right.

    Raises:
        Unauthenticated: something of it is wrong.
        TooMany: too many attempts failed, by this name or from this address.
        Unavailable: too many passwords wait to be judged, or the attempt could not be counted.
    """
    with office.passwords.place():
        candidate = await _candidate(office, given)
        hashed = None if candidate.person is None else candidate.person.password
        if not await office.passwords.fits(given.password, hashed):
            await _noted(office, candidate)
            raise Unauthenticated(WRONG)
        return await _begun(office, candidate, given.password)


async def _candidate(office: Office, given: Credentials) -> _Candidate:
    organisation_id = _organisation(given.organisation_id)
    candidate = _Candidate(organisation_id, _attempts(office, organisation_id, given))
    key = await office.vault.key(organisation_id, organisation_id)  # where it is not an organisation's, of no use
    there = await office.database.read(of(organisation_id), lambda connection: _is_there(connection, key))
    if key is not None and there:
        candidate = replace(candidate, key=key)
        wait, person = await _counted(office, candidate, key)
    else:
        wait, person = await _counted_in_memory(office, candidate), None
    if wait:
        raise TooMany(wait, TOO_OFTEN)
    return replace(candidate, person=person)


async def _counted(office: Office, candidate: _Candidate, key: DataKey) -> tuple[int, Person | None]:
    """After how many seconds another attempt is allowed, and who it is where that is now."""
    attempts, now = candidate.attempts, _now(office)

    def count(connection: Connection) -> tuple[int, Person | None]:
        wait = count_here(connection, key.organisation, attempts.counted, now)
        return wait, None if wait else people.by_sign_in(connection, key, attempts.sign_in_digest)

    return await office.database.write(of(key.organisation), count)


async def _counted_in_memory(office: Office, candidate: _Candidate) -> int:
    """The same where there is no such organisation, and so nobody."""
    now, organisation_id = _now(office), candidate.organisation_id
    wait = count_in_memory(office.allowances.remembered, organisation_id, candidate.attempts.counted, now)
    if wait == 0:
        await _do_as_much(office, organisation_id, len(candidate.attempts.counted), now)
    return wait


async def _do_as_much(office: Office, organisation_id: str, times: int, now: datetime) -> None:
    work = partial(do_as_much, organisation_id=organisation_id, times=times, now=now)
    await office.database.write(of(organisation_id), work)


def _now(office: Office) -> datetime:
    """The moment for whatever counts attempts."""
    return datetime.fromtimestamp(office.allowances.clock(), UTC)


async def _noted(office: Office, candidate: _Candidate) -> None:
    """Tells of an attempt that was wrong; where the name is nobody's it does as much, and nothing is told."""
    organisation_id, person, now = candidate.organisation_id, candidate.person, _now(office)
    counted = candidate.attempts.counted
    if candidate.key is None:
        told = note_in_memory(office.allowances.remembered, organisation_id, counted, now)
        await _do_as_much(office, organisation_id, 3 if told else 1, now)
        return
    key = office.vault.audit_key(organisation_id)
    entry = None if person is None else Entry(0, datetime.now(UTC), person.id, "", FAILED, person.id)

    def write(connection: Connection) -> None:
        note_failure(connection, organisation_id, counted, key, entry, now)

    await office.database.write(of(organisation_id), write)


def _organisation(typed: str) -> str:
    try:
        return known_form(typed.strip())
    except NotFound:
        return NO_ORGANISATION


def _attempts(office: Office, organisation_id: str, given: Credentials) -> Attempts:
    pepper = office.vault.pepper
    by_name = sign_in_digest(pepper, organisation_id, given.sign_in_name)
    return Attempts(by_name, digest(pepper, f"address {network_of(given.address)}"))


def _is_there(connection: Connection, key: DataKey | None) -> bool:
    if key is None:
        return False
    try:
        organisations.find(connection, key)
    except NotFound:
        return False
    return True


async def _begun(office: Office, candidate: _Candidate, password: str) -> SignedIn:
    key, person = candidate.key, candidate.person
    if key is None or person is None or person.password is None:
        raise Unauthenticated(WRONG)
    again = needs_new_hash(person.password)
    new = replace(person, password=await office.passwords.hashed(password)) if again else person
    now, token = datetime.now(UTC), new_session_token()
    session = Session(str(uuid4()), person.id, now, now + LIFE)
    audit_key = office.vault.audit_key(key.organisation)

    def write(connection: Connection) -> None:
        _check_unchanged(connection, key, person)
        if again:
            people.change(connection, key, new, candidate.attempts.sign_in_digest)
        give_back(connection, key.organisation, candidate.attempts.counted)
        wrong = failures(connection, key.organisation, candidate.attempts.counted, _now(office))
        _make_room(connection, key.organisation, person.id, now)
        sessions.add(connection, key.organisation, session, digest(office.vault.pepper, token))
        detail = f"after {wrong} that failed" if wrong else ""
        entry = Entry(0, now, person.id, session.id, SIGN_IN, person.id, detail=detail)
        audit.append(connection, key.organisation, audit_key, entry)

    await office.database.write(of(key.organisation), write)
    return SignedIn(key.organisation, session, token)


def _check_unchanged(connection: Connection, key: DataKey, judged: Person) -> None:
    """Holds the person, who may have been removed, or got another password, while this one was judged."""
    try:
        person = people.hold(connection, key, judged.id)
    except NotFound:
        raise Unauthenticated(WRONG) from None
    if (person.sign_in_name, person.password) != (judged.sign_in_name, judged.password):
        raise Unauthenticated(WRONG)


def _make_room(connection: Connection, organisation_id: str, person_id: str, now: datetime) -> None:
    there = sessions.of_person(connection, organisation_id, person_id, now)
    for oldest in there[: max(0, len(there) + 1 - MOST_SESSIONS)]:
        sessions.remove(connection, organisation_id, person_id, oldest.id)


async def own(office: Office, access: Access) -> tuple[Session, ...]:
    """The sessions in which whoever asks is signed in, oldest first.

    Raises:
        Forbidden: the key's scopes do not allow it.
    """

    def read(granted: Granted) -> tuple[Session, ...]:
        return sessions.of_person(granted.connection, granted.organisation_id, granted.principal.person_id, granted.now)

    return await let_in(office, access, read)


async def sign_out(office: Office, access: Access) -> None:
    """Ends the session of whoever asks, at once.

    Raises:
        NotFound: they did not ask by a session.
    """
    if access.principal.kind is not CredentialKind.SESSION:
        raise NotFound(NO_SESSION)
    await end(office, access, access.principal.credential_id)


async def end(office: Office, access: Access, session_id: str) -> None:
    """Ends a session of whoever asks, at once.

    Raises:
        NotFound: they have no session of that id.
        Forbidden: the key's scopes do not allow it.
    """

    def write(granted: Granted) -> None:
        identity = known_form(session_id)
        organisation, person = granted.organisation_id, granted.principal.person_id
        if not sessions.remove(granted.connection, organisation, person, identity):
            raise NotFound
        granted.subject = identity

    await let_in(office, access, write)
