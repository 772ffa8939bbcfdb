"""Who read an initiative and who changed it; knows neither rules nor rows."""

from collections.abc import Mapping
from typing import Any

from fastapi import APIRouter, Request
from starlette.responses import Response

from app.api import sharing_examples as examples
from app.api.answers import answer, extra, problem_answers
from app.api.dependencies import access, holdings
from app.api.negotiation import JSON_ONLY, chosen_format
from app.api.pages import PageCursor, listed
from app.api.routing import GuardedRoute, StrictRoute
from app.security.permissions import PERMISSIONS
from app.usecases import readers
from app.usecases.readers import Reader

router = APIRouter(route_class=StrictRoute, tags=["roles"])


@router.get(
    "/v1/initiatives/{initiative_id}/readers",
    operation_id="list_readers",
    summary="Who read an initiative",
    response_class=Response,
    openapi_extra=extra("readers.read"),
    responses={
        200: answer("A page.", "ReaderPage", {"items": [examples.READER]}, headers=["Link"]),
        **problem_answers("not-found"),
    },
)
async def list_readers(request: Request, initiative_id: str, cursor: PageCursor = None) -> Response:
    """Who read it and who changed it, by which operation, how often, and when first and last, as the audit trail tells.
    A page counts the 10,000 entries that come next; where there are more, the same person may be on the next page too.
    """
    chosen_format(request, JSON_ONLY)
    page = await readers.page(holdings(request).office, access(request), initiative_id, cursor)
    changes = _operations(request)
    return listed(request, [_json(item, changes) for item in page.items], page.next, page.previous)


def _operations(request: Request) -> Mapping[str | None, bool]:
    """Each operation with whether it can change something."""
    routes = (route for route in request.app.routes if isinstance(route, GuardedRoute))
    return {
        route.operation_id: PERMISSIONS[route.permission].writes for route in routes if route.permission in PERMISSIONS
    }


def _json(reader: Reader, changes: Mapping[str | None, bool]) -> dict[str, Any]:
    dealing = reader.dealing
    return {
        "person_id": dealing.person_id,
        "name": reader.name,
        "operation": dealing.action,
        "changes": changes.get(dealing.action, True),  # what is not an operation of this version may have changed it
        "times": dealing.times,
        "first_at": dealing.first_at,
        "last_at": dealing.last_at,
    }
