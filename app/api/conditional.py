"""Conditional requests (RFC 9110, section 13): ETags, If-Match and If-None-Match; knows no resource."""

import re
from hashlib import sha256
from typing import Final

from starlette.requests import Request
from starlette.responses import Response

from app.api.problems import Problem, WrongParameter

ANY: Final = "*"
TAG_LENGTH: Final = 20
_TAG = re.compile(r'\s*(W/)?"([\x21\x23-\x7e\x80-\xff]*)"\s*(?:,|$)')


def etag(tag: str) -> str:
    """The strong ETag of a tag: `3.0` is written `"3.0"`."""
    return f'"{tag}"'


def if_match(request: Request) -> tuple[str, ...]:
    """The strong tags that the caller accepts, or `("*",)`; a weak tag never matches and is left out.

    Raises:
        Problem: precondition-required without If-Match, malformed-request for one that cannot be read.
    """
    values = request.headers.getlist("if-match")
    if not values:
        raise Problem("precondition-required", "A change needs If-Match with the ETag of what you read.")
    return tuple(tag for weak, tag in _tags(", ".join(values), "If-Match") if not weak)


def not_modified(request: Request, tag: str) -> Response | None:
    """The 304 that If-None-Match asks for when the caller has this already, else None."""
    values = request.headers.getlist("if-none-match")
    if not values:
        return None
    known = {known for _, known in _tags(", ".join(values), "If-None-Match")}
    return Response(status_code=304, headers=fresh(tag)) if known & {tag, ANY} else None


def fresh(tag: str) -> dict[str, str]:
    """The headers of a representation that may be kept, but must be asked after before each use."""
    return {"ETag": etag(tag), "Cache-Control": "private, no-cache"}


def _tags(value: str, header: str) -> list[tuple[bool, str]]:
    if value.strip() == ANY:
        return [(False, ANY)]
    tags, position = [], 0
    while position < len(value):
        found = _TAG.match(value, position)
        if not found:
            raise _malformed(header)
        tags.append((bool(found[1]), found[2]))
        position = found.end()
    if not tags:
        raise _malformed(header)
    return tags


def _malformed(header: str) -> Problem:
    rule = 'It is a list of ETags as they were sent, such as "3.0", or *.'
    return Problem("malformed-request", f"{header} cannot be read.", (WrongParameter(header, rule),))


def kept(request: Request, body: bytes, media_type: str) -> Response:
    """The body, to be kept until its ETag, taken from the body itself, is another; 304 for who has it already."""
    tag = sha256(body).hexdigest()[:TAG_LENGTH]
    return not_modified(request, tag) or Response(body, headers=fresh(tag), media_type=media_type)
