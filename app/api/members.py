"""The members of an organisation: listed, added, read, changed and removed; knows neither rules nor rows."""

from typing import Any, cast

from fastapi import APIRouter, Request
from pydantic_core import to_json
from starlette.responses import Response

from app.api import people_examples as examples
from app.api.answers import (
    CONDITIONAL,
    DONE_BRIEFLY,
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
from app.api.conditional import etag, fresh, if_match, not_modified
from app.api.dependencies import access, holdings, whole_body
from app.api.gate import JSON, MERGE_PATCH
from app.api.negotiation import JSON_ONLY, chosen_format
from app.api.pages import FIRST_LIMIT, Limit, PageCursor, listed
from app.api.people_json import added_json, member_json
from app.api.routing import StrictRoute
from app.api.rules import read_body
from app.api.sent import MemberChange, NewMember
from app.api.writes import retry, written
from app.usecases import members

PATH = "/v1/organisations/{organisation_id}/members"
ONE = PATH + "/{person_id}"

router = APIRouter(route_class=StrictRoute, tags=["members"])


@router.get(
    PATH,
    operation_id="list_members",
    summary="A page of members",
    response_class=Response,
    openapi_extra=extra("members.read"),
    responses={
        200: answer("A page.", "MemberPage", {"items": [examples.MEMBER, examples.NAME_AND_ROLE]}, headers=["Link"]),
        **problem_answers("not-found"),
    },
)
async def list_members(
    request: Request, organisation_id: str, cursor: PageCursor = None, limit: Limit = FIRST_LIMIT
) -> Response:
    """Those who came last first. Only admins see by which names others sign in."""
    chosen_format(request, JSON_ONLY)
    page = await members.page(holdings(request).office, access(request), organisation_id, cursor, limit)
    return listed(request, [member_json(item) for item in page.items], page.next, page.previous)


@router.post(
    PATH,
    operation_id="add_member",
    summary="Add a member",
    status_code=201,
    response_class=Response,
    openapi_extra=extra(
        "members.change",
        IDEMPOTENCY_KEY,
        body=json_body("NewMember", {"by API key": examples.NEW_MEMBER, "by sign-in name": examples.NEW_SIGNER_IN}),
    ),
    responses={
        201: answer(
            "The member, and the key that was made for them.",
            "AddedMember",
            examples.ADDED_MEMBER,
            headers=["Location", "ETag", "Idempotency-Replayed"],
            links=examples.AFTER_ADDING,
        ),
        **problem_answers("not-found", "conflict", "retry-mismatch", "retry-in-flight", "gone", *WITH_BODY),
    },
)
async def add_member(request: Request, organisation_id: str) -> Response:
    """Admins add people. A new member has no role on any initiative, and no key unless `first_key` asks for one, which
    is shown in this answer alone.
    """
    chosen_format(request, JSON_ONLY)
    body = await whole_body(request)
    sent = read_body(NewMember, body)
    new = members.NewMember(sent.name, sent.role, sent.sign_in_name, sent.password, sent.first_key)
    # A quick digest of a password would be easier to try out than the slow one, so it is no part of the request's.
    again = retry(request, sent.model_dump_json(exclude={"password"}).encode())
    added = await members.add(holdings(request).office, access(request), organisation_id, new, again)
    headers = {"ETag": etag(added.member.tag), "Location": f"{request.url.path}/{added.member.person.id}"}
    if added.replayed:
        headers["Idempotency-Replayed"] = "true"
    return Response(to_json(added_json(added)), 201, headers, JSON_ONLY["json"])


@router.get(
    ONE,
    operation_id="get_member",
    summary="A member",
    response_class=Response,
    openapi_extra=extra("members.read", IF_NONE_MATCH),
    responses={
        200: answer("The member.", "Member", examples.MEMBER, headers=["ETag"]),
        304: answer("Still the same.", headers=["ETag"]),
        **problem_answers("not-found"),
    },
)
async def get_member(request: Request, organisation_id: str, person_id: str) -> Response:
    """Name and role; for admins, and for yourself, also how they sign in."""
    chosen_format(request, JSON_ONLY)
    found = await members.get(holdings(request).office, access(request), organisation_id, person_id)
    same = not_modified(request, found.tag)
    return same or Response(to_json(member_json(found)), headers=fresh(found.tag), media_type=JSON_ONLY["json"])


@router.patch(
    ONE,
    operation_id="change_member",
    summary="Change a member",
    response_class=Response,
    openapi_extra=extra(
        "members.change",
        IF_MATCH,
        PREFER,
        body=json_body("MemberChange", {"a promotion": examples.PROMOTION}, (MERGE_PATCH, JSON)),
    ),
    responses={
        200: answer("The member.", "Member", examples.MEMBER, headers=["ETag", "Preference-Applied"]),
        204: DONE_BRIEFLY,
        **problem_answers("not-found", "conflict", *CONDITIONAL, *WITH_BODY),
    },
)
async def change_member(request: Request, organisation_id: str, person_id: str) -> Response:
    """Admins change name, role and how somebody signs in; whoever signs in otherwise is signed out everywhere. The last
    admin stays one. Nobody can choose the password of somebody who has a role on an initiative, only take it away.
    """
    chosen_format(request, JSON_ONLY)
    body, tags = await whole_body(request), if_match(request)
    sent: dict[str, Any] = read_body(MemberChange, body).model_dump(exclude_unset=True)
    wanted = cast("members.MemberChange", sent)
    found = await members.change(holdings(request).office, access(request), organisation_id, person_id, wanted, tags)
    return written(request, to_json(member_json(found)), found.tag)


@router.delete(
    ONE,
    operation_id="remove_member",
    summary="Remove a member",
    status_code=204,
    response_class=Response,
    openapi_extra=extra("members.change", IF_MATCH),
    responses={204: answer("They are gone."), **problem_answers("not-found", "conflict", *CONDITIONAL)},
)
async def remove_member(request: Request, organisation_id: str, person_id: str) -> Response:
    """All keys, sessions and roles of the person end at once. The last admin cannot be removed, nor can the last owner
    of an initiative: the ids of these stand under errors.
    """
    chosen_format(request, JSON_ONLY)
    tags = if_match(request)
    await members.delete(holdings(request).office, access(request), organisation_id, person_id, tags)
    return Response(status_code=204)
