"""R8: a filled database of every version goes up, down to each version and up again, and keeps every row."""

from collections import Counter
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from alembic import command
from sqlalchemy import Connection, inspect, text

from app.storage.migrations import REVISIONS, is_at_head, migrate, versions
from tests.durability.amounts import DEEP, amount
from tests.durability.figures import engine_of, report, report_mutant
from tests.durability.filled import Rows, Shape, fill, organisations, part, rows, shape
from tests.engines import PostgresqlServer
from tests.storage.rows import opened

ORGANISATIONS = list(organisations(amount(3, 20)))
FAULTS = (
    "DELETE FROM notices",
    "UPDATE people SET version = version + 1",
    "UPDATE audit_entries SET mac = 'y'",
)
OWNERS = ("sqlite", "postgresql", "an owner held to row security")


@pytest.fixture(params=OWNERS)
def empty_url(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[str]:
    """An empty database: on PostgreSQL its owner may see everything, or no more than anybody."""
    if request.param == "sqlite":
        yield f"sqlite:///{tmp_path}/filled.sqlite3"
        return
    server: PostgresqlServer = request.getfixturevalue("postgresql_server")
    owner = server.role("SUPERUSER" if request.param == "postgresql" else "NOSUPERUSER NOBYPASSRLS")
    with server.empty(tmp_path, owner) as url:
        yield url


class Walk:
    """A database on its way through versions, and how many rows were compared, and differed, on the way."""

    def __init__(self, url: str) -> None:
        self.url, self.steps, self.compared, self.differing = url, 0, 0, 0

    def to(self, revision: str) -> None:
        """Takes it there."""
        migrate(self.url, revision)
        self.steps += 1

    def look(self) -> tuple[Rows, Shape]:
        """Everything in it, and its columns."""
        with opened(self.url) as connection:
            return rows(connection), shape(connection)

    def fill(self) -> Rows:
        """Puts rows into every table that has none."""
        with opened(self.url) as connection:
            fill(connection, ORGANISATIONS)
            found = rows(connection)
        assert all(found.values())
        return found

    def compare(self, kept: Rows, columns: Shape) -> None:
        """Sees that what was kept is there, as far as these columns go."""
        found, there = self.look()
        common = {name: [c for c in columns[name] if c in there[name]] for name in columns if name in there}
        expected, now = part(kept, common), part(found, common)
        for name, theirs in expected.items():
            self.compared += len(theirs)
            missing = Counter(map(repr, theirs)) - Counter(map(repr, now[name]))
            self.differing += missing.total() + max(0, len(now[name]) - len(theirs))


def up_from(url: str, version: str) -> Walk:
    """A filled database of that version that went up step by step; what each version adds is filled on the way."""
    walk = Walk(url)
    walk.to(version)
    kept = walk.fill()
    for later in REVISIONS[REVISIONS.index(version) + 1 :]:
        _, columns = walk.look()
        walk.to(later)
        walk.compare(kept, columns)
        kept = walk.fill()
    return walk


def down_and_up_again(walk: Walk) -> None:
    """From the newest version down to each other one, and back."""
    kept = walk.fill()
    for earlier in reversed(REVISIONS[:-1]):
        walk.to(earlier)
        _, columns = walk.look()
        walk.compare(kept, columns)
        walk.to("head")
        walk.compare(kept, columns)


@pytest.mark.parametrize("version", REVISIONS if DEEP else REVISIONS[:1])
def test_a_filled_database_keeps_every_row(empty_url: str, version: str, request: pytest.FixtureRequest) -> None:
    walk = up_from(empty_url, version)
    down_and_up_again(walk)
    with opened(empty_url) as connection:
        assert is_at_head(connection)
    walk.to("base")
    with opened(empty_url) as connection:
        assert versions(connection) == []
        assert set(inspect(connection).get_table_names()) <= {"alembic_version"}
    trial = f"{request.node.callspec.params['empty_url']} from {version}"
    numbers = {"filled_databases": 1, "steps": walk.steps, "rows_compared": walk.compared, "differing": walk.differing}
    report("R8", engine_of(empty_url), trial, **numbers)
    assert walk.differing == 0
    assert walk.compared > len(ORGANISATIONS) * 20


@pytest.mark.parametrize("fault", FAULTS if DEEP else FAULTS[:1])
@pytest.mark.parametrize("empty_url", OWNERS[:2], indirect=True)
def test_a_migration_that_harms_a_row_is_caught(empty_url: str, fault: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(command, "upgrade", harming(command.upgrade, fault))
    differing = up_from(empty_url, REVISIONS[0]).differing
    report_mutant("R8", engine_of(empty_url), fault, caught=differing > 0, differing=differing)

    assert differing > 0


def harming(upgrade: Callable[..., None], fault: str) -> Callable[..., None]:
    """The mutant: whatever goes up does this as well."""

    def harmful(settings: Any, revision: str) -> None:
        upgrade(settings, revision)
        connection: Connection = settings.attributes["connection"]
        connection.execute(text(fault))

    return harmful
