"""Bodies, paths and queries that no handler ever sees: too big, too deep, or read two ways; knows no route by name."""

from typing import Final
from urllib.parse import parse_qsl, unquote_to_bytes

from starlette.types import ASGIApp, Message, Receive, Scope, Send

from app.api import problems, wellformed
from app.api.problems import Problem

LARGEST_BODY: Final = 256 * 1024
LONGEST_PATH: Final = 1_000
LONGEST_QUERY: Final = 4_000
JSON: Final = "application/json"
MERGE_PATCH: Final = "application/merge-patch+json"
FORM: Final = "application/x-www-form-urlencoded"
MOST_FORM_FIELDS: Final = 20
WITH_BODY: Final = frozenset({"POST", "PUT", "PATCH"})


class Gate:
    """An ASGI application that stands in front of another one and lets through what means one thing only.

    Args:
        app: what stands behind the gate.
        larger: for each path that takes more than 256 KB, how many bytes it takes.
        forms: the paths that take a form, and nothing else.
    """

    def __init__(self, app: ASGIApp, larger: dict[str, int] | None = None, forms: frozenset[str] = frozenset()) -> None:
        self.app = app
        self.larger = larger or {}
        self.forms = forms

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer a problem, or pass the request on with its body whole."""
        if scope["type"] != "http":
            return await self.app(scope, receive, send)
        try:
            _check_address(scope)
            if scope["method"] in WITH_BODY:
                receive = await self._checked(scope, receive)
        except Problem as problem:
            return await problems.response(problem)(scope, receive, send)
        except _Gone:
            return None
        return await self.app(scope, receive, send)

    async def _checked(self, scope: Scope, receive: Receive) -> Receive:
        largest = self.larger.get(scope["path"], LARGEST_BODY)
        headers = dict(scope["headers"])
        _check_length(headers.get(b"content-length"), largest)
        body = await _whole(receive, largest)
        if body:
            _check_coding(headers.get(b"content-encoding"))
            is_form = scope["path"] in self.forms
            _check_media_type(headers.get(b"content-type"), scope["method"], is_form=is_form)
            (_check_form if is_form else _check_body)(body)
        return _replay(body, receive)


class _Gone(Exception):
    """The client left before its request was whole."""


def _check_address(scope: Scope) -> None:
    path: bytes = scope.get("raw_path") or scope["path"].encode()
    query: bytes = scope["query_string"]
    if len(path) > LONGEST_PATH or len(query) > LONGEST_QUERY:
        raise Problem("address-too-long", f"A path has {LONGEST_PATH} bytes at most and a query {LONGEST_QUERY}.")
    if b"%" in path or b"%" in query or not (path.isascii() and query.isascii()):
        _check_text(unquote_to_bytes(path))
        _check_text(unquote_to_bytes(query))


def _check_text(address: bytes) -> None:
    try:
        text = address.decode()
    except UnicodeDecodeError:
        raise Problem("malformed-request", "The address is not UTF-8.") from None
    if "\0" in text:
        raise Problem("malformed-request", "The address holds the character NUL.")


def _check_length(declared: bytes | None, largest: int) -> None:
    if declared is None:
        return
    if not declared.isdigit():
        raise Problem("malformed-request", "Content-Length is not a number.")
    # Compared by length first: Python refuses to read a number of thousands of digits.
    if len(declared.lstrip(b"0")) > 18 or int(declared) > largest:
        raise _too_large(largest)


def _too_large(largest: int) -> Problem:
    return Problem("too-large", f"A body has {largest} bytes at most here.")


async def _whole(receive: Receive, largest: int) -> bytes:
    message = await _next(receive)
    body: bytes = message.get("body", b"")
    if message.get("more_body", False):
        body = await _gathered(receive, body, largest)
    if len(body) > largest:
        raise _too_large(largest)
    return body


async def _gathered(receive: Receive, start: bytes, largest: int) -> bytes:
    chunks, size, more = [start], len(start), True
    while more and size <= largest:
        message = await _next(receive)
        chunks.append(message.get("body", b""))
        size += len(chunks[-1])
        more = message.get("more_body", False)
    return b"".join(chunks)


async def _next(receive: Receive) -> Message:
    message = await receive()
    if message["type"] == "http.disconnect":
        raise _Gone
    return message


def _check_coding(declared: bytes | None) -> None:
    if declared is not None and declared.strip().lower() not in (b"", b"identity"):
        raise Problem("unsupported-media-type", "Send the body as it is.", headers={"Accept-Encoding": "identity"})


def _check_media_type(declared: bytes | None, method: str, *, is_form: bool) -> None:
    essence, *parameters = (part.strip() for part in (declared or b"").decode("latin-1").lower().split(";"))
    json = (JSON, MERGE_PATCH) if method == "PATCH" else (JSON,)
    allowed = (FORM,) if is_form else json
    charsets = {part[8:].strip('"') for part in parameters if part.startswith("charset=")}
    if essence not in allowed or charsets - {"utf-8"}:
        headers = {"Accept": FORM} if is_form else accepted(method)
        raise Problem("unsupported-media-type", f"Send {' or '.join(allowed)}, in UTF-8.", headers=headers)


def accepted(method: str) -> dict[str, str]:
    """The header that says which bodies the method takes (RFC 5789 for PATCH, RFC 9110 for the others)."""
    return {"Accept-Patch": f"{MERGE_PATCH}, {JSON}"} if method == "PATCH" else {"Accept": JSON}


def _check_body(body: bytes) -> None:
    reason = wellformed.why_refused(body)
    if reason:
        raise Problem("malformed-json", reason)


def _check_form(body: bytes) -> None:
    """A form means one thing only: UTF-8 in percent signs, each field once, no NUL."""
    try:
        fields = parse_qsl(
            body.decode("ascii"), keep_blank_values=True, errors="strict", max_num_fields=MOST_FORM_FIELDS
        )
    except ValueError:
        raise Problem("malformed-request", "The form cannot be read: it is UTF-8, in a few fields.") from None
    names = [name for name, _ in fields]
    if len(set(names)) < len(names) or any("\0" in part for field in fields for part in field):
        raise Problem("malformed-request", "The form has a field twice, or holds the character NUL.")


def _replay(body: bytes, receive: Receive) -> Receive:
    """A receive that gives the whole body first, then what the server says."""
    pending = [body]

    async def replayed() -> Message:
        if pending:
            return {"type": "http.request", "body": pending.pop(), "more_body": False}
        return await receive()

    return replayed
