"""Feedback on a design, stored or not, in every format; knows neither rules nor rows."""

from typing import Annotated

from fastapi import APIRouter, Request
from pydantic import Field
from starlette.responses import Response

from app.api import examples
from app.api.answers import IF_NONE_MATCH, WITH_BODY, answer, extra, json_body, problem_answers
from app.api.conditional import fresh, not_modified
from app.api.dependencies import holdings, whole_body
from app.api.negotiation import chosen_format
from app.api.query import described, read_query
from app.api.reports import FORMATS, Format, policy
from app.api.schemas import Read, RevisionNumber
from app.checklist.definition import AnsweredBy
from app.checklist.evaluation import Evaluation
from app.checklist.outcome import Outcome
from app.domain.design import parse_design
from app.domain.errors import BadInput
from app.exports.media_types import MEDIA_TYPES
from app.exports.wanted import View, Wanted
from app.usecases import feedback
from app.usecases.initiatives import DEFAULT_CHECKLIST

router = APIRouter(tags=["feedback"])


RULE = (
    "At most seven: essential concerns, in the checklist's order; then essential open questions; then whatever is "
    "left, first what settles most others, concerns before open questions. What an earlier step settles is no step of "
    "its own, unless it is essential. A waived finding and a question for later are no step. The filters go first."
)


class FeedbackQuery(Read):
    """How feedback is asked for."""

    checklist: Annotated[str, Field(max_length=100)] = Field(
        DEFAULT_CHECKLIST, description="A checklist by name, or by name and version: track-two@1."
    )
    outcome: Annotated[list[Outcome], Field(max_length=4)] | None = Field(
        None, description="Show findings of these outcomes only."
    )
    category: Annotated[list[str], Field(max_length=20)] | None = Field(
        None, description="Show findings of these categories only, such as purpose."
    )
    answered_by: Annotated[list[AnsweredBy], Field(max_length=4)] | None = Field(
        None, description="Show findings that these can answer only: organiser, funder, facilitator, side."
    )
    view: View = Field("findings", description=f"findings for all of them; next-steps for what to do first. {RULE}")
    format: Format | None = Field(None, description="The format; it goes before Accept.")


class StoredFeedbackQuery(FeedbackQuery):
    """How feedback on a stored design is asked for."""

    checklist: Annotated[str, Field(max_length=100)] | None = Field(  # type: ignore[assignment]
        None, description="Judge by this checklist instead of the one that judged when the revision was made."
    )
    revision: RevisionNumber | None = Field(None, description="The revision; left out, the newest one.")


VIEWS = {"Feedback": examples.FEEDBACK, "NextSteps": examples.NEXT_STEPS}
OTHERS = {"text/markdown": "# River dialogue\n", "text/html": "<!doctype html>\n<title>River dialogue</title>\n"}


@router.post(
    "/v1/feedback",
    operation_id="judge_design",
    summary="Feedback on a design",
    response_class=Response,
    openapi_extra=extra(
        *described(FeedbackQuery),
        body=json_body("Design", {"a thin draft": examples.THIN_DESIGN, "a fuller draft": examples.DESIGN}),
    ),
    responses={
        200: answer("The feedback.", VIEWS, headers=["Vary"], others=OTHERS),
        **problem_answers("not-found", "invalid-design", *WITH_BODY),
    },
)
async def judge_design(request: Request) -> Response:
    """Nothing is stored. Counts and categories always speak of all findings, also of those that a filter leaves out.

    `view=next-steps` answers what to do first, seven things at most; a report in Markdown or HTML begins with them.
    """
    query = read_query(request, FeedbackQuery)
    chosen = chosen_format(request, FORMATS, query.format)
    design = parse_design(await whole_body(request))
    evaluation = feedback.judge(holdings(request).catalogue, design, query.checklist)
    body = _written(chosen, evaluation, design.title, query)
    return Response(body, headers={"Vary": "Accept", **policy(chosen)}, media_type=FORMATS[chosen])


@router.get(
    "/v1/initiatives/{initiative_id}/feedback",
    operation_id="get_feedback",
    summary="Feedback on a stored design",
    tags=["revisions"],
    response_class=Response,
    openapi_extra=extra(*described(StoredFeedbackQuery), IF_NONE_MATCH),
    responses={
        200: answer("The feedback.", VIEWS, headers=["ETag", "Vary"], others=OTHERS),
        304: answer("Still the same.", headers=["ETag"]),
        **problem_answers("not-found"),
    },
)
async def get_feedback(request: Request, initiative_id: str) -> Response:
    """The newest revision, or any other, judged by the checklist that judged it when it was made, or by another one."""
    query = read_query(request, StoredFeedbackQuery)
    held, chosen = holdings(request), chosen_format(request, FORMATS, query.format)
    judged = await feedback.of_revision(
        held.database, held.catalogue, held.organisation, initiative_id, query.revision, query.checklist
    )
    state = f"{judged.stored.revision.number}.{judged.initiative.version}"
    tag = f"{state}.{judged.evaluation.checklist.digest[:12]}.{chosen}"
    same = not_modified(request, tag)
    if same is not None:
        return same
    body = _written(chosen, judged.evaluation, judged.initiative.title, query)
    return Response(body, headers=fresh(tag) | {"Vary": "Accept", **policy(chosen)}, media_type=FORMATS[chosen])


def _written(chosen: str, evaluation: Evaluation, title: str, query: FeedbackQuery) -> bytes:
    known = {category.id for category in evaluation.checklist.categories}
    if query.category is not None and not known.issuperset(query.category):
        raise BadInput(f"The categories of this checklist are {', '.join(sorted(known))}.")
    wanted = Wanted(query.outcome, query.category, query.answered_by, query.view)
    return MEDIA_TYPES[chosen].write(evaluation, title, wanted)
