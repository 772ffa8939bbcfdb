"""The application on each of the two engines, spoken to in process; knows no route."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

import httpx
import pytest
from fastapi import FastAPI

from app.main import create_app
from app.settings import Settings
from tests.engines import engine_url, postgresql_server, sqlite_files

__all__ = ["engine_url", "postgresql_server", "sqlite_files"]


@asynccontextmanager
async def serving(settings: Settings) -> AsyncIterator[tuple[FastAPI, httpx.AsyncClient]]:
    """The application, begun and ended as a server does it, and somebody who speaks to it."""
    app = create_app(settings)
    transport = httpx.ASGITransport(app)
    async with (
        app.router.lifespan_context(app),
        httpx.AsyncClient(transport=transport, base_url="http://goodoffices.test") as http,
    ):
        yield app, http


@pytest.fixture
async def http(engine_url: str) -> AsyncIterator[httpx.AsyncClient]:
    """Somebody who speaks to the application, on each engine."""
    async with serving(Settings(database_url=engine_url, access_log=False)) as (_, client):
        yield client


@pytest.fixture
async def plain_http(tmp_path: Path) -> AsyncIterator[httpx.AsyncClient]:
    """The same on the embedded engine only, for what no engine bears on."""
    async with serving(Settings(data_dir=tmp_path, access_log=False)) as (_, client):
        yield client
