"""Roles on an initiative: listed, given, taken away, left and handed over; knows neither rules nor rows."""

from fastapi import APIRouter, Request
from pydantic_core import to_json
from starlette.responses import Response

from app.api import sharing_examples as examples
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
from app.api.conditional import etag, fresh, if_match, not_modified
from app.api.dependencies import access, holdings, whole_body
from app.api.negotiation import JSON_ONLY, chosen_format
from app.api.routing import StrictRoute
from app.api.rules import read_body
from app.api.sent import HandOver, NewRole
from app.api.writes import written
from app.domain.access import InitiativeRole
from app.usecases import roles
from app.usecases.roles import Roles

INITIATIVE = "/v1/initiatives/{initiative_id}"
PATH = INITIATIVE + "/roles"

router = APIRouter(route_class=StrictRoute, tags=["roles"])


@router.get(
    PATH,
    operation_id="list_roles",
    summary="Everybody with a role",
    response_class=Response,
    openapi_extra=extra("roles.read", IF_NONE_MATCH),
    responses={
        200: answer("The roles.", "RoleList", examples.ROLES, headers=["ETag"], links=examples.AFTER_ROLES),
        304: answer("Still the same.", headers=["ETag"]),
        **problem_answers("not-found"),
    },
)
async def list_roles(request: Request, initiative_id: str) -> Response:
    """In the order in which roles were given. Viewers do not see each other."""
    chosen_format(request, JSON_ONLY)
    found = await roles.listed(holdings(request).office, access(request), initiative_id)
    same = not_modified(request, found.tag)
    return same or Response(_json(found), headers=fresh(found.tag), media_type=JSON_ONLY["json"])


@router.put(
    PATH + "/{person_id}",
    operation_id="put_role",
    summary="Give somebody a role",
    response_class=Response,
    openapi_extra=extra("roles.change", IF_MATCH, PREFER, body=json_body("NewRole", {"a role": examples.NEW_ROLE})),
    responses={
        200: answer("All roles as they are then.", "RoleList", examples.ROLES, headers=["ETag", "Preference-Applied"]),
        204: DONE_BRIEFLY,
        **problem_answers("not-found", "conflict", *CONDITIONAL, *WITH_BODY),
    },
)
async def put_role(request: Request, initiative_id: str, person_id: str) -> Response:
    """Gives a person of the organisation this role in the place of any other. If-Match takes the ETag of the list of
    roles. The last owner cannot be made anything less.
    """
    chosen_format(request, JSON_ONLY)
    body, tags = await whole_body(request), if_match(request)
    new = read_body(NewRole, body)
    found = await roles.put(holdings(request).office, access(request), initiative_id, person_id, new.role, tags)
    return written(request, _json(found), found.tag)


@router.delete(
    PATH + "/{person_id}",
    operation_id="remove_role",
    summary="Take somebody's role away",
    status_code=204,
    response_class=Response,
    openapi_extra=extra("roles.change", IF_MATCH),
    responses={
        204: answer("They have none any more.", headers=["ETag"]),
        **problem_answers("not-found", "conflict", *CONDITIONAL),
    },
)
async def remove_role(request: Request, initiative_id: str, person_id: str) -> Response:
    """It holds from their next request on. If-Match takes the ETag of the list of roles. The last owner stays."""
    chosen_format(request, JSON_ONLY)
    tags = if_match(request)
    found = await roles.remove(holdings(request).office, access(request), initiative_id, person_id, tags)
    return Response(status_code=204, headers={"ETag": etag(found.tag)})


@router.post(
    INITIATIVE + "/leave",
    operation_id="leave_initiative",
    summary="Leave an initiative",
    status_code=204,
    response_class=Response,
    openapi_extra=extra("roles.leave"),
    responses={204: answer("You have no role on it any more."), **problem_answers("not-found", "conflict")},
)
async def leave_initiative(request: Request, initiative_id: str) -> Response:
    """Gives up your own role. The last owner makes somebody else an owner first, or transfers it."""
    chosen_format(request, JSON_ONLY)
    await roles.leave(holdings(request).office, access(request), initiative_id)
    return Response(status_code=204)


@router.post(
    INITIATIVE + "/transfer",
    operation_id="transfer_initiative",
    summary="Hand an initiative over",
    status_code=204,
    response_class=Response,
    openapi_extra=extra(
        "roles.change", IF_MATCH, body=json_body("HandOver", {"to somebody, still looking on": examples.TRANSFER})
    ),
    responses={
        204: answer("It is theirs."),
        **problem_answers("not-found", *CONDITIONAL, *WITH_BODY),
    },
)
async def transfer_initiative(request: Request, initiative_id: str) -> Response:
    """Makes somebody else an owner in your place, in one step. Other owners stay. If-Match takes the ETag of the list
    of roles.
    """
    chosen_format(request, JSON_ONLY)
    body, tags = await whole_body(request), if_match(request)
    asked = read_body(HandOver, body)
    keep = None if asked.keep is None else InitiativeRole(asked.keep)
    await roles.transfer(holdings(request).office, access(request), initiative_id, asked.to, keep, tags)
    return Response(status_code=204)


def _json(found: Roles) -> bytes:
    return to_json({"items": found.items})
