"""What every answer carries and what becomes of an error that nobody foresaw; knows no route."""

import traceback
from collections.abc import Iterable
from typing import Any, Final

from starlette.types import ASGIApp, Message, Receive, Scope, Send

from app.api import problems
from app.api.observation import REQUEST_ID, Metrics, route_template
from app.api.problems import Problem

Header = tuple[bytes, bytes]

# Pages and assets come from here and nowhere else; no script or style stands inside a page.
STRICT_POLICY: Final = (
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; font-src 'self'; "
    "connect-src 'self'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'"
)
SECURITY_HEADERS: Final = (
    (b"x-content-type-options", b"nosniff"),
    (b"x-frame-options", b"DENY"),
    (b"referrer-policy", b"no-referrer"),
    (b"cross-origin-opener-policy", b"same-origin"),
    (b"cross-origin-resource-policy", b"same-origin"),
    (b"permissions-policy", b"camera=(), geolocation=(), microphone=()"),
)
MORE_HEADERS: Final = "goodoffices.headers"  # where in a request's scope others leave what its answer is to carry
_POLICY = (b"content-security-policy", STRICT_POLICY.encode())
_NO_STORE = (b"cache-control", b"no-store")


class Envelope:
    """An ASGI application that adds the security headers, answers HEAD as GET, and turns a crash into a 500."""

    def __init__(self, app: ASGIApp, metrics: Metrics, logger: Any) -> None:
        self.app = app
        self.metrics = metrics
        self.log = logger

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass the request on; send back what the application answers, or a problem if it could not."""
        if scope["type"] != "http":
            return await self.app(scope, receive, send)
        without_body = scope["method"] == "HEAD"
        # A copy, as the server looks at its own scope to know whether a body may follow.
        inner = {**scope, "method": "GET"} if without_body else scope
        started = False

        async def enveloped(message: Message) -> None:
            nonlocal started
            if message["type"] == "http.response.start":
                started = True
                _complete(message["headers"], inner.get(MORE_HEADERS, ()))
            elif without_body:
                message = {**message, "body": b""}
            await send(message)

        try:
            await self.app(inner, receive, enveloped)
        except Exception as error:  # noqa: BLE001 - whatever it is, the caller gets a problem and the log its place
            self._report(inner, error)
            if not started:
                await problems.response(Problem("internal"))(scope, receive, enveloped)
        finally:
            scope["route"] = inner.get("route")
        return None

    def _report(self, scope: Scope, error: Exception) -> None:
        """Log where it happened. The message is left out: it may repeat what the user sent."""
        self.metrics.fault()
        frames = traceback.extract_tb(error.__traceback__)[-5:]
        places = [f"{frame.name}:{frame.lineno}" for frame in frames]
        self.log.error(
            "fault",
            error=type(error).__name__,
            at=places,
            route=route_template(scope),
            request_id=scope.get(REQUEST_ID, ""),
        )


def _complete(headers: list[Header], more: Iterable[Header]) -> None:
    present = {name for name, _ in headers}
    headers.extend(header for header in (*SECURITY_HEADERS, _POLICY, _NO_STORE) if header[0] not in present)
    headers.extend(more)
