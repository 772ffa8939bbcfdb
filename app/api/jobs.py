"""Work that outlives a request: asked for, looked at and cancelled; knows neither rules nor rows."""

from typing import Any, Final

from fastapi import APIRouter, Request
from pydantic_core import to_json
from starlette.responses import Response

from app.api.answers import IDEMPOTENCY_KEY, WITH_BODY, answer, extra, json_body, problem_answers
from app.api.dependencies import access, holdings, whole_body
from app.api.job_schemas import EXAMPLE, NewJob
from app.api.negotiation import JSON_ONLY, chosen_format
from app.api.pages import FIRST_LIMIT, Limit, PageCursor, listed
from app.api.routing import StrictRoute
from app.api.rules import read_body
from app.api.writes import retry
from app.storage.jobs import Job
from app.usecases import jobs

PATH: Final = "/v1/jobs"

router = APIRouter(route_class=StrictRoute, tags=["jobs"])


@router.post(
    PATH,
    operation_id="create_job",
    summary="Judge everything again",
    status_code=202,
    response_class=Response,
    openapi_extra=extra(
        "jobs.change", IDEMPOTENCY_KEY, body=json_body("NewJob", {"after an upgrade": {"kind": "judge_again"}})
    ),
    responses={
        202: answer("It has begun.", "Job", {**EXAMPLE, "examined": 0, "changed": 0}, headers=["Location"]),
        **problem_answers("not-found", "conflict", "retry-mismatch", "retry-in-flight", "gone", *WITH_BODY),
    },
)
async def create_job(request: Request) -> Response:
    """Judges the newest revision of every initiative of the organisation again, in the background, such as by a newer
    checklist or an overlay of your own. Nobody's answers change, no waiver is lost, and nothing is shown to you that
    you may not read. It goes on after a restart. One job of an organisation runs at a time.
    """
    chosen_format(request, JSON_ONLY)
    held, body = holdings(request), await whole_body(request)
    wanted = read_body(NewJob, body)
    job = await jobs.judge_again(held.office, access(request), wanted.checklist, retry(request, body))
    return Response(_json(job), 202, {"Location": f"{PATH}/{job.id}"}, JSON_ONLY["json"])


@router.get(
    PATH,
    operation_id="list_jobs",
    summary="The jobs of the organisation",
    response_class=Response,
    openapi_extra=extra("jobs.read"),
    responses={200: answer("A page.", "JobPage", {"items": [EXAMPLE]}, headers=["Link"]), **problem_answers()},
)
async def list_jobs(request: Request, *, cursor: PageCursor = None, limit: Limit = FIRST_LIMIT) -> Response:
    """The newest first."""
    chosen_format(request, JSON_ONLY)
    page = await jobs.page(holdings(request).office, access(request), cursor, limit)
    return listed(request, [_shown(job) for job in page.items], page.next, page.previous)


@router.get(
    PATH + "/{job_id}",
    operation_id="get_job",
    summary="How far a job is",
    response_class=Response,
    openapi_extra=extra("jobs.read"),
    responses={200: answer("The job.", "Job", EXAMPLE), **problem_answers("not-found")},
)
async def get_job(request: Request, job_id: str) -> Response:
    """What it has done so far."""
    chosen_format(request, JSON_ONLY)
    return _told(await jobs.get(holdings(request).office, access(request), job_id))


@router.post(
    PATH + "/{job_id}/cancellation",
    operation_id="cancel_job",
    summary="Cancel a job",
    response_class=Response,
    openapi_extra=extra("jobs.change"),
    responses={
        200: answer("The job as it ended.", "Job", {**EXAMPLE, "state": "cancelled"}),
        **problem_answers("not-found", "conflict"),
    },
)
async def cancel_job(request: Request, job_id: str) -> Response:
    """What has been judged stays judged; nothing is half done."""
    chosen_format(request, JSON_ONLY)
    return _told(await jobs.cancel(holdings(request).office, access(request), job_id))


def _told(job: Job) -> Response:
    return Response(_json(job), headers={"Cache-Control": "no-store"}, media_type=JSON_ONLY["json"])


def _json(job: Job) -> bytes:
    return to_json(_shown(job))


def _shown(job: Job) -> dict[str, Any]:
    names = ("id", "kind", "state", "checklist", "checklist_digest", "total", "examined", "changed", "failed")
    return {name: getattr(job, name) for name in (*names, "created_at", "finished_at")}
