"""Whoever asks: read, changed and gone; knows neither rules nor rows."""

from fastapi import APIRouter, Request
from pydantic_core import to_json
from starlette.responses import Response

from app.api import people_examples as examples
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
from app.api.conditional import fresh, if_match, not_modified
from app.api.dependencies import access, holdings, whole_body
from app.api.gate import JSON, MERGE_PATCH
from app.api.negotiation import JSON_ONLY, chosen_format
from app.api.people_json import oneself_json
from app.api.routing import StrictRoute
from app.api.rules import read_body
from app.api.sent import OwnChange
from app.api.writes import written
from app.usecases import oneself

PATH = "/v1/me"

router = APIRouter(route_class=StrictRoute, tags=["oneself"])


@router.get(
    PATH,
    operation_id="get_oneself",
    summary="Who you are here",
    response_class=Response,
    openapi_extra=extra("oneself.read", IF_NONE_MATCH),
    responses={
        200: answer("You.", "Oneself", examples.ONESELF, headers=["ETag"], links=examples.AFTER_ONESELF),
        304: answer("Still the same.", headers=["ETag"]),
        **problem_answers(),
    },
)
async def get_oneself(request: Request) -> Response:
    """The person, their role and organisation, and what the key or session can be used for until when."""
    chosen_format(request, JSON_ONLY)
    found = await oneself.get(holdings(request).office, access(request))
    same = not_modified(request, found.tag)
    return same or Response(to_json(oneself_json(found)), headers=fresh(found.tag), media_type=JSON_ONLY["json"])


@router.patch(
    PATH,
    operation_id="change_oneself",
    summary="Change your name or password",
    response_class=Response,
    openapi_extra=extra(
        "oneself.change",
        IF_MATCH,
        PREFER,
        body=json_body(
            "OwnChange", {"a name": examples.OWN_NAME, "a password": examples.OWN_PASSWORD}, (MERGE_PATCH, JSON)
        ),
    ),
    responses={
        200: answer("You.", "Oneself", examples.ONESELF, headers=["ETag", "Preference-Applied"]),
        204: DONE_BRIEFLY,
        **problem_answers("conflict", *CONDITIONAL, *WITH_BODY),
    },
)
async def change_oneself(request: Request) -> Response:
    """A new password needs the present one, where you have one, and ends every other session of yours. An admin gives
    you the name that you sign in with.
    """
    chosen_format(request, JSON_ONLY)
    body, tags = await whole_body(request), if_match(request)
    sent = read_body(OwnChange, body)
    wanted = oneself.OwnChange(sent.name or None, sent.password or None, sent.present_password or None)
    found = await oneself.change(holdings(request).office, access(request), wanted, tags)
    return written(request, to_json(oneself_json(found)), found.tag)


@router.delete(
    PATH,
    operation_id="leave_organisation",
    summary="Leave your organisation",
    status_code=204,
    response_class=Response,
    openapi_extra=extra("oneself.change", IF_MATCH),
    responses={204: answer("Nobody knows you here any more."), **problem_answers("conflict", *CONDITIONAL)},
)
async def leave_organisation(request: Request) -> Response:
    """All your keys, sessions and roles end at once. The last admin cannot leave, nor can the last owner of an
    initiative: the ids of these stand under errors.
    """
    chosen_format(request, JSON_ONLY)
    tags = if_match(request)
    await oneself.leave(holdings(request).office, access(request), tags)
    return Response(status_code=204)
