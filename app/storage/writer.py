"""The threads that write: they commit works that wait at the same time together; they know no table."""

import asyncio
from collections import defaultdict
from collections.abc import Callable, Iterable
from contextlib import suppress
from dataclasses import dataclass, field
from queue import Empty, SimpleQueue
from threading import Thread
from time import monotonic
from types import TracebackType
from typing import Any, TypeVar

from sqlalchemy import Connection, Engine

from app.domain.errors import Unavailable
from app.storage.failures import honest_commit, honest_failures
from app.storage.views import View, show

Result = TypeVar("Result")
Work = Callable[[Connection], Result]

LONGEST_QUEUE = 2_000
LONGEST_WAIT = 10.0  # seconds for a turn; after that whoever asked has given up, or should not be kept any longer


class Outcome:
    """What became of a work: as a context it keeps an exception instead of letting it end the thread."""

    value: Any = None
    error: Exception | None = None

    def __enter__(self) -> "Outcome":
        return self

    def __exit__(self, _kind: object, error: BaseException | None, _trace: TracebackType | None) -> bool:
        if isinstance(error, Exception):
            self.error = error
            return True
        return False


@dataclass(slots=True)
class Task:
    """A work that waits for its turn, what it may see, who waits for it, and until when."""

    view: View
    work: Work[Any]
    future: asyncio.Future[Any]
    loop: asyncio.AbstractEventLoop
    outcome: Outcome = field(default_factory=Outcome)
    until: float = field(default_factory=lambda: monotonic() + LONGEST_WAIT)

    def deliver(self) -> None:
        """Tells the one who waits; runs on their event loop."""
        if self.future.done():  # they went away
            return
        if self.outcome.error is not None:
            self.future.set_exception(self.outcome.error)
        else:
            self.future.set_result(self.outcome.value)


class Writer:
    """Runs works in transactions and answers only after the COMMIT.

    Args:
        engine: where to write.
        threads: how many write at the same time.
        largest_group: how many waiting works one transaction takes at most. When one of them fails, all are run
            again, each in a SAVEPOINT of its own, so that it takes nothing with it.
    """

    def __init__(self, engine: Engine, threads: int, largest_group: int) -> None:
        self._engine = engine
        self._largest_group = largest_group
        self._queue: SimpleQueue[Task | None] = SimpleQueue()
        self._closed = False
        self._threads = [Thread(target=self._run, name=f"writer-{n}", daemon=True) for n in range(threads)]
        for thread in self._threads:
            thread.start()

    async def do(self, view: View, work: Work[Result]) -> Result:
        """Runs the work within what the view shows, and returns its value once it is committed.

        Raises:
            Unavailable: when it could not be committed, or when too many wait already. Nothing of it is stored then.
        """
        if self._closed or self._queue.qsize() >= LONGEST_QUEUE:
            raise Unavailable
        loop = asyncio.get_running_loop()
        task = Task(view, work, loop.create_future(), loop)
        self._queue.put(task)
        result: Result = await task.future
        return result

    async def close(self) -> None:
        """Finishes what waits, takes nothing new, and ends the threads."""
        if not self._closed:
            self._closed = True
            for _ in self._threads:
                self._queue.put(None)
        for thread in self._threads:
            await asyncio.to_thread(thread.join)

    def _run(self) -> None:
        while (task := self._queue.get()) is not None:
            group = self._group(task)
            self._commit(_still_in_time(group))
            _deliver(group)

    def _group(self, first: Task) -> list[Task]:
        group = [first]
        with suppress(Empty):
            while len(group) < self._largest_group:
                task = self._queue.get_nowait()
                if task is None:
                    self._queue.put(None)  # the end comes after this group
                    break
                group.append(task)
        return group

    def _commit(self, group: list[Task]) -> None:
        """Tries the group as one, as nearly always nothing is wrong; if something is, again with each work apart."""
        if not group:
            return
        attempt = self._transact(group, _run)
        if len(group) > 1 and attempt.error is not None and not isinstance(attempt.error, Unavailable):
            attempt = self._transact(group, _run_apart)
        if attempt.error is not None:
            for task in group:
                task.outcome.error = task.outcome.error or attempt.error

    def _transact(self, group: list[Task], run: Callable[[Connection, Task], None]) -> Outcome:
        attempt = Outcome()
        with attempt, honest_failures(), self._engine.connect() as connection, connection.begin() as transaction:
            for task in group:
                run(connection, task)
            with honest_commit(connection):
                transaction.commit()
        return attempt


def _still_in_time(group: list[Task]) -> list[Task]:
    """Those whose turn did not come too late; the others are told so."""
    now = monotonic()
    for task in group:
        if task.until < now:
            task.outcome.error = Unavailable()
    return [task for task in group if task.outcome.error is None]


def _run(connection: Connection, task: Task) -> None:
    show(connection, task.view)
    task.outcome.value = task.work(connection)


def _run_apart(connection: Connection, task: Task) -> None:
    connection.exec_driver_sql("SAVEPOINT work")
    with task.outcome, honest_failures():
        _run(connection, task)
    if task.outcome.error is not None:
        # Fails when the database has ended the whole transaction by itself, and then nothing of the group is stored.
        connection.exec_driver_sql("ROLLBACK TO SAVEPOINT work")
    connection.exec_driver_sql("RELEASE SAVEPOINT work")


def _deliver(group: Iterable[Task]) -> None:
    by_loop: defaultdict[asyncio.AbstractEventLoop, list[Task]] = defaultdict(list)
    for task in group:
        by_loop[task.loop].append(task)
    for loop, tasks in by_loop.items():
        with suppress(RuntimeError):  # the loop has ended, nobody waits
            loop.call_soon_threadsafe(_deliver_here, tasks)


def _deliver_here(tasks: list[Task]) -> None:
    for task in tasks:
        task.deliver()
