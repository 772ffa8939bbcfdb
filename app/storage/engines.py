"""How a connection to SQLite or to PostgreSQL is set up so that no acknowledged write is lost; knows no table."""

from pathlib import Path
from sqlite3 import SQLITE_BUSY, OperationalError
from time import monotonic, sleep
from typing import Any

from sqlalchemy import URL, Connection, Engine, create_engine, event, make_url
from sqlalchemy.exc import ArgumentError

from app.domain.errors import BadInput

BUSY_SECONDS = 5
WRITERS = 4  # connections that write to PostgreSQL at the same time; SQLite has one
READERS = 8  # connections that read from PostgreSQL at the same time; SQLite has one

# WAL with FULL is the only setting that lost nothing in replayed power cuts, and it is faster than the default.
PRAGMAS = (
    "synchronous = FULL",
    "foreign_keys = ON",
    "secure_delete = ON",
    "trusted_schema = OFF",
    f"busy_timeout = {BUSY_SECONDS * 1000}",
)
POSTGRESQL_OPTIONS = (
    "-c synchronous_commit=on -c statement_timeout=10s -c lock_timeout=5s -c idle_in_transaction_session_timeout=30s"
)

# A machine that is gone confirms nothing: the connection breaks instead of waiting for ever.
POSTGRESQL_NETWORK = {
    "connect_timeout": BUSY_SECONDS,
    "keepalives_idle": 10,
    "keepalives_interval": 3,
    "keepalives_count": 3,
    "tcp_user_timeout": 10_000,  # milliseconds
}

# Under anything else an acknowledged write can be lost, or what was deleted can be read.
STRONG_ON_SQLITE = (
    ("sqlite-journal-mode-not-wal", "PRAGMA journal_mode", ("wal",)),
    ("sqlite-synchronous-not-full", "PRAGMA synchronous", (2, 3)),
    ("sqlite-foreign-keys-off", "PRAGMA foreign_keys", (1,)),
    ("sqlite-secure-delete-off", "PRAGMA secure_delete", (1,)),
)
STRONG_ON_POSTGRESQL = (
    ("postgresql-fsync-off", "SHOW fsync", ("on",)),
    ("postgresql-full-page-writes-off", "SHOW full_page_writes", ("on",)),
    ("postgresql-synchronous-commit-off", "SHOW synchronous_commit", ("on", "local", "remote_write", "remote_apply")),
)


def is_sqlite(engine: Engine) -> bool:
    """Whether the engine speaks to the embedded database."""
    return engine.dialect.name == "sqlite"


def connect(url: str) -> Engine:
    """An engine for `sqlite:///path` or `postgresql://…`; no connection is made yet.

    Raises:
        BadInput: when the address is neither, or the file cannot be made.
    """
    try:
        address = make_url(url)
    except ArgumentError:
        raise BadInput("The database address cannot be read.") from None
    makers = {"sqlite": _sqlite, "postgresql": _postgresql}
    kind = address.get_backend_name()
    if kind not in makers:
        raise BadInput("The database must be sqlite:///… or postgresql://….")
    return makers[kind](address)


def _sqlite(address: URL) -> Engine:
    if not address.database or address.database == ":memory:":
        raise BadInput("SQLite needs a file: sqlite:///path.")
    _make_file(Path(address.database))
    engine = create_engine(address, hide_parameters=True, connect_args={"check_same_thread": False})
    event.listen(engine, "connect", _set_up_sqlite)
    event.listen(engine, "begin", _begin_sqlite)
    return engine


def _make_file(file: Path) -> None:
    """Whoever may read the file may read every design: it is made for its owner alone."""
    try:
        file.touch(mode=0o600)
    except OSError:
        raise BadInput("The database file cannot be made. Does its folder exist, and may you write there?") from None


def _set_up_sqlite(connection: Any, _record: object) -> None:
    connection.isolation_level = None  # transactions begin where we say so, not where the driver guesses
    _switch_to_wal(connection)
    for pragma in PRAGMAS:
        connection.execute(f"PRAGMA {pragma}").close()


def _switch_to_wal(connection: Any) -> None:
    """Waits for its turn, which SQLite itself does not do here when two processes open a new file at once."""
    until = monotonic() + BUSY_SECONDS
    while True:
        try:
            connection.execute("PRAGMA journal_mode = WAL").close()
        except OperationalError as error:
            if error.sqlite_errorcode != SQLITE_BUSY or monotonic() > until:
                raise
            sleep(0.01)
        else:
            return


def _begin_sqlite(connection: Connection) -> None:
    options = connection.get_execution_options()
    if options.get("reading", False):
        driver: Any = connection.connection.dbapi_connection
        driver.execute("BEGIN").close()  # waits for nobody, so that SQLAlchemy need not stand by: half of a short read
    elif not options.get("outside_transactions", False):
        # A deferred BEGIN that turns into a write fails under contention without waiting; IMMEDIATE waits its turn.
        connection.exec_driver_sql("BEGIN IMMEDIATE")


def _postgresql(address: URL) -> Engine:
    return create_engine(
        address.set(drivername="postgresql+psycopg"),
        hide_parameters=True,
        pool_size=WRITERS + READERS,
        max_overflow=0,
        pool_timeout=BUSY_SECONDS,
        connect_args={**POSTGRESQL_NETWORK, "options": POSTGRESQL_OPTIONS},
    )


def for_reading(engine: Engine) -> Engine:
    """The same engine, whose transactions see one moment of the database and cannot change it."""
    if is_sqlite(engine):
        return engine.execution_options(reading=True)
    return engine.execution_options(isolation_level="REPEATABLE READ", postgresql_readonly=True)


def forget_overwritten(engine: Engine) -> None:
    """Empties SQLite's log, which otherwise keeps what was deleted until the next checkpoint overwrites it.

    When somebody reads for longer than they are waited for, the next one empties it. PostgreSQL has a log of its own.
    """
    if is_sqlite(engine):
        with engine.execution_options(outside_transactions=True).connect() as connection:
            connection.exec_driver_sql("PRAGMA wal_checkpoint(TRUNCATE)").close()


def weak_settings(connection: Connection) -> tuple[str, ...]:
    """What is really in force here and could lose an acknowledged write or keep a deleted one, by name."""
    rules: tuple[tuple[str, str, tuple[object, ...]], ...]
    rules = STRONG_ON_SQLITE if connection.dialect.name == "sqlite" else STRONG_ON_POSTGRESQL
    return tuple(
        name for name, question, strong in rules if connection.exec_driver_sql(question).scalar() not in strong
    )
