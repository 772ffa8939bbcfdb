"""Whole copies of SQLite's files while others write to them; knows no table of the product."""

import os
import sqlite3
from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path
from typing import Final
from urllib.parse import quote

from app.domain.errors import Damaged, Unavailable
from app.storage.engines import BUSY_SECONDS

MIGRATIONS: Final = "alembic_version"
_TABLES: Final = "SELECT name FROM sqlite_master WHERE type = 'table' AND name NOT LIKE 'sqlite_%' ORDER BY name"

NOT_COPIED: Final = "The database file could not be copied. Is it there, and is there room for a second one?"
NOT_WHOLE: Final = "A copy of a database is not whole. Take another backup, and keep this one apart."


def copy_whole(source: Path, target: Path) -> None:
    """Makes a copy of the database as it is at one moment, in one file of its own, for its owner alone.

    It goes by SQLite's backup: whoever writes meanwhile is not held up, and what was committed before is in the copy,
    also what is in the log and not yet in the file. A copy of the files themselves would be torn.

    Raises:
        Unavailable: it could not be made; an unfinished one may be left.
    """
    with _told_as_unavailable():
        make_new(target)
        with closing(_opened(source)) as reading, closing(_opened(target)) as writing:
            reading.backup(writing)  # all pages in one step, as a second one would begin anew after each commit
        into_one_file(target)


def into_one_file(file: Path) -> None:
    """Leaves no log beside a file that nobody has open, and sees that it is on the disk."""
    with _told_as_unavailable():
        with closing(_opened(file)) as connection:
            connection.execute("PRAGMA journal_mode = DELETE").close()
        make_durable(file)


def rows_in(file: Path) -> dict[str, int]:
    """How many rows each table has, after a look at every page and every reference.

    Raises:
        Damaged: something in it is broken.
    """
    try:
        with closing(_opened(file, "?mode=ro&immutable=1")) as connection:
            sound = connection.execute("PRAGMA integrity_check").fetchall() == [("ok",)]
            if not sound or connection.execute("PRAGMA foreign_key_check").fetchone() is not None:
                raise Damaged(NOT_WHOLE)
            names = [name for (name,) in connection.execute(_TABLES).fetchall() if name != MIGRATIONS]
            return {name: connection.execute(f'SELECT count(*) FROM "{name}"').fetchone()[0] for name in names}  # noqa: S608 # nosec B608 - its own names
    except sqlite3.Error:
        raise Damaged(NOT_WHOLE) from None


def pairs_in(file: Path, table: str) -> Iterator[tuple[str, bytes]]:
    """The rows of a table of two columns, a name and bytes."""
    with closing(_opened(file, "?mode=ro&immutable=1")) as connection:
        yield from connection.execute(f'SELECT * FROM "{table}"')  # noqa: S608 # nosec B608 - a name of ours


def make_new(file: Path) -> None:
    """Makes an empty file that only its owner can read.

    Raises:
        FileExistsError: there is one already.
    """
    os.close(os.open(file, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600))


def make_durable(path: Path) -> None:
    """Sees that a file, or the names in a folder, are on the disk and not only on their way there."""
    handle = os.open(path, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)


def _opened(file: Path, how: str = "?mode=rw") -> sqlite3.Connection:
    """It is opened for writing where it must be able to read a log, and never made."""
    address = f"file:{quote(str(file.resolve()))}{how}"
    return sqlite3.connect(address, timeout=BUSY_SECONDS, isolation_level=None, uri=True)


@contextmanager
def _told_as_unavailable() -> Iterator[None]:
    try:
        yield
    except (OSError, sqlite3.Error) as error:
        raise Unavailable(NOT_COPIED) from error
