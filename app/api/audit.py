"""The audit trail of an organisation, and signed statements of how far it goes; knows neither rules nor rows."""

from typing import Any, Final

from fastapi import APIRouter, Request
from starlette.responses import Response

from app.api.answers import answer, extra, problem_answers
from app.api.audit_schemas import CHECKPOINT, ENTRY
from app.api.dependencies import access, holdings
from app.api.negotiation import JSON_ONLY, chosen_format
from app.api.pages import FIRST_LIMIT, Limit, PageCursor, listed
from app.api.routing import StrictRoute
from app.security.audit_chain import Entry
from app.usecases import audit_trail

TRAIL: Final = "/v1/organisations/{organisation_id}/audit"

router = APIRouter(route_class=StrictRoute, tags=["audit"])


@router.get(
    TRAIL,
    operation_id="list_audit_entries",
    summary="Who did what, and when",
    response_class=Response,
    openapi_extra=extra("audit.read"),
    responses={
        200: answer("A page.", "AuditPage", {"items": [ENTRY]}, headers=["Link"]),
        **problem_answers("not-found"),
    },
)
async def list_audit_entries(
    request: Request, organisation_id: str, cursor: PageCursor = None, limit: Limit = FIRST_LIMIT
) -> Response:
    """Admins see every entry; everybody else sees what they did, what was done to them, and whatever was done to the
    initiatives that they own. A page may be short, or empty, and still have a next one. Looking leaves an entry too.
    """
    chosen_format(request, JSON_ONLY)
    page = await audit_trail.page(holdings(request).office, access(request), organisation_id, cursor, limit)
    return listed(request, [_json(entry) for entry in page.items], page.next, page.previous)


@router.get(
    TRAIL + "/checkpoint",
    operation_id="get_audit_checkpoint",
    summary="A signed statement of how far the trail goes",
    response_class=Response,
    openapi_extra=extra("audit.read"),
    responses={200: answer("The checkpoint.", "AuditCheckpoint", CHECKPOINT), **problem_answers("not-found")},
)
async def get_audit_checkpoint(request: Request, organisation_id: str) -> Response:
    """Keep it elsewhere, as it is. Whoever runs the service can then show with `goodoffices audit verify --checkpoint`
    that no entry up to it was changed or taken away since, not even by somebody with every key.
    """
    chosen_format(request, JSON_ONLY)
    signed = await audit_trail.signed(holdings(request).office, access(request), organisation_id)
    return Response(signed.to_json(), media_type=JSON_ONLY["json"])


def _json(entry: Entry) -> dict[str, Any]:
    return {
        "number": entry.number,
        "at": entry.at,
        "person_id": entry.person,
        "credential_id": entry.credential,
        "operation": entry.action,
        "subject_id": entry.subject,
        "revision": entry.revision or None,
        "detail": entry.detail,
    }
