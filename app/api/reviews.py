"""Reviews of an initiative's revisions: submitted, listed, decided and withdrawn; knows neither rules nor rows."""

from fastapi import APIRouter, Request
from pydantic_core import to_json
from starlette.responses import Response

from app.api import review_examples as examples
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
from app.api.conditional import fresh, if_match, not_modified
from app.api.dependencies import access, holdings, whole_body
from app.api.negotiation import JSON_ONLY, chosen_format
from app.api.pages import FIRST_LIMIT, Limit, PageCursor, listed
from app.api.review_json import review_json
from app.api.routing import StrictRoute
from app.api.rules import read_body
from app.api.sent import NewDecision, NewReview
from app.api.writes import replayed, retry, written
from app.usecases import reviews
from app.usecases.reviews import ShownReview

PATH = "/v1/initiatives/{initiative_id}/reviews"

router = APIRouter(route_class=StrictRoute, tags=["reviews"])


@router.post(
    PATH,
    operation_id="submit_review",
    summary="Submit a revision for review",
    status_code=201,
    response_class=Response,
    openapi_extra=extra(
        "review.submit",
        IDEMPOTENCY_KEY,
        PREFER,
        body=json_body("NewReview", {"the newest one": examples.NEW_REVIEW, "an earlier one": {"revision": 1}}),
    ),
    responses={
        201: answer(
            "The review.",
            "Review",
            examples.REVIEW,
            headers=["Location", "ETag", "Preference-Applied", "Idempotency-Replayed"],
            links=examples.AFTER_SUBMITTING,
        ),
        **problem_answers("not-found", "conflict", "retry-mismatch", "retry-in-flight", "gone", *WITH_BODY),
    },
)
async def submit_review(request: Request, initiative_id: str) -> Response:
    """An owner asks reviewers for a decision about one revision. One can be under review at a time. The design can be
    changed in the meantime: the review stays one of the revision that was submitted.
    """
    chosen_format(request, JSON_ONLY)
    body = await whole_body(request)
    new = read_body(NewReview, body)
    shown = await reviews.submit(
        holdings(request).office, access(request), initiative_id, new.revision, new.note, retry(request, body)
    )
    location = f"/v1/initiatives/{initiative_id.lower()}/reviews/{shown.review.id}"
    return replayed(shown, _written(request, shown, 201, location))


@router.get(
    PATH,
    operation_id="list_reviews",
    summary="A page of reviews",
    response_class=Response,
    openapi_extra=extra("review.read"),
    responses={
        200: answer("A page.", "ReviewPage", {"items": [examples.SIGNED_OFF]}, headers=["Link"]),
        **problem_answers("not-found"),
    },
)
async def list_reviews(
    request: Request, initiative_id: str, cursor: PageCursor = None, limit: Limit = FIRST_LIMIT
) -> Response:
    """The one that was submitted last comes first. Those that were decided or withdrawn stay in the list."""
    chosen_format(request, JSON_ONLY)
    page = await reviews.page(holdings(request).office, access(request), initiative_id, cursor, limit)
    return listed(request, [review_json(item) for item in page.items], page.next, page.previous)


@router.get(
    PATH + "/{review_id}",
    operation_id="get_review",
    summary="A review",
    response_class=Response,
    openapi_extra=extra("review.read", IF_NONE_MATCH),
    responses={
        200: answer("The review.", "Review", examples.SIGNED_OFF, headers=["ETag"]),
        304: answer("Still the same.", headers=["ETag"]),
        **problem_answers("not-found"),
    },
)
async def get_review(request: Request, initiative_id: str, review_id: str) -> Response:
    """Which revision it is of, what became of it, and whether the design was changed since."""
    chosen_format(request, JSON_ONLY)
    shown = await reviews.get(holdings(request).office, access(request), initiative_id, review_id)
    same = not_modified(request, shown.tag)
    return same or Response(to_json(review_json(shown)), headers=fresh(shown.tag), media_type=JSON_ONLY["json"])


@router.post(
    PATH + "/{review_id}/decision",
    operation_id="decide_review",
    summary="Ask for changes, or sign off",
    response_class=Response,
    openapi_extra=extra(
        "review.decide",
        IF_MATCH,
        PREFER,
        body=json_body(
            "NewDecision", {"a sign-off": examples.SIGN_OFF, "changes to be made": examples.ASK_FOR_CHANGES}
        ),
    ),
    responses={
        200: answer("The review.", "Review", examples.SIGNED_OFF, headers=["ETag", "Preference-Applied"]),
        204: DONE_BRIEFLY,
        **problem_answers("not-found", "conflict", *CONDITIONAL, *WITH_BODY),
    },
)
async def decide_review(request: Request, initiative_id: str, review_id: str) -> Response:
    """A reviewer decides, once, about the revision that was submitted, and says why. If-Match takes the ETag of the
    review, which is another one as soon as there is a later revision. Whoever submitted it does not decide.
    """
    chosen_format(request, JSON_ONLY)
    body, tags = await whole_body(request), if_match(request)
    new = read_body(NewDecision, body)
    shown = await reviews.decide(
        holdings(request).office,
        access(request),
        initiative_id,
        review_id,
        decision=new.decision,
        statement=new.statement,
        expected=tags,
    )
    return _written(request, shown)


@router.post(
    PATH + "/{review_id}/withdrawal",
    operation_id="withdraw_review",
    summary="Withdraw from review",
    response_class=Response,
    openapi_extra=extra("review.submit", IF_MATCH, PREFER),
    responses={
        200: answer("The review.", "Review", examples.WITHDRAWN, headers=["ETag", "Preference-Applied"]),
        204: DONE_BRIEFLY,
        **problem_answers("not-found", "conflict", *CONDITIONAL),
    },
)
async def withdraw_review(request: Request, initiative_id: str, review_id: str) -> Response:
    """An owner takes the revision back before anybody decided. That it was submitted stays in the list."""
    chosen_format(request, JSON_ONLY)
    tags = if_match(request)
    shown = await reviews.withdraw(holdings(request).office, access(request), initiative_id, review_id, tags)
    return _written(request, shown)


def _written(request: Request, shown: ShownReview, status: int = 200, location: str | None = None) -> Response:
    return written(request, to_json(review_json(shown)), shown.tag, status, location)
