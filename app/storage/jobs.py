"""Work that outlives a request: jobs, their pieces, and who has which piece on lease; knows not what the work is."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from enum import StrEnum
from typing import Any

from sqlalchemy import Connection, Integer, and_, bindparam, case, func, insert, select, update

from app.domain.errors import NotFound
from app.storage.initiatives import INITIATIVES
from app.storage.job_tables import JobPieceRow, JobRow
from app.storage.pages import Direction, in_order
from app.storage.prepared import Prepared
from app.storage.tables import table_of

JOBS = table_of(JobRow)
PIECES = table_of(JobPieceRow)
PARTS = 64  # pieces of a job; ids are random, so that all are of about one size
NOBODY = ""
LONG_AGO = datetime(2000, 1, 1, tzinfo=UTC)
BEYOND = "g"  # no id begins so late


class JobState(StrEnum):
    """Where a job stands."""

    RUNNING = "running"
    DONE = "done"
    CANCELLED = "cancelled"


@dataclass(frozen=True, slots=True)
class Job:
    """Work on every initiative of an organisation.

    Attributes:
        kind: what the work is.
        checklist, checklist_digest: what it judges by.
        total: how many initiatives there were when it began.
        examined: how many were looked at; changed: how many of them stand otherwise now; failed: how many could not be.
    """

    id: str
    created_by: str
    kind: str
    checklist: str
    checklist_digest: str
    state: JobState
    total: int
    created_at: datetime
    finished_at: datetime | None
    examined: int = 0
    changed: int = 0
    failed: int = 0


@dataclass(frozen=True, slots=True)
class Piece:
    """A part of a job that a worker has on lease.

    Attributes:
        number: which part, from 0.
        after: the id that was done last in it; empty at its beginning.
    """

    organisation_id: str
    job_id: str
    number: int
    after: str
    worker: str

    @property
    def first(self) -> str:
        """No id of this part comes before it."""
        return f"{self.number * 256 // PARTS:02x}"

    @property
    def end(self) -> str:
        """Every id of this part comes before it."""
        following = (self.number + 1) * 256 // PARTS
        return BEYOND if following == 256 else f"{following:02x}"


class LeaseLostError(Exception):
    """Somebody else works at the piece by now: what was done on it must not be stored."""


_JOB = JOBS.c[
    "id", "created_by", "kind", "checklist", "checklist_digest", "state", "total", "created_at", "finished_at"
]
_OURS = JOBS.c.organisation_id == bindparam("organisation")
_PIECES_OF_IT = and_(PIECES.c.organisation_id == JOBS.c.organisation_id, PIECES.c.job_id == JOBS.c.id)
# Each by itself, as a join would be put in order before a page of it could be taken.
_SUMS = tuple(
    select(func.coalesce(func.sum(PIECES.c[name]), 0).cast(Integer)).where(_PIECES_OF_IT).scalar_subquery().label(name)
    for name in ("examined", "changed", "failed")
)
_WHOLE = select(*_JOB, *_SUMS).where(_OURS)
_PIECE = and_(
    PIECES.c.organisation_id == bindparam("organisation"),
    PIECES.c.job_id == bindparam("job"),
    PIECES.c.number == bindparam("piece"),
)
_MINE = and_(_PIECE, PIECES.c.locked_by == bindparam("worker"), PIECES.c.after == bindparam("known"))

_ADD = Prepared(insert(JOBS))
_ADD_PIECE = Prepared(insert(PIECES))
_FIND = Prepared(_WHOLE.where(JOBS.c.id == bindparam("job")))
_PAGE = {
    way: Prepared(in_order(_WHOLE, JOBS.c.created_at, JOBS.c.id, way).limit(bindparam("most")))
    for way in (None, Direction.AFTER)
}
_RUNNING = Prepared(
    select(*JOBS.c["organisation_id", "id"]).where(JOBS.c.state == JobState.RUNNING.value).order_by(JOBS.c.created_at)
)
_RUNNING_HERE = Prepared(select(JOBS.c.id).where(_OURS, JOBS.c.state == JobState.RUNNING.value))
_STATE = Prepared(select(JOBS.c.state).where(_OURS, JOBS.c.id == bindparam("job")).with_for_update(read=True))
# Workers pass over what another one takes at this moment, and wait for nobody.
_FREE = Prepared(
    select(*PIECES.c["number", "after"])
    .where(
        PIECES.c.organisation_id == bindparam("organisation"),
        PIECES.c.job_id == bindparam("job"),
        PIECES.c.is_done.is_(False),
        PIECES.c.locked_until < bindparam("now"),
    )
    .order_by(PIECES.c.number)
    .limit(1)
    .with_for_update(skip_locked=True)
)
_TAKE = Prepared(update(PIECES).where(_PIECE).values(locked_by=bindparam("worker"), locked_until=bindparam("until")))
_ADVANCE = Prepared(
    update(PIECES)
    .where(_MINE)
    .values(
        after=bindparam("last"),
        locked_until=bindparam("until"),
        examined=PIECES.c.examined + bindparam("more_examined"),
        changed=PIECES.c.changed + bindparam("more_changed"),
        failed=PIECES.c.failed + bindparam("more_failed"),
        is_done=bindparam("now_done"),
    )
)
_LEFT = Prepared(
    select(func.sum(case((PIECES.c.is_done, 0), else_=1))).where(
        PIECES.c.organisation_id == bindparam("organisation"), PIECES.c.job_id == bindparam("job")
    )
)
_HOLD = Prepared(select(JOBS.c.id).where(_OURS, JOBS.c.id == bindparam("job")).with_for_update())
_END = Prepared(
    update(JOBS)
    .where(_OURS, JOBS.c.id == bindparam("job"), JOBS.c.state == JobState.RUNNING.value)
    .values(state=bindparam("new_state"), finished_at=bindparam("now"))
)
_TOTAL = Prepared(select(func.count()).where(INITIATIVES.c.organisation_id == bindparam("organisation")))


def add(connection: Connection, organisation_id: str, job: Job) -> None:
    """Stores a new job with its pieces, which nobody has yet."""
    facts = {column.name: getattr(job, column.name) for column in _JOB}
    _ADD.count(connection, {**facts, "state": job.state.value, "organisation_id": organisation_id})
    for number in range(PARTS):
        piece = {
            "organisation_id": organisation_id,
            "job_id": job.id,
            "number": number,
            "after": "",
            "is_done": False,
            "locked_by": NOBODY,
            "locked_until": LONG_AGO,
            "examined": 0,
            "changed": 0,
            "failed": 0,
        }
        _ADD_PIECE.count(connection, piece)


def find(connection: Connection, organisation_id: str, job_id: str) -> Job:
    """The job of that id with its progress.

    Raises:
        NotFound: there is none.
    """
    row = _FIND.row(connection, {"organisation": organisation_id, "job": job_id})
    if row is None:
        raise NotFound
    return _job(row)


def page(
    connection: Connection, organisation_id: str, before: tuple[datetime, str] | None, most: int
) -> tuple[Job, ...]:
    """The jobs of an organisation, newest first, from a place on."""
    given: dict[str, Any] = {"organisation": organisation_id, "most": most}
    if before is not None:
        given |= {"moment": before[0], "identity": before[1]}
    return tuple(map(_job, _PAGE[None if before is None else Direction.AFTER].rows(connection, given)))


def running(connection: Connection) -> list[tuple[str, str]]:
    """Organisation and id of every job that is not ended, oldest first; for the operator's view."""
    return [(row[0], row[1]) for row in _RUNNING.rows(connection, {})]


