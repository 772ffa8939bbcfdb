"""The design of an initiative: read, replaced and patched under If-Match; knows neither rules nor rows."""

from fastapi import APIRouter, Request
from starlette.responses import Response

from app.api import examples
from app.api.answers import (
    CONDITIONAL,
    DONE_BRIEFLY,
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
from app.api.gate import JSON, MERGE_PATCH
from app.api.initiative_json import whole
from app.api.negotiation import JSON_ONLY, chosen_format
from app.api.routing import StrictRoute
from app.api.writes import expected, written
from app.domain.design import parse_design
from app.usecases import designs, initiatives

PATH = "/v1/initiatives/{initiative_id}/design"
CHANGED = answer(
    "The initiative with the new revision and the feedback on it.",
    "Initiative",
    {**examples.INITIATIVE, "revision": 2},
    headers=["ETag", "Preference-Applied"],
)

router = APIRouter(route_class=StrictRoute, tags=["designs"])


@router.get(
    PATH,
    operation_id="get_design",
    summary="The design",
    response_class=Response,
    openapi_extra=extra("initiative.read", IF_NONE_MATCH),
    responses={
        200: answer("The design.", "Design", examples.DESIGN, headers=["ETag"]),
        304: answer("Still the same.", headers=["ETag"]),
        **problem_answers("not-found"),
    },
)
async def get_design(request: Request, initiative_id: str) -> Response:
    """The newest design. Its ETag is the number of its revision."""
    chosen_format(request, JSON_ONLY)
    held = holdings(request)
    judged = await initiatives.get(held.office, access(request), initiative_id)
    tag = str(judged.initiative.revision)
    same = not_modified(request, tag)
    return same or Response(judged.stored.document, headers=fresh(tag), media_type=JSON_ONLY["json"])


@router.put(
    PATH,
    operation_id="replace_design",
    summary="Replace the design",
    response_class=Response,
    openapi_extra=extra(
        "initiative.change",
        IF_MATCH,
        PREFER,
        body=json_body("Design", {"a new draft": examples.DESIGN}),
    ),
    responses={
        200: CHANGED,
        204: DONE_BRIEFLY,
        **problem_answers("not-found", "invalid-design", *CONDITIONAL, *WITH_BODY),
    },
)
async def replace_design(request: Request, initiative_id: str) -> Response:
    """Puts this design in the place of the stored one, as a new revision. An equal design makes none."""
    held, body = holdings(request), await whole_body(request)
    wanted = await expected(request, initiative_id)
    judged = await designs.replace(held.office, access(request), initiative_id, parse_design(body), wanted)
    return written(request, whole(held.catalogue, judged), str(judged.initiative.revision))


@router.patch(
    PATH,
    operation_id="patch_design",
    summary="Change parts of the design",
    response_class=Response,
    openapi_extra=extra(
        "initiative.change",
        IF_MATCH,
        PREFER,
        body=json_body("DesignPatch", {"two fields": examples.CHANGE}, (MERGE_PATCH, JSON)),
    ),
    responses={
        200: CHANGED,
        204: DONE_BRIEFLY,
        **problem_answers("not-found", "invalid-design", *CONDITIONAL, *WITH_BODY),
    },
)
async def patch_design(request: Request, initiative_id: str) -> Response:
    """JSON Merge Patch (RFC 7396): what is given is set, null removes, a list is replaced whole. The result must be a
    valid design.
    """
    held, body = holdings(request), await whole_body(request)
    wanted = await expected(request, initiative_id)
    judged = await designs.patch(held.office, access(request), initiative_id, body, wanted)
    return written(request, whole(held.catalogue, judged), str(judged.initiative.revision))
