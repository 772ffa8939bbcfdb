"""How the designs of the organisation stand, in numbers and in three formats; knows neither rules nor rows."""

from datetime import date
from typing import Annotated, Final, Literal

from fastapi import APIRouter, Query, Request
from starlette.responses import Response

from app.api import portfolio_examples as examples
from app.api.answers import IF_NONE_MATCH, Described, answer, extra, problem_answers
from app.api.conditional import kept
from app.api.dependencies import access, holdings
from app.api.negotiation import JSON, chosen_format
from app.api.pages import FIRST_LIMIT, Limit, PageCursor, links
from app.api.routing import StrictRoute
from app.checklist.portfolio import Told
from app.exports.media_types import PORTFOLIO_MEDIA_TYPES
from app.usecases import portfolio

router = APIRouter(route_class=StrictRoute, tags=["portfolio"])

FORMATS: Final = {name: each.media_type for name, each in PORTFOLIO_MEDIA_TYPES.items()}
FIRST_DAYS, MOST_DAYS = 31, 100
EVER: Final = (date.min, date.max)

Named = Annotated[str | None, Query(max_length=100, description="The checklist; left out, the one that is adopted.")]
Wanted = Annotated[
    Literal["json", "csv", "xlsx"] | None,
    Query(alias="format", description="The format; it goes before Accept. No cell of a table becomes a formula."),
]


def _described(description: str, schema: str, example: object, *headers: str) -> Described:
    others = {FORMATS["csv"]: '"checklist","designs"\r\n"track-two@1",42\r\n', FORMATS["xlsx"]: "PK…"}
    shown = {media_type.partition(";")[0]: text for media_type, text in others.items()}
    headers = ("ETag", "Vary", "Content-Disposition", *headers)
    return answer(description, schema, example, headers=headers, others=shown)


@router.get(
    "/v1/portfolio",
    operation_id="get_portfolio",
    summary="How the designs stand",
    response_class=Response,
    openapi_extra=extra("portfolio.read", IF_NONE_MATCH),
    responses={
        200: _described("The numbers.", "Portfolio", examples.PORTFOLIO),
        304: answer("Still the same.", headers=["ETag"]),
        **problem_answers("not-found"),
    },
)
async def get_portfolio(request: Request, *, checklist: Named = None, wanted: Wanted = None) -> Response:
    """For admins: how many designs are clear, open or of concern in each category, how each check stands, and in how
    many a waiver stands. Every initiative of the organisation is counted, and none can be told from it by name.
    """
    chosen = chosen_format(request, FORMATS, wanted)
    counts = await portfolio.counts(holdings(request).office, access(request), checklist)
    return _told(request, chosen, counts, "portfolio")


@router.get(
    "/v1/portfolio/days",
    operation_id="list_portfolio_days",
    summary="How the designs stood day by day",
    response_class=Response,
    openapi_extra=extra("portfolio.read", IF_NONE_MATCH),
    responses={
        200: _described("A page of days.", "PortfolioDayPage", examples.DAYS, "Link"),
        304: answer("Still the same.", headers=["ETag"]),
        **problem_answers("not-found"),
    },
)
async def list_portfolio_days(
    request: Request,
    *,
    checklist: Named = None,
    first: Annotated[date | None, Query(alias="from", description="The first day, in UTC.")] = None,
    last: Annotated[date | None, Query(alias="to", description="The last day, in UTC.")] = None,
    cursor: PageCursor = None,
    limit: Annotated[int, Query(ge=1, le=MOST_DAYS, description="How many days a page has at most.")] = FIRST_DAYS,
    wanted: Wanted = None,
) -> Response:
    """For admins: a row for each day on which something changed, oldest first, with the numbers at its end."""
    chosen = chosen_format(request, FORMATS, wanted)
    between = (first or EVER[0], last or EVER[1])
    asked = (holdings(request).office, access(request), checklist)
    days, following = await portfolio.days(*asked, between, cursor, limit)
    return _told(request, chosen, days, "portfolio-days", links(request, following))


@router.get(
    "/v1/portfolio/clusters",
    operation_id="get_concern_clusters",
    summary="Which concerns occur together",
    response_class=Response,
    openapi_extra=extra("portfolio.read", IF_NONE_MATCH),
    responses={
        200: _described("The pairs.", "ConcernClusters", examples.CLUSTERS),
        304: answer("Still the same.", headers=["ETag"]),
        **problem_answers("not-found"),
    },
)
async def get_concern_clusters(
    request: Request, *, checklist: Named = None, limit: Limit = FIRST_LIMIT, wanted: Wanted = None
) -> Response:
    """For admins: pairs of concerns that at least two designs have, among the 2,000 designs that changed last;
    `compared` says how many of them this checklist judged.
    """
    chosen = chosen_format(request, FORMATS, wanted)
    found = await portfolio.clusters(holdings(request).office, access(request), checklist, limit)
    return _told(request, chosen, found, "portfolio-clusters")


def _told(request: Request, chosen: str, told: Told, name: str, headers: dict[str, str] | None = None) -> Response:
    """The numbers in this format, to be kept until they are others; a table comes as a file of that name."""
    response = kept(request, PORTFOLIO_MEDIA_TYPES[chosen].write(told), FORMATS[chosen])
    response.headers.update({"Vary": "Accept", **(headers or {})})
    if chosen != JSON and response.status_code == 200:
        response.headers["Content-Disposition"] = f'attachment; filename="{name}.{chosen}"'
    return response
