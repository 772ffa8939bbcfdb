"""What adopting a checklist would change, before anybody does; knows neither rules nor rows."""

from typing import Annotated, Any

from fastapi import APIRouter, Query, Request
from pydantic_core import from_json, to_json
from starlette.responses import Response

from app.api import examples
from app.api.answers import WITH_BODY, answer, extra, json_body, problem_answers
from app.api.dependencies import access, holdings, whole_body
from app.api.design_body import design_if_any
from app.api.negotiation import JSON_ONLY, chosen_format
from app.api.pages import PageCursor, links
from app.api.routing import StrictRoute
from app.checklist.checklist import Checklist
from app.checklist.comparison import Turn
from app.checklist.preview import Fall, Said
from app.usecases import previews
from app.usecases.previews import MOST_DESIGNS, CheckPreview, Previewed

router = APIRouter(route_class=StrictRoute, tags=["checklists"])


@router.post(
    "/v1/checklists/{name}/preview",
    operation_id="preview_checklist",
    summary="What adopting a checklist would change",
    response_class=Response,
    openapi_extra=extra(
        "initiatives.list",
        body=json_body("PreviewRequest", {"every stored design": {}, "one design": {"design": examples.DESIGN}}),
    ),
    responses={
        200: answer("What would change.", "Preview", examples.PREVIEW, headers=["Link"]),
        **problem_answers("not-found", "invalid-design", *WITH_BODY),
    },
)
async def preview_checklist(
    request: Request,
    name: str,
    before: Annotated[
        str | None,
        Query(
            alias="from",
            max_length=100,
            description="The checklist to compare with, such as track-two@1. Left out: for stored designs the one that "
            "judged each; for one design the one that is adopted, or the version before.",
        ),
    ] = None,
    cursor: PageCursor = None,
    limit: Annotated[int, Query(ge=1, le=MOST_DESIGNS, description="How many designs to look at.")] = MOST_DESIGNS,
) -> Response:
    """Which findings would appear, vanish or change under the checklist of this name, and why; which waivers would have
    to be confirmed. Send a design, or an empty object for the newest revision of every stored one, some at a time: the
    Link header leads to the next. Nothing is changed, and adopting a checklist deletes no answer and no waiver.
    """
    chosen_format(request, JSON_ONLY)
    held, design = holdings(request), design_if_any(from_json(await whole_body(request)))
    if design is not None:
        found = previews.of_design(held.catalogue, design, name, before)
    else:
        found = await previews.of_stored(held.office, access(request), name, before, cursor=cursor, limit=limit)
    return Response(to_json(_written(found)), headers=links(request, found.next), media_type=JSON_ONLY["json"])


def _written(found: Previewed) -> dict[str, Any]:
    order = {check.id: place for place, check in enumerate(found.new.checks)}
    checks = sorted(found.checks.values(), key=lambda one: order.get(one.check.id, len(order)))
    return {
        "from": _name(found.old) if found.old else None,
        "to": _name(found.new),
        "examined": found.examined,
        "checks": [_check(check) for check in checks],
        "waivers": {
            "to_be_confirmed": found.waivers[Fall.TO_BE_CONFIRMED],
            "without_check": found.waivers[Fall.WITHOUT_CHECK],
            "initiatives": found.waived,
        },
    }


def _name(checklist: Checklist) -> dict[str, Any]:
    return {"name": checklist.name, "version": checklist.version, "digest": checklist.digest}


def _check(one: CheckPreview) -> dict[str, Any]:
    return {
        "check": one.check.id,
        "category": one.check.category,
        "weight": one.check.weight,
        "question": one.check.question,
        "because": one.because,
        "parameters": [
            {"name": each.name, "before": each.before, "after": each.after, "reason": each.reason}
            for each in one.parameters
        ],
        "appear": one.turns[Turn.NEW],
        "vanish": one.turns[Turn.GONE],
        "change": one.turns[Turn.CHANGED],
        "same": one.turns[Turn.SAME],
        "before": _said(one.before),
        "after": _said(one.after),
        "initiatives": one.initiatives,
    }


def _said(said: Said | None) -> dict[str, str] | None:
    return None if said is None else {"outcome": said.outcome, "message": said.message}
