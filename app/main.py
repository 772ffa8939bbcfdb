"""Joins everything into one application; knows all the parts, and nothing happens until it is called."""

import asyncio
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from functools import partial
from typing import Any

from fastapi import FastAPI
from starlette.types import Lifespan

from app.api import problems
from app.api.dependencies import Holdings, holdings
from app.api.describing import describe
from app.api.entrance import address_of, enter, enter_unknown, from_own_page
from app.api.envelope import Envelope
from app.api.gate import Gate
from app.api.observation import Metrics, Observation
from app.api.router import api_routes
from app.api.routing import HANDLERS, undeclared
from app.checklist.catalogue import Catalogue
from app.checklist.own import catalogue_with
from app.domain.errors import Unavailable
from app.logs import make_logger
from app.settings import Settings
from app.starting import first_start, rules_of, start_of
from app.usecases.founding import every_organisation, found_first
from app.usecases.judging_again import keep_working
from app.usecases.office import Office
from app.usecases.opening import close_office, open_safely, starting_alone
from app.usecases.tidying import keep_tidy
from app.web.contexts import ProblemPage
from app.web.router import web_routes
from app.web.sign_in import FORMS, Door

Announce = Callable[[str], None]


def create_app(
    settings: Settings | None = None, announce: Announce | None = None, told_to_stop: Callable[[], bool] = lambda: False
) -> FastAPI:
    """The application, ready to be served; its database is opened when serving begins.

    Args:
        announce: shows a text to the operator; with it the first start on an embedded database makes an organisation.
        told_to_stop: whether a start need not go on waiting for another one.

    Raises:
        ChecklistBroken: a checklist cannot be used; the faults name file and line.
        BadInput: the checklist that is adopted is not there, or a rate limit cannot be read.
        RuntimeError: an operation does not say what permission it needs.
    """
    settings = settings or Settings()
    rules_of(settings)  # before anything is made
    metrics, logger = Metrics(), make_logger(settings.log_format)
    catalogue = catalogue_with(settings.checklists, settings.adopted_checklist)
    app = FastAPI(
        routes=[*api_routes(), *web_routes(_problem_pages(), _door())],
        exception_handlers=HANDLERS,
        lifespan=_lifespan(settings, metrics, logger, catalogue, announce, told_to_stop),
        openapi_url=None,
        docs_url=None,
        redoc_url=None,
        redirect_slashes=False,
    )
    # The last one added stands outermost.
    app.add_middleware(Gate, forms=FORMS)
    app.add_middleware(Envelope, metrics=metrics, logger=logger)
    app.add_middleware(Observation, metrics=metrics, logger=logger, access_log=settings.access_log)
    describe(app)
    if missing := undeclared(app.routes):
        raise RuntimeError(f"x-permission is missing or unknown: {'; '.join(missing)}")
    return app


def _lifespan(
    settings: Settings,
    metrics: Metrics,
    logger: Any,
    catalogue: Catalogue,
    announce: Announce | None,
    told_to_stop: Callable[[], bool],
) -> Lifespan[FastAPI]:
    def tell_of_waiting() -> None:
        logger.warning("waiting", advice="Something else starts on the same data; this start goes on after it.")

    @asynccontextmanager
    async def lifespan(app: FastAPI) -> AsyncIterator[None]:
        start, rules = start_of(settings, listens=True), rules_of(settings)
        async with starting_alone(start, tell_of_waiting, told_to_stop):
            office, accepted = await open_safely(start, catalogue, rules, make_keys=settings.embedded)
            for rule in accepted:
                logger.warning("accepted risk", rule=rule.name, reason=rule.reason, advice=rule.mend)
            try:
                await _found_first(settings, office, announce, logger)
            except BaseException:
                await close_office(office)
                raise
        app.state.holdings = Holdings(office, metrics)
        works = (
            keep_tidy(office, partial(_tell, logger, "not tidied")),
            keep_working(office, partial(_tell, logger, "jobs wait")),
        )
        beside = [asyncio.create_task(work) for work in works]
        try:
            logger.info("started")
            yield
        finally:
            for task in beside:
                task.cancel()
            await asyncio.gather(*beside, return_exceptions=True)
            await close_office(office)
            logger.info("stopped")  # without this line it was killed, or crashed

    return lifespan


async def _found_first(settings: Settings, office: Office, announce: Announce | None, logger: Any) -> None:
    """Makes the first organisation of an embedded database, if there is somebody to show its key to."""
    if settings.embedded and announce is not None:
        await found_first(office, lambda founded: announce(first_start(settings, founded)))
    elif announce is not None and not await every_organisation(office):
        logger.warning("no organisation", advice="Make the first one: goodoffices organisations create")


def _tell(logger: Any, what: str, unavailable: Unavailable) -> None:
    logger.warning(what, advice=unavailable.detail)


def _door() -> Door:
    return Door(lambda request: holdings(request).office, enter, enter_unknown, from_own_page, address_of)


def _problem_pages() -> tuple[ProblemPage, ...]:
    kinds = problems.KINDS
    return tuple(ProblemPage(kind.name, kind.status, kind.title, kind.advice, tuple(kinds)) for kind in kinds.values())
