"""API keys: listed, made, read, replaced and revoked; knows neither rules nor rows."""

from datetime import UTC, datetime, timedelta
from typing import Annotated, Literal

from fastapi import APIRouter, Query, Request
from pydantic_core import to_json
from starlette.responses import Response

from app.api import people_examples as examples
from app.api.answers import (
    IDEMPOTENCY_KEY,
    IF_NONE_MATCH,
    WITH_BODY,
    answer,
    extra,
    json_body,
    problem_answers,
)
from app.api.conditional import kept
from app.api.dependencies import access, holdings, whole_body
from app.api.negotiation import JSON_ONLY, chosen_format
from app.api.pages import FIRST_LIMIT, Limit, PageCursor, listed
from app.api.people_json import api_key_json, issued_json
from app.api.routing import StrictRoute
from app.api.rules import read_body
from app.api.sent import Ending, NewKey, Rotation
from app.api.writes import retry
from app.domain.errors import BadInput, Fault
from app.usecases import api_keys
from app.usecases.api_keys import Issued, Wish

PATH = "/v1/organisations/{organisation_id}/keys"
ONE = PATH + "/{key_id}"
ONE_END = "A key has one end: give expires_at or expires_in_days."

WithMade = Annotated[
    Literal["true", "false"],
    Query(description="Whether to end those of the person's keys too that were made with this one, and with these."),
]

router = APIRouter(route_class=StrictRoute, tags=["keys"])


@router.get(
    PATH,
    operation_id="list_keys",
    summary="A page of API keys",
    response_class=Response,
    openapi_extra=extra("keys.read"),
    responses={
        200: answer("A page.", "ApiKeyPage", {"items": [examples.API_KEY]}, headers=["Link"]),
        **problem_answers("not-found"),
    },
)
async def list_keys(
    request: Request, organisation_id: str, cursor: PageCursor = None, limit: Limit = FIRST_LIMIT
) -> Response:
    """Your own, the newest first, with those that have ended. Admins whose key has the scope people see what is known
    of everybody's; nobody sees a key itself.
    """
    chosen_format(request, JSON_ONLY)
    page = await api_keys.page(holdings(request).office, access(request), organisation_id, cursor, limit)
    return listed(request, [api_key_json(item) for item in page.items], page.next, page.previous)


@router.post(
    PATH,
    operation_id="create_key",
    summary="Make an API key for yourself",
    status_code=201,
    response_class=Response,
    openapi_extra=extra("keys.change", IDEMPOTENCY_KEY, body=json_body("NewKey", {"a key": examples.NEW_KEY})),
    responses={
        201: answer(
            "The key, this once.",
            "IssuedKey",
            examples.ISSUED_KEY,
            headers=["Location", "Idempotency-Replayed"],
            links=examples.AFTER_ISSUING,
        ),
        **problem_answers("not-found", "conflict", "retry-mismatch", "retry-in-flight", "gone", *WITH_BODY),
    },
)
async def create_key(request: Request, organisation_id: str) -> Response:
    """The key is shown in this answer alone: a retry with the same Idempotency-Key is told all but the key itself. It
    gets no scope that what you ask with does not have, and ends within a year.
    """
    chosen_format(request, JSON_ONLY)
    body = await whole_body(request)
    new = read_body(NewKey, body)
    wish = Wish(new.label, new.scopes, _end(new))
    issued = await api_keys.create(
        holdings(request).office, access(request), organisation_id, wish, retry(request, body)
    )
    return _issued(issued, organisation_id)


@router.get(
    ONE,
    operation_id="get_key",
    summary="An API key",
    response_class=Response,
    openapi_extra=extra("keys.read", IF_NONE_MATCH),
    responses={
        200: answer("What is known of it.", "ApiKey", examples.API_KEY, headers=["ETag"]),
        304: answer("Still the same.", headers=["ETag"]),
        **problem_answers("not-found"),
    },
)
async def get_key(request: Request, organisation_id: str, key_id: str) -> Response:
    """Its label, its scopes and when it ends; never the key itself."""
    chosen_format(request, JSON_ONLY)
    found = await api_keys.get(holdings(request).office, access(request), organisation_id, key_id)
    return kept(request, to_json(api_key_json(found)), JSON_ONLY["json"])


@router.delete(
    ONE,
    operation_id="revoke_key",
    summary="Revoke an API key",
    status_code=204,
    response_class=Response,
    openapi_extra=extra("keys.change"),
    responses={204: answer("Nobody is known by it any more."), **problem_answers("not-found")},
)
async def revoke_key(request: Request, organisation_id: str, key_id: str, with_made: WithMade = "false") -> Response:
    """Ends it at once, whatever its state, so it needs no If-Match. It stays in the list as revoked, and revoking it
    again changes nothing. Admins whose key has the scope people can revoke anybody's. If it leaked, end the keys that
    were made with it too.
    """
    chosen_format(request, JSON_ONLY)
    office = holdings(request).office
    await api_keys.revoke(office, access(request), organisation_id, key_id, with_made=with_made == "true")
    return Response(status_code=204)


@router.post(
    ONE + "/rotation",
    operation_id="rotate_key",
    summary="Replace an API key by a new one",
    status_code=201,
    response_class=Response,
    openapi_extra=extra(
        "keys.change", IDEMPOTENCY_KEY, body=json_body("Rotation", {"within a day": examples.ROTATION})
    ),
    responses={
        201: answer(
            "The new key, this once, and what became of the old one.",
            "IssuedKey",
            examples.REPLACING_KEY,
            headers=["Location", "Idempotency-Replayed"],
        ),
        **problem_answers("not-found", "conflict", "retry-mismatch", "retry-in-flight", "gone", *WITH_BODY),
    },
)
async def rotate_key(request: Request, organisation_id: str, key_id: str) -> Response:
    """Makes a key with the same label and scopes; the old one can be used for the grace that you give it, and then no
    more. Only the person whose key it is can do this, with a key or session that has its scopes.
    """
    chosen_format(request, JSON_ONLY)
    body = await whole_body(request)
    asked = read_body(Rotation, body)
    issued = await api_keys.rotate(
        holdings(request).office,
        access(request),
        organisation_id,
        key_id,
        grace=timedelta(hours=asked.grace_hours),
        expires_at=_end(asked),
        retry=retry(request, body),
    )
    return _issued(issued, organisation_id)


def _end(asked: Ending) -> datetime | None:
    if asked.expires_in_days is None:
        return asked.expires_at
    if asked.expires_at is not None:
        raise BadInput(ONE_END, (Fault("/expires_in_days", ONE_END),))
    return datetime.now(UTC) + timedelta(days=asked.expires_in_days)


def _issued(issued: Issued, organisation_id: str) -> Response:
    headers = {"Location": f"{PATH.format(organisation_id=organisation_id)}/{issued.api_key.id}"}
    if issued.replayed:
        headers["Idempotency-Replayed"] = "true"
    return Response(to_json(issued_json(issued)), 201, headers, JSON_ONLY["json"])
