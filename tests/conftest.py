"""What every test runs under: asyncio, and properties tried without a stopwatch; it knows no part of the product."""

import pytest
from hypothesis import settings

# Tests share two cores with whatever else runs there; how long one example takes says nothing about the code.
settings.register_profile("suite", deadline=None, print_blob=True)
settings.load_profile("suite")


@pytest.fixture(scope="session")
def anyio_backend() -> str:
    """Run every asynchronous test on asyncio, as the server does."""
    return "asyncio"
