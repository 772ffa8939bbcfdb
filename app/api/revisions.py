"""Every state that a design has been in: listed, read, compared and restored; knows neither rules nor rows."""

from typing import Annotated

from fastapi import APIRouter, Path, Query, Request
from pydantic_core import to_json
from starlette.responses import Response

from app.api import examples
from app.api.answers import (
    CONDITIONAL,
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
from app.api.changes_json import changes_json
from app.api.conditional import fresh, not_modified
from app.api.dependencies import access, holdings, whole_body
from app.api.initiative_json import revision_summary, whole, whole_revision
from app.api.negotiation import JSON_ONLY, chosen_format
from app.api.pages import FIRST_LIMIT, Limit, PageCursor, listed
from app.api.routing import StrictRoute
from app.api.rules import read_body
from app.api.sent import Restore
from app.api.writes import LARGEST_REVISION, expected, replayed, retry, written
from app.usecases import changes, designs, revisions

PATH = "/v1/initiatives/{initiative_id}/revisions"
Number = Annotated[int, Path(ge=1, le=LARGEST_REVISION, description="The number of the revision.")]

router = APIRouter(route_class=StrictRoute, tags=["revisions"])


@router.get(
    PATH,
    operation_id="list_revisions",
    summary="A page of revisions",
    response_class=Response,
    openapi_extra=extra("initiative.read"),
    responses={
        200: answer("A page.", "RevisionPage", {"items": [examples.REVISION]}, headers=["Link"]),
        **problem_answers("not-found"),
    },
)
async def list_revisions(
    request: Request, initiative_id: str, cursor: PageCursor = None, limit: Limit = FIRST_LIMIT
) -> Response:
    """The newest comes first."""
    chosen_format(request, JSON_ONLY)
    held = holdings(request)
    page = await revisions.page(held.office, access(request), initiative_id, cursor, limit)
    return listed(request, [revision_summary(item) for item in page.items], page.next, page.previous)


@router.post(
    PATH,
    operation_id="restore_revision",
    summary="Restore a revision",
    status_code=201,
    response_class=Response,
    openapi_extra=extra(
        "initiative.change",
        IF_MATCH,
        IDEMPOTENCY_KEY,
        PREFER,
        body=json_body("Restore", {"the first one": {"restores": 1}}),
    ),
    responses={
        201: answer(
            "The initiative with the new revision and the feedback on it.",
            "Initiative",
            {**examples.INITIATIVE, "revision": 3},
            headers=["Location", "ETag", "Preference-Applied", "Idempotency-Replayed"],
        ),
        **problem_answers("not-found", "retry-mismatch", "retry-in-flight", "gone", *CONDITIONAL, *WITH_BODY),
    },
)
async def restore_revision(request: Request, initiative_id: str) -> Response:
    """An old revision becomes the newest again, as a new revision: nothing that was in between is lost."""
    held, body = holdings(request), await whole_body(request)
    wanted = await expected(request, initiative_id)
    number = read_body(Restore, body).restores
    judged = await designs.restore(
        held.office,
        access(request),
        initiative_id,
        number,
        wanted,
        retry=retry(request, body),
    )
    tag = str(judged.initiative.revision)
    location = f"/v1/initiatives/{judged.initiative.id}/revisions/{tag}"
    return replayed(judged, written(request, whole(held.catalogue, judged), tag, 201, location))


@router.get(
    PATH + "/{number}",
    operation_id="get_revision",
    summary="A revision",
    response_class=Response,
    openapi_extra=extra("initiative.read", IF_NONE_MATCH),
    responses={
        200: answer("The revision.", "RevisionWithDesign", examples.REVISION_WITH_DESIGN, headers=["ETag"]),
        304: answer("Still the same.", headers=["ETag"]),
        **problem_answers("not-found"),
    },
)
async def get_revision(request: Request, initiative_id: str, number: Number) -> Response:
    """The design as it was then. A revision never changes."""
    chosen_format(request, JSON_ONLY)
    held = holdings(request)
    stored = await revisions.get(held.office, access(request), initiative_id, number)
    tag = str(number)
    same = not_modified(request, tag)
    return same or Response(whole_revision(stored), headers=fresh(tag), media_type=JSON_ONLY["json"])


@router.get(
    "/v1/initiatives/{initiative_id}/changes",
    operation_id="get_changes",
    summary="What changed between two revisions",
    response_class=Response,
    openapi_extra=extra("initiative.read", IF_NONE_MATCH),
    responses={
        200: answer("The changes.", "Changes", examples.CHANGES, headers=["ETag"]),
        304: answer("Still the same.", headers=["ETag"]),
        **problem_answers("not-found"),
    },
)
async def get_changes(
    request: Request,
    initiative_id: str,
    before: Annotated[int, Query(alias="from", ge=1, le=LARGEST_REVISION, description="The earlier revision.")],
    after: Annotated[int, Query(alias="to", ge=1, le=LARGEST_REVISION, description="The later revision.")],
) -> Response:
    """In the design, and in the findings: new, gone, changed or the same, and whether the edit or a newer checklist
    caused it.
    """
    chosen_format(request, JSON_ONLY)
    held = holdings(request)
    found = await changes.between(held.office, access(request), initiative_id, before, after)
    tag = f"{before}.{after}.{found.checklist_before.digest[:12]}.{found.checklist_after.digest[:12]}"
    same = not_modified(request, tag)
    return same or Response(to_json(changes_json(found)), headers=fresh(tag), media_type=JSON_ONLY["json"])
