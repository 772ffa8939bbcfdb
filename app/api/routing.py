"""How a request finds its route, and what is answered when it does not: unknown paths, methods and query parameters."""

from collections import Counter
from collections.abc import Callable, Coroutine, Iterable
from typing import Any

from fastapi.dependencies.models import Dependant
from fastapi.exceptions import RequestValidationError
from fastapi.routing import APIRoute
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import BaseRoute, Match, compile_path

from app.api import problems
from app.api.answers import PERMISSION
from app.api.entrance import enter, enter_unknown
from app.api.gate import accepted
from app.api.problems import Problem, WrongParameter
from app.api.rules import rule_of
from app.domain.errors import Fault, GoodOfficesError
from app.domain.pointer import pointer
from app.security.permissions import PERMISSIONS, PUBLIC

Handler = Callable[[Request], Coroutine[Any, Any, Response]]


class GuardedRoute(APIRoute):
    """A route that lets nobody in whom it does not know, unless it is for everybody.

    What it needs stands in its own documentation (`x-permission`), and `undeclared` finds the route without.
    """

    def __init__(self, path: str, endpoint: Callable[..., Any], **options: Any) -> None:
        """Takes what the route is found by. FastAPI makes the rest when it is first asked for.

        That reads the handler's signature and builds a validator for each parameter, which takes a millisecond: much
        for all routes at once, little for the first request of each. Routes are made by one thread, the event loop's.
        """
        self._made_of = options
        self.path, self.endpoint, self.name = path, endpoint, options["name"] or endpoint.__name__
        self.path_regex, self.path_format, self.param_convertors = compile_path(path)
        self.methods = set(options["methods"])
        self.operation_id, self.openapi_extra = options["operation_id"], options["openapi_extra"]
        self.include_in_schema = options["include_in_schema"]

    def __getattr__(self, name: str) -> Any:
        """The first time that anything else is asked for, all of it is made."""
        options = self.__dict__.pop("_made_of", None)
        if options is None:
            raise AttributeError(name)
        try:
            super().__init__(self.path, self.endpoint, **options)
        except BaseException:
            self._made_of = options  # so that the next request meets the same error, and not a riddle
            raise
        return getattr(self, name)

    @property
    def permission(self) -> str:
        """What a caller needs, as it is declared; empty if it is not."""
        return str((self.openapi_extra or {}).get(PERMISSION, ""))

    def get_route_handler(self) -> Handler:
        """The handler with the entrance in front."""
        handler = self.checked(super().get_route_handler())
        needed, operation = PERMISSIONS.get(self.permission), self.operation_id or self.name
        if needed is None:
            return self._counted(handler)

        async def guarded(request: Request) -> Response:
            await enter(request, needed, operation)
            return await handler(request)

        return guarded

    def _counted(self, handler: Handler) -> Handler:
        """The handler of what anybody may ask; where it takes some work, an address may ask so often."""
        if "POST" not in (self.methods or ()):
            return handler

        async def counted(request: Request) -> Response:
            enter_unknown(request)
            return await handler(request)

        return counted

    def checked(self, handler: Handler) -> Handler:
        """The handler with whatever is checked once it is known who asks."""
        return handler


class StrictRoute(GuardedRoute):
    """A guarded route that refuses query parameters that are unknown or come twice: a typo must not pass in silence."""

    def checked(self, handler: Handler) -> Handler:
        """The handler with the check of the query in front."""
        known = frozenset(query_names(self.dependant))

        async def strict(request: Request) -> Response:
            if request.scope["query_string"]:
                _check_query(request, known)
            return await handler(request)

        return strict


def undeclared(routes: Iterable[BaseRoute]) -> list[str]:
    """The operations that do not say what they need, or name a permission that does not exist. There must be none."""
    described = (route for route in routes if isinstance(route, APIRoute) and route.include_in_schema)
    return [
        f"{', '.join(sorted(route.methods or ()))} {route.path}"
        for route in described
        if not (isinstance(route, GuardedRoute) and route.permission in {PUBLIC, *PERMISSIONS})
    ]


def query_names(dependant: Dependant) -> Iterable[str]:
    """The names of the query parameters that a handler and its dependencies declare."""
    for parameter in dependant.query_params:
        yield parameter.alias
    for inner in dependant.dependencies:
        yield from query_names(inner)


def _check_query(request: Request, known: frozenset[str]) -> None:
    times = Counter(name for name, _ in request.query_params.multi_items())
    faults = [WrongParameter(name, "It may come once.") for name in known & times.keys() if times[name] > 1]
    if times.keys() - known:
        faults.append(WrongParameter("query", "It has a parameter that is unknown here."))
    if faults:
        names = ", ".join(sorted(known)) or "none"
        raise Problem("invalid-request", f"The query parameters here are: {names}.", tuple(faults))


def methods_of(routes: Iterable[BaseRoute], request: Request) -> list[str]:
    """Every method that the path of the request takes, in alphabetical order; none for an unknown path."""
    methods: set[str] = set()
    for route in routes:
        match, _ = route.matches(request.scope)
        if match is not Match.NONE:
            methods |= getattr(route, "methods", None) or {"GET"}
    if "GET" in methods:
        methods.add("HEAD")
    return sorted(methods | {"OPTIONS"}) if methods else []


async def tell_http(request: Request, error: HTTPException) -> Response:
    """Starlette's own errors (no route, no such method, and the like) as problems; OPTIONS answered for every path."""
    if error.status_code != 405:
        return problems.response(Problem(_BY_STATUS.get(error.status_code, "malformed-request")))
    methods = methods_of(request.app.routes, request)
    allow = {"Allow": ", ".join(methods)} | (accepted("PATCH") if "PATCH" in methods else {})
    if request.method == "OPTIONS":
        return Response(status_code=204, headers=allow)
    return problems.response(Problem("method-not-allowed", headers=allow))


_BY_STATUS = {kind.status: kind.name for kind in reversed(problems.KINDS.values())}


async def tell_problem(_: Request, error: Problem) -> Response:
    """A problem of HTTP as it is."""
    return problems.response(error)


async def tell_error(_: Request, error: GoodOfficesError) -> Response:
    """An error of ours by the table."""
    return problems.response(problems.from_error(error))


async def tell_invalid(_: Request, error: RequestValidationError) -> Response:
    """A parameter or body that breaks a rule: its place and the rule, never the value. A bad id in the path is 404."""
    if any(item["loc"][0] == "path" for item in error.errors()):
        return problems.response(Problem("not-found"))
    faults = tuple(_fault(item) for item in error.errors()[:100])
    return problems.response(Problem("invalid-request", "The request breaks the rules under errors.", faults))


def _fault(item: dict[str, Any]) -> Fault | WrongParameter:
    place, *steps = item["loc"]
    rule = rule_of(item)
    return Fault(pointer(*steps), rule) if place == "body" else WrongParameter(str(steps[0]), rule)


HANDLERS: dict[int | type[Exception], Any] = {
    HTTPException: tell_http,
    Problem: tell_problem,
    GoodOfficesError: tell_error,
    RequestValidationError: tell_invalid,
}
