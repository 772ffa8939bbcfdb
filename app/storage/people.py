"""The people of an organisation, and what goes when they go; knows not what they may do, and judges no password."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, bindparam, delete, insert, select, update
from sqlalchemy.exc import IntegrityError

from app.domain.access import OrganisationRole
from app.domain.errors import Conflict, NotFound, Stale
from app.security.sealing import DataKey
from app.storage.access_tables import GrantRow, PersonRow, SessionRow
from app.storage.newest_first import NewestFirst
from app.storage.organisations import ORGANISATIONS
from app.storage.pages import Cursor, Page
from app.storage.prepared import Prepared
from app.storage.tables import table_of

PEOPLE = table_of(PersonRow)
GRANTS = table_of(GrantRow)
SESSIONS = table_of(SessionRow)

NAME_TAKEN = "Somebody of this organisation signs in by that name already. Choose another sign-in name."

_IN = PEOPLE.c.organisation_id == bindparam("organisation")
_HERE = _IN & (PEOPLE.c.id == bindparam("person"))
_COLUMNS = PEOPLE.c["id", "name", "sign_in_name", "password", "role", "version", "created_at"]
_ADD = Prepared(insert(PEOPLE))
_FIND = Prepared(select(*_COLUMNS).where(_HERE))
_ALL = Prepared(select(*_COLUMNS).where(_IN).order_by(PEOPLE.c.created_at, PEOPLE.c.id))
_BY_SIGN_IN = Prepared(select(*_COLUMNS).where(_IN, PEOPLE.c.sign_in_digest == bindparam("digest")))
_REMOVE = Prepared(delete(PEOPLE).where(_HERE))
# While somebody's row is held, nobody gives them a role: a role refers to the row.
_HOLD = Prepared(select(*_COLUMNS).where(_HERE).with_for_update())
_END_SESSIONS = Prepared(
    delete(SESSIONS).where(
        SESSIONS.c.organisation_id == bindparam("organisation"),
        SESSIONS.c.person_id == bindparam("person"),
        SESSIONS.c.id != bindparam("kept"),
    )
)
_GRANTED = (GRANTS.c.organisation_id == bindparam("organisation")) & (GRANTS.c.person_id == bindparam("person"))
_ONE_ROLE = Prepared(select(GRANTS.c.initiative_id).where(_GRANTED).limit(1))
_ADMINS = Prepared(select(PEOPLE.c.id).where(_IN, PEOPLE.c.role == OrganisationRole.ADMIN.value))
# The organisation stands for who its admins are, so that the last two cannot both go at the same moment.
_HOLD_ADMINS = Prepared(
    select(ORGANISATIONS.c.id).where(ORGANISATIONS.c.id == bindparam("organisation")).with_for_update(key_share=True)
)
_CHANGE = Prepared(
    update(PEOPLE)
    .where(_HERE, PEOPLE.c.version == bindparam("known"))
    .values(
        name=bindparam("new_name"),
        sign_in_name=bindparam("new_sign_in_name"),
        sign_in_digest=bindparam("new_sign_in_digest"),
        password=bindparam("new_password"),
        role=bindparam("new_role"),
        version=PEOPLE.c.version + 1,
    )
)


@dataclass(frozen=True, slots=True)
class Person:
    """A person of an organisation.

    Attributes:
        name: what others of the organisation know them by.
        sign_in_name: what they sign in with; None for somebody who has API keys only.
        password: its argon2id hash, None as above.
        version: counts the changes, from 0.
    """

    id: str
    name: str
    sign_in_name: str | None
    password: str | None
    role: OrganisationRole
    version: int
    created_at: datetime


def add(connection: Connection, key: DataKey, person: Person, sign_in_digest: str | None) -> None:
    """Stores a new person; `sign_in_digest` is what the sign-in name is found by.

    Raises:
        Conflict: when somebody else has that sign-in name.
    """
    values = {
        "organisation_id": key.organisation,
        "id": person.id,
        "created_at": person.created_at,
        "version": person.version,
        "role": person.role.value,
        "sign_in_digest": sign_in_digest,
        **_sealed(key, person),
    }
    _once(connection, _ADD, values)


def find(connection: Connection, key: DataKey, person_id: str) -> Person:
    """The person of that id.

    Raises:
        NotFound: when there is none.
        Damaged: what is stored does not verify.
    """
    return _found(connection, _FIND, key, person_id)


def hold(connection: Connection, key: DataKey, person_id: str) -> Person:
    """As `find`; nobody else changes or removes them, or gives them a role, before the transaction ends."""
    return _found(connection, _HOLD, key, person_id)


def page(connection: Connection, key: DataKey, cursor: Cursor | None, limit: int) -> Page[Person]:
    """A page of everybody, those who came last first."""
    return _LIST.page(connection, key, {"organisation": key.organisation}, cursor, limit)


def of_organisation(connection: Connection, key: DataKey) -> tuple[Person, ...]:
    """Everybody, in the order in which they came."""
    return tuple(_person(row, key) for row in _ALL.rows(connection, {"organisation": key.organisation}))


def by_sign_in(connection: Connection, key: DataKey, digest: str) -> Person | None:
    """Whoever signs in by the name of this digest; None if nobody does."""
    row = _BY_SIGN_IN.row(connection, {"organisation": key.organisation, "digest": digest})
    return None if row is None else _person(row, key)


def change(connection: Connection, key: DataKey, person: Person, sign_in_digest: str | None) -> None:
    """Puts this in the place of what is stored of the person, whose version is still the same.

    Raises:
        NotFound: when there is nobody of that id.
        Stale: when the version is another one.
        Conflict: when somebody else has that sign-in name.
    """
    sealed = {f"new_{name}": value for name, value in _sealed(key, person).items()}
    place = {"organisation": key.organisation, "person": person.id, "known": person.version}
    values = {**place, **sealed, "new_role": person.role.value, "new_sign_in_digest": sign_in_digest}
    if _once(connection, _CHANGE, values) == 0:
        raise Stale(str(find(connection, key, person.id).version))


def remove(connection: Connection, organisation_id: str, person_id: str) -> bool:
    """Removes the person with their keys, sessions, roles and notices; whether there was one."""
    return _REMOVE.count(connection, {"organisation": organisation_id, "person": person_id}) > 0


def names(connection: Connection, key: DataKey, person_ids: Collection[str]) -> dict[str, str]:
    """What these people are called, by id, without those who are not there.

    Raises:
        Damaged: a name does not verify.
    """
    here = (PEOPLE.c.organisation_id == key.organisation) & PEOPLE.c.id.in_(person_ids)
    rows = connection.execute(select(*PEOPLE.c["id", "name"]).where(here)).all()
    return {identity: key.open_text(_field("name", identity), 0, name) for identity, name in rows}


def admins(connection: Connection, organisation_id: str) -> set[str]:
    """The ids of all admins; nobody else changes who they are before the transaction ends.

    To be asked before anything of the organisation is held.
    """
    _HOLD_ADMINS.rows(connection, {"organisation": organisation_id})
    return {row[0] for row in _ADMINS.rows(connection, {"organisation": organisation_id})}


def has_a_role(connection: Connection, organisation_id: str, person_id: str) -> bool:
    """Whether the person has a role on any initiative."""
    return _ONE_ROLE.row(connection, {"organisation": organisation_id, "person": person_id}) is not None


def end_sessions(connection: Connection, organisation_id: str, person_id: str, kept: str) -> None:
    """Ends every session of the person but the one that is kept, as when they sign in otherwise from now on."""
    _END_SESSIONS.count(connection, {"organisation": organisation_id, "person": person_id, "kept": kept})


def _found(connection: Connection, statement: Prepared, key: DataKey, person_id: str) -> Person:
    row = statement.row(connection, {"organisation": key.organisation, "person": person_id})
    if row is None:
        raise NotFound
    return _person(row, key)


def _once(connection: Connection, statement: Prepared, values: dict[str, Any]) -> int:
    """Runs it, where two people may have asked for the same sign-in name at the same moment."""
    try:
        return statement.count(connection, values)
    except IntegrityError as error:
        if "sign_in_digest" in str(error.orig):
            raise Conflict(NAME_TAKEN) from None
        raise


def _sealed(key: DataKey, person: Person) -> dict[str, bytes | None]:
    def seal(field: str, plain: str | None) -> bytes | None:
        return None if plain is None else key.seal_text(_field(field, person.id), 0, plain)

    return {
        "name": seal("name", person.name),
        "sign_in_name": seal("sign_in_name", person.sign_in_name),
        "password": seal("password", person.password),
    }


def _person(row: Sequence[Any], key: DataKey) -> Person:
    identity, name, sign_in_name, password, role, version, created_at = row

    def opened(field: str, sealed: bytes | None) -> str | None:
        return None if sealed is None else key.open_text(_field(field, identity), 0, sealed)

    return Person(
        id=identity,
        name=key.open_text(_field("name", identity), 0, name),
        sign_in_name=opened("sign_in_name", sign_in_name),
        password=opened("password", password),
        role=OrganisationRole(role),
        version=version,
        created_at=created_at,
    )


_LIST = NewestFirst(select(*_COLUMNS).where(_IN), PEOPLE.c.created_at, PEOPLE.c.id, lambda key, *row: _person(row, key))


def _field(field: str, person_id: str) -> str:
    """What the seal is bound to, beside the organisation: one person's name is nobody else's."""
    return f"person {person_id} {field}"
