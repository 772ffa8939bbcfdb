"""Which failures of a database mean "not now"; knows no table."""

from collections.abc import Iterator
from contextlib import contextmanager

from sqlalchemy import Connection
from sqlalchemy.exc import DataError, DBAPIError, IntegrityError, NotSupportedError, ProgrammingError
from sqlalchemy.exc import TimeoutError as PoolTimeoutError

from app.domain.errors import Unavailable

# These say that the statement or its values are wrong: a fault of ours, which must not look like a busy database.
OUR_FAULTS = (DataError, IntegrityError, NotSupportedError, ProgrammingError)

UNDEFINED_TABLE = "42P01"  # PostgreSQL's word for it; SQLite has none of its own
# What a row refers to was there when its transaction looked, and was deleted by another one before it was written. On
# SQLite, which has one writer, this cannot be.
REFERS_TO_NOTHING = "23503"
NOT_ALLOWED = "42501"

UNKNOWN_OUTCOME = (
    "The database went away while it stored this, and may have stored it. Send it again just as it was, with the same "
    "Idempotency-Key or If-Match: it takes effect once."
)


@contextmanager
def honest_failures() -> Iterator[None]:
    """Locked, full, broken or out of reach comes out as `Unavailable`; what is our own fault stays what it is."""
    try:
        yield
    except PoolTimeoutError as error:
        raise Unavailable from error
    except DBAPIError as error:
        if getattr(error.orig, "sqlstate", None) == UNDEFINED_TABLE:
            raise Unavailable("The database waits for its migrations.") from error
        if getattr(error.orig, "sqlstate", None) == REFERS_TO_NOTHING:
            raise Unavailable("What this belongs to was deleted at the same moment. Look again.") from error
        if getattr(error.orig, "sqlstate", None) == NOT_ALLOWED:
            raise Unavailable(
                "PostgreSQL does not let this role do that. For the data, the owner of the tables runs: goodoffices "
                "migrate --application-role …. For the key store, the role needs a database that it owns."
            ) from error
        if isinstance(error, OUR_FAULTS) and not error.connection_invalidated:
            raise
        raise Unavailable from error


@contextmanager
def honest_commit(connection: Connection) -> Iterator[None]:
    """A COMMIT that fails has stored nothing, unless it was the answer that got lost; its connection is thrown away."""
    try:
        yield
    except DBAPIError as error:
        connection.invalidate()  # SQLite leaves the transaction open when a COMMIT fails
        raise Unavailable(UNKNOWN_OUTCOME if error.connection_invalidated else None) from error
