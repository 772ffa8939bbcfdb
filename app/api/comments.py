"""Conversations about a revision: opened, listed, read, answered, resolved; knows neither rules nor rows."""

from typing import Annotated

from fastapi import APIRouter, Query, Request
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
from app.api.gate import JSON, MERGE_PATCH
from app.api.negotiation import JSON_ONLY, chosen_format
from app.api.pages import FIRST_LIMIT, Limit, PageCursor, listed
from app.api.review_json import thread_summary, whole_thread
from app.api.routing import StrictRoute
from app.api.rules import read_body
from app.api.sent import NewComment, NewThread, ThreadChange
from app.api.writes import LARGEST_REVISION, replayed, retry, written
from app.domain.review import About, ThreadState
from app.storage.threads import ThreadFilter
from app.usecases import comments
from app.usecases.comments import ShownThread

PATH = "/v1/initiatives/{initiative_id}/threads"
ADDED = ["Location", "ETag", "Preference-Applied", "Idempotency-Replayed"]

router = APIRouter(route_class=StrictRoute, tags=["comments"])


@router.post(
    PATH,
    operation_id="open_thread",
    summary="Comment on a revision",
    status_code=201,
    response_class=Response,
    openapi_extra=extra(
        "comment.write",
        IDEMPOTENCY_KEY,
        PREFER,
        body=json_body(
            "NewThread",
            {
                "on a finding": examples.ABOUT_A_FINDING,
                "on a field": examples.ABOUT_A_FIELD,
                "on the whole": examples.ABOUT_ALL_OF_IT,
            },
        ),
    ),
    responses={
        201: answer("The conversation.", "Thread", examples.THREAD, headers=ADDED, links=examples.AFTER_OPENING),
        **problem_answers("not-found", "retry-mismatch", "retry-in-flight", "gone", *WITH_BODY),
    },
)
async def open_thread(request: Request, initiative_id: str) -> Response:
    """Opens a conversation about a revision as a whole, about what one check says of it, or about one of its fields."""
    chosen_format(request, JSON_ONLY)
    body = await whole_body(request)
    new = read_body(NewThread, body)
    wanted = comments.NewThread(new.about, new.check, new.pointer, new.revision)
    office, asker = holdings(request).office, access(request)
    shown = await comments.begin(office, asker, initiative_id, wanted, new.text, retry(request, body))
    return _added(request, initiative_id, shown)


@router.get(
    PATH,
    operation_id="list_threads",
    summary="A page of conversations",
    response_class=Response,
    openapi_extra=extra("review.read"),
    responses={
        200: answer("A page.", "ThreadPage", {"items": [examples.THREAD_SUMMARY]}, headers=["Link"]),
        **problem_answers("not-found"),
    },
)
async def list_threads(
    request: Request,
    initiative_id: str,
    *,
    state: Annotated[ThreadState | None, Query(description="Only those that are open, or resolved.")] = None,
    about: Annotated[About | None, Query(description="Only those about this kind of thing.")] = None,
    revision: Annotated[
        int | None, Query(ge=1, le=LARGEST_REVISION, description="Only those about this revision.")
    ] = None,
    cursor: PageCursor = None,
    limit: Limit = FIRST_LIMIT,
) -> Response:
    """The one that was opened last comes first, each with what was said first."""
    chosen_format(request, JSON_ONLY)
    wanted = ThreadFilter(state, about, revision)
    page = await comments.page(holdings(request).office, access(request), initiative_id, wanted, cursor, limit)
    return listed(request, [thread_summary(item) for item in page.items], page.next, page.previous)


@router.get(
    PATH + "/{thread_id}",
    operation_id="get_thread",
    summary="A conversation",
    response_class=Response,
    openapi_extra=extra("review.read", IF_NONE_MATCH),
    responses={
        200: answer("The conversation.", "Thread", examples.ANSWERED_THREAD, headers=["ETag"]),
        304: answer("Still the same.", headers=["ETag"]),
        **problem_answers("not-found"),
    },
)
async def get_thread(request: Request, initiative_id: str, thread_id: str) -> Response:
    """Everything that was said in it, the first entry first."""
    chosen_format(request, JSON_ONLY)
    shown = await comments.get(holdings(request).office, access(request), initiative_id, thread_id)
    same = not_modified(request, shown.tag)
    return same or Response(whole_thread(shown), headers=fresh(shown.tag), media_type=JSON_ONLY["json"])


@router.post(
    PATH + "/{thread_id}/comments",
    operation_id="add_comment",
    summary="Answer in a conversation",
    status_code=201,
    response_class=Response,
    openapi_extra=extra(
        "comment.write", IDEMPOTENCY_KEY, PREFER, body=json_body("NewComment", {"an answer": examples.REPLY})
    ),
    responses={
        201: answer("The conversation.", "Thread", examples.ANSWERED_THREAD, headers=ADDED),
        **problem_answers("not-found", "conflict", "retry-mismatch", "retry-in-flight", "gone", *WITH_BODY),
    },
)
async def add_comment(request: Request, initiative_id: str, thread_id: str) -> Response:
    """A conversation that was resolved is open again after an answer, so that the answer is seen. It holds 200 entries
    at most.
    """
    chosen_format(request, JSON_ONLY)
    body = await whole_body(request)
    text, office, asker = read_body(NewComment, body).text, holdings(request).office, access(request)
    shown = await comments.reply(office, asker, initiative_id, thread_id, text, retry(request, body))
    return _added(request, initiative_id, shown)


@router.patch(
    PATH + "/{thread_id}",
    operation_id="change_thread",
    summary="Resolve or reopen a conversation",
    response_class=Response,
    openapi_extra=extra(
        "comment.write",
        IF_MATCH,
        PREFER,
        body=json_body(
            "ThreadChange", {"resolve it": examples.RESOLUTION, "reopen it": {"state": "open"}}, [MERGE_PATCH, JSON]
        ),
    ),
    responses={
        200: answer("The conversation.", "Thread", examples.RESOLVED_THREAD, headers=["ETag", "Preference-Applied"]),
        204: DONE_BRIEFLY,
        **problem_answers("not-found", "conflict", *CONDITIONAL, *WITH_BODY),
    },
)
async def change_thread(request: Request, initiative_id: str, thread_id: str) -> Response:
    """Leaves an entry that says who did it and when. What it is already changes nothing."""
    chosen_format(request, JSON_ONLY)
    body, tags = await whole_body(request), if_match(request)
    state, office, asker = read_body(ThreadChange, body).state, holdings(request).office, access(request)
    shown = await comments.settle(office, asker, initiative_id, thread_id, state, tags)
    return written(request, whole_thread(shown), shown.tag)


def _added(request: Request, initiative_id: str, shown: ShownThread) -> Response:
    location = f"/v1/initiatives/{initiative_id.lower()}/threads/{shown.thread.id}"
    return replayed(shown, written(request, whole_thread(shown), shown.tag, 201, location))
