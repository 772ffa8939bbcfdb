"""Giving, approving and taking back waivers, each bound to what was judged; knows no request and no statement."""

from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime

from app.checklist.evaluate import evaluate
from app.checklist.evaluation import ATTENTION, AppliedWaiver, Finding, Waiver
from app.checklist.waivers import waiver_basis
from app.domain.design import parse_design
from app.domain.errors import BadInput, Conflict, NotFound, Stale
from app.domain.revision import ANYTHING, Expected
from app.security.sealing import DataKey
from app.storage import portfolio, waivers
from app.usecases import checklists
from app.usecases.authority import Granted, key_of, let_in, peek
from app.usecases.judged import Current, Judged, current, judged, look, touch
from app.usecases.office import Access, Office
from app.usecases.signing import signature

_WORDS = {"met": "met", "not_applicable": "not applicable"}

OWN_WAIVER = "You gave this waiver yourself. Somebody else has to approve it."
APPROVED = "Somebody else approved this waiver already. That approval would have to be taken back first."
CHANGED = "What this waiver was given for has changed. It has to be given again before it can be approved."


async def put(
    office: Office,
    access: Access,
    initiative_id: str,
    check_id: str,
    *,
    reason: str,
    by: str | None = None,
    expected: Expected = ANYTHING,
) -> Judged:
    """Waives a concern or an open question of the newest revision; an earlier waiver of the same check is replaced,
    and with it goes its approval.

    Args:
        reason: why it may stand.
        by: who says so, in words for reports; None for the caller, whom no report names.

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
    waiver = _waiver(found, finding, before, reason, by or "", access.principal.person_id)
    if _stands(finding, waiver):
        return await judged(office, await let_in(office, access, lambda granted: look(granted, key), key.subject))
    guard = Expected(found.initiative.revision, expected.version)
    organisation = await office.vault.organisation(access.organisation_id)

    def give(granted: Granted) -> None:
        signed = signature(granted, organisation)
        waivers.put(granted.connection, key, replace(waiver, given_by=signed.name, given_at=signed.at))

    return await _changed(office, access, key, found, guard, give, check_id=check_id)


async def approve(
    office: Office, access: Access, initiative_id: str, check_id: str, expected: Expected = ANYTHING
) -> Judged:
    """Puts a second person's name under a waiver that stands. Approving it again changes nothing.

    Raises:
        NotFound: there is no such initiative, or no waiver of that check.
        Conflict: the caller gave it, somebody else approved it, or what it was given for has changed.
        Stale: as `put`.
    """
    key = await key_of(office, access, initiative_id)
    found = await _expected(office, access, key, expected)
    person = access.principal.person_id
    applied = _given(await judged(office, found), check_id)
    waiver = applied.waiver
    if applied.state != "active":
        raise Conflict(CHANGED)
    if waiver.giver == person:
        raise Conflict(OWN_WAIVER)
    if waiver.approver == person:
        return await judged(office, await let_in(office, access, lambda granted: look(granted, key), key.subject))
    if waiver.approver is not None:
        raise Conflict(APPROVED)
    organisation = await office.vault.organisation(access.organisation_id)

    def approved(granted: Granted) -> Waiver:
        signed = signature(granted, organisation)
        return replace(waiver, approver=signed.person_id, approved_by=signed.name, approved_at=signed.at)

    return await _replaced(office, access, key, found, approved, check_id)


async def disapprove(
    office: Office, access: Access, initiative_id: str, check_id: str, expected: Expected = ANYTHING
) -> Judged:
    """Takes the approval of a waiver back; the waiver stays.

    Raises:
        NotFound: there is no such initiative, no waiver of that check, or nobody approved it.
        Stale: as `put`.
    """
    key = await key_of(office, access, initiative_id)
    found = await _expected(office, access, key, expected)
    waiver = _given(await judged(office, found), check_id).waiver
    if waiver.approver is None:
        raise NotFound("Nobody approved the waiver of this check.")
    alone = replace(waiver, approver=None, approved_by=None, approved_at=None)
    return await _replaced(office, access, key, found, lambda _granted: alone, check_id)


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

    def remove(granted: Granted) -> None:
        waivers.remove(granted.connection, key, check_id)

    return await _changed(office, access, key, found, guard, remove, check_id=check_id)


async def _replaced(
    office: Office, access: Access, key: DataKey, found: Current, make: Callable[[Granted], Waiver], check_id: str
) -> Judged:
    """Puts a waiver in the place of the one that was read, which nobody has changed since."""
    guard = Expected(found.initiative.revision, found.initiative.version)

    def put_in_place(granted: Granted) -> None:
        waivers.put(granted.connection, key, make(granted))

    return await _changed(office, access, key, found, guard, put_in_place, check_id=check_id)


def _given(found: Judged, check_id: str) -> AppliedWaiver:
    """The waiver of that check as it stands.

    Raises:
        NotFound: none was given.
    """
    applied = found.evaluation.waivers.get(check_id)
    if applied is None:
        raise NotFound("No waiver was given for this check.")
    return applied


async def _changed(
    office: Office,
    access: Access,
    key: DataKey,
    found: Current,
    guard: Expected,
    change: Callable[[Granted], object],
    *,
    check_id: str,
) -> Judged:
    """The initiative after one of its waivers was changed, which is counted."""
    checklist = await checklists.remembered(office, found.stored.revision.checklist_digest)
    design = parse_design(found.stored.document)

    def write(granted: Granted) -> Judged:
        before = portfolio.held(granted.connection, key.organisation, key.subject)
        touched = touch(granted, key, guard)
        if before is None or before.checklist_digest != checklist.digest:  # judged again since it was read
            raise Stale(touched.tag)
        change(granted)
        granted.revision, granted.detail = touched.revision, check_id
        now = current(granted, key, touched, found.stored)
        evaluation = evaluate(design, checklist, now.waivers)
        portfolio.marked(granted.connection, key, before, evaluation.marks, granted.now.date())
        return Judged(now.initiative, now.stored, evaluation, changed=True, signed_off=now.signed_off)

    return await let_in(office, access, write, key.subject)


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
    """Whether the very same waiver is in force already, approved or not."""
    if finding.waiver is None or finding.waiver.state != "active":
        return False
    return _said(waiver) == _said(finding.waiver.waiver)


def _said(waiver: Waiver) -> tuple[object, ...]:
    """All that makes a waiver this one, and who gave it."""
    return waiver.check, waiver.reason, waiver.by, waiver.basis, waiver.checklist, waiver.version, waiver.giver
