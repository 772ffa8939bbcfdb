"""Feedback on a design, stored or not, in every format; knows neither rules nor rows."""

from collections.abc import Collection
from typing import Annotated

from fastapi import APIRouter, Query, Request
from starlette.responses import Response

from app.api import examples
from app.api.answers import IF_NONE_MATCH, WITH_BODY, answer, extra, json_body, problem_answers
from app.api.conditional import fresh, not_modified
from app.api.dependencies import holdings, whole_body
from app.api.negotiation import JSON, chosen_format
from app.api.reports import FORMATS, Format, policy, report
from app.api.routing import StrictRoute
from app.checklist.evaluation import Evaluation
from app.checklist.outcome import Outcome
from app.domain.design import parse_design
from app.domain.errors import BadInput
from app.exports.feedback_json import feedback_json
from app.usecases import feedback
from app.usecases.initiatives import DEFAULT_CHECKLIST

router = APIRouter(route_class=StrictRoute, tags=["feedback"])

Outcomes = Annotated[list[Outcome] | None, Query(description="Show findings of these outcomes only.", max_length=4)]
Categories = Annotated[
    list[str] | None, Query(description="Show findings of these categories only, such as purpose.", max_length=20)
]
ChecklistReference = Annotated[
    str, Query(description="A checklist by name, or by name and version: track-two@1.", max_length=100)
]
OtherChecklist = Annotated[
    str | None, Query(description="Judge by this checklist instead of the one that judged at the time.", max_length=100)
]
FormatParameter = Annotated[Format | None, Query(alias="format", description="The format; it goes before Accept.")]
RevisionParameter = Annotated[
    int | None, Query(ge=1, le=2**31 - 1, description="The revision; left out, the newest one.")
]
OTHERS = {"text/markdown": "# River dialogue\n", "text/html": "<!doctype html>\n<title>River dialogue</title>\n"}


@router.post(
    "/v1/feedback",
    operation_id="judge_design",
    summary="Feedback on a design",
    response_class=Response,
    openapi_extra=json_body("Design", {"a thin draft": examples.THIN_DESIGN, "a fuller draft": examples.DESIGN}),
    responses={
        200: answer("The feedback.", "Feedback", examples.FEEDBACK, headers=["Vary"], others=OTHERS),
        **problem_answers("not-found", "invalid-design", *WITH_BODY),
    },
)
async def judge_design(
    request: Request,
    checklist: ChecklistReference = DEFAULT_CHECKLIST,
    outcome: Outcomes = None,
    category: Categories = None,
    named: FormatParameter = None,
) -> Response:
    """Nothing is stored. Counts and categories always speak of all findings, also of those that a filter leaves out."""
    chosen = chosen_format(request, FORMATS, named)
    design = parse_design(await whole_body(request))
    evaluation = feedback.judge(holdings(request).catalogue, design, checklist)
    body = _written(chosen, evaluation, design.title, outcome, category)
    return Response(body, headers={"Vary": "Accept", **policy(chosen)}, media_type=FORMATS[chosen])


@router.get(
    "/v1/initiatives/{initiative_id}/feedback",
    operation_id="get_feedback",
    summary="Feedback on a stored design",
    tags=["revisions"],
    response_class=Response,
    openapi_extra=extra(IF_NONE_MATCH),
    responses={
        200: answer("The feedback.", "Feedback", examples.FEEDBACK, headers=["ETag", "Vary"], others=OTHERS),
        304: answer("Still the same.", headers=["ETag"]),
        **problem_answers("not-found"),
    },
)
async def get_feedback(
    request: Request,
    initiative_id: str,
    *,
    revision: RevisionParameter = None,
    checklist: OtherChecklist = None,
    outcome: Outcomes = None,
    category: Categories = None,
    named: FormatParameter = None,
) -> Response:
    """The newest revision, or any other, judged by the checklist that judged it when it was made, or by another one."""
    held = holdings(request)
    chosen = chosen_format(request, FORMATS, named)
    judged = await feedback.of_revision(
        held.database, held.catalogue, held.organisation, initiative_id, revision, checklist
    )
    state = f"{judged.stored.revision.number}.{judged.initiative.version}"
    tag = f"{state}.{judged.evaluation.checklist.digest[:12]}.{chosen}"
    same = not_modified(request, tag)
    if same is not None:
        return same
    body = _written(chosen, judged.evaluation, judged.initiative.title, outcome, category)
    return Response(body, headers=fresh(tag) | {"Vary": "Accept", **policy(chosen)}, media_type=FORMATS[chosen])


def _written(
    chosen: str,
    evaluation: Evaluation,
    title: str,
    outcomes: Collection[str] | None,
    categories: Collection[str] | None,
) -> bytes:
    known = {category.id for category in evaluation.checklist.categories}
    if categories is not None and not known.issuperset(categories):
        raise BadInput(f"The categories of this checklist are {', '.join(sorted(known))}.")
    if chosen == JSON:
        return feedback_json(evaluation, outcomes, categories)
    return report(chosen, evaluation, title, outcomes, categories)
