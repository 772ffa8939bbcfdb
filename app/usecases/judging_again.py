"""Judging stored designs again, a few at a time, by whoever has a piece of a job on lease; asks nobody for it.

What is judged, how far the piece is and who has it are stored in one transaction: a worker that is killed leaves
nothing half done, and what another one does after it is not done twice.
"""

import asyncio
from collections.abc import Callable, Iterable
from contextlib import suppress
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from uuid import uuid4

from app.checklist.checklist import Checklist
from app.checklist.evaluate import evaluate
from app.checklist.evaluation import Waiver
from app.domain.design import parse_design
from app.domain.errors import Damaged, NotFound, Unavailable
from app.domain.revision import Expected, Initiative
from app.security.audit_chain import Entry
from app.security.sealing import DataKey
from app.storage import audit, jobs, portfolio, revisions, waivers
from app.storage.database import Connection
from app.storage.initiatives import rejudge
from app.storage.jobs import Job, LeaseLostError, Piece
from app.storage.portfolio import Move
from app.storage.tallies import Judgement
from app.storage.views import OPERATOR, of
from app.usecases import checklists
from app.usecases.judged import standing_of
from app.usecases.office import Office

AT_ONCE = 25
EVERY_SECONDS = 2.0
LEASE = timedelta(seconds=60)
ACTOR = "job"  # how the audit trail names what no person did


@dataclass(frozen=True, slots=True)
class _Found:
    """A design as it was read, with all that it is judged by."""

    key: DataKey
    initiative: Initiative
    document: bytes
    waivers: tuple[Waiver, ...]


@dataclass(frozen=True, slots=True)
class _Batch:
    """What comes next in a piece.

    Attributes:
        last: the last id of it; None when nothing is left.
        failed: how many could not be opened.
    """

    last: str | None
    found: tuple[_Found, ...]
    failed: int


async def keep_working(office: Office, tell: Callable[[Unavailable], None], every: float = EVERY_SECONDS) -> None:
    """Looks for work now and then, and does it, until it is cancelled: then another worker goes on once the lease ends.

    Args:
        tell: is told when a database was out of reach; the next turn comes all the same.
    """
    worker = str(uuid4())
    while True:
        try:
            await work(office, worker)
        except Unavailable as unavailable:
            tell(unavailable)
        await asyncio.sleep(every)


async def work(office: Office, worker: str) -> int:
    """Does whatever jobs there are as long as there is a piece that nobody has; how many designs were looked at."""
    examined = 0
    for organisation_id, job_id in await office.database.read(OPERATOR, jobs.running):
        with suppress(NotFound):  # its organisation was deleted since we looked; the others' jobs go on
            examined += await work_at(office, organisation_id, job_id, worker)
    return examined


async def work_at(office: Office, organisation_id: str, job_id: str, worker: str) -> int:
    """As `work`, for one job; ends it when its last piece is done."""
    view, examined = of(organisation_id), 0
    job = await office.database.read(view, lambda connection: jobs.find(connection, organisation_id, job_id))
    checklist = await checklists.remembered(office, job.checklist_digest)
    while (piece := await _lease(office, organisation_id, job_id, worker)) is not None:
        examined += await _finish(office, job, checklist, piece)
    await office.database.write(
        view, lambda connection: jobs.end_if_done(connection, organisation_id, job_id, datetime.now(UTC))
    )
    return examined


async def _lease(office: Office, organisation_id: str, job_id: str, worker: str) -> Piece | None:
    now = datetime.now(UTC)

    def take(connection: Connection) -> Piece | None:
        return jobs.lease(connection, organisation_id, job_id, worker, now, now + LEASE)

    return await office.database.write(of(organisation_id), take)


async def _finish(office: Office, job: Job, checklist: Checklist, piece: Piece) -> int:
    """Goes on with the piece to its end, or until somebody else has it."""
    examined = 0
    while True:
        batch = await _read(office, piece)
        # In a thread, so that others are answered in the meantime.
        judged = await asyncio.to_thread(_judge, batch.found, checklist)
        try:
            await _store(office, job, piece, batch, judged)
        except LeaseLostError:
            return examined
        examined += len(batch.found) + batch.failed
        if batch.last is None:
            return examined
        piece = Piece(piece.organisation_id, piece.job_id, piece.number, batch.last, piece.worker)


async def _read(office: Office, piece: Piece) -> _Batch:
    view = of(piece.organisation_id)
    ids = await office.database.read(view, lambda connection: jobs.next_ids(connection, piece, AT_ONCE))
    keys = await _keys(office, piece.organisation_id, ids)

    def read(connection: Connection) -> _Batch:
        found, failed = [], len(ids) - len(keys)
        for key in keys.values():
            try:
                initiative, stored = revisions.newest(connection, key)
                given = waivers.of_initiative(connection, key)
                found.append(_Found(key, initiative, stored.document, given))
            except NotFound:  # deleted since its id was read
                continue
            except Damaged:
                failed += 1
        return _Batch(ids[-1] if len(ids) == AT_ONCE else None, tuple(found), failed)

    return await office.database.read(view, read)


async def _keys(office: Office, organisation_id: str, ids: list[str]) -> dict[str, DataKey]:
    """The keys of these, without those that are not there or do not open: one that is damaged stops nobody else's."""
    try:
        return await office.vault.keys(organisation_id, ids)
    except Damaged:
        found = {}
        for identity in ids:
            with suppress(Damaged):
                found[identity] = await office.vault.key(organisation_id, identity)
        return {identity: key for identity, key in found.items() if key is not None}


def _judge(found: Iterable[_Found], checklist: Checklist) -> list[Judgement]:
    return [standing_of(evaluate(parse_design(each.document), checklist, each.waivers)) for each in found]


async def _store(office: Office, job: Job, piece: Piece, batch: _Batch, judged: list[Judgement]) -> None:
    """Stores a batch; what was changed by somebody in the meantime was judged anew by them, and is left alone."""
    organisation_id, now = piece.organisation_id, datetime.now(UTC)
    audit_key = office.vault.audit_key(organisation_id)

    def write(connection: Connection) -> None:
        # Every initiative first, then the counts of all: in this order nobody waits for somebody who waits for them.
        moves = [_put(connection, found, judgement, now) for found, judgement in zip(batch.found, judged, strict=True)]
        changed = [move for move in moves if move is not None]
        portfolio.moved_together(connection, organisation_id, changed, now.date())
        counts = (len(batch.found) + batch.failed, len(changed), batch.failed)
        jobs.advance(connection, piece, batch.last, now + LEASE, counts)
        entry = Entry(0, now, ACTOR, "", job.kind, job.id, 0, f"piece {piece.number} changed {len(changed)}")
        audit.append(connection, organisation_id, audit_key, entry)

    await office.database.write(of(organisation_id), write)


def _put(connection: Connection, found: _Found, judgement: Judgement, now: datetime) -> Move | None:
    """What it is to the portfolio if the initiative stands otherwise now."""
    key, initiative = found.key, found.initiative
    before = portfolio.held(connection, key.organisation, key.subject)
    if before is None or before == judgement:
        return None
    if not rejudge(connection, key, judgement, Expected(initiative.revision, initiative.version)):
        return None
    revisions.add_evaluation(connection, key, initiative.revision, judgement, now)
    return before, judgement
