"""Getting a role past the owners: one admin asks, a second one decides, every owner is told; knows no request.

The reason is sealed with the organisation's key and not with the initiative's: whoever decides has no role on it.
"""

from collections.abc import Collection, Iterable
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from uuid import uuid4

from app.domain.access import InitiativeRole
from app.domain.errors import BadInput, Conflict, Fault, Forbidden, NotFound
from app.security.sealing import DataKey
from app.storage import audit, break_glass, grants, notices, people, retries
from app.storage.break_glass import BreakGlassRequest, State
from app.storage.grants import Grant
from app.storage.notices import Notice
from app.storage.pages import Cursor, Page
from app.storage.retries import Effect, Retry
from app.usecases.authority import Granted, let_in
from app.usecases.identity import known_form
from app.usecases.office import Access, Office
from app.usecases.organisations import check_own
from app.usecases.retries import REPLAYED, once
from app.usecases.roles import NOBODY

OPEN_FOR = timedelta(hours=72)
EXPIRED = "expired"
REQUESTED = "break_glass_requested"
TOLD = {State.APPROVED: "break_glass_approved", State.REFUSED: "break_glass_refused"}  # kinds of notices
ORDER = list(InitiativeRole)  # from the one who may do most

NO_SECOND_ADMIN = "This needs a second admin, who neither asks for the role nor gets it. Make somebody an admin first."
WAITS_ALREADY = "A request for this person and this initiative is pending. It has to be decided first, or to end."
NOT_BY_YOU = "Another admin has to decide: not the one who asked, and not the one who would get the role."
NOT_YET_BY_YOU = (
    "Somebody else added or changed your account after this was asked, so you cannot approve it. Another admin can, or "
    "a new request is made."
)
DECIDED = "This request was decided before. Make a new one if it is still needed."
TOO_LATE = "Nobody decided this request in time, so it ended. Make a new one if it is still needed."
ASKER_LEFT = "Whoever asked is not an admin any more. Refuse it; an admin can make a new one."


@dataclass(frozen=True, slots=True)
class Wish:
    """What is asked for, as it was sent."""

    initiative_id: str
    person_id: str
    role: InitiativeRole
    reason: str


@dataclass(frozen=True, slots=True)
class BreakGlass:
    """A request as it stands.

    Attributes:
        state: as it is stored, or `expired`.
        names: of the people in it, by id; who left the organisation is not there.
        replayed: whether this is the answer to an earlier request again.
    """

    request: BreakGlassRequest
    state: str
    names: dict[str, str]
    replayed: bool = False


async def ask(
    office: Office, access: Access, organisation_id: str, wish: Wish, retry: Retry | None = None
) -> BreakGlass:
    """Asks that a person get a role on an initiative, and tells its owners in the same moment.

    Whether the person has a role on it already is not told: that is the owners' to know.

    Raises:
        NotFound: it is not the caller's organisation, or it has no such initiative.
        BadInput: it has no such person.
        Conflict: nobody is there who could decide, or the same is pending.
    """
    check_own(access, organisation_id)
    key = await office.vault.organisation(access.organisation_id)

    async def do() -> BreakGlass:
        return await let_in(office, access, lambda granted: _asked(granted, key, wish, retry))

    async def replay(effect: Effect) -> BreakGlass:
        return await let_in(office, access, lambda granted: _as_it_was(granted, key, effect.subject_id))

    return await once(office, access, retry, do, replay)


async def get(office: Office, access: Access, organisation_id: str, request_id: str) -> BreakGlass:
    """The request of that id.

    Raises:
        NotFound: it is not the caller's organisation, or has no such request.
    """
    check_own(access, organisation_id)
    wanted = known_form(request_id)
    key = await office.vault.organisation(access.organisation_id)

    def read(granted: Granted) -> BreakGlass:
        found = break_glass.find(granted.connection, key, wanted)
        granted.subject, granted.detail = found.initiative_id, found.id
        return _shown(granted, key, found)

    return await let_in(office, access, read)


async def page(
    office: Office, access: Access, organisation_id: str, cursor: str | None, limit: int
) -> Page[BreakGlass]:
    """The requests of the organisation, the newest first.

    Raises:
        NotFound: it is not the caller's organisation.
        BadInput: the cursor is not one that this list gave.
    """
    check_own(access, organisation_id)
    place = None if cursor is None else Cursor.read(cursor)
    key = await office.vault.organisation(access.organisation_id)

    def read(granted: Granted) -> Page[BreakGlass]:
        found = break_glass.LIST.page(granted.connection, key, {"organisation": key.organisation}, place, limit)
        return Page(all_shown(granted, key, found.items), found.next, found.previous)

    return await let_in(office, access, read)


async def decide(office: Office, access: Access, organisation_id: str, request_id: str, decision: State) -> BreakGlass:
    """Settles a request, gives the role if it is approved, and tells the owners, all in one moment.

    An approval never lowers anybody: whoever has this role or a higher one by then keeps what they have. The same
    decision by the same admin again changes nothing.

    Raises:
        NotFound: as `get`.
        Forbidden: the caller asked for it, would get the role, or approves and was added or changed by somebody else
            after it was asked.
        Conflict: it was decided, or has ended, or whoever asked is not an admin any more.
    """
    check_own(access, organisation_id)
    wanted = known_form(request_id)
    key = await office.vault.organisation(access.organisation_id)

    def write(granted: Granted) -> BreakGlass:
        admins = _admins(granted)  # first: whoever else decides waits here, and finds what was decided
        found = break_glass.find(granted.connection, key, wanted)
        changed_at = grants.hold(granted.connection, granted.organisation_id, found.initiative_id)
        granted.subject, granted.detail = found.initiative_id, f"{decision} {found.id}"
        if _is_new(granted, found, decision, admins):
            _settle(granted, found, decision, changed_at)
        return _shown(granted, key, break_glass.find(granted.connection, key, wanted))

    return await let_in(office, access, write)


