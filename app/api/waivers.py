"""Waivers: listed, read, given, approved and taken back; knows neither rules nor rows."""

from fastapi import APIRouter, Request
from pydantic_core import to_json
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
from app.api.conditional import etag, fresh, not_modified
from app.api.dependencies import access, holdings, whole_body
from app.api.initiative_json import waiver_of
from app.api.initiative_json import waivers as waivers_json
from app.api.links import AFTER_WAIVING
from app.api.negotiation import JSON_ONLY, chosen_format
from app.api.routing import StrictRoute
from app.api.rules import read_body
from app.api.sent import NewWaiver
from app.api.writes import expected, written
from app.exports.feedback_json import finding_json
from app.usecases import initiatives, waivers

PATH = "/v1/initiatives/{initiative_id}/waivers"

router = APIRouter(route_class=StrictRoute, tags=["waivers"])


@router.get(
    PATH,
    operation_id="list_waivers",
    summary="Every waiver of an initiative",
    response_class=Response,
    openapi_extra=extra("initiative.read", IF_NONE_MATCH),
    responses={
        200: answer("The waivers.", "WaiverList", {"items": [examples.WAIVER]}, headers=["ETag"]),
        304: answer("Still the same.", headers=["ETag"]),
        **problem_answers("not-found"),
    },
)
async def list_waivers(request: Request, initiative_id: str) -> Response:
    """As they stand for the newest revision: active, or to be confirmed because what they were given for changed."""
    chosen_format(request, JSON_ONLY)
    judged = await initiatives.get(holdings(request).office, access(request), initiative_id)
    given, tag = waivers_json(judged), judged.initiative.tag
    same = not_modified(request, tag)
    return same or Response(to_json({"items": given}), headers=fresh(tag), media_type=JSON_ONLY["json"])


@router.get(
    PATH + "/{check_id}",
    operation_id="get_waiver",
    summary="The waiver of a check",
    response_class=Response,
    openapi_extra=extra("initiative.read", IF_NONE_MATCH),
    responses={
        200: answer("The waiver.", "Waiver", examples.WAIVER, headers=["ETag"]),
        304: answer("Still the same.", headers=["ETag"]),
        **problem_answers("not-found"),
    },
)
async def get_waiver(request: Request, initiative_id: str, check_id: str) -> Response:
    """As it stands for the newest revision."""
    chosen_format(request, JSON_ONLY)
    judged = await initiatives.get(holdings(request).office, access(request), initiative_id)
    found, tag = waiver_of(judged, check_id), judged.initiative.tag
    same = not_modified(request, tag)
    return same or Response(to_json(found), headers=fresh(tag), media_type=JSON_ONLY["json"])


@router.put(
    PATH + "/{check_id}",
    operation_id="put_waiver",
    summary="Waive a finding",
    response_class=Response,
    openapi_extra=extra(
        "waiver.give",
        IF_MATCH,
        PREFER,
        body=json_body(
            "NewWaiver",
            {"a reason": examples.NEW_WAIVER, "a reason of your own": {"reason": examples.NEW_WAIVER["reason"]}},
        ),
    ),
    responses={
        200: answer(
            "The finding with its waiver.",
            "Finding",
            examples.WAIVED_FINDING,
            headers=["ETag", "Preference-Applied"],
            links=AFTER_WAIVING,
        ),
        204: DONE_BRIEFLY,
        **problem_answers("not-found", *CONDITIONAL, *WITH_BODY),
    },
)
async def put_waiver(request: Request, initiative_id: str, check_id: str) -> Response:
    """Lets a concern or an open question of the newest revision stand. The waiver is bound to the values that the check
    read and to the checklist's version, and comes back as to be confirmed when they change. A waiver that is given
    again in other words has to be approved again.
    """
    held, body = holdings(request), await whole_body(request)
    wanted = await expected(request, initiative_id)
    new = read_body(NewWaiver, body)
    judged = await waivers.put(
        held.office,
        access(request),
        initiative_id,
        check_id,
        reason=new.reason,
        by=new.by,
        expected=wanted,
    )
    return written(request, finding_json(judged.evaluation, check_id), judged.initiative.tag)


@router.delete(
    PATH + "/{check_id}",
    operation_id="delete_waiver",
    summary="Take a waiver back",
    status_code=204,
    response_class=Response,
    openapi_extra=extra("waiver.give", IF_MATCH),
    responses={
        204: answer("It is gone.", headers=["ETag"]),
        **problem_answers("not-found", *CONDITIONAL),
    },
)
async def delete_waiver(request: Request, initiative_id: str, check_id: str) -> Response:
    """The finding counts again."""
    held = holdings(request)
    wanted = await expected(request, initiative_id)
    judged = await waivers.delete(held.office, access(request), initiative_id, check_id, wanted)
    return Response(status_code=204, headers={"ETag": etag(judged.initiative.tag)})


@router.put(
    PATH + "/{check_id}/approval",
    operation_id="approve_waiver",
    summary="Approve a waiver",
    response_class=Response,
    openapi_extra=extra("waiver.approve", IF_MATCH, PREFER),
    responses={
        200: answer("The waiver.", "Waiver", examples.APPROVED_WAIVER, headers=["ETag", "Preference-Applied"]),
        204: DONE_BRIEFLY,
        **problem_answers("not-found", "conflict", *CONDITIONAL),
    },
)
async def approve_waiver(request: Request, initiative_id: str, check_id: str) -> Response:
    """Puts a second person's name under a waiver that stands. Whoever gave it cannot approve it."""
    office, asker = holdings(request).office, access(request)
    judged = await waivers.approve(office, asker, initiative_id, check_id, await expected(request, initiative_id))
    return written(request, to_json(waiver_of(judged, check_id)), judged.initiative.tag)


@router.delete(
    PATH + "/{check_id}/approval",
    operation_id="withdraw_approval",
    summary="Take an approval back",
    status_code=204,
    response_class=Response,
    openapi_extra=extra("waiver.approve", IF_MATCH),
    responses={
        204: answer("It is gone; the waiver stays.", headers=["ETag"]),
        **problem_answers("not-found", *CONDITIONAL),
    },
)
async def withdraw_approval(request: Request, initiative_id: str, check_id: str) -> Response:
    """The waiver stands without it, and anybody who may can approve it again."""
    office, asker = holdings(request).office, access(request)
    judged = await waivers.disapprove(office, asker, initiative_id, check_id, await expected(request, initiative_id))
    return Response(status_code=204, headers={"ETag": etag(judged.initiative.tag)})
