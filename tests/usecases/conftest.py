"""A house for each test, on each engine."""

from collections.abc import AsyncIterator

import pytest

from tests.usecases.house import House, open_house


@pytest.fixture
async def house(engine_url: str, key_store_url: str) -> AsyncIterator[House]:
    """Two organisations on a fresh database."""
    async with open_house(engine_url, key_store_url) as opened:
        yield opened
