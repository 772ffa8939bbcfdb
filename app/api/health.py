"""Whether the service lives and can serve, and what it counted; knows no contents."""

import asyncio
from typing import Final

from fastapi import APIRouter, Request
from prometheus_client.exposition import CONTENT_TYPE_PLAIN_0_0_4 as METRICS
from starlette.responses import Response

from app.api.answers import answer, extra, problem_answers
from app.api.dependencies import holdings
from app.api.negotiation import JSON_ONLY, chosen_format
from app.api.routing import StrictRoute
from app.domain.errors import Unavailable
from app.security.permissions import PUBLIC
from app.storage.migrations import is_at_head
from app.storage.views import NOTHING

LONGEST_ANSWER: Final = 3.0  # seconds; whoever asks whether it is ready waits little longer

router = APIRouter(route_class=StrictRoute, tags=["health"])


@router.get(
    "/livez",
    operation_id="get_liveness",
    summary="Whether the process lives",
    response_class=Response,
    openapi_extra=extra(PUBLIC),
    responses={200: answer("It lives.", "Health", {"status": "alive"}), **problem_answers()},
)
async def get_liveness(request: Request) -> Response:
    """Answers as long as the process can answer at all. It asks nobody else."""
    chosen_format(request, JSON_ONLY)
    return Response(b'{"status":"alive"}', media_type="application/json")


@router.get(
    "/readyz",
    operation_id="get_readiness",
    summary="Whether it can serve",
    response_class=Response,
    openapi_extra=extra(PUBLIC),
    responses={200: answer("It can.", "Health", {"status": "ready"}), **problem_answers()},
)
async def get_readiness(request: Request) -> Response:
    """Whether the database is in reach and its tables are those of this version; 503 if not."""
    chosen_format(request, JSON_ONLY)
    try:
        async with asyncio.timeout(LONGEST_ANSWER):
            at_head = await holdings(request).office.database.read(NOTHING, is_at_head)
    except TimeoutError:
        raise Unavailable("The database does not answer.") from None
    if not at_head:
        raise Unavailable("The database waits for its migrations.")
    return Response(b'{"status":"ready"}', media_type="application/json")


@router.get(
    "/metrics",
    operation_id="get_metrics",
    summary="Counts and times",
    response_class=Response,
    openapi_extra=extra(PUBLIC),
    responses={200: answer("The metrics.", others={"text/plain": "# HELP"}), **problem_answers()},
)
async def get_metrics(request: Request) -> Response:
    """Requests by method, route and status in Prometheus's text format: no contents, no ids."""
    chosen_format(request, {"text": METRICS})
    return Response(holdings(request).metrics.exposition(), media_type=METRICS)
