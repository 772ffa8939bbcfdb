"""How the API documentation describes answers, headers and examples; knows HTTP, and no noun."""

from collections import defaultdict
from collections.abc import Iterable, Mapping
from typing import Any, Final

from app.api.gate import JSON
from app.api.problems import KINDS, MEDIA_TYPE, RETRYABLE, Kind

Described = dict[str, Any]
Answers = dict[int | str, Described]

PERMISSION: Final = "x-permission"

# What any request can meet, whatever it asks for.
ALWAYS: Final = (
    "malformed-request",
    "not-acceptable",
    "address-too-long",
    "invalid-request",
    "internal",
    "unavailable",
)
WITH_BODY: Final = ("malformed-json", "too-large", "unsupported-media-type")
CONDITIONAL: Final = ("stale", "precondition-required")
COUNTED: Final = ("too-many-requests",)
PROTECTED: Final = ("unauthenticated", "forbidden", *COUNTED)

HEADERS: Final[dict[str, str]] = {
    "X-Request-ID": "Names this request in the logs.",
    "ETag": "Names this state of the resource; send it back in If-Match or If-None-Match.",
    "Location": "The address of what was created.",
    "Content-Disposition": "The name to keep a table under.",
    "Link": "The next and previous page (RFC 8288).",
    "Idempotency-Replayed": "true if this is the answer to an earlier request again.",
    "Preference-Applied": "The preference that was honoured (RFC 7240).",
    "Retry-After": "How many seconds to wait.",
    "Allow": "Every method of the path.",
    "Accept": "The media types that the method takes.",
    "Accept-Patch": "The media types that PATCH takes.",
    "Vary": "The request headers that the answer depends on.",
    "WWW-Authenticate": "How to say who you are.",
    "Set-Cookie": "The session's cookie, or that it is to be forgotten.",
    "RateLimit-Policy": "How many requests you may send in how many seconds: q and w of each policy (IETF draft).",
    "RateLimit": "How many of them are left, at most, and in how many seconds there are new ones: r and t.",
}


def answer(
    description: str,
    schema: str | Mapping[str, Any] | None = None,
    example: Any = None,
    *,
    headers: Iterable[str] = (),
    others: Mapping[str, Any] | None = None,
    links: Mapping[str, Any] | None = None,
) -> Described:
    """The description of an answer that succeeds.

    Args:
        description: what it means.
        schema: the name of the schema of its JSON, or several names, each with an example, where it is one of them;
            None for an answer without a body.
        example: its JSON, as an example.
        headers: the names of the headers that it carries, beside X-Request-ID.
        others: further media types → example.
        links: what can be done next, as OpenAPI links.
    """
    described: Described = {"description": description, "headers": _headers(("X-Request-ID", *headers))}
    if isinstance(schema, str):
        described["content"] = {JSON: {"schema": reference(schema), "example": example}}
    elif schema:
        described["content"] = {JSON: _one_of(schema)}
    for media_type, text in (others or {}).items():
        schema_type = "string" if isinstance(text, str) else "object"
        described.setdefault("content", {})[media_type] = {"schema": {"type": schema_type}, "example": text}
    if links:
        described["links"] = dict(links)
    return described


def _one_of(schemas: Mapping[str, Any]) -> Described:
    named = {name: {"summary": name, "value": value} for name, value in schemas.items()}
    return {"schema": {"anyOf": [reference(name) for name in schemas]}, "examples": named}


def problem_answers(*names: str) -> Answers:
    """The descriptions of the problems that an operation can answer, those that any can answer among them."""
    return answers_of((*ALWAYS, *names))


def answers_of(names: Iterable[str]) -> Answers:
    """The descriptions of these problems alone, by status."""
    by_status: dict[int, list[Kind]] = defaultdict(list)
    for name in dict.fromkeys(names):
        by_status[KINDS[name].status].append(KINDS[name])
    return {status: _problem(kinds) for status, kinds in sorted(by_status.items())}


