"""What other rows refer to and is written once: organisations and checklists; knows no initiative."""

from dataclasses import asdict, dataclass
from datetime import datetime

from sqlalchemy import Connection, bindparam, select

from app.domain.errors import UnknownChecklist
from app.storage.inserts import Insert
from app.storage.tables import ChecklistRow, OrganisationRow, table_of

ORGANISATIONS = table_of(OrganisationRow)
CHECKLISTS = table_of(ChecklistRow)

_KEEP_ORGANISATION = Insert(ORGANISATIONS, unless_there=True)
_KEEP_CHECKLIST = Insert(CHECKLISTS, unless_there=True)
_FIND_CHECKLIST = select(*CHECKLISTS.c["name", "version", "pack"]).where(CHECKLISTS.c.digest == bindparam("digest"))


@dataclass(frozen=True, slots=True)
class StoredChecklist:
    """A checklist as it was when it judged a stored design; `pack` is for whoever wrote it to read."""

    digest: str
    name: str
    version: int
    pack: bytes


def keep_organisation(connection: Connection, organisation_id: str, created_at: datetime) -> None:
    """Makes the organisation known, unless it is."""
    _KEEP_ORGANISATION.run(connection, {"id": organisation_id, "created_at": created_at})


def keep_checklist(connection: Connection, checklist: StoredChecklist) -> None:
    """Keeps the checklist, unless one of its digest is kept already."""
    _KEEP_CHECKLIST.run(connection, asdict(checklist))


def find_checklist(connection: Connection, digest: str) -> StoredChecklist:
    """The checklist of that digest.

    Raises:
        UnknownChecklist: when it never judged a stored design.
    """
    row = connection.execute(_FIND_CHECKLIST, {"digest": digest}).one_or_none()
    if row is None:
        raise UnknownChecklist
    return StoredChecklist(digest, row.name, row.version, row.pack)
