"""Initiatives as they are now: adding, finding, changing under a guard and deleting them; knows no checklist."""

from collections.abc import Sequence
from dataclasses import dataclass, fields
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, bindparam, delete, insert, select, update

from app.domain.errors import NotFound, Stale
from app.domain.revision import ANYTHING, Expected, Initiative
from app.security.sealing import DataKey
from app.storage.prepared import Prepared
from app.storage.tables import InitiativeRow, table_of

INITIATIVES = table_of(InitiativeRow)
# Reviews have a table of their own.
FIELDS = tuple(field.name for field in fields(Initiative) if field.name != "review")
COLUMNS = INITIATIVES.c[FIELDS]
REVISION, VERSION = FIELDS.index("revision"), FIELDS.index("version")
NEVER_REACHED = 2**31 - 1
TITLE = "title"  # what its seal is bound to, beside the initiative and the revision

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
        waived=bindparam("new_waived"),
        program=bindparam("new_program"),
        updated_at=bindparam("now"),
    )
)
_TOUCH = Prepared(
    update(INITIATIVES).where(_HERE, _GUARD).values(version=INITIATIVES.c.version + 1, updated_at=bindparam("now"))
)
_DELETE = Prepared(delete(INITIATIVES).where(_HERE, _GUARD))


@dataclass(frozen=True, slots=True)
class SealedInitiative:
    """An initiative whose title is still sealed, as a list finds it before the keys are at hand."""

    values: tuple[Any, ...]

    @property
    def id(self) -> str:
        """The initiative's id."""
        return str(self.values[0])

    @property
    def updated_at(self) -> datetime:
        """When it changed last."""
        moment: datetime = self.values[-1]
        return moment

    def opened(self, key: DataKey) -> Initiative:
        """The initiative.

        Raises:
            Damaged: the title does not verify.
        """
        return initiative_of(self.values, key)


def add(connection: Connection, key: DataKey, initiative: Initiative, program: str = "") -> None:
    """Stores a new initiative, which this program judged; empty if that is not known."""
    values = {name: getattr(initiative, name) for name in FIELDS}
    values["organisation_id"] = key.organisation
    values["title"] = key.seal_text(TITLE, initiative.revision, initiative.title)
    values["waived"] = ""
    values["program"] = program
    _ADD.count(connection, values)


def find(connection: Connection, key: DataKey) -> Initiative:
    """The initiative that the key is of.

    Raises:
        NotFound: when it is not there, or belongs to another organisation.
        Damaged: its title does not verify.
    """
    return initiative_of(_found(connection, key.organisation, key.subject), key)


def advance(
    connection: Connection, key: DataKey, new: Initiative, expected: Expected, waived: str = "", program: str = ""
) -> None:
    """Puts a new revision in the place of the one that is expected; the version starts again at 0.

    Args:
        waived: at which places of its codes a waiver still stands.
        program: which program judged it; empty if that is not known.

    Raises:
        NotFound: as `find`.
        Stale: when something else is stored than what is expected.
    """
    values = {
        "new_title": key.seal_text(TITLE, new.revision, new.title),
        "new_lifecycle": new.lifecycle,
        "new_revision": new.revision,
        "new_checklist": new.checklist_digest,
        "new_codes": new.codes,
        "new_waived": waived,
        "new_program": program,
        "now": new.updated_at,
    }
    _guarded(connection, _ADVANCE, key.organisation, key.subject, expected, values)


def touch(connection: Connection, key: DataKey, expected: Expected, now: datetime) -> Initiative:
    """Counts a change of the waivers or the review, and returns the initiative as it is then.

    Raises:
        NotFound, Stale: as `advance`.
    """
    _guarded(connection, _TOUCH, key.organisation, key.subject, expected, {"now": now})
    return find(connection, key)


def delete_with_everything(
    connection: Connection, organisation_id: str, initiative_id: str, expected: Expected = ANYTHING
) -> None:
    """Deletes the initiative with everything that hangs on it.

    Raises:
        NotFound, Stale: as `advance`.
    """
    _guarded(connection, _DELETE, organisation_id, initiative_id, expected, {})


def initiative_of(row: Sequence[Any], key: DataKey) -> Initiative:
    """The initiative in a row whose columns are `COLUMNS`."""
    identity, title, lifecycle, revision, *rest = row
    return Initiative(identity, key.open_text(TITLE, revision, title), lifecycle, revision, *rest)


def _found(connection: Connection, organisation_id: str, initiative_id: str) -> tuple[Any, ...]:
    row = _FIND.row(connection, {"organisation": organisation_id, "initiative": initiative_id})
    if row is None:
        raise NotFound
    return row


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
        found = _found(connection, organisation_id, initiative_id)
        raise Stale(f"{found[REVISION]}.{found[VERSION]}")


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
