"""Changing a design: replacing, patching and restoring it, each a new revision; knows no request and no statement."""

import json
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime

from app.checklist.catalogue import Catalogue
from app.checklist.evaluate import evaluate
from app.checklist.evaluation import Evaluation
from app.domain.design import Design, design_json, parse_design
from app.domain.errors import DesignRefused, Fault, Stale
from app.domain.merge_patch import merged
from app.domain.revision import ANYTHING, Cause, Expected, Revision, StoredDesign
from app.storage import initiatives, retries, revisions
from app.storage.database import Connection, Database
from app.storage.initiatives import NEVER_REACHED
from app.storage.retries import Effect, Retry
from app.usecases import checklists
from app.usecases.initiatives import answered_then
from app.usecases.judged import Current, Judged, advanced, current, judged, known_form
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


async def get(database: Database, organisation_id: str, initiative_id: str) -> StoredDesign:
    """The newest revision with its document, not judged again.

    Raises:
        NotFound: there is no such initiative.
    """
    return (await current(database, organisation_id, initiative_id)).stored


async def replace(
    database: Database,
    catalogue: Catalogue,
    organisation_id: str,
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
    return await _change(database, catalogue, organisation_id, initiative_id, change, expected)


async def patch(
    database: Database,
    catalogue: Catalogue,
    organisation_id: str,
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
    return await _change(database, catalogue, organisation_id, initiative_id, change, expected)


async def restore(
    database: Database,
    catalogue: Catalogue,
    organisation_id: str,
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
        identity = known_form(initiative_id)
        wanted = min(number, NEVER_REACHED)
        old = await database.read(lambda connection: revisions.find(connection, organisation_id, identity, wanted))
        design = parse_design(old.document)
        change = Change(lambda _document: design, Cause.RESTORED, number, retry)
        return await _change(database, catalogue, organisation_id, identity, change, expected)

    async def replay(effect: Effect) -> Judged:
        return await answered_then(database, catalogue, organisation_id, effect)

    return await once(database, organisation_id, retry, do, replay)


async def _change(
    database: Database,
    catalogue: Catalogue,
    organisation_id: str,
    initiative_id: str,
    change: Change,
    expected: Expected,
) -> Judged:
    """Reads and judges first, then writes for a moment; somebody who expects nothing is not told of a race."""
    for attempt in range(ATTEMPTS):
        found = await current(database, organisation_id, initiative_id)
        if not expected.matches(found.initiative):
            raise Stale(found.initiative.tag)
        try:
            return await _attempt(database, catalogue, organisation_id, found, change, expected)
        except Stale:
            if expected != ANYTHING or attempt == ATTEMPTS - 1:
                raise
    raise AssertionError("the last attempt returns or raises")


async def _attempt(
    database: Database,
    catalogue: Catalogue,
    organisation_id: str,
    found: Current,
    change: Change,
    expected: Expected,
) -> Judged:
    design = change.make(found.stored.document)
    document = design_json(design)
    if document == found.stored.document and change.cause is not Cause.RESTORED:
        return await judged(database, catalogue, found)
    await checklists.keep(database, organisation_id, catalogue.adopted)
    evaluation = evaluate(design, catalogue.adopted, found.waivers)
    answer = _advanced(found, design, document, change, evaluation)
    guard = Expected(found.initiative.revision, expected.version)
    await database.write(lambda connection: _write(connection, organisation_id, answer, change, guard))
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


def _write(connection: Connection, organisation_id: str, answer: Judged, change: Change, guard: Expected) -> None:
    revision = answer.stored.revision
    if change.retry is not None:
        effect = Effect(change.retry.request_digest, revision.initiative_id, revision.number, revision.created_at)
        retries.add(connection, organisation_id, change.retry.key_digest, effect)
    initiatives.advance(connection, organisation_id, answer.initiative, guard)
    revisions.add(connection, organisation_id, answer.stored)


def _patched(document: bytes, wanted: object) -> Design:
    return parse_design(json.dumps(merged(json.loads(document), wanted)))


def _json(text: bytes) -> object:
    try:
        wanted: object = json.loads(text)
    except ValueError:
        raise DesignRefused(faults=(Fault("", "The document is not valid JSON."),)) from None
    return wanted
