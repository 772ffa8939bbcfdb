"""Sessions of browsers: begun with a password, listed, ended; knows neither passwords nor rows."""

from typing import Any

from fastapi import APIRouter, Request
from pydantic_core import to_json
from starlette.responses import Response

from app.api.answers import WITH_BODY, answer, extra, json_body, problem_answers
from app.api.dependencies import access, holdings, whole_body
from app.api.entrance import FROM_ELSEWHERE, address_of, provenance
from app.api.links import link
from app.api.negotiation import JSON_ONLY, chosen_format
from app.api.routing import StrictRoute
from app.api.rules import read_body
from app.api.session_schemas import NEW_SESSION, SESSION, NewSession
from app.domain.errors import Forbidden
from app.security.browsers import forgotten, kept, may_write
from app.security.permissions import PUBLIC
from app.storage.sessions import Session
from app.usecases import sessions
from app.usecases.sessions import LIFE, Credentials

PATH = "/v1/sessions"
CURRENT = f"{PATH}/current"

router = APIRouter(route_class=StrictRoute, tags=["sessions"])


@router.post(
    PATH,
    operation_id="sign_in",
    summary="Sign in",
    status_code=201,
    response_class=Response,
    openapi_extra=extra(PUBLIC, body=json_body("NewSession", {"somebody": NEW_SESSION})),
    responses={
        201: answer(
            "You are signed in. The cookie is the session; it is nowhere else.",
            "Session",
            SESSION,
            headers=["Location", "Set-Cookie"],
            links={"end": link("end_session", "End it.", {"session_id": "$response.body#/id"})},
        ),
        **problem_answers("unauthenticated", "forbidden", "too-many-requests", *WITH_BODY),
    },
)
async def sign_in(request: Request) -> Response:
    """Begins a session of twelve hours for a browser; programs use API keys. Whatever is wrong, the answer is the same.
    After ten attempts that failed the next one waits, up to a quarter of an hour; then the right password works again.
    """
    chosen_format(request, JSON_ONLY)
    where = provenance(request)
    if (where.origins or where.sites) and not may_write(where):  # another site must not sign somebody in as itself
        raise Forbidden(FROM_ELSEWHERE)
    sent = read_body(NewSession, await whole_body(request))
    given = Credentials(sent.organisation_id, sent.sign_in_name, sent.password, address_of(request))
    begun = await sessions.sign_in(holdings(request).office, given)
    headers = {
        "Location": f"{PATH}/{begun.session.id}",
        "Set-Cookie": kept(begun.token, int(LIFE.total_seconds())),
    }
    return Response(to_json(_shown(begun.session, begun.session.id)), 201, headers, JSON_ONLY["json"])


@router.get(
    PATH,
    operation_id="list_sessions",
    summary="Where you are signed in",
    response_class=Response,
    openapi_extra=extra("oneself.read"),
    responses={
        200: answer("Your sessions.", "SessionList", {"items": [SESSION]}),
        **problem_answers(),
    },
)
async def list_sessions(request: Request) -> Response:
    """Every session of yours that has not ended, and which one this is. Nobody else's are shown to anybody."""
    chosen_format(request, JSON_ONLY)
    asking = access(request)
    found = await sessions.own(holdings(request).office, asking)
    items = [_shown(session, asking.principal.credential_id) for session in found]
    return Response(to_json({"items": items}), media_type=JSON_ONLY["json"])


@router.delete(
    CURRENT,
    operation_id="sign_out",
    summary="Sign out",
    status_code=204,
    response_class=Response,
    openapi_extra=extra("oneself.change"),
    responses={204: answer("You are signed out.", headers=["Set-Cookie"]), **problem_answers("not-found")},
)
async def sign_out(request: Request) -> Response:
    """The session ends at once: whoever has its cookie is nobody any more."""
    chosen_format(request, JSON_ONLY)
    await sessions.sign_out(holdings(request).office, access(request))
    return Response(status_code=204, headers={"Set-Cookie": forgotten()})


@router.delete(
    PATH + "/{session_id}",
    operation_id="end_session",
    summary="End a session of yours",
    status_code=204,
    response_class=Response,
    openapi_extra=extra("oneself.change"),
    responses={204: answer("It has ended."), **problem_answers("not-found")},
)
async def end_session(request: Request, session_id: str) -> Response:
    """Ends it at once, as when a laptop is lost."""
    chosen_format(request, JSON_ONLY)
    await sessions.end(holdings(request).office, access(request), session_id)
    return Response(status_code=204)


def _shown(session: Session, current: str) -> dict[str, Any]:
    return {
        "id": session.id,
        "created_at": session.created_at,
        "expires_at": session.expires_at,
        "current": session.id == current,
    }
