"""What every test runs under: asyncio, no stopwatch, a database on each engine where it asks; figures at the end."""

import os
from collections.abc import Iterator
from pathlib import Path

import pytest
from hypothesis import settings

from app.security import passwords
from tests.durability.figures import carried, keep, together
from tests.engines import (
    addresses,
    database,
    databases,
    engine_url,
    key_store_url,
    owner_url,
    postgresql_server,
    quick_folder,
    sqlite_files,
)

__all__ = [
    "addresses",
    "anyio_backend",
    "database",
    "databases",
    "engine_url",
    "key_store_url",
    "owner_url",
    "postgresql_server",
    "sqlite_files",
]

os.environ.setdefault("PYTEST_DEBUG_TEMPROOT", str(quick_folder()))  # what `tmp_path` is made in

# Tests share two cores with whatever else runs there; how long one example takes says nothing about the code.
settings.register_profile("suite", deadline=None, print_blob=True)
settings.load_profile("suite")


@pytest.fixture(scope="session")
def anyio_backend() -> str:
    """Run every asynchronous test on asyncio, as the server does."""
    return "asyncio"


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter) -> None:
    """Shows all that harnesses have found, and writes it down where DURABILITY_FIGURES says."""
    reports = [report for some in terminalreporter.stats.values() for report in some]
    figures = [
        figure
        for report in reports
        if isinstance(report, pytest.TestReport) and report.when == "teardown"
        for figure in carried(report.user_properties)
    ]
    if figures:
        terminalreporter.section("figures")
        for figure in together(figures):
            terminalreporter.write_line(figure.line)
    if figures and "DURABILITY_FIGURES" in os.environ:
        failed = sum(len(terminalreporter.stats.get(kind, ())) for kind in ("failed", "error"))
        keep(figures, Path(os.environ["DURABILITY_FIGURES"]), failed)


@pytest.fixture
def quick_passwords(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """Hashes that cost next to nothing, for tests that count attempts and do not time them."""
    monkeypatch.setattr(passwords, "MEMORY_IN_KIB", 64)
    monkeypatch.setattr(passwords, "PASSES", 1)
    for cached in (passwords._hasher, passwords.dummy_hash):
        cached.cache_clear()
    yield
    for cached in (passwords._hasher, passwords.dummy_hash):
        cached.cache_clear()
