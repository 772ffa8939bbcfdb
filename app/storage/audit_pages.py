"""The audit trail a page at a time, whole or as far as it concerns one person; knows not who may see which."""

from dataclasses import dataclass

from sqlalchemy import Connection, and_, bindparam, or_, select

from app.domain.access import InitiativeRole
from app.security.audit_chain import Entry
from app.storage.access_tables import GrantRow
from app.storage.audit import ENTRIES, FIELDS
from app.storage.audit import head as end_of
from app.storage.prepared import Prepared
from app.storage.tables import table_of

GRANTS = table_of(GrantRow)

# Entries that one page looks at where it leaves some out: whoever looks holds the writer of the embedded database.
MOST_EXAMINED = 2_000

_PART = (
    select(*ENTRIES.c[FIELDS])
    .where(
        ENTRIES.c.organisation_id == bindparam("organisation"),
        ENTRIES.c.number < bindparam("below"),
        ENTRIES.c.number >= bindparam("least"),
    )
    .order_by(ENTRIES.c.number.desc())
    .limit(bindparam("most"))
)
_OWNED = select(GRANTS.c.initiative_id).where(
    and_(
        GRANTS.c.organisation_id == bindparam("organisation"),
        GRANTS.c.person_id == bindparam("person"),
        GRANTS.c.role == InitiativeRole.OWNER.value,
    )
)
_EVERYTHING = Prepared(_PART)
_OF_PERSON = Prepared(
    _PART.where(
        or_(
            ENTRIES.c.person_id == bindparam("person"),
            ENTRIES.c.subject_id == bindparam("person"),
            ENTRIES.c.subject_id.in_(_OWNED),
        )
    )
)


@dataclass(frozen=True, slots=True)
class Part:
    """Some entries, newest first, and below which number the rest stands; None where nothing is left."""

    items: tuple[Entry, ...]
    below: int | None


def page(connection: Connection, organisation_id: str, person_id: str | None, below: int, most: int) -> Part:
    """The newest entries with a number below this one.

    Args:
        person_id: only what concerns this person: what they did, what was done to them, and whatever was done to the
            initiatives that they own. Then a page may be short, or empty, and still have a next one.
    """
    end = end_of(connection, organisation_id)
    below = min(below, 1 if end is None else end[0] + 1)
    least = 1 if person_id is None else max(1, below - MOST_EXAMINED)
    given = {"organisation": organisation_id, "below": below, "least": least, "most": most}
    if person_id is None:
        rows = _EVERYTHING.rows(connection, given)
    else:
        rows = _OF_PERSON.rows(connection, {**given, "person": person_id})
    items = tuple(Entry(*row) for row in rows)
    examined_to = items[-1].number if len(items) == most else least
    return Part(items, examined_to if examined_to > 1 else None)
