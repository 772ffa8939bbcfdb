"""What somebody showed, and what they are by it at this moment: keys, sessions and roles, looked up; judges nothing."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, Select, Table, and_, bindparam, select

from app.domain.access import EVERY_SCOPE, CredentialKind, InitiativeRole, OrganisationRole, Principal, Scope
from app.storage.access_tables import ApiKeyRow, GrantRow, PersonRow, SessionRow
from app.storage.prepared import Prepared
from app.storage.tables import table_of

KEYS = table_of(ApiKeyRow)
SESSIONS = table_of(SessionRow)
PEOPLE = table_of(PersonRow)
GRANTS = table_of(GrantRow)


@dataclass(frozen=True, slots=True)
class Credential:
    """A key or a session that was found: whose it is, and where it is kept."""

    organisation_id: str
    kind: CredentialKind
    id: str


@dataclass(frozen=True, slots=True)
class Standing:
    """What somebody is at this moment.

    Attributes:
        revoked_at: when the credential was or will be taken away before it ends by itself.
        role: on the initiative that was asked about, None if none.
    """

    principal: Principal
    revoked_at: datetime | None
    role: InitiativeRole | None


def _standing(table: Table, *more: Any) -> Select[Any]:
    person = and_(PEOPLE.c.organisation_id == table.c.organisation_id, PEOPLE.c.id == table.c.person_id)
    grant = and_(
        GRANTS.c.organisation_id == table.c.organisation_id,
        GRANTS.c.initiative_id == bindparam("initiative"),
        GRANTS.c.person_id == table.c.person_id,
    )
    return (
        select(table.c.person_id, PEOPLE.c.role, table.c.expires_at, GRANTS.c.role.label("granted"), *more)
        .select_from(table.join(PEOPLE, person).outerjoin(GRANTS, grant))
        .where(table.c.organisation_id == bindparam("organisation"), table.c.id == bindparam("credential"))
    )


_TABLES = {CredentialKind.API_KEY: KEYS, CredentialKind.SESSION: SESSIONS}
_FIND = {
    kind: Prepared(select(*table.c["organisation_id", "id"]).where(table.c.digest == bindparam("digest")))
    for kind, table in _TABLES.items()
}
_STANDING = {
    CredentialKind.API_KEY: Prepared(_standing(KEYS, *KEYS.c["revoked_at", "scopes"])),
    CredentialKind.SESSION: Prepared(_standing(SESSIONS)),
}


def find(connection: Connection, kind: CredentialKind, digest: str) -> Credential | None:
    """Where the key or session of this digest is kept, None if there is none.

    Row-level security shows this one row before it is known whose it is, and no other.
    """
    row = _FIND[kind].row(connection, {"digest": digest})
    return None if row is None else Credential(row[0], kind, row[1])


def standing(connection: Connection, credential: Credential, initiative_id: str = "") -> Standing | None:
    """What its person is in the organisation and to the initiative; None if the credential is gone."""
    place = {"organisation": credential.organisation_id, "credential": credential.id, "initiative": initiative_id}
    row = _STANDING[credential.kind].row(connection, place)
    if row is None:
        return None
    person_id, role, expires_at, granted, *more = row
    revoked_at, scopes = more or (None, None)
    principal = Principal(
        organisation_id=credential.organisation_id,
        person_id=person_id,
        kind=credential.kind,
        credential_id=credential.id,
        role=OrganisationRole(role),
        scopes=EVERY_SCOPE if scopes is None else frozenset(map(Scope, scopes.split())),
        expires_at=expires_at,
    )
    return Standing(principal, revoked_at, None if granted is None else InitiativeRole(granted))