def is_running(connection: Connection, organisation_id: str) -> bool:
    """Whether the organisation has a job that is not ended."""
    return bool(_RUNNING_HERE.rows(connection, {"organisation": organisation_id}))


def lease(
    connection: Connection, organisation_id: str, job_id: str, worker: str, now: datetime, until: datetime
) -> Piece | None:
    """Gives the worker a piece that nobody has, or whose lease has run out; None if there is none just now."""
    here = {"organisation": organisation_id, "job": job_id}
    state = _STATE.row(connection, here)
    if state is None or state[0] != JobState.RUNNING:
        return None
    row = _FREE.row(connection, {**here, "now": now})
    if row is None:
        return None
    _TAKE.count(connection, {**here, "piece": row[0], "worker": worker, "until": until})
    return Piece(organisation_id, job_id, row[0], row[1], worker)


def advance(
    connection: Connection, piece: Piece, last: str | None, until: datetime, counts: tuple[int, int, int]
) -> None:
    """Notes, in the transaction of what was done, how far the piece is; it holds the lease against everybody else.

    Args:
        last: the id that was done last; None when nothing is left in the piece.
        counts: how many more were examined, changed and failed.

    Raises:
        LeaseLostError: somebody else has it, or the job was ended.
    """
    here = {"organisation": piece.organisation_id, "job": piece.job_id}
    state = _STATE.row(connection, here)
    examined, changed, failed = counts
    values = {
        "piece": piece.number,
        "worker": piece.worker,
        "known": piece.after,
        "last": piece.after if last is None else last,
        "until": until,
        "more_examined": examined,
        "more_changed": changed,
        "more_failed": failed,
        "now_done": last is None,
    }
    if state is None or state[0] != JobState.RUNNING or _ADVANCE.count(connection, {**here, **values}) == 0:
        raise LeaseLostError


def end_if_done(connection: Connection, organisation_id: str, job_id: str, now: datetime) -> bool:
    """Ends the job once all its pieces are done; whether it did."""
    here = {"organisation": organisation_id, "job": job_id}
    _HOLD.rows(connection, here)
    left = _LEFT.row(connection, here)
    if left is None or left[0]:
        return False
    return end(connection, organisation_id, job_id, JobState.DONE, now)


def end(connection: Connection, organisation_id: str, job_id: str, state: JobState, now: datetime) -> bool:
    """Ends the job in this state; whether it was running."""
    place = {"organisation": organisation_id, "job": job_id, "new_state": state.value, "now": now}
    return _END.count(connection, place) > 0


def initiatives(connection: Connection, organisation_id: str) -> int:
    """How many initiatives the organisation has."""
    row = _TOTAL.row(connection, {"organisation": organisation_id})
    return 0 if row is None else int(row[0])


def _job(row: Sequence[Any]) -> Job:
    identity, by, kind, checklist, digest, state, *rest = row
    return Job(identity, by, kind, checklist, digest, JobState(state), *rest)