def all_shown(granted: Granted, key: DataKey, requests: Iterable[BreakGlassRequest]) -> tuple[BreakGlass, ...]:
    """Requests as they stand at this moment, with the names of everybody in them."""
    found = tuple(requests)
    ids = {person for one in found for person in (one.person_id, one.requested_by, one.decided_by) if person}
    names = people.names(granted.connection, key, ids)
    return tuple(BreakGlass(one, _state(one, granted.now), names) for one in found)


def _shown(granted: Granted, key: DataKey, request: BreakGlassRequest) -> BreakGlass:
    return all_shown(granted, key, [request])[0]


def _state(request: BreakGlassRequest, now: datetime) -> str:
    return EXPIRED if request.state is State.PENDING and request.expires_at <= now else str(request.state)


def _admins(granted: Granted) -> Collection[str]:
    """All admins, the caller among them; another admin may have changed that while this one waited."""
    admins = people.admins(granted.connection, granted.organisation_id)
    if granted.principal.person_id not in admins:
        raise Forbidden
    return admins


def _asked(granted: Granted, key: DataKey, wish: Wish, retry: Retry | None) -> BreakGlass:
    connection, organisation, asker = granted.connection, granted.organisation_id, granted.principal.person_id
    request = BreakGlassRequest(
        id=str(uuid4()),
        initiative_id=wish.initiative_id,
        person_id=wish.person_id,
        role=wish.role,
        state=State.PENDING,
        reason=wish.reason,
        requested_by=asker,
        requested_at=granted.now,
        expires_at=granted.now + OPEN_FOR,
    )
    if retry is not None:
        effect = Effect(retry.request_digest, request.id, 0, granted.now)
        retries.add(connection, organisation, retry.key_digest, effect)
    admins = _admins(granted)
    grants.hold(connection, organisation, wish.initiative_id)
    if not grants.hold_person(connection, organisation, wish.person_id):
        raise BadInput(faults=(Fault("/person_id", NOBODY),))
    if not set(admins) - {asker, wish.person_id}:
        raise Conflict(NO_SECOND_ADMIN)
    if break_glass.is_waiting(connection, organisation, wish.initiative_id, wish.person_id, granted.now):
        raise Conflict(WAITS_ALREADY)
    break_glass.add(connection, key, request)
    _tell_owners(granted, request, REQUESTED)
    granted.subject, granted.detail = wish.initiative_id, f"{wish.role} {wish.person_id}"
    return _shown(granted, key, request)


def _as_it_was(granted: Granted, key: DataKey, request_id: str) -> BreakGlass:
    """What was answered when it was asked for."""
    found = break_glass.find(granted.connection, key, request_id)
    granted.subject, granted.detail = found.initiative_id, REPLAYED
    asked = replace(found, state=State.PENDING, decided_by=None, decided_at=None)
    return replace(_shown(granted, key, asked), state=str(State.PENDING), replayed=True)


def _is_new(granted: Granted, request: BreakGlassRequest, decision: State, admins: Collection[str]) -> bool:
    """Whether the caller may decide and this decides it; False if the caller has decided the same before."""
    decider = granted.principal.person_id
    if decider in {request.requested_by, request.person_id}:
        raise Forbidden(NOT_BY_YOU)
    if (request.state, request.decided_by) == (decision, decider):
        return False
    if request.state is not State.PENDING:
        raise Conflict(DECIDED)
    if request.expires_at <= granted.now:
        raise Conflict(TOO_LATE)
    if decision is State.APPROVED:
        _check_approvable(granted, request, admins)
    return True


def _check_approvable(granted: Granted, request: BreakGlassRequest, admins: Collection[str]) -> None:
    """Whoever asked must still be an admin, and must not have made up the one who approves after asking."""
    if request.requested_by not in admins:
        raise Conflict(ASKER_LEFT)
    decider = granted.principal.person_id
    if audit.touched_by_another(granted.connection, granted.organisation_id, decider, request.requested_at):
        raise Forbidden(NOT_YET_BY_YOU)


def _settle(granted: Granted, request: BreakGlassRequest, decision: State, changed_at: datetime) -> None:
    connection, organisation, decider = granted.connection, granted.organisation_id, granted.principal.person_id
    if not grants.hold_person(connection, organisation, request.person_id):
        raise NotFound  # the request went with the person
    break_glass.decide(connection, organisation, request.id, decision, decider, granted.now)
    _tell_owners(granted, request, TOLD[decision])
    present = next((one.role for one in _roles(granted, request) if one.person_id == request.person_id), None)
    if decision is State.APPROVED and (present is None or ORDER.index(request.role) < ORDER.index(present)):
        grant = Grant(request.person_id, request.role, decider, granted.now)
        grants.add(connection, organisation, request.initiative_id, grant, changed_at)
        granted.detail += f" {request.role} {request.person_id}"


def _roles(granted: Granted, request: BreakGlassRequest) -> tuple[Grant, ...]:
    return grants.of_initiative(granted.connection, granted.organisation_id, request.initiative_id)


def _tell_owners(granted: Granted, request: BreakGlassRequest, kind: str) -> None:
    owners = [grant.person_id for grant in _roles(granted, request) if grant.role is InitiativeRole.OWNER]
    told = (Notice(str(uuid4()), one, kind, request.initiative_id, request.id, granted.now) for one in owners)
    notices.add(granted.connection, granted.organisation_id, told)
