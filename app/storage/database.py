"""The one door to the database: reads see what is committed, writes return after the COMMIT; it knows no table."""

import asyncio
from concurrent.futures import ThreadPoolExecutor
from functools import partial
from threading import Lock
from time import monotonic
from typing import TypeVar

from sqlalchemy import Connection, Engine
from sqlalchemy.exc import DBAPIError

from app.domain.errors import Unavailable
from app.storage.engines import READERS, WRITERS, connect, for_reading, forget_overwritten, is_sqlite
from app.storage.failures import honest_failures
from app.storage.in_flight import InFlight
from app.storage.views import NOTHING, View, show
from app.storage.writer import LONGEST_WAIT, Work, Writer

__all__ = ["Connection", "Database"]  # a work is given a connection, so whoever writes one needs its name

Result = TypeVar("Result")

LARGEST_GROUP = 64


class InlineReader:
    """Reads from SQLite where it stands: a read takes microseconds, less than handing it to a thread would."""

    def __init__(self, engine: Engine) -> None:
        self._engine = for_reading(engine)
        self._connection: Connection | None = None
        self._lock = Lock()  # one process may have several event loops

    async def do(self, view: View, work: Work[Result]) -> Result:
        """Runs the work in a read transaction and returns its value."""
        with self._lock, honest_failures():
            connection = self._connection or self._connect()
            try:
                with connection.begin():
                    show(connection, view)
                    return work(connection)
            except DBAPIError:
                self._forget(connection)
                raise

    async def close(self) -> None:
        """Closes the connection."""
        if self._connection is not None:
            self._forget(self._connection)

    def _connect(self) -> Connection:
        connection = self._engine.connect()
        connection.exec_driver_sql("PRAGMA query_only = ON")
        connection.commit()
        self._connection = connection
        return connection

    def _forget(self, connection: Connection) -> None:
        """Leaves no broken connection to the next reader, and none that cannot write to the next writer."""
        self._connection = None
        connection.invalidate()
        connection.close()


class PooledReader:
    """Reads from PostgreSQL in a few threads, as an answer takes a way over the network."""

    def __init__(self, engine: Engine) -> None:
        self._engine = for_reading(engine)
        self._threads = ThreadPoolExecutor(READERS, thread_name_prefix="reader")

    async def do(self, view: View, work: Work[Result]) -> Result:
        """Runs the work in a read transaction and returns its value, unless its turn comes too late."""
        until = monotonic() + LONGEST_WAIT
        return await asyncio.get_running_loop().run_in_executor(self._threads, partial(self._read, view, work, until))

    async def close(self) -> None:
        """Finishes what was begun and ends the threads."""
        await asyncio.to_thread(self._threads.shutdown)

    def _read(self, view: View, work: Work[Result], until: float) -> Result:
        if monotonic() > until:  # the server says nothing: each one after the other would wait in vain
            raise Unavailable
        with honest_failures(), self._engine.connect() as connection, connection.begin():
            show(connection, view)
            return work(connection)


class Database:
    """An open database. Make one with `Database.open`, and close it.

    Attributes:
        in_flight: what this process is doing just now under an Idempotency-Key.
    """

    def __init__(self, engine: Engine) -> None:
        self._engine = engine
        self._closed = False
        self._done: set[str] = set()
        self._reader: InlineReader | PooledReader
        if is_sqlite(engine):
            self._reader = InlineReader(engine)
            self._writer = Writer(engine, threads=1, largest_group=LARGEST_GROUP)
        else:
            # A group would hold the row locks of all its works until it ends, and two groups could wait for each
            # other. PostgreSQL commits concurrent transactions together by itself.
            _lose_patience(engine)
            self._reader = PooledReader(engine)
            self._writer = Writer(engine, threads=WRITERS, largest_group=1)
        self.in_flight = InFlight()

    @classmethod
    def open(cls, url: str) -> "Database":
        """Opens `sqlite:///path` or `postgresql://…`. The first connection is made by the first work.

        Raises:
            BadInput: when the address is neither.
        """
        return cls(connect(url))

    async def read(self, view: View, work: Work[Result]) -> Result:
        """Runs the work on one unchanging picture of what is committed and in view; it cannot write.

        Raises:
            Unavailable: when the database is out of reach or too busy.
        """
        if self._closed:
            raise Unavailable
        return await self._reader.do(view, work)

    async def write(self, view: View, work: Work[Result]) -> Result:
        """Runs the work in a transaction, within what the view shows, and returns its value after the COMMIT.

        The work may share its transaction with others and must be short; an exception undoes this work only. When
        one of the others fails it is undone and run a second time, so it must do nothing but ask the database.

        Raises:
            Unavailable: when it could not be committed; nothing of it is stored.
        """
        return await self._writer.do(view, work)

    async def write_once(self, name: str, work: Work[object]) -> None:
        """Runs a work that may be repeated without harm, unless this object has done it already under that name.

        It sees nothing that belongs to an organisation.
        """
        if name not in self._done:
            await self.write(NOTHING, work)
            self._done.add(name)

    async def forget_overwritten(self) -> None:
        """Leaves nothing of what was deleted or overwritten in the files of SQLite.

        Raises:
            Unavailable: when that cannot be done just now; what was written stays written.
        """
        await asyncio.to_thread(self._forget_overwritten)

    def _forget_overwritten(self) -> None:
        with honest_failures():
            forget_overwritten(self._engine)

    async def close(self) -> None:
        """Finishes what was begun, takes nothing new, and lets go of every connection."""
        self._closed = True
        await self._writer.close()
        await self._reader.close()
        self._engine.dispose()


def _lose_patience(engine: Engine) -> None:
    from app.storage.patience import lose_patience  # late: what is embedded needs no driver of PostgreSQL

    lose_patience(engine)
