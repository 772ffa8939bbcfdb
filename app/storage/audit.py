"""The audit trail of an organisation: appended to in the same transaction as what it tells of; knows no meaning."""

from collections.abc import Iterator
from datetime import datetime

from sqlalchemy import Connection, bindparam, insert, select, update

from app.security.audit_chain import Entry, mac, start
from app.storage.access_tables import ApiKeyRow, AuditEntryRow, AuditHeadRow
from app.storage.prepared import Prepared
from app.storage.tables import table_of

ENTRIES = table_of(AuditEntryRow)
HEADS = table_of(AuditHeadRow)
KEYS = table_of(ApiKeyRow)
FIELDS = ("number", "at", "person_id", "credential_id", "action", "subject_id", "revision", "detail")
NEVER_REACHED = 2**31 - 1
PIECE = 1_000  # entries that are read at a time when the whole trail is

_HERE = HEADS.c.organisation_id == bindparam("organisation")
# Whoever appends holds the head until the commit: a chain has one end. SQLite has one writer and needs no lock.
_HEAD = Prepared(select(*HEADS.c["number", "mac"]).where(_HERE).with_for_update())
_LOOK = Prepared(select(*HEADS.c["number", "mac"]).where(_HERE))
_BEGIN = Prepared(insert(HEADS))
_ADVANCE = Prepared(update(HEADS).where(_HERE).values(number=bindparam("new_number"), mac=bindparam("new_mac")))
_ADD = Prepared(insert(ENTRIES))
_PAGE = Prepared(
    select(*ENTRIES.c[(*FIELDS, "mac")])
    .where(ENTRIES.c.organisation_id == bindparam("organisation"), ENTRIES.c.number < bindparam("below"))
    .order_by(ENTRIES.c.number.desc())
    .limit(bindparam("most"))
)
_PAGE_OF = Prepared(
    select(*ENTRIES.c[(*FIELDS, "mac")])
    .where(
        ENTRIES.c.organisation_id == bindparam("organisation"),
        ENTRIES.c.subject_id == bindparam("subject"),
        ENTRIES.c.number < bindparam("below"),
    )
    .order_by(ENTRIES.c.number.desc())
    .limit(bindparam("most"))
)
_BY_ANOTHER = Prepared(
    select(ENTRIES.c.number)
    .where(
        ENTRIES.c.organisation_id == bindparam("organisation"),
        ENTRIES.c.subject_id == bindparam("person"),
        ENTRIES.c.person_id != bindparam("person"),
        ENTRIES.c.at >= bindparam("since"),
    )
    .limit(1)
)
# However many entries came after, an index leads to the first.
_FIRST_OF_KEYS = Prepared(
    select(
        KEYS.c.id,
        *(
            select(column)
            .where(ENTRIES.c.organisation_id == bindparam("organisation"), ENTRIES.c.subject_id == KEYS.c.id)
            .order_by(ENTRIES.c.number)
            .limit(1)
            .scalar_subquery()
            for column in ENTRIES.c["action", "credential_id"]
        ),
    ).where(KEYS.c.organisation_id == bindparam("organisation"), KEYS.c.person_id == bindparam("person"))
)
_FORWARD = Prepared(
    select(*ENTRIES.c[(*FIELDS, "mac")])
    .where(ENTRIES.c.organisation_id == bindparam("organisation"), ENTRIES.c.number > bindparam("above"))
    .order_by(ENTRIES.c.number)
    .limit(bindparam("most"))
)


def begin(connection: Connection, organisation_id: str, key: bytes) -> None:
    """Begins the trail of a new organisation."""
    head = {"organisation_id": organisation_id, "number": 0, "mac": start(key, organisation_id)}
    _BEGIN.count(connection, head)


def append(connection: Connection, organisation_id: str, key: bytes, entry: Entry) -> int:
    """Adds an entry at the end, whatever number it came with; the number that it got. Do it last, before the commit.

    Raises:
        LookupError: the organisation is not there any more.
    """
    end = _HEAD.row(connection, {"organisation": organisation_id})
    if end is None:
        raise LookupError("no audit trail")
    number: int = end[0] + 1
    previous: str = end[1]
    numbered = Entry(
        number, entry.at, entry.person, entry.credential, entry.action, entry.subject, entry.revision, entry.detail
    )
    code = mac(key, organisation_id, previous, numbered)
    _ADD.count(connection, _row(organisation_id, numbered, code))
    _ADVANCE.count(connection, {"organisation": organisation_id, "new_number": number, "new_mac": code})
    return number


def head(connection: Connection, organisation_id: str) -> tuple[int, str] | None:
    """The number and the code of the last entry; None where there is no such organisation."""
    row = _LOOK.row(connection, {"organisation": organisation_id})
    return None if row is None else (row[0], row[1])


def page(
    connection: Connection, organisation_id: str, *, subject: str | None = None, below: int | None, most: int
) -> tuple[Entry, ...]:
    """Entries with a number below this one, newest first; of one subject only where it is given."""
    given = {"organisation": organisation_id, "below": below or NEVER_REACHED, "most": most}
    if subject is None:
        return tuple(Entry(*row[:-1]) for row in _PAGE.rows(connection, given))
    return tuple(Entry(*row[:-1]) for row in _PAGE_OF.rows(connection, {**given, "subject": subject}))


def touched_by_another(connection: Connection, organisation_id: str, person_id: str, since: datetime) -> bool:
    """Whether somebody else added or changed this person since then."""
    given = {"organisation": organisation_id, "person": person_id, "since": since}
    return _BY_ANOTHER.row(connection, given) is not None


def first_of_keys(connection: Connection, organisation_id: str, person_id: str) -> dict[str, tuple[str, str]]:
    """What was first done to each key of a person and with which key or session, by the key; without those of which
    nothing is told."""
    rows = _FIRST_OF_KEYS.rows(connection, {"organisation": organisation_id, "person": person_id})
    return {identity: (action, credential) for identity, action, credential in rows if action is not None}


def forward(connection: Connection, organisation_id: str) -> Iterator[tuple[Entry, str]]:
    """The whole trail with its codes, oldest first, read a piece at a time."""
    above = 0
    while True:
        rows = _FORWARD.rows(connection, {"organisation": organisation_id, "above": above, "most": PIECE})
        for row in rows:
            yield Entry(*row[:-1]), row[-1]
        if len(rows) < PIECE:
            return
        above = rows[-1][0]


def _row(organisation_id: str, entry: Entry, code: str) -> dict[str, object]:
    return {
        "organisation_id": organisation_id,
        "number": entry.number,
        "at": entry.at,
        "person_id": entry.person,
        "credential_id": entry.credential,
        "action": entry.action,
        "subject_id": entry.subject,
        "revision": entry.revision,
        "detail": entry.detail,
        "mac": code,
    }
