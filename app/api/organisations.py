"""The organisation of whoever asks: read, renamed and deleted; knows neither rules nor rows."""

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
from app.api.conditional import fresh, if_match, kept, not_modified
from app.api.dependencies import access, holdings, whole_body
from app.api.gate import JSON, MERGE_PATCH
from app.api.negotiation import JSON_ONLY, chosen_format
from app.api.people_json import organisation_json
from app.api.routing import StrictRoute
from app.api.rules import read_body
from app.api.sent import OrganisationChange
from app.api.writes import written
from app.usecases import organisations
from app.usecases.organisations import tag_of

PATH = "/v1/organisations"
ONE = PATH + "/{organisation_id}"

router = APIRouter(route_class=StrictRoute, tags=["organisations"])


@router.get(
    PATH,
    operation_id="list_organisations",
    summary="Your organisation, as a list",
    response_class=Response,
    openapi_extra=extra("organisation.read", IF_NONE_MATCH),
    responses={
        200: answer("The list.", "OrganisationList", {"items": [examples.ORGANISATION]}, headers=["ETag"]),
        304: answer("Still the same.", headers=["ETag"]),
        **problem_answers(),
    },
)
async def list_organisations(request: Request) -> Response:
    """A person belongs to one organisation. The operator makes new ones; nobody does over HTTP."""
    chosen_format(request, JSON_ONLY)
    found = await organisations.own(holdings(request).office, access(request))
    return kept(request, to_json({"items": [organisation_json(found)]}), JSON_ONLY["json"])


@router.get(
    ONE,
    operation_id="get_organisation",
    summary="Your organisation",
    response_class=Response,
    openapi_extra=extra("organisation.read", IF_NONE_MATCH),
    responses={
        200: answer(
            "The organisation.",
            "Organisation",
            examples.ORGANISATION,
            headers=["ETag"],
            links=examples.AFTER_ORGANISATION,
        ),
        304: answer("Still the same.", headers=["ETag"]),
        **problem_answers("not-found"),
    },
)
async def get_organisation(request: Request, organisation_id: str) -> Response:
    """Any other organisation's id is answered as one that never was."""
    chosen_format(request, JSON_ONLY)
    found = await organisations.get(holdings(request).office, access(request), organisation_id)
    tag = tag_of(found)
    same = not_modified(request, tag)
    return same or Response(to_json(organisation_json(found)), headers=fresh(tag), media_type=JSON_ONLY["json"])


@router.patch(
    ONE,
    operation_id="change_organisation",
    summary="Rename your organisation",
    response_class=Response,
    openapi_extra=extra(
        "organisation.change",
        IF_MATCH,
        PREFER,
        body=json_body("OrganisationChange", {"a name": examples.NEW_NAME}, (MERGE_PATCH, JSON)),
    ),
    responses={
        200: answer("The organisation.", "Organisation", examples.ORGANISATION, headers=["ETag", "Preference-Applied"]),
        204: DONE_BRIEFLY,
        **problem_answers("not-found", *CONDITIONAL, *WITH_BODY),
    },
)
async def change_organisation(request: Request, organisation_id: str) -> Response:
    """Admins give it another name."""
    chosen_format(request, JSON_ONLY)
    body, tags = await whole_body(request), if_match(request)
    wanted = read_body(OrganisationChange, body)
    found = await organisations.rename(
        holdings(request).office, access(request), organisation_id, wanted.name or None, tags
    )
    return written(request, to_json(organisation_json(found)), tag_of(found))


@router.delete(
    ONE,
    operation_id="delete_organisation",
    summary="Delete your organisation",
    status_code=204,
    response_class=Response,
    openapi_extra=extra("organisation.delete", IF_MATCH),
    responses={204: answer("Nothing of it is left."), **problem_answers("not-found", *CONDITIONAL)},
)
async def delete_organisation(request: Request, organisation_id: str) -> Response:
    """Deletes every initiative, person and key and the audit trail, and destroys every key that opens any of it, so
    that no backup does. From then on nobody is known by its API keys and sessions. It cannot be undone.
    """
    chosen_format(request, JSON_ONLY)
    tags = if_match(request)
    await organisations.delete(holdings(request).office, access(request), organisation_id, tags)
    return Response(status_code=204)
