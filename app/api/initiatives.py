"""Initiatives: created, listed, read and deleted; knows neither rules nor rows."""

from typing import Annotated

from fastapi import APIRouter, Query, Request
from pydantic_core import from_json
from starlette.responses import Response

from app.api import examples
from app.api.answers import (
    CONDITIONAL,
    IDEMPOTENCY_KEY,
    IF_MATCH,
    IF_NONE_MATCH,
    PREFER,
    WITH_BODY,
    answer,
    extra,
    json_body,
    problem_answers,
)
from app.api.conditional import fresh, not_modified
from app.api.dependencies import access, holdings, whole_body
from app.api.design_body import design_within
from app.api.initiative_json import summary, whole
from app.api.links import AFTER_CREATION
from app.api.negotiation import JSON_ONLY, chosen_format
from app.api.pages import FIRST_LIMIT, Limit, PageCursor, listed
from app.api.routing import StrictRoute
from app.api.writes import expected, replayed, retry, written
from app.checklist.outcome import Outcome, State
from app.domain.design import Stage
from app.usecases import initiatives
from app.usecases.initiatives import Filters

router = APIRouter(route_class=StrictRoute, tags=["initiatives"])

# A colon can stand in no id, so it parts an id from what is looked for.
STATES = "|".join(State)
OUTCOMES = "|".join(Outcome)
CategoryStates = Annotated[
    list[Annotated[str, Query(pattern=f"^[a-z_]{{1,40}}:({STATES})$")]] | None,
    Query(description="A category with its state: funding:concerns. All that are given must hold.", max_length=20),
]
CheckOutcomes = Annotated[
    list[Annotated[str, Query(pattern=f"^[a-z0-9_.-]{{1,80}}:({OUTCOMES})$")]] | None,
    Query(
        description="A check with its outcome: purpose.stated:open. All that are given must hold.",
        max_length=20,
    ),
]


@router.post(
    "/v1/initiatives",
    operation_id="create_initiative",
    summary="Keep an initiative",
    status_code=201,
    response_class=Response,
    openapi_extra=extra(
        "initiatives.create",
        IDEMPOTENCY_KEY,
        PREFER,
        body=json_body(
            "NewInitiative",
            {"a thin draft": {"design": examples.THIN_DESIGN}, "a fuller draft": {"design": examples.DESIGN}},
        ),
    ),
    responses={
        201: answer(
            "The initiative with its first revision and the feedback on it.",
            "Initiative",
            examples.INITIATIVE,
            headers=["Location", "ETag", "Preference-Applied", "Idempotency-Replayed"],
            links=AFTER_CREATION,
        ),
        **problem_answers("invalid-design", "conflict", "retry-mismatch", "retry-in-flight", "gone", *WITH_BODY),
    },
)
async def create_initiative(request: Request) -> Response:
    """Stores the design as revision 1 and judges it. With an Idempotency-Key it can be sent again without harm."""
    chosen_format(request, JSON_ONLY)
    held, body = holdings(request), await whole_body(request)
    design = design_within(from_json(body))
    judged = await initiatives.create(held.office, access(request), design, retry(request, body))
    location = f"/v1/initiatives/{judged.initiative.id}"
    answered = written(request, whole(held.catalogue, judged), judged.initiative.tag, 201, location)
    return replayed(judged, answered)


@router.get(
    "/v1/initiatives",
    operation_id="list_initiatives",
    summary="A page of initiatives",
    response_class=Response,
    openapi_extra=extra("initiatives.list"),
    responses={
        200: answer("A page.", "InitiativePage", {"items": [examples.SUMMARY]}, headers=["Link"]),
        **problem_answers("not-found"),
    },
)
async def list_initiatives(
    request: Request,
    *,
    lifecycle: Annotated[Stage | None, Query(description="The design's stage.")] = None,
    category_state: CategoryStates = None,
    check_outcome: CheckOutcomes = None,
    checklist: Annotated[
        str | None, Query(max_length=100, description="The checklist of these ids; left out, the one that is adopted.")
    ] = None,
    cursor: PageCursor = None,
    limit: Limit = FIRST_LIMIT,
) -> Response:
    """Those changed last come first. Filters speak of the newest revision as it was judged, waivers left aside. A page
    may be short, or empty, and still have a next one.
    """
    chosen_format(request, JSON_ONLY)
    held = holdings(request)
    filters = Filters(lifecycle, _states(category_state), _outcomes(check_outcome), checklist)
    page = await initiatives.page(held.office, access(request), filters, cursor, limit)
    return listed(request, [summary(held.catalogue, item) for item in page.items], page.next, page.previous)


def _states(given: list[str] | None) -> tuple[tuple[str, State], ...]:
    pairs = (text.split(":") for text in given or ())
    return tuple((category, State(state)) for category, state in pairs)


def _outcomes(given: list[str] | None) -> tuple[tuple[str, Outcome], ...]:
    pairs = (text.split(":") for text in given or ())
    return tuple((check, Outcome(outcome)) for check, outcome in pairs)


@router.get(
    "/v1/initiatives/{initiative_id}",
    operation_id="get_initiative",
    summary="An initiative",
    response_class=Response,
    openapi_extra=extra("initiative.read", IF_NONE_MATCH),
    responses={
        200: answer("The initiative.", "Initiative", examples.INITIATIVE, headers=["ETag"]),
        304: answer("Still the same.", headers=["ETag"]),
        **problem_answers("not-found"),
    },
)
async def get_initiative(request: Request, initiative_id: str) -> Response:
    """The initiative with its newest design and the feedback on it."""
    chosen_format(request, JSON_ONLY)
    held = holdings(request)
    judged = await initiatives.get(held.office, access(request), initiative_id)
    tag = judged.initiative.tag
    same = not_modified(request, tag)
    return same or Response(whole(held.catalogue, judged), headers=fresh(tag), media_type=JSON_ONLY["json"])


@router.delete(
    "/v1/initiatives/{initiative_id}",
    operation_id="delete_initiative",
    summary="Delete an initiative",
    status_code=204,
    response_class=Response,
    openapi_extra=extra("initiative.delete", IF_MATCH),
    responses={204: answer("It is gone."), **problem_answers("not-found", *CONDITIONAL)},
)
async def delete_initiative(request: Request, initiative_id: str) -> Response:
    """Deletes it with every revision and waiver. It cannot be undone here; backups forget it in their own time."""
    held = holdings(request)
    await initiatives.delete(held.office, access(request), initiative_id, await expected(request, initiative_id))
    return Response(status_code=204)
