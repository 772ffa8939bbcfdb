"""Initiatives as they are now: adding, finding, changing under a guard and deleting them; knows no checklist."""

from collections.abc import Sequence
from dataclasses import fields
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, bindparam, delete, insert, select, update

from app.domain.errors import NotFound, Stale
from app.domain.revision import ANYTHING, Expected, Initiative
from app.storage.prepared import Prepared
from app.storage.tables import InitiativeRow, table_of

INITIATIVES = table_of(InitiativeRow)
FIELDS = tuple(field.name for field in fields(Initiative))
COLUMNS = INITIATIVES.c[FIELDS]
NEVER_REACHED = 2**31 - 1

_HERE = (INITIATIVES.c.organisation_id == bindparam("organisation")) & (INITIATIVES.c.id == bindparam("initiative"))
# One statement whatever is expected: an unknown number is the range of all numbers.
_GUARD = INITIATIVES.c.revision.between(bindparam("least_revision"), bindparam("most_revision")) & (
    INITIATIVES.c.version.between(bindparam("least_version"), bindparam("most_version"))
)
_ADD = Prepared(insert(INITIATIVES))
_FIND = Prepared(select(*COLUMNS).where(_HERE))
_ADVANCE = Prepared(
    update(INITIATIVES)
    .where(_HERE, _GUARD)
    .values(
        title=bindparam("new_title"),
        lifecycle=bindparam("new_lifecycle"),
        revision=bindparam("new_revision"),
        version=0,
        checklist_digest=bindparam("new_checklist"),
        codes=bindparam("new_codes"),
        updated_at=bindparam("now"),
    )
)
_TOUCH = Prepared(
    update(INITIATIVES).where(_HERE, _GUARD).values(version=INITIATIVES.c.version + 1, updated_at=bindparam("now"))
)
_DELETE = Prepared(delete(INITIATIVES).where(_HERE, _GUARD))


def add(connection: Connection, organisation_id: str, initiative: Initiative) -> None:
    """Stores a new initiative."""
    values = {name: getattr(initiative, name) for name in FIELDS}
    values["organisation_id"] = organisation_id
    _ADD.count(connection, values)


def find(connection: Connection, organisation_id: str, initiative_id: str) -> Initiative:
    """The initiative of that id.

    Raises:
        NotFound: when there is none, or it belongs to another organisation.
    """
    row = _FIND.row(connection, {"organisation": organisation_id, "initiative": initiative_id})
    if row is None:
        raise NotFound
    return initiative_of(row)


def advance(connection: Connection, organisation_id: str, new: Initiative, expected: Expected) -> None:
    """Puts a new revision in the place of the one that is expected; the version starts again at 0.

    Raises:
        NotFound: as `find`.
        Stale: when something else is stored than what is expected.
    """
    values = {
        "new_title": new.title,
        "new_lifecycle": new.lifecycle,
        "new_revision": new.revision,
        "new_checklist": new.checklist_digest,
        "new_codes": new.codes,
        "now": new.updated_at,
    }
    _guarded(connection, _ADVANCE, organisation_id, new.id, expected, values)


def touch(
    connection: Connection, organisation_id: str, initiative_id: str, expected: Expected, now: datetime
) -> Initiative:
    """Counts a change of the waivers, and returns the initiative as it is then.

    Raises:
        NotFound, Stale: as `advance`.
    """
    _guarded(connection, _TOUCH, organisation_id, initiative_id, expected, {"now": now})
    return find(connection, organisation_id, initiative_id)


def delete_with_everything(
    connection: Connection, organisation_id: str, initiative_id: str, expected: Expected = ANYTHING
) -> None:
    """Deletes the initiative with its revisions, evaluations and waivers.

    Raises:
        NotFound, Stale: as `advance`.
    """
    _guarded(connection, _DELETE, organisation_id, initiative_id, expected, {})


def initiative_of(row: Sequence[Any]) -> Initiative:
    """The initiative in a row whose columns are `COLUMNS`."""
    return Initiative(*row)


def _guarded(
    connection: Connection,
    statement: Prepared,
    organisation_id: str,
    initiative_id: str,
    expected: Expected,
    values: dict[str, object],
) -> None:
    here = {"organisation": organisation_id, "initiative": initiative_id}
    if statement.count(connection, {**here, **_range_of(expected), **values}) == 0:
        raise Stale(find(connection, organisation_id, initiative_id).tag)


def _range_of(expected: Expected) -> dict[str, int]:
    least_revision, most_revision = _range(expected.revision)
    least_version, most_version = _range(expected.version)
    return {
        "least_revision": least_revision,
        "most_revision": most_revision,
        "least_version": least_version,
        "most_version": most_version,
    }


def _range(number: int | None) -> tuple[int, int]:
    if number is None:
        return 0, NEVER_REACHED
    exact = min(number, NEVER_REACHED)
    return exact, exact
