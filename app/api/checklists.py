"""Checklists and checks for whoever wants to understand what is asked; knows no design."""

from typing import Any

from fastapi import APIRouter, Request
from pydantic_core import to_json
from starlette.responses import Response

from app.api import examples
from app.api.answers import IF_NONE_MATCH, answer, extra, problem_answers
from app.api.conditional import fresh, not_modified
from app.api.dependencies import holdings
from app.api.library import explanations, kept_json
from app.api.negotiation import JSON_ONLY, chosen_format
from app.api.routing import StrictRoute
from app.checklist.check import Check
from app.checklist.checklist import Checklist
from app.exports.feedback_json import check_json
from app.security.permissions import PUBLIC

router = APIRouter(route_class=StrictRoute, tags=["checklists"])


@router.get(
    "/v1/checklists",
    operation_id="list_checklists",
    summary="Every checklist",
    response_class=Response,
    openapi_extra=extra(PUBLIC, IF_NONE_MATCH),
    responses={
        200: answer("Every checklist.", "ChecklistPage", {"items": [examples.CHECKLIST_SUMMARY]}, headers=["ETag"]),
        304: answer("Still the same.", headers=["ETag"]),
        **problem_answers(),
    },
)
async def list_checklists(request: Request) -> Response:
    """By name and version. There are few, so they come on one page."""
    checklists = holdings(request).catalogue.all()
    tag = ".".join(checklist.digest[:12] for checklist in checklists)
    return _cached(request, tag, {"items": [_summary(checklist) for checklist in checklists]})


@router.get(
    "/v1/checklists/{name}",
    operation_id="get_checklist",
    summary="A checklist",
    response_class=Response,
    openapi_extra=extra(PUBLIC, IF_NONE_MATCH),
    responses={
        200: answer("The checklist with its checks.", "Checklist", examples.WHOLE_CHECKLIST, headers=["ETag"]),
        304: answer("Still the same.", headers=["ETag"]),
        **problem_answers("not-found"),
    },
)
async def get_checklist(request: Request, name: str) -> Response:
    """A checklist by name (its newest version) or by name and version, such as track-two@1."""
    checklist = holdings(request).catalogue.find(name)
    checks = [_check_summary(check) for check in checklist.checks]
    return _cached(request, checklist.digest, {**_summary(checklist), "checks": checks})


@router.get(
    "/v1/checklists/{name}/checks/{check_id}",
    operation_id="get_check",
    summary="A check",
    response_class=Response,
    openapi_extra=extra(PUBLIC, IF_NONE_MATCH),
    responses={
        200: answer("The check.", "Check", examples.WHOLE_CHECK, headers=["ETag"]),
        304: answer("Still the same.", headers=["ETag"]),
        **problem_answers("not-found"),
    },
)
async def get_check(request: Request, name: str, check_id: str) -> Response:
    """Everything that a reader needs: the question, when it applies, how an answer is judged, why, and examples."""
    check = holdings(request).catalogue.find(name).check(check_id)
    return kept_json(request, _whole(check))


def _cached(request: Request, tag: str, content: dict[str, Any]) -> Response:
    chosen_format(request, JSON_ONLY)
    same = not_modified(request, tag)
    return same or Response(to_json(content), headers=fresh(tag), media_type=JSON_ONLY["json"])


def _summary(checklist: Checklist) -> dict[str, Any]:
    return {
        "name": checklist.name,
        "version": checklist.version,
        "digest": checklist.digest,
        "title": checklist.title,
        "about": checklist.about,
        "categories": [category.model_dump() for category in checklist.categories],
        "origin": checklist.origin and checklist.origin.model_dump(),
    }


def _check_summary(check: Check) -> dict[str, Any]:
    shown = check_json(check)
    return {"id": check.id, "category": check.category, "weight": check.weight} | {
        key: shown[key] for key in ("question", "ask_from", "answered_by")
    }


def _whole(check: Check) -> dict[str, Any]:
    definition = check.definition.model_dump(mode="json", exclude_none=True)
    rules = {key: definition.get(key) for key in ("applies", "met_when", "answered")}
    lists = {key: definition[key] for key in ("parameters", "concern", "open_when", "say", "examples")}
    identity = {"id": check.id, "category": check.category, "weight": check.weight, "digest": check.digest}
    return {**identity, "reads": check.paths, **check_json(check), **rules, **lists, **explanations(check)}
