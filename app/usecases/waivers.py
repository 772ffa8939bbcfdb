"""Giving and taking back waivers, each bound to what was judged; knows no request and no statement."""

from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime

from app.checklist.evaluation import ATTENTION, Finding, Waiver
from app.checklist.waivers import waiver_basis
from app.domain.design import parse_design
from app.domain.errors import BadInput, Stale
from app.domain.revision import ANYTHING, Expected
from app.security.sealing import DataKey
from app.storage import waivers
from app.usecases.authority import Granted, key_of, let_in, peek
from app.usecases.judged import Current, Judged, current, judged, look, touch
from app.usecases.office import Access, Office

_WORDS = {"met": "met", "not_applicable": "not applicable"}


async def put(
    office: Office,
    access: Access,
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
    key = await key_of(office, access, initiative_id)
    found = await _expected(office, access, key, expected)
    before = await judged(office, found)
    finding = before.evaluation.finding(check_id)
    if finding.outcome not in ATTENTION:
        raise BadInput(f"This finding is {_WORDS[finding.outcome]}. Only a concern or an open question can be waived.")
    waiver = _waiver(found, finding, before, reason, by, access.principal.person_id)
    if _stands(finding, waiver):
        return await judged(office, await let_in(office, access, lambda granted: look(granted, key), key.subject))
    guard = Expected(found.initiative.revision, expected.version)

    def write(granted: Granted) -> Current:
        return _touched(granted, key, found, guard, lambda: waivers.put(granted.connection, key, waiver), check_id)

    answer = await judged(office, await let_in(office, access, write, key.subject))
    return replace(answer, changed=True)


async def delete(
    office: Office,
    access: Access,
    initiative_id: str,
    check_id: str,
    expected: Expected = ANYTHING,
) -> Judged:
    """Takes the waiver of a check back.

    Raises:
        NotFound: there is no such initiative, or no waiver of that check.
        Stale: as `put`.
    """
    key = await key_of(office, access, initiative_id)
    found = await _expected(office, access, key, expected)
    guard = Expected(found.initiative.revision, expected.version)

    def write(granted: Granted) -> Current:
        return _touched(granted, key, found, guard, lambda: waivers.remove(granted.connection, key, check_id), check_id)

    answer = await judged(office, await let_in(office, access, write, key.subject))
    return replace(answer, changed=True)


def _touched(
    granted: Granted, key: DataKey, found: Current, guard: Expected, change: Callable[[], None], check_id: str
) -> Current:
    """The initiative with its waivers after one of them was changed."""
    touched = touch(granted, key, guard)
    change()
    granted.revision, granted.detail = touched.revision, check_id
    return current(granted, key, touched, found.stored)


async def _expected(office: Office, access: Access, key: DataKey, expected: Expected) -> Current:
    found = await peek(office, access, lambda granted: look(granted, key), key.subject)
    if not expected.matches(found.initiative):
        raise Stale(found.initiative.tag)
    return found


def _waiver(found: Current, finding: Finding, before: Judged, reason: str, by: str, giver: str) -> Waiver:
    checklist = before.evaluation.checklist
    return Waiver(
        check=finding.check.id,
        reason=reason,
        by=by,
        given_at=datetime.now(UTC),
        basis=waiver_basis(parse_design(found.stored.document), finding.check),
        checklist=checklist.name,
        version=checklist.version,
        giver=giver,
    )


def _stands(finding: Finding, waiver: Waiver) -> bool:
    """Whether the very same waiver is in force already."""
    if finding.waiver is None or finding.waiver.state != "active":
        return False
    return replace(waiver, given_at=finding.waiver.waiver.given_at) == finding.waiver.waiver
