"""Changing a design: replacing, patching and restoring it, each a new revision; knows no request and no statement."""

import json
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime

from app.checklist.evaluate import evaluate
from app.checklist.evaluation import Evaluation
from app.domain.design import Design, design_json, parse_design
from app.domain.errors import DesignRefused, Fault, Stale
from app.domain.merge_patch import merged
from app.domain.revision import ANYTHING, Cause, Expected, Revision, StoredDesign
from app.security.sealing import DataKey
from app.storage import grants, initiatives, portfolio, retries, revisions
from app.storage.initiatives import NEVER_REACHED
from app.storage.retries import Effect, Retry
from app.usecases import checklists
from app.usecases.authority import Granted, key_of, let_in, peek
from app.usecases.initiatives import answered_then
from app.usecases.judged import Current, Judged, advanced, judged, look, standing_of
from app.usecases.office import Access, Office
from app.usecases.retries import once

ATTEMPTS = 10


@dataclass(frozen=True, slots=True)
class Change:
    """What is to become of a design.

    Attributes:
        make: the new design from the stored document.
        cause: why.
        restored_from: the number of the revision that is restored.
        retry: the request that asks for it, if it may arrive twice.
    """

    make: Callable[[bytes], Design]
    cause: Cause
    restored_from: int | None = None
    retry: Retry | None = None


async def replace(
    office: Office,
    access: Access,
    initiative_id: str,
    design: Design,
    expected: Expected = ANYTHING,
) -> Judged:
    """Puts this design in the place of the stored one, as a new revision. An equal design changes nothing.

    Raises:
        NotFound: there is no such initiative.
        Stale: something else is stored than was expected.
    """
    change = Change(lambda _document: design, Cause.REPLACED)
    return await _change(office, access, await key_of(office, access, initiative_id), change, expected)


async def patch(
    office: Office,
    access: Access,
    initiative_id: str,
    merge_patch: bytes,
    expected: Expected = ANYTHING,
) -> Judged:
    """Applies a JSON Merge Patch (RFC 7396) to the stored design; what comes out must be a whole, valid design.

    Raises:
        DesignRefused: what comes out is not a design, or the patch is not JSON.
        NotFound, Stale: as `replace`.
    """
    wanted = _json(merge_patch)
    change = Change(lambda document: _patched(document, wanted), Cause.PATCHED)
    return await _change(office, access, await key_of(office, access, initiative_id), change, expected)


async def restore(
    office: Office,
    access: Access,
    initiative_id: str,
    number: int,
    expected: Expected = ANYTHING,
    *,
    retry: Retry | None = None,
) -> Judged:
    """Makes an old revision the newest again, as a new revision, judged by the checklist that is adopted.

    Raises:
        NotFound: there is no such initiative or no such revision.
        Stale: as `replace`.
        RetryMismatch, RetryInFlight, Gone: as `once`.
    """

    async def do() -> Judged:
        key = await key_of(office, access, initiative_id)
        wanted = min(number, NEVER_REACHED)
        old = await peek(office, access, lambda granted: revisions.find(granted.connection, key, wanted), key.subject)
        design = parse_design(old.document)
        change = Change(lambda _document: design, Cause.RESTORED, number, retry)
        return await _change(office, access, key, change, expected)

    async def replay(effect: Effect) -> Judged:
        return await answered_then(office, access, effect)

    return await once(office, access, retry, do, replay)


async def _change(office: Office, access: Access, key: DataKey, change: Change, expected: Expected) -> Judged:
    """Reads and judges first, then writes for a moment; nobody is told of a race that spoils nothing they expect."""
    for attempt in range(ATTEMPTS):
        found = await peek(office, access, lambda granted: look(granted, key), key.subject)
        if not expected.matches(found.initiative):
            raise Stale(found.initiative.tag)
        try:
            return await _attempt(office, access, key, found, change)
        except Stale:
            if attempt == ATTEMPTS - 1:
                raise
    raise AssertionError("the last attempt returns or raises")


async def _attempt(office: Office, access: Access, key: DataKey, found: Current, change: Change) -> Judged:
    design = change.make(found.stored.document)
    document = design_json(design)
    if document == found.stored.document and change.cause is not Cause.RESTORED:
        return await judged(office, await let_in(office, access, lambda granted: look(granted, key), key.subject))
    await checklists.keep(office, office.catalogue.adopted)
    evaluation = evaluate(design, office.catalogue.adopted, found.waivers)
    answer = _advanced(found, design, document, change, evaluation)
    # The waivers that were judged with must still be all of them.
    guard = Expected(found.initiative.revision, found.initiative.version)
    await let_in(
        office, access, lambda granted: _write(granted, key, answer, change, guard, office.program), key.subject
    )
    return answer


def _advanced(found: Current, design: Design, document: bytes, change: Change, evaluation: Evaluation) -> Judged:
    now = datetime.now(UTC)
    initiative = advanced(found.initiative, design, evaluation, now)
    revision = Revision(
        initiative_id=initiative.id,
        number=initiative.revision,
        cause=change.cause,
        restored_from=change.restored_from,
        created_at=now,
        checklist_digest=initiative.checklist_digest,
        codes=initiative.codes,
    )
    return Judged(initiative, StoredDesign(revision, document), evaluation, changed=True)


def _write(granted: Granted, key: DataKey, answer: Judged, change: Change, guard: Expected, program: str) -> None:
    connection, revision = granted.connection, answer.stored.revision
    if change.retry is not None:
        effect = Effect(change.retry.request_digest, revision.initiative_id, revision.number, revision.created_at)
        retries.add(connection, key.organisation, change.retry.key_digest, effect)
    before, after = portfolio.held(connection, key.organisation, key.subject), standing_of(answer.evaluation)
    initiatives.advance(connection, key, answer.initiative, guard, after.waived, program)
    revisions.add(connection, key, answer.stored)
    grants.touch(connection, key.organisation, key.subject, revision.created_at)
    portfolio.moved(connection, key.organisation, before, after, revision.created_at.date())
    granted.revision, granted.detail = revision.number, revision.cause.value


def _patched(document: bytes, wanted: object) -> Design:
    return parse_design(json.dumps(merged(json.loads(document), wanted)))


def _json(text: bytes) -> object:
    try:
        wanted: object = json.loads(text)
    except ValueError:
        raise DesignRefused(faults=(Fault("", "The document is not valid JSON."),)) from None
    return wanted
