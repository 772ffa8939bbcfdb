"""What the caller must be told: listed, and marked as read; knows neither rules nor rows."""

from typing import Any

from fastapi import APIRouter, Request
from starlette.responses import Response

from app.api import sharing_examples as examples
from app.api.answers import answer, extra, problem_answers
from app.api.break_glass import request_json
from app.api.dependencies import access, holdings
from app.api.negotiation import JSON_ONLY, chosen_format
from app.api.pages import FIRST_LIMIT, Limit, PageCursor, listed
from app.api.routing import StrictRoute
from app.usecases import notices
from app.usecases.notices import Told

PATH = "/v1/notices"

router = APIRouter(route_class=StrictRoute, tags=["notices"])


@router.get(
    PATH,
    operation_id="list_notices",
    summary="A page of your notices",
    response_class=Response,
    openapi_extra=extra("notices.read"),
    responses={
        200: answer(
            "A page.", "NoticePage", {"items": [examples.NOTICE]}, headers=["Link"], links=examples.AFTER_NOTICES
        ),
        **problem_answers("not-found"),
    },
)
async def list_notices(request: Request, cursor: PageCursor = None, limit: Limit = FIRST_LIMIT) -> Response:
    """First those that you have not read, and of each kind the newest first."""
    chosen_format(request, JSON_ONLY)
    page = await notices.page(holdings(request).office, access(request), cursor, limit)
    return listed(request, [_json(told) for told in page.items], page.next, page.previous)


@router.post(
    PATH + "/{notice_id}/read",
    operation_id="mark_notice_read",
    summary="Say that a notice was read",
    status_code=204,
    response_class=Response,
    openapi_extra=extra("notices.change"),
    responses={204: answer("It is marked."), **problem_answers("not-found")},
)
async def mark_notice_read(request: Request, notice_id: str) -> Response:
    """It stays in the list, after those that were not read. Again changes nothing."""
    chosen_format(request, JSON_ONLY)
    await notices.mark_read(holdings(request).office, access(request), notice_id)
    return Response(status_code=204)


def _json(told: Told) -> dict[str, Any]:
    notice = told.notice
    return {
        "id": notice.id,
        "kind": notice.kind,
        "initiative_id": notice.initiative_id,
        "created_at": notice.created_at,
        "read_at": notice.read_at,
        "break_glass": None if told.about is None else request_json(told.about),
    }
