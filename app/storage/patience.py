"""How long PostgreSQL is waited for when it says nothing, not even that it is too busy; knows no statement."""

from typing import Any, Final

from psycopg import Connection as Driver
from psycopg import OperationalError
from psycopg.abc import RV, PQGen
from psycopg.pq import TransactionStatus
from sqlalchemy import Engine, event

# A server that lives ends a statement by itself before that. What is frozen, or behind a network that swallows
# everything, says nothing for ever, and its machine may go on to confirm every packet.
LONGEST_SILENCE: Final = 12.0


class ImpatientDriver(Driver[Any]):
    """A connection that breaks when the server leaves a statement, a COMMIT or a ROLLBACK unanswered for too long."""

    def wait(self, gen: PQGen[RV], interval: float = 0.1, timeout: float | None = None) -> RV:
        """Waits for an answer.

        Raises:
            OperationalError: there was none; nothing can be asked over this connection any more.
        """
        try:
            return super().wait(gen, interval, LONGEST_SILENCE if timeout is None else timeout)
        except OperationalError:
            if self.pgconn.transaction_status == TransactionStatus.ACTIVE:  # the answer is still to come: too late
                self.pgconn.finish()
            raise


def lose_patience(engine: Engine) -> None:
    """Has every connection of this engine break rather than wait for ever."""
    event.listen(engine, "do_connect", _connect)


def _connect(_dialect: object, _record: object, arguments: Any, options: Any) -> ImpatientDriver:
    return ImpatientDriver.connect(*arguments, **options)
