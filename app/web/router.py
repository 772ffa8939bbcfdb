"""The addresses of the pages and their assets; knows templates, not what the API does."""

from collections.abc import Callable
from dataclasses import dataclass
from importlib.resources import files
from typing import Any

from fastapi import APIRouter, Request
from starlette.exceptions import HTTPException
from starlette.responses import Response
from starlette.routing import BaseRoute, Mount
from starlette.staticfiles import StaticFiles
from starlette.types import Receive, Scope, Send

from app.web.contexts import ProblemPage
from app.web.reference import reference_page
from app.web.rendering import Templates
from app.web.sign_in import ACCOUNT, SIGN_IN, SIGN_OUT, AccountPages, Door

ASSETS = "/static"


class Pages:
    """The pages that are the same for everybody.

    Args:
        templates: what they are rendered from.
        problems: a page for each kind of problem.
    """

    def __init__(self, templates: Templates, problems: tuple[ProblemPage, ...]) -> None:
        self._templates = templates
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
            self._reference = self._templates.rendered("reference.html", reference_page(request.app.openapi()))
        return _html(self._reference)

    async def problem(self, request: Request) -> Response:
        """What a kind of problem means and what to do about it."""
        name = request.path_params["name"]
        if name not in self._problems:
            raise HTTPException(404)
        return self._page("problem.html", self._problems[name])

    def _page(self, template: str, page: Any = None) -> Response:
        return _html(self._templates.rendered(template, page))


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


def web_routes(problems: tuple[ProblemPage, ...], door: Door) -> list[BaseRoute]:
    """The routes of every page and asset; none of them is part of the API."""
    templates = Templates()
    pages, accounts = Pages(templates, problems), AccountPages(templates, door)
    router = APIRouter()
    handlers: tuple[tuple[str, str, Callable[..., Any]], ...] = (
        ("GET", "/", pages.start),
        ("GET", "/docs", pages.docs),
        ("GET", "/reference", pages.reference),
        ("GET", "/problems/{name}", pages.problem),
        ("GET", SIGN_IN, accounts.form),
        ("POST", SIGN_IN, accounts.sign_in),
        ("GET", ACCOUNT, accounts.account),
        ("POST", SIGN_OUT, accounts.sign_out),
    )
    for method, path, handler in handlers:
        router.add_api_route(path, handler, methods=[method], include_in_schema=False, response_model=None)
    assets = _Assets(directory=str(files("app.web") / "static"))
    return [*router.routes, Mount(ASSETS, assets)]
