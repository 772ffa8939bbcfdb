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
from app.api.routing import HANDLERS, undeclared
from app.checklist.catalogue import Catalogue
from app.checklist.own import catalogue_with
from app.domain.errors import Unavailable
from app.logs import make_logger
from app.security.key_file import read_keys, write_new
from app.security.master_keys import MasterKeys
from app.settings import Settings
from app.storage.migrations import is_at_head, migrate
from app.storage.views import NOTHING
from app.usecases.office import Office
from app.usecases.opening import Places, close_office, open_office
from app.usecases.shredding import carry_out_everywhere
from app.web.contexts import ProblemPage
from app.web.router import web_routes


def create_app(settings: Settings | None = None) -> FastAPI:
    """The application, ready to be served; its database is opened when serving begins.

    Raises:
        ChecklistBroken: a checklist cannot be used; the faults name file and line.
        BadInput: the checklist that is adopted is not there.
        RuntimeError: an operation does not say what permission it needs.
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
    if missing := undeclared(app.routes):
        raise RuntimeError(f"x-permission is missing or unknown: {'; '.join(missing)}")
    return app


def _lifespan(settings: Settings, metrics: Metrics, logger: Any, catalogue: Catalogue) -> Lifespan[FastAPI]:
    @asynccontextmanager
    async def lifespan(app: FastAPI) -> AsyncIterator[None]:
        places = Places(settings.store, settings.key_store, await asyncio.to_thread(_prepare, settings))
        office = await open_office(places, catalogue)
        app.state.holdings = Holdings(office, metrics)
        looking = asyncio.create_task(_look_around(settings, office, logger))
        try:
            yield
        finally:
            looking.cancel()
            await close_office(office)

    return lifespan


def _prepare(settings: Settings) -> MasterKeys:
    """Makes the folder of the embedded database, brings its tables up to date, and gives the keys, made if need be."""
    if settings.embedded:
        if settings.database_url is None:
            settings.data_dir.mkdir(parents=True, exist_ok=True, mode=0o700)
        migrate(settings.store)
    if settings.master_keys is not None:
        return MasterKeys.parse(settings.master_keys.get_secret_value())
    if settings.embedded and not settings.key_file.exists():
        write_new(settings.key_file, MasterKeys.generate())
    return read_keys(settings.key_file)


async def _look_around(settings: Settings, office: Office, logger: Any) -> None:
    """Destroys keys that a process which was killed left behind, and tells the operator of PostgreSQL what else only
    `/readyz` would tell; the start does not wait for it.
    """
    try:
        if not settings.embedded and not await office.database.read(NOTHING, is_at_head):
            logger.warning("not ready", advice="The tables are not those of this version. Run: goodoffices migrate")
            return
        await carry_out_everywhere(office)
    except Unavailable as unavailable:
        logger.warning("not ready", advice=unavailable.detail)


def _problem_pages() -> tuple[ProblemPage, ...]:
    kinds = problems.KINDS
    return tuple(ProblemPage(kind.name, kind.status, kind.title, kind.advice, tuple(kinds)) for kind in kinds.values())
