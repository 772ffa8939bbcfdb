"""How lists are asked for and linked: cursor, limit and the Link header (RFC 8288); knows no noun."""

from typing import Annotated, Any
from urllib.parse import urlencode

from fastapi import Query
from pydantic_core import to_json
from starlette.requests import Request
from starlette.responses import Response

from app.api.negotiation import JSON_ONLY
from app.usecases.initiatives import DEFAULT_LIMIT, LARGEST_LIMIT

Limit = Annotated[int, Query(ge=1, le=LARGEST_LIMIT, description="How many items a page has at most.")]
PageCursor = Annotated[
    str | None, Query(max_length=300, description="A place in the list, from the Link header of another page; opaque.")
]
FIRST_LIMIT = DEFAULT_LIMIT


def listed(request: Request, items: list[dict[str, Any]], following: str | None, previous: str | None) -> Response:
    """A page with links to its neighbours, which keep the filters and the limit."""
    headers = links(request, following, previous)
    return Response(to_json({"items": items}), headers=headers, media_type=JSON_ONLY["json"])


def links(request: Request, following: str | None, previous: str | None = None) -> dict[str, str]:
    """The Link header that leads to the neighbours of a page; no header where there are none."""
    found = [
        f'<{request.url.path}?{_query(request, cursor)}>; rel="{relation}"'
        for relation, cursor in (("next", following), ("prev", previous))
        if cursor
    ]
    return {"Link": ", ".join(found)} if found else {}


def _query(request: Request, cursor: str) -> str:
    kept = [(name, value) for name, value in request.query_params.multi_items() if name != "cursor"]
    return urlencode([*kept, ("cursor", cursor)])
