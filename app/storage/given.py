"""Every role of an organisation, and what its audit trail says of some initiatives; knows no operation by name."""

from collections.abc import Collection, Iterator
from typing import Final, NamedTuple

from sqlalchemy import Connection, String, bindparam, select, tuple_

from app.storage.audit import ENTRIES
from app.storage.grants import GRANTS
from app.storage.prepared import Prepared

PIECE: Final = 500  # roles that are read at a time

_PAGE: Final = Prepared(
    select(*GRANTS.c["initiative_id", "person_id", "role"])
    .where(
        GRANTS.c.organisation_id == bindparam("organisation"),
        tuple_(GRANTS.c.initiative_id, GRANTS.c.person_id)
        > tuple_(bindparam("initiative", type_=String), bindparam("after", type_=String)),
    )
    .order_by(GRANTS.c.initiative_id, GRANTS.c.person_id)
    .limit(PIECE)
)
_TOLD: Final = (
    select(*ENTRIES.c["subject_id", "person_id", "action", "detail"])
    .where(
        ENTRIES.c.organisation_id == bindparam("organisation"),
        ENTRIES.c.subject_id.between(bindparam("first"), bindparam("last")),
        ENTRIES.c.action.in_(bindparam("actions", expanding=True)),
    )
    .order_by(ENTRIES.c.subject_id, ENTRIES.c.number)
)


class Given(NamedTuple):
    """A role that somebody has."""

    initiative_id: str
    person_id: str
    role: str


class Told(NamedTuple):
    """What the trail says that a person did to an initiative."""

    initiative_id: str
    person_id: str
    action: str
    detail: str


def pieces(connection: Connection, organisation_id: str) -> Iterator[list[Given]]:
    """All roles, in the order of initiatives and persons, a piece at a time."""
    rows: list[Given] = []
    while True:
        after = (rows[-1].initiative_id, rows[-1].person_id) if rows else ("", "")
        place = {"organisation": organisation_id, "initiative": after[0], "after": after[1]}
        rows = [Given(*row) for row in _PAGE.rows(connection, place)]
        if rows:
            yield rows
        if len(rows) < PIECE:
            return


def told(
    connection: Connection, organisation_id: str, first: str, last: str, actions: Collection[str]
) -> Iterator[Told]:
    """What was done by these actions to the initiatives from the first to the last, of each the oldest first."""
    given = {"organisation": organisation_id, "first": first, "last": last, "actions": list(actions)}
    return (Told(*row) for row in connection.execute(_TOLD, given).all())
