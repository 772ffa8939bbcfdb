"""The audit trail of an organisation: shown to those whom it concerns, verified, and signed for; knows no request."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Final

from app.domain.access import OrganisationRole
from app.domain.errors import NotFound
from app.security import checkpoints
from app.security.audit_chain import ChainFault, Entry, Verdict, Verification
from app.security.checkpoints import Checkpoint
from app.storage import audit, audit_pages
from app.storage.audit import NEVER_REACHED
from app.storage.database import Connection
from app.storage.pages import Page
from app.storage.views import of
from app.usecases.authority import Granted, let_in
from app.usecases.cursors import cursor_of, place_in
from app.usecases.identity import known_form
from app.usecases.office import Access, Office
from app.usecases.organisations import check_own

LIST: Final = "audit"
DEFAULT_LIMIT, LARGEST_LIMIT = 50, 200

UNKNOWN_SIGNER: Final = "This checkpoint was not signed by this service, or was altered."
NO_TRAIL: Final = "There is no trail: the organisation is not here any more, or its trail was taken away."
BEYOND: Final = "Entries stand after what the trail says is its last one."


@dataclass(frozen=True, slots=True)
class End:
    """Where the trail says that it ends."""

    number: int
    mac: str


async def page(
    office: Office, access: Access, organisation_id: str, cursor: str | None = None, limit: int = DEFAULT_LIMIT
) -> Page[Entry]:
    """Entries of the trail, newest first: all of them for an admin, else those about initiatives that the caller owns
    and about the caller. A page may be short, or empty, and still have a next one.

    Raises:
        NotFound: it is not the caller's organisation.
        Forbidden: the key's scopes do not allow it.
        BadInput: the cursor is not one that this list gave.
    """
    check_own(access, organisation_id)
    below = NEVER_REACHED if cursor is None else place_in(LIST, cursor, _number)[0]
    most = max(1, min(limit, LARGEST_LIMIT))

    def read(granted: Granted) -> Page[Entry]:
        everything = granted.principal.role is OrganisationRole.ADMIN
        whose = None if everything else granted.principal.person_id
        found = audit_pages.page(granted.connection, granted.organisation_id, whose, below, most)
        granted.subject = granted.organisation_id
        return Page(found.items, None if found.below is None else cursor_of(LIST, found.below), None)

    return await let_in(office, access, read)


async def signed(office: Office, access: Access, organisation_id: str) -> Checkpoint:
    """A signed statement of how far the trail goes, for whoever keeps it elsewhere.

    Raises:
        NotFound, Forbidden: as `page`.
    """
    check_own(access, organisation_id)

    def read(granted: Granted) -> tuple[End, datetime]:
        granted.subject = granted.organisation_id
        return _end(granted.connection, granted.organisation_id), granted.now

    end, now = await let_in(office, access, read)
    return _sign(office, access.organisation_id, end, now)


async def checkpoint(office: Office, organisation_id: str) -> Checkpoint:
    """As `signed`, for whoever runs the service.

    Raises:
        NotFound: there is no such organisation.
    """
    identity = known_form(organisation_id)
    end = await office.database.read(of(identity), lambda connection: _end(connection, identity))
    return _sign(office, identity, end, datetime.now(UTC))


async def verify(office: Office, organisation_id: str, kept: Iterable[Checkpoint] = ()) -> Verdict:
    """Follows the whole trail, and sees whether each checkpoint was signed here and is met on the way.

    Cutting the tail, and rewriting by whoever has the keys, are seen by a checkpoint that was kept elsewhere alone.
    """
    kept, trusted = list(kept), checkpoints.public_key(office.vault.checkpoint_seed)
    strange = [ChainFault(one.number, UNKNOWN_SIGNER) for one in kept if not checkpoints.verified(one, trusted)]
    key = office.vault.audit_key(organisation_id)

    def read(connection: Connection) -> Verdict:
        found = audit.head(connection, organisation_id)
        if found is None:
            return Verdict(0, (ChainFault(0, NO_TRAIL),))
        end = End(*found)
        return _judged(
            Verification(key, organisation_id, [*kept, end]), audit.forward(connection, organisation_id), end
        )

    verdict = await office.database.read(of(organisation_id), read)
    return Verdict(verdict.entries, (*strange, *verdict.faults))


def _judged(verification: Verification, rows: Iterable[tuple[Entry, str]], end: End) -> Verdict:
    last = 0
    for entry, mac in rows:
        verification.take(entry, mac)
        last = entry.number
    verdict = verification.verdict()
    beyond = (ChainFault(last, BEYOND),) if last > end.number else ()
    return Verdict(verdict.entries, (*verdict.faults, *beyond))


def _end(connection: Connection, organisation_id: str) -> End:
    found = audit.head(connection, organisation_id)
    if found is None:
        raise NotFound
    return End(*found)


def _sign(office: Office, organisation_id: str, end: End, now: datetime) -> Checkpoint:
    return checkpoints.sign(office.vault.checkpoint_seed, organisation_id, end.number, end.mac, now)


def _number(text: str) -> int:
    number = int(text)
    if not 1 <= number <= NEVER_REACHED:
        raise ValueError("no number of an entry")
    return number
