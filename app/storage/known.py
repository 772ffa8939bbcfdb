"""The checklists that judged what is stored, each kept whole; knows no initiative."""

from dataclasses import asdict, dataclass

from sqlalchemy import Connection, bindparam, select

from app.domain.errors import UnknownChecklist
from app.storage.prepared import Prepared, insert_unless_there
from app.storage.tables import ChecklistRow, table_of

CHECKLISTS = table_of(ChecklistRow)

_KEEP_CHECKLIST = insert_unless_there(CHECKLISTS)
_FIND_CHECKLIST = Prepared(
    select(*CHECKLISTS.c["digest", "name", "version", "pack"]).where(CHECKLISTS.c.digest == bindparam("digest"))
)


@dataclass(frozen=True, slots=True)
class StoredChecklist:
    """A checklist as it was when it judged a stored design; `pack` is for whoever wrote it to read."""

    digest: str
    name: str
    version: int
    pack: bytes


def keep_checklist(connection: Connection, checklist: StoredChecklist) -> None:
    """Keeps the checklist, unless one of its digest is kept already."""
    _KEEP_CHECKLIST.count(connection, asdict(checklist))


def find_checklist(connection: Connection, digest: str) -> StoredChecklist:
    """The checklist of that digest.

    Raises:
        UnknownChecklist: when it never judged a stored design.
    """
    row = _FIND_CHECKLIST.row(connection, {"digest": digest})
    if row is None:
        raise UnknownChecklist
    return StoredChecklist(*row)
