"""A house on each engine, a PostgreSQL that may be killed, and what figures take along; knows no harness."""

import asyncio
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.durability import figures
from tests.durability.postgresql import MortalServer
from tests.durability.serving import House, founded_in


@pytest.fixture(autouse=True)
def told(request: pytest.FixtureRequest) -> Iterator[None]:
    """What a test reports goes with its result, whichever worker runs it."""
    yield
    request.node.user_properties.extend(figures.taken())


@pytest.fixture
async def house(engine_url: str, key_store_url: str) -> House:
    """An organisation that services can serve, on each engine."""
    return await founded_in(engine_url, key_store_url)


@pytest.fixture(scope="session")
def mortal() -> Iterator[MortalServer]:
    """A PostgreSQL of its own, which a test may kill."""
    server = MortalServer()
    yield server
    server.close()


@pytest.fixture
def mortal_house(mortal: MortalServer, tmp_path: Path) -> Iterator[House]:
    """An organisation on a PostgreSQL that may be killed."""
    with mortal.database(tmp_path) as addresses, mortal.empty(tmp_path) as key_store:
        yield asyncio.run(founded_in(addresses.application, key_store))
