"""The application on each of the two engines with an organisation in it, spoken to in process; knows no route."""

from collections.abc import AsyncIterator
from pathlib import Path

import httpx
import pytest

from app.settings import Settings
from tests.api.houses import House, running, serving, speaking_to

__all__ = ["running", "serving"]


@pytest.fixture
def engine_settings(engine_url: str, key_store_url: str) -> Settings:
    """What the application is told on each engine."""
    return Settings(database_url=engine_url, key_store_url=key_store_url, access_log=False)


@pytest.fixture
async def house(engine_settings: Settings) -> AsyncIterator[House]:
    """An organisation that the application serves, on each engine."""
    async with running(engine_settings) as (app, _):
        yield await House.founded(app)


@pytest.fixture
def http(house: House) -> httpx.AsyncClient:
    """The first person of the organisation, who speaks to the application, on each engine."""
    return house.first.http


@pytest.fixture
async def neighbours(house: House) -> House:
    """Another organisation of the same application."""
    return await House.founded(house.app, "Lake House", "Lena")


@pytest.fixture
def anonymous(house: House) -> httpx.AsyncClient:
    """Somebody without a key."""
    return speaking_to(house.app)


@pytest.fixture
async def plain_house(tmp_path: Path) -> AsyncIterator[House]:
    """As `house`, on the embedded engine only, for what no engine bears on."""
    async with running(Settings(data_dir=tmp_path, access_log=False)) as (app, _):
        yield await House.founded(app)


@pytest.fixture
def plain_http(plain_house: House) -> httpx.AsyncClient:
    """As `http`, on the embedded engine only."""
    return plain_house.first.http
