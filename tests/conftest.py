"""What every test runs under: asyncio, properties without a stopwatch, a database on each engine where it asks."""

import os

import pytest
from hypothesis import settings

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
