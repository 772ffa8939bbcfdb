"""Organisations: whose everything else is; knows not who may do what in one."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, bindparam, insert, select, update

from app.domain.errors import NotFound, Stale
from app.security.sealing import DataKey
from app.storage.initiatives import INITIATIVES
from app.storage.prepared import Prepared
from app.storage.schema import tables_of_organisations
from app.storage.tables import OrganisationRow, table_of

ORGANISATIONS = table_of(OrganisationRow)
NAME = "organisation name"  # what its seal is bound to, beside the organisation

_ADD = Prepared(insert(ORGANISATIONS))
_FIND = Prepared(
    select(*ORGANISATIONS.c["id", "name", "version", "created_at"]).where(
        ORGANISATIONS.c.id == bindparam("organisation")
    )
)
# While it is held, nobody adds anything to it that the deletion would not see.
_HOLD = Prepared(select(ORGANISATIONS.c.id).where(ORGANISATIONS.c.id == bindparam("organisation")).with_for_update())
_ALL = Prepared(select(ORGANISATIONS.c.id).order_by(ORGANISATIONS.c.created_at, ORGANISATIONS.c.id))
_RENAME = Prepared(
    update(ORGANISATIONS)
    .where(ORGANISATIONS.c.id == bindparam("organisation"), ORGANISATIONS.c.version == bindparam("known"))
    .values(name=bindparam("new_name"), version=ORGANISATIONS.c.version + 1)
)
_INITIATIVES = Prepared(select(INITIATIVES.c.id).where(INITIATIVES.c.organisation_id == bindparam("organisation")))


@dataclass(frozen=True, slots=True)
class Organisation:
    """An organisation; its version counts its changes, from 0."""

    id: str
    name: str
    version: int
    created_at: datetime


def add(connection: Connection, key: DataKey, organisation: Organisation) -> None:
    """Stores a new organisation under its own key."""
    values = {
        "id": organisation.id,
        "name": key.seal_text(NAME, 0, organisation.name),
        "version": organisation.version,
        "created_at": organisation.created_at,
    }
    _ADD.count(connection, values)


def find(connection: Connection, key: DataKey) -> Organisation:
    """The organisation that the key is of.

    Raises:
        NotFound: when it is not there.
        Damaged: its name does not verify.
    """
    row = _FIND.row(connection, {"organisation": key.organisation})
    if row is None:
        raise NotFound
    return _organisation(row, key)


def rename(connection: Connection, key: DataKey, name: str, known: int) -> None:
    """Gives it another name.

    Raises:
        NotFound: when it is not there.
        Stale: when its version is not the one that is known.
    """
    values = {"organisation": key.organisation, "known": known, "new_name": key.seal_text(NAME, 0, name)}
    if _RENAME.count(connection, values) == 0:
        raise Stale(str(find(connection, key).version))


def hold(connection: Connection, organisation_id: str) -> bool:
    """Lets nobody add an initiative or a person, or change the organisation, before the transaction ends.

    Returns:
        Whether it is there.
    """
    return bool(_HOLD.rows(connection, {"organisation": organisation_id}))


def every_id(connection: Connection) -> list[str]:
    """The ids of all organisations, oldest first; for the operator's view."""
    return [row[0] for row in _ALL.rows(connection, {})]


def initiatives_of(connection: Connection, organisation_id: str) -> list[str]:
    """The ids of all initiatives of the organisation."""
    return [row[0] for row in _INITIATIVES.rows(connection, {"organisation": organisation_id})]


def delete_with_everything(connection: Connection, organisation_id: str) -> None:
    """Deletes the organisation and every row that is its own, except the wishes to destroy keys."""
    for table in tables_of_organisations():
        if table.name != "shreds":
            column = table.c.id if table is ORGANISATIONS else table.c.organisation_id
            connection.execute(table.delete().where(column == organisation_id))


def _organisation(row: Sequence[Any], key: DataKey) -> Organisation:
    identity, name, version, created_at = row
    return Organisation(identity, key.open_text(NAME, 0, name), version, created_at)
