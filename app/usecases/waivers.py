"""Giving and taking back waivers, each bound to what was judged; knows no request and no statement."""

from dataclasses import replace
from datetime import UTC, datetime

from app.checklist.catalogue import Catalogue
from app.checklist.evaluation import ATTENTION, Finding, Waiver
from app.checklist.waivers import waiver_basis
from app.domain.design import parse_design
from app.domain.errors import BadInput, Stale
from app.domain.revision import ANYTHING, Expected
from app.storage import initiatives, waivers
from app.storage.database import Connection, Database
from app.usecases.judged import Current, Judged, current, judged

_WORDS = {"met": "met", "not_applicable": "not applicable"}


async def put(
    database: Database,
    catalogue: Catalogue,
    organisation_id: str,
    initiative_id: str,
    check_id: str,
    *,
    reason: str,
    by: str,
    expected: Expected = ANYTHING,
) -> Judged:
    """Waives a concern or an open question of the newest revision; an earlier waiver of the same check is replaced.

    Args:
        reason, by: why it may stand, and who says so.

    Raises:
        NotFound: there is no such initiative, or its checklist has no such check.
        BadInput: the finding is neither a concern nor open.
        Stale: something else is stored than was expected.
    """
    found = await _expected(database, organisation_id, initiative_id, expected)
    before = await judged(database, catalogue, found)
    finding = before.evaluation.finding(check_id)
    if finding.outcome not in ATTENTION:
        raise BadInput(f"This finding is {_WORDS[finding.outcome]}. Only a concern or an open question can be waived.")
    waiver = _waiver(found, finding, before, reason, by)
    if _stands(finding, waiver):
        return before

    def write(connection: Connection) -> Current:
        guard = Expected(found.initiative.revision, expected.version)
        touched = initiatives.touch(connection, organisation_id, found.initiative.id, guard, waiver.given_at)
        waivers.put(connection, organisation_id, touched.id, waiver)
        return Current(touched, found.stored, waivers.of_initiative(connection, organisation_id, touched.id))

    answer = await judged(database, catalogue, await database.write(write))
    return replace(answer, changed=True)


async def delete(
    database: Database,
    catalogue: Catalogue,
    organisation_id: str,
    initiative_id: str,
    check_id: str,
    expected: Expected = ANYTHING,
) -> Judged:
    """Takes the waiver of a check back.

    Raises:
        NotFound: there is no such initiative, or no waiver of that check.
        Stale: as `put`.
    """
    found = await _expected(database, organisation_id, initiative_id, expected)
    now = datetime.now(UTC)

    def write(connection: Connection) -> Current:
        guard = Expected(found.initiative.revision, expected.version)
        touched = initiatives.touch(connection, organisation_id, found.initiative.id, guard, now)
        waivers.remove(connection, organisation_id, touched.id, check_id)
        return Current(touched, found.stored, waivers.of_initiative(connection, organisation_id, touched.id))

    answer = await judged(database, catalogue, await database.write(write))
    return replace(answer, changed=True)


async def _expected(database: Database, organisation_id: str, initiative_id: str, expected: Expected) -> Current:
    found = await current(database, organisation_id, initiative_id)
    if not expected.matches(found.initiative):
        raise Stale(found.initiative.tag)
    return found


def _waiver(found: Current, finding: Finding, before: Judged, reason: str, by: str) -> Waiver:
    checklist = before.evaluation.checklist
    return Waiver(
        check=finding.check.id,
        reason=reason,
        by=by,
        given_at=datetime.now(UTC),
        basis=waiver_basis(parse_design(found.stored.document), finding.check),
        checklist=checklist.name,
        version=checklist.version,
    )


def _stands(finding: Finding, waiver: Waiver) -> bool:
    """Whether the very same waiver is in force already."""
    if finding.waiver is None or finding.waiver.state != "active":
        return False
    return replace(waiver, given_at=finding.waiver.waiver.given_at) == finding.waiver.waiver
