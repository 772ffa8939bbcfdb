"""Who did what to one subject and how often, counted from the audit trail; knows not which operations only read."""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Connection, bindparam, func, select

from app.storage.audit import ENTRIES
from app.storage.prepared import Prepared

MOST_COUNTED = 10_000  # entries that one look counts, as whoever looks holds the writer of the embedded database

_counted = (
    select(*ENTRIES.c["number", "at", "person_id", "action"])
    .where(
        ENTRIES.c.organisation_id == bindparam("organisation"),
        ENTRIES.c.subject_id == bindparam("subject"),
        ENTRIES.c.number < bindparam("below"),
    )
    .order_by(ENTRIES.c.number.desc())
    .limit(bindparam("most"))
    .subquery()
)
_last = func.max(_counted.c.number)
_COUNT = Prepared(
    select(
        *_counted.c["person_id", "action"],
        func.count().label("times"),
        func.min(_counted.c.at).label("first_at"),
        func.max(_counted.c.at).label("last_at"),
        func.min(_counted.c.number).label("lowest"),
    )
    .group_by(_counted.c.person_id, _counted.c.action)
    .order_by(_last.desc())
)


@dataclass(frozen=True, slots=True)
class Dealing:
    """What one person did by one operation, how often, and when first and last."""

    person_id: str
    action: str
    times: int
    first_at: datetime
    last_at: datetime


@dataclass(frozen=True, slots=True)
class Dealings:
    """What was done to a subject.

    Attributes:
        items: what was done last comes first.
        below: the number of the entry from which on the rest is still to be counted; None if there is none.
    """

    items: tuple[Dealing, ...]
    below: int | None


def of_subject(
    connection: Connection, organisation_id: str, subject: str, below: int, most: int = MOST_COUNTED
) -> Dealings:
    """What the newest entries with a number below this one tell of the subject; `most` entries at most are counted."""
    given = {"organisation": organisation_id, "subject": subject, "below": below, "most": most}
    rows = _COUNT.rows(connection, given)
    items = tuple(Dealing(*row[:-1]) for row in rows)
    whole = sum(item.times for item in items) < most
    return Dealings(items, None if whole else min(row[-1] for row in rows))
