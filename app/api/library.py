"""The precedents and the glossary, which explain the checks; knows no design and judges nothing."""

from collections.abc import Iterable
from typing import Any

from fastapi import APIRouter, Request
from pydantic_core import to_json
from starlette.responses import Response

from app.api import examples
from app.api.answers import IF_NONE_MATCH, answer, extra, problem_answers
from app.api.conditional import kept
from app.api.dependencies import holdings
from app.api.negotiation import JSON_ONLY, chosen_format
from app.api.routing import StrictRoute
from app.checklist.catalogue import Catalogue
from app.checklist.check import Check
from app.checklist.glossary import Term, shipped_glossary
from app.checklist.precedents import PrecedentFile, shipped_precedents
from app.domain.errors import NotFound
from app.exports.terms import terms_of
from app.security.permissions import PUBLIC

router = APIRouter(route_class=StrictRoute, tags=["checklists"])


@router.get(
    "/v1/precedents",
    operation_id="list_precedents",
    summary="Every precedent",
    response_class=Response,
    openapi_extra=extra(PUBLIC, IF_NONE_MATCH),
    responses={
        200: answer("Every precedent.", "PrecedentList", {"items": [examples.PRECEDENT]}, headers=["ETag"]),
        304: answer("Still the same.", headers=["ETag"]),
        **problem_answers(),
    },
)
async def list_precedents(request: Request) -> Response:
    """The cases that taught the checks, by id: what was done, what followed, the pages. They come on one page."""
    catalogue = holdings(request).catalogue
    return kept_json(request, {"items": [_precedent(one, catalogue) for one in shipped_precedents().values()]})


@router.get(
    "/v1/precedents/{precedent_id}",
    operation_id="get_precedent",
    summary="A precedent",
    response_class=Response,
    openapi_extra=extra(PUBLIC, IF_NONE_MATCH),
    responses={
        200: answer("The precedent.", "Precedent", examples.PRECEDENT, headers=["ETag"]),
        304: answer("Still the same.", headers=["ETag"]),
        **problem_answers("not-found"),
    },
)
async def get_precedent(request: Request, precedent_id: str) -> Response:
    """One case, with the checks that it speaks to."""
    found = shipped_precedents().get(precedent_id)
    if found is None:
        raise NotFound("There is no precedent of this id; /v1/precedents lists them.")
    return kept_json(request, _precedent(found, holdings(request).catalogue))


@router.get(
    "/v1/glossary",
    operation_id="get_glossary",
    summary="The glossary",
    response_class=Response,
    openapi_extra=extra(PUBLIC, IF_NONE_MATCH),
    responses={
        200: answer("Every term.", "Glossary", {"items": [examples.TERM]}, headers=["ETag"]),
        304: answer("Still the same.", headers=["ETag"]),
        **problem_answers(),
    },
)
async def get_glossary(request: Request) -> Response:
    """Every term of art in plain words. They come on one page, and a check names those that its own texts use."""
    return kept_json(request, {"items": [_term(term) for term in shipped_glossary().terms]})


def kept_json(request: Request, content: dict[str, Any]) -> Response:
    """The content as JSON that may be kept until it is another."""
    chosen_format(request, JSON_ONLY)
    return kept(request, to_json(content), JSON_ONLY["json"])


def explanations(check: Check) -> dict[str, Any]:
    """What explains a check: the precedents that taught it, and the terms of art in its texts.

    A precedent that is not among those shipped, as another organisation's check may name, has no address here.
    """
    named = (shipped_precedents().get(name) for name in check.precedents)
    return {
        "taught_by": [_link(precedent) for precedent in named if precedent],
        "terms": [_term(term) for term in terms_of(check)],
    }


def _link(precedent: PrecedentFile) -> dict[str, Any]:
    return {"id": precedent.id, "name": precedent.name, "href": f"/v1/precedents/{precedent.id}"}


def _precedent(precedent: PrecedentFile, catalogue: Catalogue) -> dict[str, Any]:
    told = precedent.model_dump(mode="json", include={"done", "followed", "note", "pages"})
    return {**_link(precedent), **told, "checks": list(_checks(precedent, catalogue))}


def _checks(precedent: PrecedentFile, catalogue: Catalogue) -> Iterable[dict[str, Any]]:
    newest = {checklist.name: checklist for checklist in catalogue.all()}
    for checklist in newest.values():
        for check in checklist.checks:
            if precedent.id in check.precedents:
                href = f"/v1/checklists/{checklist.name}/checks/{check.id}"
                yield {"checklist": checklist.name, "check": check.id, "question": check.question, "href": href}


def _term(term: Term) -> dict[str, Any]:
    return {
        "id": term.id,
        "term": term.term,
        "also": term.also,
        "meaning": term.means,
        "pages": term.pages,
    }
