"""Getting a role past the owners: asked for, listed, read and decided; knows neither rules nor rows."""

from hashlib import sha256
from typing import Any

from fastapi import APIRouter, Request
from pydantic_core import to_json
from starlette.responses import Response

from app.api import sharing_examples as examples
from app.api.answers import (
    DONE_BRIEFLY,
    IDEMPOTENCY_KEY,
    IF_NONE_MATCH,
    PREFER,
    WITH_BODY,
    answer,
    extra,
    json_body,
    problem_answers,
)
from app.api.conditional import TAG_LENGTH, kept
from app.api.dependencies import access, holdings, whole_body
from app.api.negotiation import JSON_ONLY, chosen_format
from app.api.pages import FIRST_LIMIT, Limit, PageCursor, listed
from app.api.routing import StrictRoute
from app.api.rules import read_body
from app.api.sent import BreakGlassDecision, NewBreakGlass
from app.api.writes import retry, written
from app.storage.break_glass import State
from app.usecases import break_glass
from app.usecases.break_glass import BreakGlass, Wish

PATH = "/v1/organisations/{organisation_id}/break-glass"
DECISIONS = {"approve": State.APPROVED, "refuse": State.REFUSED}

router = APIRouter(route_class=StrictRoute, tags=["break-glass"])


@router.post(
    PATH,
    operation_id="request_break_glass",
    summary="Ask for a role past the owners",
    status_code=201,
    response_class=Response,
    openapi_extra=extra(
        "break_glass.request",
        IDEMPOTENCY_KEY,
        PREFER,
        body=json_body("NewBreakGlass", {"an owner who is ill": examples.NEW_BREAK_GLASS}),
    ),
    responses={
        201: answer(
            "The request, which waits for another admin.",
            "BreakGlassRequest",
            examples.REQUEST,
            headers=["Location", "ETag", "Preference-Applied", "Idempotency-Replayed"],
            links=examples.AFTER_REQUEST,
        ),
        **problem_answers("not-found", "conflict", "retry-mismatch", "retry-in-flight", "gone", *WITH_BODY),
    },
)
async def request_break_glass(request: Request, organisation_id: str) -> Response:
    """Asks, as an admin, that a person get a role that no owner gave. Every owner of the initiative gets a notice in
    the same moment, and another admin, who is not the person either, decides within 72 hours. An organisation with one
    admin only cannot do this. Whether the person has a role already is not told.
    """
    chosen_format(request, JSON_ONLY)
    body = await whole_body(request)
    new = read_body(NewBreakGlass, body)
    wish = Wish(new.initiative_id, new.person_id, new.role, new.reason)
    office, asking = holdings(request).office, access(request)
    made = await break_glass.ask(office, asking, organisation_id, wish, retry(request, body))
    location = f"/v1/organisations/{asking.organisation_id}/break-glass/{made.request.id}"
    answered = _written(request, made, 201, location)
    if made.replayed:
        answered.headers["Idempotency-Replayed"] = "true"
    return answered


@router.get(
    PATH,
    operation_id="list_break_glass",
    summary="A page of requests for a role past the owners",
    response_class=Response,
    openapi_extra=extra("break_glass.read"),
    responses={
        200: answer("A page.", "BreakGlassPage", {"items": [examples.DECIDED]}, headers=["Link"]),
        **problem_answers("not-found"),
    },
)
async def list_break_glass(
    request: Request, organisation_id: str, cursor: PageCursor = None, limit: Limit = FIRST_LIMIT
) -> Response:
    """The newest comes first. It is for admins; the owners concerned find requests among their notices."""
    chosen_format(request, JSON_ONLY)
    page = await break_glass.page(holdings(request).office, access(request), organisation_id, cursor, limit)
    return listed(request, [request_json(item) for item in page.items], page.next, page.previous)


@router.get(
    PATH + "/{request_id}",
    operation_id="get_break_glass",
    summary="A request for a role past the owners",
    response_class=Response,
    openapi_extra=extra("break_glass.read", IF_NONE_MATCH),
    responses={
        200: answer("The request.", "BreakGlassRequest", examples.DECIDED, headers=["ETag"]),
        304: answer("Still the same.", headers=["ETag"]),
        **problem_answers("not-found"),
    },
)
async def get_break_glass(request: Request, organisation_id: str, request_id: str) -> Response:
    """As it stands now: nobody can decide it any more once it has expired."""
    chosen_format(request, JSON_ONLY)
    found = await break_glass.get(holdings(request).office, access(request), organisation_id, request_id)
    return kept(request, to_json(request_json(found)), JSON_ONLY["json"])


@router.post(
    PATH + "/{request_id}/decision",
    operation_id="decide_break_glass",
    summary="Decide a request for a role past the owners",
    response_class=Response,
    openapi_extra=extra(
        "break_glass.decide", PREFER, body=json_body("BreakGlassDecision", {"a refusal": {"decision": "refuse"}})
    ),
    responses={
        200: answer(
            "The request, decided.", "BreakGlassRequest", examples.DECIDED, headers=["ETag", "Preference-Applied"]
        ),
        204: DONE_BRIEFLY,
        **problem_answers("not-found", "conflict", *WITH_BODY),
    },
)
async def decide_break_glass(request: Request, organisation_id: str, request_id: str) -> Response:
    """Approving gives the role and tells every owner in the same moment. A request is decided once, so there is nothing
    for If-Match to guard; the same decision by the same admin again changes nothing.
    """
    chosen_format(request, JSON_ONLY)
    decision = DECISIONS[read_body(BreakGlassDecision, await whole_body(request)).decision]
    office = holdings(request).office
    return _written(request, await break_glass.decide(office, access(request), organisation_id, request_id, decision))


def request_json(found: BreakGlass) -> dict[str, Any]:
    """A request as it is written."""
    request = found.request
    return {
        "id": request.id,
        "initiative_id": request.initiative_id,
        "person": _person(found, request.person_id),
        "role": request.role,
        "reason": request.reason,
        "state": found.state,
        "requested_by": _person(found, request.requested_by),
        "requested_at": request.requested_at,
        "expires_at": request.expires_at,
        "decided_by": None if request.decided_by is None else _person(found, request.decided_by),
        "decided_at": request.decided_at,
    }


def _person(found: BreakGlass, person_id: str) -> dict[str, str | None]:
    return {"id": person_id, "name": found.names.get(person_id)}


def _written(request: Request, found: BreakGlass, status: int = 200, location: str | None = None) -> Response:
    body = to_json(request_json(found))
    return written(request, body, sha256(body).hexdigest()[:TAG_LENGTH], status, location)
