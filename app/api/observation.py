"""What an operator may know of a request: its route, status and time; never contents, ids, queries or who sent it."""

import os
import time
from typing import Any, Final

from prometheus_client import CollectorRegistry, Counter, Histogram
from prometheus_client.exposition import generate_latest
from starlette.types import ASGIApp, Message, Receive, Scope, Send

METHODS: Final = frozenset({"GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS"})
UNMATCHED: Final = "unmatched"
REQUEST_ID: Final = "request_id"
LEFT: Final = 499  # no answer: the client left, or was shed before its request was whole


class Metrics:
    """Counts and times by method, route and status; each application has its own."""

    def __init__(self) -> None:
        self.registry = CollectorRegistry()
        self._seconds = Histogram(
            "goodoffices_http_request_seconds",
            "How long requests took, by method, route and status.",
            ("method", "route", "status"),
            registry=self.registry,
            buckets=(0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 1.0, 5.0),
        )
        self._faults = Counter("goodoffices_faults", "Errors that nobody foresaw.", registry=self.registry)

    def observe(self, method: str, route: str, status: int, seconds: float) -> None:
        """Count one answered request."""
        self._seconds.labels(method, route, str(status)).observe(seconds)

    def fault(self) -> None:
        """Count one error that nobody foresaw."""
        self._faults.inc()

    def exposition(self) -> bytes:
        """Everything counted so far, in Prometheus's text format."""
        return generate_latest(self.registry)


class Observation:
    """An ASGI application that counts, times and logs what the one behind it answers, and gives each request an id."""

    def __init__(self, app: ASGIApp, metrics: Metrics, logger: Any, *, access_log: bool) -> None:
        self.app = app
        self.metrics = metrics
        self.log = logger
        self.access_log = access_log

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass the request on and observe the answer."""
        if scope["type"] != "http":
            return await self.app(scope, receive, send)
        request_id = scope[REQUEST_ID] = os.urandom(8).hex()
        method = scope["method"]
        status = LEFT

        async def observed(message: Message) -> None:
            nonlocal status
            if message["type"] == "http.response.start":
                status = message["status"]
                message["headers"].append((b"x-request-id", request_id.encode()))
            await send(message)

        began = time.perf_counter()
        try:
            await self.app(scope, receive, observed)
        finally:
            self._record(scope, method, status, time.perf_counter() - began)
        return None

    def _record(self, scope: Scope, method: str, status: int, seconds: float) -> None:
        route = route_template(scope)
        known = method if method in METHODS else "other"
        self.metrics.observe(known, route, status, seconds)
        if self.access_log:
            milliseconds = round(seconds * 1_000, 2)
            self.log.info(
                "request", method=known, route=route, status=status, ms=milliseconds, request_id=scope[REQUEST_ID]
            )


def route_template(scope: Scope) -> str:
    """The template of the route that took the request, such as `/v1/initiatives/{initiative_id}`."""
    route = scope.get("route")
    return getattr(route, "path", UNMATCHED)
