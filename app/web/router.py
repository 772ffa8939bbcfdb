"""The addresses of the pages and their assets; knows templates, not what the API does."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from functools import cached_property
from importlib.resources import files
from typing import TYPE_CHECKING, Any

from fastapi import APIRouter, Request
from starlette.exceptions import HTTPException
from starlette.responses import Response
from starlette.routing import BaseRoute, Mount
from starlette.staticfiles import StaticFiles
from starlette.types import Receive, Scope, Send

from app.web.contexts import ProblemPage
from app.web.reference import reference_page

if TYPE_CHECKING:
    from jinja2 import Environment

ASSETS = "/static"


class Pages:
    """The templates, compiled when first used.

    Args:
        problems: a page for each kind of problem.
    """

    def __init__(self, problems: tuple[ProblemPage, ...]) -> None:
        self._problems = {page.name: page for page in problems}
        self._reference: bytes | None = None

    async def start(self) -> Response:
        """The first page."""
        return self._page("start.html")

    async def docs(self) -> Response:
        """The API, to be tried in the browser; its viewer is shipped with the service."""
        return self._page("docs.html")

    async def reference(self, request: Request) -> Response:
        """The same as /docs as plain HTML. It is rendered once, as the document does not change while serving."""
        if self._reference is None:
            self._reference = self._rendered("reference.html", reference_page(request.app.openapi()))
        return _html(self._reference)

    async def problem(self, request: Request) -> Response:
        """What a kind of problem means and what to do about it."""
        name = request.path_params["name"]
        if name not in self._problems:
            raise HTTPException(404)
        return self._page("problem.html", self._problems[name])

    def _page(self, template: str, page: Any = None) -> Response:
        return _html(self._rendered(template, page))

    def _rendered(self, template: str, page: Any) -> bytes:
        return self._environment.get_template(template).render(page=page).encode()

    @cached_property
    def _environment(self) -> Environment:
        from jinja2 import Environment, PackageLoader, StrictUndefined, select_autoescape  # late: no start needs it

        return Environment(
            loader=PackageLoader("app.web"), autoescape=select_autoescape(), undefined=StrictUndefined, trim_blocks=True
        )


def _html(page: bytes) -> Response:
    return Response(page, headers={"Cache-Control": "public, no-cache"}, media_type="text/html")


@dataclass(frozen=True, slots=True)
class _Template:
    """What logs and metrics call a route."""

    path: str


class _Assets(StaticFiles):
    """The files that pages load, under one name in logs and metrics."""

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        scope["route"] = _Template(f"{ASSETS}/{{path}}")
        await super().__call__(scope, receive, send)


def web_routes(problems: tuple[ProblemPage, ...]) -> list[BaseRoute]:
    """The routes of every page and asset; none of them is part of the API."""
    pages = Pages(problems)
    router = APIRouter()
    handlers: tuple[tuple[str, Callable[..., Any]], ...] = (
        ("/", pages.start),
        ("/docs", pages.docs),
        ("/reference", pages.reference),
        ("/problems/{name}", pages.problem),
    )
    for path, handler in handlers:
        router.add_api_route(path, handler, include_in_schema=False, response_model=None)
    assets = _Assets(directory=str(files("app.web") / "static"))
    return [*router.routes, Mount(ASSETS, assets)]
