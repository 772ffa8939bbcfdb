"""A database as it is at one moment, put into files, and put back where nothing is; knows not which database it is."""

import os
import shutil
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Final, Literal

from app.domain.errors import BadInput, Conflict, Unavailable
from app.storage import sqlite_copies, table_files
from app.storage.addresses import file_of, files_of, is_postgresql
from app.storage.engines import connect, for_reading
from app.storage.failures import honest_failures
from app.storage.migrations import HEAD, migrate, versions

Engine = Literal["sqlite", "postgresql"]

UNFINISHED: Final = ".unfinished"  # what a database is called until all of it was tried
COPY: Final = "copy.db"

NOT_EMPTY: Final = "There is a database already, and it is left as it is. Name an empty folder, or move what is there."
ANOTHER_ENGINE: Final = "This backup is one of another kind of database than the address that you gave."
ROWS_DIFFER: Final = "What was put back has another number of rows than the backup says."


@dataclass(frozen=True, slots=True)
class Snapshot:
    """What was put into files.

    Attributes:
        migration: which one made the tables; empty where none did.
        rows: how many each table has.
    """

    engine: Engine
    migration: str
    rows: dict[str, int]


def engine_of(url: str) -> Engine:
    """Which kind of database the address is of."""
    return "postgresql" if is_postgresql(url) else "sqlite"


def migration_of(url: str) -> str:
    """Which migration made the tables; empty where none did, or there are none."""
    file = file_of(url)
    if file is not None and not file.is_file():
        return ""
    engine = connect(url)
    try:
        with honest_failures(), for_reading(engine).connect() as connection, connection.begin():
            return next(iter(versions(connection)), "")
    finally:
        engine.dispose()


def take(url: str, folder: Path) -> Snapshot:
    """Puts everything that was committed when it began into new files in the folder, while others write.

    Raises:
        Unavailable: it could not be done; unfinished files may be left.
        Damaged: the database is not whole.
    """
    file = file_of(url)
    if file is not None and not file.is_file():
        raise BadInput(f"There is no database: {file}.")
    migration = migration_of(url)
    if file is None:
        try:
            return Snapshot("postgresql", migration, table_files.write_out(url, folder))
        except OSError as error:
            raise Unavailable(sqlite_copies.NOT_COPIED) from error
    sqlite_copies.copy_whole(file, folder / COPY)
    return Snapshot("sqlite", migration, sqlite_copies.rows_in(folder / COPY))


def check_place(url: str, engine: Engine) -> None:
    """Sees that what was taken could be put back here.

    Raises:
        Conflict: there is something.
        BadInput: it is another kind of database.
    """
    if engine_of(url) != engine:
        raise BadInput(ANOTHER_ENGINE)
    if files_of(url) or (engine == "postgresql" and not table_files.is_empty(url)):
        raise Conflict(NOT_EMPTY)


def stage(url: str, folder: Path, snapshot: Snapshot) -> str:
    """Puts it back where nothing is, and returns the address at which it can be tried. `settle` makes it the real one.

    Where another migration made the tables, they are made anew in that shape and brought up to date after; on
    PostgreSQL that takes their owner.

    Raises:
        Conflict, Damaged, Unavailable: nothing was put anywhere.
    """
    file = file_of(url)
    if file is not None:
        staged = unfinished(file)
        _copy(folder / COPY, staged)
        return f"sqlite:///{staged}"
    check_place(url, snapshot.engine)
    if snapshot.migration and migration_of(url) != snapshot.migration:
        migrate(url, snapshot.migration)  # back too, as nothing is in the tables
    if table_files.read_in(url, folder) != snapshot.rows:
        raise Conflict(ROWS_DIFFER)
    return url


def bring_up_to_date(url: str, migration: str, application_role: str | None) -> None:
    """Gives the tables the shape of this version, and lets the service's role use them."""
    if migration != HEAD or application_role is not None:
        migrate(url, application_role=application_role)


def settle(url: str) -> None:
    """Gives what was staged its real name; it is whole there, or not there."""
    file = file_of(url)
    if file is not None:
        staged = unfinished(file)
        sqlite_copies.into_one_file(staged)
        os.link(staged, file)  # unlike a renaming, it takes the place of nothing
        staged.unlink()
        sqlite_copies.make_durable(file.parent)


def forget_staged(url: str) -> None:
    """Removes what was staged and never settled; on PostgreSQL it stays, as nothing there is taken away by us."""
    file = file_of(url)
    for left in [] if file is None else files_of(f"sqlite:///{unfinished(file)}"):
        left.unlink(missing_ok=True)


def pairs(folder: Path, engine: Engine, table: str) -> Iterator[tuple[str, bytes]]:
    """The rows of a table of two columns, as they lie in the files."""
    if engine == "sqlite":
        yield from sqlite_copies.pairs_in(folder / COPY, table)
    else:
        yield from table_files.pairs_in(folder / f"{table}{table_files.ENDING}")


def unfinished(file: Path) -> Path:
    """What a database file is called until it is settled."""
    return file.with_name(file.name + UNFINISHED)


def _copy(source: Path, target: Path) -> None:
    try:
        target.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
        target.unlink(missing_ok=True)
        sqlite_copies.make_new(target)
        shutil.copyfile(source, target)
        sqlite_copies.make_durable(target)
    except OSError as error:
        raise Unavailable(sqlite_copies.NOT_COPIED) from error
