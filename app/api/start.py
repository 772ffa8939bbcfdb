"""Where a program starts: the list of resources, the design's schema and the OpenAPI document; knows no contents."""

from fastapi import APIRouter, Request
from pydantic_core import to_json
from starlette.responses import Response

from app.api.answers import IF_NONE_MATCH, answer, extra, problem_answers
from app.api.conditional import kept
from app.api.design_schema import SCHEMA_MEDIA_TYPE, design_schema
from app.api.negotiation import JSON_ONLY, chosen_format
from app.api.routing import StrictRoute
from app.security.permissions import PUBLIC

router = APIRouter(route_class=StrictRoute, tags=["checklists"])

INDEX = {
    "feedback": "/v1/feedback",
    "initiatives": "/v1/initiatives",
    "me": "/v1/me",
    "checklists": "/v1/checklists",
    "precedents": "/v1/precedents",
    "glossary": "/v1/glossary",
    "design_schema": "/v1/design-schema",
    "openapi": "/openapi.json",
    "documentation": "/reference",
}


@router.get(
    "/v1",
    operation_id="get_index",
    summary="Where everything is",
    response_class=Response,
    openapi_extra=extra(PUBLIC),
    responses={200: answer("The addresses.", "Index", INDEX), **problem_answers()},
)
async def get_index(request: Request) -> Response:
    """The addresses of everything else."""
    chosen_format(request, JSON_ONLY)
    return Response(to_json(INDEX), media_type=JSON_ONLY["json"])


@router.get(
    "/v1/design-schema",
    operation_id="get_design_schema",
    summary="The JSON Schema of a design",
    response_class=Response,
    openapi_extra=extra(PUBLIC, IF_NONE_MATCH),
    responses={
        200: answer("The schema.", headers=["ETag"], others={SCHEMA_MEDIA_TYPE: {"title": "Design", "type": "object"}}),
        304: answer("Still the same.", headers=["ETag"]),
        **problem_answers(),
    },
)
async def get_design_schema(request: Request) -> Response:
    """JSON Schema 2020-12 with every field described; fields that could endanger somebody are marked x-sensitive."""
    chosen_format(request, {"schema": SCHEMA_MEDIA_TYPE, "json": "application/json"})
    return kept(request, design_schema(), SCHEMA_MEDIA_TYPE)


@router.get("/openapi.json", include_in_schema=False)
async def get_openapi(request: Request) -> Response:
    """The OpenAPI document."""
    return kept(request, to_json(request.app.openapi()), JSON_ONLY["json"])
