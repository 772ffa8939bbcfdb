"""Who may do what: one question, asked in every transaction, and its answer entered into the audit trail."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import TypeVar

from app.domain.access import CredentialKind, InitiativeRole, Principal
from app.domain.errors import Forbidden, Gone, NotFound, Unauthenticated
from app.security.audit_chain import Entry
from app.security.permissions import PERMISSIONS, Permission, Place
from app.security.sealing import DataKey
from app.storage import audit, credentials
from app.storage.credentials import Credential, Standing
from app.storage.database import Connection
from app.storage.views import by_credential, of, show
from app.usecases.identity import known_form
from app.usecases.office import Access, Office

Value = TypeVar("Value")

SHREDDED = "It was deleted, and its key was destroyed with it. A backup brings its row back, but nothing can open it."


@dataclass(slots=True)
class Granted:
    """What a work is given once its caller was let in.

    Attributes:
        connection: the transaction, which sees the caller's organisation alone.
        principal: the caller as they are at this moment.
        role: on the initiative, None where the permission is the organisation's.
        now: the moment of everything that happens in this transaction.
        subject, revision, detail: what the audit entry names; a work may say it more exactly. Ids and codes only.
    """

    connection: Connection
    principal: Principal
    role: InitiativeRole | None
    now: datetime
    subject: str = ""
    revision: int = 0
    detail: str = ""

    @property
    def organisation_id(self) -> str:
        """The organisation that all of it happens in."""
        return self.principal.organisation_id

    def allows(self, name: str) -> bool:
        """Whether the caller holds this permission of the organisation too, where one answer shows more to some."""
        permission = PERMISSIONS[name]
        return self.principal.role in permission.roles and permission.scope in self.principal.scopes


Work = Callable[[Granted], Value]


async def known_by(office: Office, kind: CredentialKind, digest: str) -> Principal:
    """Whoever has this key or session.

    Raises:
        Unauthenticated: nobody has, or not any more.
    """

    def look(connection: Connection) -> Principal:
        found = credentials.find(connection, kind, digest)
        if found is None:
            raise Unauthenticated
        show(connection, of(found.organisation_id))
        return _alive(credentials.standing(connection, found), datetime.now(UTC)).principal

    return await office.database.read(by_credential(digest), look)


def authorize(connection: Connection, principal: Principal, permission: Permission, subject: str = "") -> Granted:
    """Lets somebody in, by what holds in the database at this moment, or raises.

    Args:
        subject: the initiative that the permission is asked for, or nothing where it is the organisation's.

    Raises:
        Unauthenticated: the key or session was revoked, or ended, since it was recognised.
        NotFound: the initiative is not there, or the caller has no role on it: nobody can tell which.
        Forbidden: the caller may see it, but the role or the key's scopes do not allow this.
    """
    now = datetime.now(UTC)
    on_initiative = permission.place is Place.INITIATIVE
    credential = Credential(principal.organisation_id, principal.kind, principal.credential_id)
    standing = _alive(credentials.standing(connection, credential, subject if on_initiative else ""), now)
    if on_initiative and standing.role is None:
        raise NotFound
    role = standing.role if on_initiative else standing.principal.role
    if role not in permission.roles or permission.scope not in standing.principal.scopes:
        raise Forbidden
    return Granted(connection, standing.principal, standing.role, now, subject)


def _alive(standing: Standing | None, now: datetime) -> Standing:
    if standing is None or standing.principal.expires_at <= now:
        raise Unauthenticated
    if standing.revoked_at is not None and standing.revoked_at <= now:
        raise Unauthenticated
    return standing


async def let_in(office: Office, access: Access, work: Work[Value], subject: str = "") -> Value:
    """Carries a work out for somebody who may, in one transaction with its audit entry, and returns its value.

    What the permission leaves unaudited is read without writing anything.

    Raises:
        Unauthenticated, NotFound, Forbidden: as `authorize`.
        Unavailable: nothing was changed, and nothing is shown, as the audit entry could not be written.
    """
    if not access.permission.audited:
        return await peek(office, access, work, subject)
    key = office.vault.audit_key(access.organisation_id)

    def do(connection: Connection) -> Value:
        granted = authorize(connection, access.principal, access.permission, subject)
        value = work(granted)
        record(granted, key, access)
        return value

    return await office.database.write(of(access.organisation_id), do)


async def peek(office: Office, access: Access, work: Work[Value], subject: str = "") -> Value:
    """As `let_in`, for a look that precedes a write, which leaves the entry: it changes nothing and is not audited.

    Nothing that it returns may be shown unless the permission leaves it unaudited.
    """

    def do(connection: Connection) -> Value:
        return work(authorize(connection, access.principal, access.permission, subject))

    return await office.database.read(of(access.organisation_id), do)


def record(granted: Granted, key: bytes, access: Access) -> None:
    """Enters into the audit trail what was done; called last, as it holds the trail until the commit."""
    entry = Entry(
        number=0,
        at=granted.now,
        person=granted.principal.person_id,
        credential=granted.principal.credential_id,
        action=access.operation,
        subject=granted.subject,
        revision=granted.revision,
        detail=granted.detail,
    )
    try:
        audit.append(granted.connection, granted.organisation_id, key, entry)
    except LookupError:  # the organisation was deleted, and every key of it with it, while this was being done
        raise Unauthenticated from None


async def key_of(office: Office, access: Access, initiative_id: str) -> DataKey:
    """The key of an initiative, for whoever may do what they ask for; to be had before the transaction begins.

    Raises:
        Unauthenticated, NotFound, Forbidden: as `authorize`.
        Gone: the initiative is back from a backup, but its key was destroyed.
    """
    identity = known_form(initiative_id)
    key = await office.vault.key(access.organisation_id, identity)
    if key is None:
        await peek(office, access, lambda _granted: None, identity)
        raise Gone(SHREDDED)
    return key
