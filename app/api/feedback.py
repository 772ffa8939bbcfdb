"""Feedback on a design, stored or not, in every format; knows neither rules nor rows."""

from collections.abc import Sequence
from typing import Annotated

from fastapi import APIRouter, Request
from pydantic import Field
from starlette.responses import Response

from app.api import examples
from app.api.answers import IF_NONE_MATCH, WITH_BODY, answer, extra, json_body, problem_answers
from app.api.conditional import fresh, not_modified
from app.api.dependencies import access, holdings, whole_body
from app.api.models import Read, RevisionNumber
from app.api.negotiation import JSON, JSON_ONLY, chosen_format
from app.api.query import described, read_query
from app.api.reports import FORMATS, Format, policy
from app.api.routing import GuardedRoute
from app.checklist.definition import AnsweredBy
from app.checklist.evaluation import Evaluation
from app.checklist.outcome import Outcome
from app.domain.design import parse_design
from app.domain.errors import BadInput
from app.domain.review import SignedOff
from app.exports.media_types import MEDIA_TYPES
from app.exports.wanted import View, Wanted
from app.security.permissions import PUBLIC
from app.usecases import feedback
from app.usecases.judged import Judged

router = APIRouter(route_class=GuardedRoute, tags=["feedback"])


RULE = (
    "At most seven: essential concerns, in the checklist's order; then essential open questions; then whatever is "
    "left, first what settles most others, concerns before open questions. What an earlier step settles is no step of "
    "its own, unless it is essential. A waived finding and a question for later are no step. The filters go first."
)


class FeedbackQuery(Read):
    """How feedback is asked for."""

    checklist: Annotated[list[Annotated[str, Field(max_length=100)]], Field(max_length=5)] | None = Field(
        None,
        description="A checklist by name, or by name and version: track-two@1. Left out, the one that is adopted. "
        "Several are answered as a list, in JSON.",
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

    checklist: Annotated[list[Annotated[str, Field(max_length=100)]], Field(max_length=5)] | None = Field(
        None,
        description="Judge by this checklist instead of the one that judged when the revision was made. Several are "
        "answered as a list, in JSON.",
    )
    revision: RevisionNumber | None = Field(None, description="The revision; left out, the newest one.")


VIEWS = {
    "Feedback": examples.FEEDBACK,
    "NextSteps": examples.NEXT_STEPS,
    "FeedbackList": {"items": [examples.FEEDBACK, {**examples.FEEDBACK, "checklist": examples.ANOTHER_CHECKLIST}]},
}
OTHERS = {"text/markdown": "# River dialogue\n", "text/html": "<!doctype html>\n<title>River dialogue</title>\n"}


@router.post(
    "/v1/feedback",
    operation_id="judge_design",
    summary="Feedback on a design",
    response_class=Response,
    openapi_extra=extra(
        PUBLIC,
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

    `checklist` may come several times: then the answer is a list with the feedback of each, in that order.
    `view=next-steps` answers what to do first, seven things at most; a report in Markdown or HTML begins with them.
    """
    query = read_query(request, FeedbackQuery)
    chosen = _chosen(request, query)
    design, catalogue = parse_design(await whole_body(request)), holdings(request).catalogue
    evaluations = [feedback.judge(catalogue, design, name) for name in query.checklist or (None,)]
    body = _written(chosen, evaluations, design.title, query)
    return Response(body, headers={"Vary": "Accept", **policy(chosen)}, media_type=FORMATS[chosen])


@router.get(
    "/v1/initiatives/{initiative_id}/feedback",
    operation_id="get_feedback",
    summary="Feedback on a stored design",
    tags=["revisions"],
    response_class=Response,
    openapi_extra=extra("initiative.read", *described(StoredFeedbackQuery), IF_NONE_MATCH),
    responses={
        200: answer("The feedback.", VIEWS, headers=["ETag", "Vary"], others=OTHERS),
        304: answer("Still the same.", headers=["ETag"]),
        **problem_answers("not-found"),
    },
)
async def get_feedback(request: Request, initiative_id: str) -> Response:
    """The newest revision, or any other, judged by the checklist that judged it when it was made, or by another one."""
    query = read_query(request, StoredFeedbackQuery)
    chosen, every = _chosen(request, query), await _judged(request, initiative_id, query)
    first = every[0]
    digests = ".".join(judged.evaluation.checklist.digest[:12] for judged in every)
    tag = f"{first.initiative.tag}.{first.stored.revision.number}.{digests}.{chosen}"
    same = not_modified(request, tag)
    if same is not None:
        return same
    evaluations = [judged.evaluation for judged in every]
    body = _written(chosen, evaluations, first.initiative.title, query, first.signed_off)
    return Response(body, headers=fresh(tag) | {"Vary": "Accept", **policy(chosen)}, media_type=FORMATS[chosen])


async def _judged(request: Request, initiative_id: str, query: StoredFeedbackQuery) -> Sequence[Judged]:
    held = holdings(request)
    where = (held.office, access(request), initiative_id, query.revision)
    return (
        await feedback.by_several(*where, query.checklist) if query.checklist else [await feedback.of_revision(*where)]
    )


def _chosen(request: Request, query: FeedbackQuery) -> str:
    """The format; several checklists together come as JSON only."""
    if not _several(query):
        return chosen_format(request, FORMATS, query.format)
    if query.format not in (None, JSON):
        raise BadInput("Several checklists together come as JSON. Ask for one at a time in another format.")
    return chosen_format(request, JSON_ONLY)


def _several(query: FeedbackQuery) -> bool:
    return query.checklist is not None and len(query.checklist) > 1


def _written(
    chosen: str,
    evaluations: Sequence[Evaluation],
    title: str,
    query: FeedbackQuery,
    signed_off: SignedOff | None = None,
) -> bytes:
    known = {category.id for evaluation in evaluations for category in evaluation.checklist.categories}
    if query.category is not None and not known.issuperset(query.category):
        raise BadInput(f"The categories here are {', '.join(sorted(known))}.")
    wanted = Wanted(query.outcome, query.category, query.answered_by, query.view)
    written = [MEDIA_TYPES[chosen].write(evaluation, title, wanted, signed_off) for evaluation in evaluations]
    return b'{"items":[%b]}' % b",".join(written) if _several(query) else written[0]
