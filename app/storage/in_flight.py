"""Which retried requests this process is carrying out at this moment; knows no database."""

from collections.abc import Hashable, Iterator
from contextlib import contextmanager

from app.domain.errors import RetryInFlight


class InFlight:
    """The keys that somebody holds; adding to a set is one step, so no lock is needed."""

    def __init__(self) -> None:
        self._held: set[Hashable] = set()

    @contextmanager
    def hold(self, key: Hashable) -> Iterator[None]:
        """Holds the key for the time of the context.

        Raises:
            RetryInFlight: when it is held already.
        """
        if key in self._held:
            raise RetryInFlight
        self._held.add(key)
        try:
            yield
        finally:
            self._held.discard(key)
