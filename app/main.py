"""Joins everything into one application; knows all the parts, and nothing happens until it is called."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any

from fastapi import FastAPI
from starlette.types import Lifespan

from app.api import problems
from app.api.dependencies import Holdings
from app.api.envelope import Envelope
from app.api.gate import Gate
from app.api.observation import Metrics, Observation
from app.api.openapi import describe
from app.api.router import api_routes
from app.api.routing import HANDLERS
from app.checklist.catalogue import Catalogue
from app.checklist.own import catalogue_with
from app.domain.errors import Unavailable
from app.logs import make_logger
from app.settings import Settings
from app.storage.database import Database
from app.storage.migrations import is_at_head, migrate
from app.web.contexts import ProblemPage
from app.web.router import web_routes

ORGANISATION = "default"


def create_app(settings: Settings | None = None) -> FastAPI:
    """The application, ready to be served; its database is opened when serving begins.

    Raises:
        ChecklistBroken: a checklist cannot be used; the faults name file and line.
        BadInput: the checklist that is adopted is not there.
    """
    settings = settings or Settings()
    metrics, logger = Metrics(), make_logger(settings.log_format)
    app = FastAPI(
        routes=[*api_routes(), *web_routes(_problem_pages())],
        exception_handlers=HANDLERS,
        lifespan=_lifespan(settings, metrics, logger, catalogue_with(settings.checklists, settings.adopted_checklist)),
        openapi_url=None,
        docs_url=None,
        redoc_url=None,
        redirect_slashes=False,
    )
    # The last one added stands outermost.
    app.add_middleware(Gate)
    app.add_middleware(Envelope, metrics=metrics, logger=logger)
    app.add_middleware(Observation, metrics=metrics, logger=logger, access_log=settings.access_log)
    describe(app)
    return app


def _lifespan(settings: Settings, metrics: Metrics, logger: Any, catalogue: Catalogue) -> Lifespan[FastAPI]:
    @asynccontextmanager
    async def lifespan(app: FastAPI) -> AsyncIterator[None]:
        if settings.embedded:
            await asyncio.to_thread(_prepare, settings)
        database = Database.open(settings.store)
        app.state.holdings = Holdings(database, catalogue, ORGANISATION, metrics)
        looking = asyncio.create_task(_look_at_tables(settings, database, logger))
        try:
            yield
        finally:
            looking.cancel()
            await database.close()

    return lifespan


def _prepare(settings: Settings) -> None:
    """Makes the folder of the embedded database, and brings its tables up to date."""
    if settings.database_url is None:
        settings.data_dir.mkdir(parents=True, exist_ok=True, mode=0o700)
    migrate(settings.store)


async def _look_at_tables(settings: Settings, database: Database, logger: Any) -> None:
    """Tells the operator of PostgreSQL what else only `/readyz` would tell; the start does not wait for it."""
    if settings.embedded:
        return
    try:
        if not await database.read(is_at_head):
            logger.warning("not ready", advice="The tables are not those of this version. Run: goodoffices migrate")
    except Unavailable as unavailable:
        logger.warning("not ready", advice=unavailable.detail)


def _problem_pages() -> tuple[ProblemPage, ...]:
    kinds = problems.KINDS
    return tuple(ProblemPage(kind.name, kind.status, kind.title, kind.advice, tuple(kinds)) for kind in kinds.values())
