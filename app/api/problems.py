"""How everything that can go wrong is answered: one table from what happened to status and type (RFC 9457)."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any

from pydantic_core import to_json
from starlette.responses import Response

from app.domain.errors import (
    BadInput,
    ChecklistBroken,
    Conflict,
    Damaged,
    DesignRefused,
    Fault,
    Forbidden,
    Gone,
    GoodOfficesError,
    NotFound,
    RetryInFlight,
    RetryMismatch,
    Stale,
    TooMany,
    Unauthenticated,
    Unavailable,
)

MEDIA_TYPE = "application/problem+json"
RETRY_AFTER_SECONDS = 5


@dataclass(frozen=True, slots=True)
class Kind:
    """A kind of problem: the last step of its `type`, its status, its title, and what the caller can do about it."""

    name: str
    status: int
    title: str
    advice: str

    @property
    def type(self) -> str:
        """The `type` member: a reference to the page that explains this kind."""
        return f"/problems/{self.name}"


KINDS = {
    kind.name: kind
    for kind in (
        Kind("malformed-request", 400, "Malformed request", "Mend the address or the header named in detail."),
        Kind("malformed-json", 400, "Not JSON that can be relied on", "Send UTF-8 JSON without what detail names."),
        Kind("unauthenticated", 401, "Who are you?", "Send a valid API key as Authorization: Bearer go_…, or sign in."),
        Kind("forbidden", 403, "Not yours to do", "Ask an owner for another role, or use a key with more scopes."),
        Kind("not-found", 404, "Not found", "Check the address. What is not yours looks the same as nothing."),
        Kind("method-not-allowed", 405, "Method not allowed", "Use one of the methods that the Allow header lists."),
        Kind("not-acceptable", 406, "Not acceptable", "Ask for a media type that this resource has, or for none."),
        Kind("request-timeout", 408, "Too slow", "Send the whole request within a few seconds."),
        Kind("retry-in-flight", 409, "Still being carried out", "Wait as long as Retry-After says; send it again."),
        Kind("conflict", 409, "Not as things stand", "Change first what detail names, then try again."),
        Kind("gone", 410, "Gone", "It was deleted, and nothing can bring it back. Use a new Idempotency-Key."),
        Kind("stale", 412, "Changed in the meantime", "Read it again, apply your change, and send the new ETag."),
        Kind("too-large", 413, "Too large", "Send less; detail says how much is taken."),
        Kind("address-too-long", 414, "Address too long", "Shorten the path or the query."),
        Kind("unsupported-media-type", 415, "Unsupported media type", "Send JSON and say so in Content-Type."),
        Kind("invalid-design", 422, "Not a valid design", "Mend each place under errors; the pointers lead to it."),
        Kind("invalid-request", 422, "Not a valid request", "Mend each entry under errors."),
        Kind("retry-mismatch", 422, "Idempotency-Key used before", "Use a new key for a new request."),
        Kind("precondition-required", 428, "If-Match is needed", "Read the resource, then send its ETag in If-Match."),
        Kind("too-many-requests", 429, "Too many requests", "Wait as long as Retry-After says."),
        Kind("headers-too-large", 431, "Headers too large", "Send fewer or shorter headers."),
        Kind("internal", 500, "Our fault", "Tell whoever runs this service the X-Request-ID of the answer."),
        Kind("damaged", 500, "What is stored does not verify", "Nothing is shown. Tell whoever runs this service."),
        Kind("unavailable", 503, "Unavailable just now", "Nothing was changed. Wait as long as Retry-After says."),
    )
}

TABLE: tuple[tuple[type[GoodOfficesError], str], ...] = (
    (DesignRefused, "invalid-design"),
    (BadInput, "invalid-request"),
    (NotFound, "not-found"),
    (Stale, "stale"),
    (RetryMismatch, "retry-mismatch"),
    (RetryInFlight, "retry-in-flight"),
    (Gone, "gone"),
    (Unavailable, "unavailable"),
    (ChecklistBroken, "unavailable"),
    (Damaged, "damaged"),
    (Unauthenticated, "unauthenticated"),
    (Forbidden, "forbidden"),
    (Conflict, "conflict"),
    (TooMany, "too-many-requests"),
)

RETRYABLE = frozenset({"retry-in-flight", "too-many-requests", "unavailable"})


@dataclass(frozen=True, slots=True)
class WrongParameter:
    """A query parameter, header or path segment that breaks a rule; never its value."""

    parameter: str
    detail: str


@dataclass(eq=False)
class Problem(Exception):
    """A problem of HTTP itself, which the domain has no error for: of which kind, with which detail and headers."""

    kind: str
    detail: str = ""
    faults: tuple[Fault | WrongParameter, ...] = ()
    headers: Mapping[str, str] = field(default_factory=dict)


def kind_of(error: GoodOfficesError) -> Kind:
    """The kind of problem that an error of ours is, by its nearest class in the table."""
    for known, name in TABLE:
        if isinstance(error, known):
            return KINDS[name]
    return KINDS["internal"]


def from_error(error: GoodOfficesError) -> Problem:
    """The problem that an error of ours is told as; a stale one carries the current ETag."""
    kind = kind_of(error)
    headers: dict[str, str] = {}
    if isinstance(error, Stale):
        headers["ETag"] = f'"{error.current}"'
    if isinstance(error, TooMany):
        headers["Retry-After"] = str(error.wait)
    if kind.name == "internal":
        return Problem(kind.name)
    return Problem(kind.name, error.detail, error.faults, headers)


def body(problem: Problem) -> bytes:
    """The problem as `application/problem+json`."""
    kind = KINDS[problem.kind]
    members: dict[str, Any] = {"type": kind.type, "title": kind.title, "status": kind.status}
    members["detail"] = problem.detail or kind.advice
    if problem.faults:
        members["errors"] = list(_errors(problem.faults))
    return to_json(members)


def _errors(faults: Iterable[Fault | WrongParameter]) -> Iterable[dict[str, str]]:
    for fault in faults:
        if isinstance(fault, Fault):
            yield {"pointer": fault.pointer, "detail": fault.detail}
        else:
            yield {"parameter": fault.parameter, "detail": fault.detail}


def headers(problem: Problem) -> dict[str, str]:
    """The headers of the problem, Retry-After among them where trying again can help."""
    always = {"Cache-Control": "no-store"}
    if problem.kind in RETRYABLE:
        always["Retry-After"] = str(1 if problem.kind == "retry-in-flight" else RETRY_AFTER_SECONDS)
    if problem.kind == "unauthenticated":
        always["WWW-Authenticate"] = "Bearer"
    return always | dict(problem.headers)


def response(problem: Problem) -> Response:
    """The answer that tells the problem."""
    return Response(body(problem), KINDS[problem.kind].status, headers(problem), MEDIA_TYPE)
