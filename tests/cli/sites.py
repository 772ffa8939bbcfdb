"""A place where the commands of an operator work, on each engine, and who else is there; asserts nothing of its own."""

import io
import re
from collections.abc import AsyncIterator, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import asynccontextmanager, contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import httpx
from pydantic import SecretStr
from sqlalchemy import Connection, create_engine, text

from app.cli.exit_codes import ExitCode
from app.main import create_app
from app.settings import Settings
from tests.api.houses import ADDRESS
from tests.cli.conftest import Command, Ended

NOBODYS = "00000000-0000-4000-8000-00000000dead"


@dataclass
class Site:
    """A place where the commands of an operator work."""

    run: Command
    folder: Path
    database: str
    key_store: str
    owner: str

    def __call__(self, *arguments: str | Path) -> Ended:
        """Runs the command in a thread, as each has an event loop of its own and tests may have one that runs."""
        database, key_store = ("--database-url", self.database), ("--key-store-url", self.key_store)
        with ThreadPoolExecutor(1) as thread:
            return thread.submit(self.run, *arguments, *database, *key_store, "--key-file", self.key_file).result()

    @property
    def key_file(self) -> Path:
        return self.folder / "secret" / "master.key"

    @property
    def settings(self) -> Settings:
        return Settings(
            database_url=self.database, key_store_url=self.key_store, key_file=self.key_file, access_log=False
        )

    def organisation(self, name: str = "Lake Centre") -> tuple[str, str]:
        """The id of a new organisation and the first key to it."""
        made = self("organisations", "create", name, "--owner", "Ada")
        assert made.code == ExitCode.NOTHING_TO_ATTEND_TO, made.err
        identity, key = re.search(r", (\S{36})\n", made.out), re.search(r"go_\w+", made.out)
        assert identity
        assert key
        return identity[1], key[0]


def change(site: Site, organisation: str, statement: str) -> None:
    with _seeing(site, organisation) as connection:
        connection.execute(text(statement))


def rows(site: Site, organisation: str, query: str) -> list[tuple[Any, ...]]:
    """What is stored just now."""
    with _seeing(site, organisation) as connection:
        return [tuple(row) for row in connection.execute(text(query))]


@contextmanager
def _seeing(site: Site, organisation: str) -> Iterator[Connection]:
    engine = create_engine(site.owner)
    with engine.begin() as connection:
        if engine.dialect.name == "postgresql":
            connection.execute(text("SELECT set_config('goodoffices.organisation', :it, true)"), {"it": organisation})
        yield connection
    engine.dispose()


def put_one_key_for_another(site: Site) -> None:
    """One of the wrapped keys stands in the place of another, which opens nothing any more."""
    engine = create_engine(site.key_store)
    with engine.begin() as connection:
        one, other = connection.scalars(text("SELECT subject FROM wrapped_keys LIMIT 2"))
        swap = "UPDATE wrapped_keys SET wrapped = (SELECT wrapped FROM wrapped_keys WHERE subject = :other)"
        connection.execute(text(f"{swap} WHERE subject = :one"), {"one": one, "other": other})
    engine.dispose()


@asynccontextmanager
async def running_by_file(site: Site) -> AsyncIterator[httpx.AsyncClient]:
    """The service, which reads its master keys from the key file."""
    app = create_app(site.settings)
    transport = httpx.ASGITransport(app)
    async with app.router.lifespan_context(app), httpx.AsyncClient(transport=transport, base_url=ADDRESS) as http:
        yield http


def secret_of(site: Site) -> SecretStr:
    """The master keys as the environment would give them; made by the first command if none was run before."""
    if not site.key_file.exists():
        site.organisation("First House")
    return SecretStr(site.key_file.read_text())


def typing(line: str) -> io.StringIO:
    """Somebody at the terminal who types this."""
    return io.StringIO(f"{line}\n")