def _problem(kinds: list[Kind]) -> Described:
    examples = {kind.name: {"summary": kind.title, "value": _example(kind)} for kind in kinds}
    content = {"schema": reference("ProblemDetails"), "examples": examples}
    description = " ".join(f"{kind.title}. {kind.advice}" for kind in kinds)
    headers = [name for kind in kinds for name in _headers_of(kind)]
    return {
        "description": description,
        "headers": _headers(["X-Request-ID", *headers]),
        "content": {MEDIA_TYPE: content},
    }


def _headers_of(kind: Kind) -> Iterable[str]:
    if kind.name in RETRYABLE:
        yield "Retry-After"
    if kind.name == "stale":
        yield "ETag"
    if kind.name == "unauthenticated":
        yield "WWW-Authenticate"


def _example(kind: Kind) -> dict[str, Any]:
    return {"type": kind.type, "title": kind.title, "status": kind.status, "detail": kind.advice}


def with_allowance(answer: Described) -> Described:
    """The same answer of an operation whose requests are counted: it says how many are left."""
    return {**answer, "headers": {**answer.get("headers", {}), **_headers(("RateLimit-Policy", "RateLimit"))}}


def reference(schema: str) -> Described:
    """A reference to a named schema."""
    return {"$ref": f"#/components/schemas/{schema}"}


def _headers(names: Iterable[str]) -> Described:
    return {name: {"description": HEADERS[name], "schema": {"type": "string"}} for name in dict.fromkeys(names)}


def json_body(schema: str, examples: Mapping[str, Any], media_types: Iterable[str] = (JSON,)) -> Described:
    """The description of a request's body, to be given to a route as `openapi_extra`.

    Args:
        schema: the name of its schema.
        examples: name → the body.
        media_types: the media types that it may come as.
    """
    named = {name: {"summary": name, "value": value} for name, value in examples.items()}
    content = {media_type: {"schema": reference(schema), "examples": named} for media_type in media_types}
    return {"requestBody": {"required": True, "content": content}}


def header(
    name: str, description: str, example: str, pattern: str | None = None, *, required: bool = False
) -> Described:
    """The description of a request header."""
    schema: Described = {"type": "string", "examples": [example]} | ({"pattern": pattern} if pattern else {})
    return {"name": name, "in": "header", "required": required, "description": description, "schema": schema}


_TAGS: Final = r'^(\*|(W/)?"[!#-~]{0,100}"(, ?(W/)?"[!#-~]{0,100}"){0,9})$'
IF_MATCH: Final = header(
    "If-Match",
    "The ETag of what you read, or * for whatever is there. Without it the answer is 428; with an old one 412.",
    '"3.0"',
    _TAGS,
    required=True,
)
IF_NONE_MATCH: Final = header("If-None-Match", "The ETag of what you have: 304 if still the same.", '"3.0"', _TAGS)
PREFER: Final = header(
    "Prefer",
    "return=minimal for an answer of headers only, return=representation for the whole. A key without the scope read "
    "always gets headers only.",
    "return=representation",
)
IDEMPOTENCY_KEY: Final = header(
    "Idempotency-Key",
    "A random text of your own, the same in every retry: the thing is done once, and each retry gets the same answer.",
    "4e1f6c0a-8f0e-4b57-9f5a-2f6c1d1f7c55",
    "^[ -~]{1,255}$",
)


def extra(permission: str, *parameters: Described, body: Described | None = None) -> Described:
    """What a route adds to its own documentation.

    Args:
        permission: what a caller needs, by its name in `app.security.permissions`; the route asks for it by this.
        parameters: the headers that it reads.
        body: the body that it takes.
    """
    return {PERMISSION: permission, "parameters": list(parameters), **(body or {})}


DONE_BRIEFLY: Final = answer(
    "It is done; return=minimal was preferred, or your key may not read.", headers=("ETag", "Preference-Applied")
)
"""The answer of headers only to a write."""
