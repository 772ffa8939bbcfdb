"""Where passwords are hashed and judged: a few threads and a short queue, away from everything else; knows nobody."""

import asyncio
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from typing import TypeVar

from app.domain.errors import Unavailable
from app.security.passwords import dummy_hash, hash_password, verify

Value = TypeVar("Value")

THREADS = 2  # each takes a core and 64 MiB for as long as it judges
LONGEST_QUEUE = 16
BUSY = "Too many passwords are being checked just now. Try again in a moment."


class PasswordPool:
    """Judges and hashes passwords, a few at a time. The threads begin with the first password."""

    def __init__(self) -> None:
        self._threads = ThreadPoolExecutor(THREADS, thread_name_prefix="password")
        self._free = THREADS + LONGEST_QUEUE

    @contextmanager
    def place(self) -> Iterator[None]:
        """A place in the queue, to be taken before anything else is done for a password.

        Raises:
            Unavailable: there is none left.
        """
        if self._free == 0:
            raise Unavailable(BUSY)
        self._free -= 1
        try:
            yield
        finally:
            self._free += 1

    async def fits(self, password: str, hashed: str | None) -> bool:
        """Whether the password fits the hash; where there is no hash, no, after just as much work. Needs a place."""
        return await self._done(lambda: _fits(password, hashed))

    async def hashed(self, password: str) -> str:
        """What to store of a password. Needs a place."""
        return await self._done(lambda: hash_password(password))

    async def close(self) -> None:
        """Finishes what was begun and ends the threads."""
        await asyncio.to_thread(self._threads.shutdown)

    async def _done(self, work: Callable[[], Value]) -> Value:
        return await asyncio.get_running_loop().run_in_executor(self._threads, work)


def _fits(password: str, hashed: str | None) -> bool:
    nobodys = dummy_hash()  # made with the first password of this process, whoever's it is
    return verify(password, nobodys if hashed is None else hashed) and hashed is not None
