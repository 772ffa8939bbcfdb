"""Judging stored designs again, a few at a time, by whoever has a piece of a job on lease; asks nobody for it.

What is judged, how far the piece is and who has it are stored in one transaction: a worker that is killed leaves
nothing half done, and what another one does after it is not done twice.
"""

import asyncio
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta
from time import monotonic
from typing import Final
from uuid import uuid4

from app.domain.errors import Damaged, NotFound, Unavailable
from app.security.audit_chain import Entry
from app.storage import audit, jobs, judgements, portfolio
from app.storage.database import Connection
from app.storage.jobs import Job, LeaseLostError, Piece
from app.storage.judgements import Standing, Verdict
from app.storage.views import OPERATOR, of
from app.usecases import checklists
from app.usecases.office import Office
from app.usecases.verdicts import Judging

EVERY_SECONDS: Final = 2.0
LEASE = timedelta(seconds=60)
ACTOR: Final = "job"  # how the audit trail names what no person did
AT_FIRST, AT_MOST = 50, 1_000  # designs in one transaction; between these as many as `_Pace` finds right
SHORT, LONG = 0.01, 0.04  # seconds for which a transaction keeps everybody else from writing
LONGEST_BATCH: Final = 1.0  # seconds of work that are lost at once when a worker is killed


_Stored = tuple[Piece | None, float]


@dataclass(slots=True)
class _Pace:
    """How many designs are judged and stored at a time: many, but not so many that others wait for long.

    How long a transaction waited for its turn teaches nothing: with smaller ones everybody would wait more often.
    """

    most: int = field(default_factory=lambda: AT_FIRST)

    def learn(self, judged: float, held: float) -> None:
        """Takes more or fewer the next time, by the seconds that the last ones were judged and held the writer."""
        if held > LONG or judged > LONGEST_BATCH:
            self.most = max(AT_FIRST, self.most // 2)
        elif held < SHORT and judged < LONGEST_BATCH / 2:
            self.most = min(AT_MOST, self.most * 2)


@dataclass(frozen=True, slots=True)
class _Batch:
    """What was judged of a piece, to be stored at once.

    Attributes:
        last: the last id of it; None when nothing is left.
        failed: how many could not be opened.
        took: how many seconds it took to judge them.
    """

    verdicts: list[Verdict]
    last: str | None
    failed: int
    took: float

    @property
    def examined(self) -> int:
        """How many were looked at."""
        return len(self.verdicts) + self.failed


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
        # Its organisation was deleted since we looked, or has lost its key, which `doctor` tells: the others' go on.
        with suppress(NotFound, Damaged):
            examined += await work_at(office, organisation_id, job_id, worker)
    return examined


async def work_at(
    office: Office, organisation_id: str, job_id: str, worker: str, stops: Callable[[], bool] = lambda: False
) -> int:
    """As `work`, for one job; ends it when its last piece is done.

    Args:
        stops: whether to go no further; what was judged by then is stored, and what is left of the piece given back.
    """
    view = of(organisation_id)
    job = await office.database.read(view, lambda connection: jobs.find(connection, organisation_id, job_id))
    checklist = await checklists.remembered(office, job.checklist_digest)
    judging = Judging(office, organisation_id, checklist)
    examined = await _Worker(office, organisation_id, job, worker, judging, stops).work()
    await office.database.write(
        view, lambda connection: jobs.end_if_done(connection, organisation_id, job_id, datetime.now(UTC))
    )
    return examined


class _Worker:
    """Goes on with a job piece by piece."""

    def __init__(
        self,
        office: Office,
        organisation_id: str,
        job: Job,
        worker: str,
        judging: Judging,
        stops: Callable[[], bool],
    ) -> None:
        self._office, self._organisation, self._job, self._name = office, organisation_id, job, worker
        self._judging, self._stops, self._pace = judging, stops, _Pace()
        self._view, self._audit_key = of(organisation_id), office.vault.audit_key(organisation_id)

    async def work(self) -> int:
        """Works until there is no piece that nobody has; how many designs were looked at, and stored."""
        examined, piece = 0, await self._office.database.write(self._view, self._lease)
        ahead: _Batch | None = None
        while piece is not None:
            batch = ahead or await self._judged(piece)
            try:
                (piece, held), ahead = await self._store_and_look_ahead(piece, batch)
            except LeaseLostError:
                piece, ahead = await self._office.database.write(self._view, self._lease), None
                continue
            examined += batch.examined
            self._pace.learn(batch.took, held)
        return examined

    async def _store_and_look_ahead(self, piece: Piece, batch: _Batch) -> tuple[_Stored, _Batch | None]:
        """Stores a batch, and judges the next one of the piece meanwhile: who waits for a turn to write idles not."""
        if batch.last is None:
            return await self._store(piece, batch), None
        following = asyncio.create_task(self._judged(replace(piece, after=batch.last)))
        try:
            return await self._store(piece, batch), await following
        finally:
            following.cancel()
            await asyncio.gather(following, return_exceptions=True)  # nobody closes what it still reads

    def _lease(self, connection: Connection) -> Piece | None:
        now = datetime.now(UTC)
        return jobs.lease(connection, self._organisation, self._job.id, self._name, now, now + LEASE)

    def _next(self, connection: Connection, piece: Piece, last: str | None) -> Piece | None:
        return self._lease(connection) if last is None else replace(piece, after=last)

    async def _judged(self, piece: Piece) -> _Batch:
        most, began = self._pace.most, monotonic()

        def read(connection: Connection) -> list[Standing]:
            return judgements.page(connection, piece, most)

        standings = await self._office.database.read(self._view, read)
        verdicts, failed = await self._judging.verdicts(standings)
        last = standings[-1].id if len(standings) == most else None
        return _Batch(verdicts, last, failed, monotonic() - began)

    async def _store(self, piece: Piece, batch: _Batch) -> _Stored:
        """Stores a batch; what comes next, and for how long nobody else could write.

        What is left of the piece comes next, or at its end another one, which is taken in the same transaction; nothing
        for who stops, and anybody may have what is left.
        """
        program, stops = self._office.program, self._stops()

        def write(connection: Connection) -> _Stored:
            began, now = monotonic(), datetime.now(UTC)
            # Every initiative first, then the counts of all: in this order nobody waits for somebody who waits for
            # them.
            moves = judgements.put(connection, self._organisation, batch.verdicts, program, now)
            portfolio.moved_together(connection, self._organisation, moves, now.date())
            counts = (batch.examined, len(moves), batch.failed)
            jobs.advance(connection, piece, batch.last, now if stops else now + LEASE, counts)
            detail = f"piece {piece.number} changed {len(moves)}"
            entry = Entry(0, now, ACTOR, "", self._job.kind, self._job.id, 0, detail)
            audit.append(connection, self._organisation, self._audit_key, entry)
            return None if stops else self._next(connection, piece, batch.last), monotonic() - began

        return await self._office.database.write(self._view, write)
