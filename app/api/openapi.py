"""The OpenAPI document: what FastAPI reads off the routes, with schemas, tags and prose; knows no handler's inside."""

from copy import deepcopy
from importlib.resources import files
from typing import Any, Final

from fastapi import FastAPI
from fastapi.openapi.utils import get_openapi
from fastapi.routing import APIRoute
from pydantic import BaseModel
from pydantic.json_schema import models_json_schema

from app.api import (
    audit_schemas,
    changes_schemas,
    job_schemas,
    library_schemas,
    people_schemas,
    portfolio_schemas,
    preview_schemas,
    review_schemas,
    schemas,
    sent,
    session_schemas,
    sharing_schemas,
)
from app.api.answers import COUNTED, PERMISSION, PROTECTED, answers_of, with_allowance
from app.api.problems import MEDIA_TYPE
from app.domain.design import Design
from app.security.browsers import COOKIE
from app.security.permissions import PUBLIC

REFERENCE: Final = "#/components/schemas/{model}"
VERSION: Final = "1.0.0"

TAGS: Final = (
    ("feedback", "Send a design, read what the checklist says of it. Nothing is stored."),
    ("initiatives", "Keep initiatives: each has one design, and each change of it is a new revision."),
    ("designs", "Read and change the design of an initiative. Every change needs the ETag of what it was made on."),
    ("revisions", "Every state that the design has been in, the feedback on each, and what changed between two."),
    ("waivers", "Somebody's reason to let a finding stand. It falls when what it was given for changes."),
    ("reviews", "An owner submits a revision, a reviewer asks for changes or signs it off; all of it stays on record."),
    ("comments", "Conversations about a revision, a finding or a field: answered, resolved, never rewritten."),
    ("checklists", "What is asked, why, on whose word, and where the question does not hold."),
    ("roles", "Who may do what with an initiative, who gives it to whom, and who has read it."),
    ("break-glass", "A role that no owner gave: one admin asks, another one decides, and every owner is told."),
    ("notices", "What you must be told, such as that somebody asked for access past you."),
    ("oneself", "Who you are here, and what the key or session that you use may do until when."),
    ("sessions", "Browsers in which you are signed in. Programs use API keys."),
    ("organisations", "Whose people and initiatives they are. Any other organisation's id is one that never was."),
    ("members", "The people of an organisation. Admins manage them; that lets nobody read an initiative."),
    (
        "keys",
        "API keys: shown once, good for some things, over within a year, replaced without a gap, revoked at once.",
    ),
    ("audit", "Who did what to what, chained so that a change of it is noticed, with statements to keep elsewhere."),
    ("portfolio", "How all designs of the organisation stand, in numbers: no title and no id is in them."),
    ("jobs", "Work on every initiative that goes on after its request was answered, and how far it is."),
    ("health", "For whoever runs the service."),
)

SECURITY_SCHEMES: Final = {
    "api_key": {
        "type": "http",
        "scheme": "bearer",
        "bearerFormat": "go_…",
        "description": "An API key of a person, sent as Authorization: Bearer go_…. It does what its scopes and the "
        "person's roles allow at that moment.",
    },
    "session": {
        "type": "apiKey",
        "in": "cookie",
        "name": COOKIE,
        "description": "The session of a browser, begun with a password. A request that changes something must come "
        "from a page of this service: Origin and Sec-Fetch-Site say so. An Authorization header goes before it.",
    },
}

_MODELS: Final[tuple[type[BaseModel], ...]] = (
    Design,
    schemas.ProblemDetails,
    schemas.Index,
    schemas.Health,
    session_schemas.NewSession,
    session_schemas.SessionList,
    schemas.Feedback,
    schemas.FeedbackList,
    schemas.NextSteps,
    schemas.InitiativePage,
    schemas.Initiative,
    schemas.NewInitiative,
    schemas.RevisionPage,
    schemas.RevisionWithDesign,
    schemas.WaiverList,
    changes_schemas.Changes,
    schemas.ChecklistPage,
    schemas.Checklist,
    library_schemas.Check,
    library_schemas.Glossary,
    library_schemas.PrecedentList,
    preview_schemas.PreviewRequest,
    preview_schemas.Preview,
    *sent.MODELS,
    *audit_schemas.MODELS,
    *sharing_schemas.MODELS,
    *people_schemas.MODELS,
    *review_schemas.MODELS,
    *portfolio_schemas.MODELS,
    *job_schemas.MODELS,
)


def openapi_document(app: FastAPI) -> dict[str, Any]:
    """The whole document, OpenAPI 3.1."""
    document = get_openapi(
        title="Good Offices",
        version=VERSION,
        summary="Feedback on the design of a dialogue initiative",
        description=files("app.api").joinpath("description.md").read_text(encoding="utf-8").strip(),
        routes=app.routes,
        tags=[{"name": name, "description": text} for name, text in TAGS],
        license_info={"name": "Apache-2.0", "identifier": "Apache-2.0"},
        servers=[{"url": "/", "description": "This service"}],
    )
    document["security"] = []
    _restore_nulls(app, document)
    _tell_who_may(document)
    document["components"] = {"schemas": _schemas(), "responses": _shared_problems(document)}
    document["components"]["securitySchemes"] = SECURITY_SCHEMES
    return document


def _restore_nulls(app: FastAPI, document: dict[str, Any]) -> None:
    """Puts back the answers and bodies as the routes give them: FastAPI leaves out every null of their examples."""
    for route in app.routes:
        if isinstance(route, APIRoute) and route.include_in_schema:
            for method in route.methods or ():
                operation = document["paths"][route.path_format][method.lower()]
                operation["responses"] = {str(status): deepcopy(answer) for status, answer in route.responses.items()}
                if "requestBody" in operation:
                    operation["requestBody"] = deepcopy((route.openapi_extra or {})["requestBody"])


def _tell_who_may(document: dict[str, Any]) -> None:
    """Says of each operation that is not for everybody what it wants to be shown, and what it answers to others."""
    for methods in document["paths"].values():
        for method, operation in methods.items():
            public = operation[PERMISSION] == PUBLIC
            if not public:
                operation["security"] = [{name: []} for name in SECURITY_SCHEMES]
            if not public or method == "post":
                met = answers_of(COUNTED if public else PROTECTED)
                refusals = {str(status): answer for status, answer in met.items()}
                answers = {**refusals, **operation["responses"]}
                operation["responses"] = {status: with_allowance(answers[status]) for status in sorted(answers)}


def _shared_problems(document: dict[str, Any]) -> dict[str, Any]:
    """The problems, which most operations share, each described once; in their place stands a reference."""
    shared: dict[str, Any] = {}
    for methods in document["paths"].values():
        for operation in methods.values():
            for status, answer in operation["responses"].items():
                content = answer.get("content", {})
                if MEDIA_TYPE in content:
                    name = "".join(map(_camel, content[MEDIA_TYPE]["examples"]))
                    shared[name] = answer
                    operation["responses"][status] = {"$ref": f"#/components/responses/{name}"}
    return dict(sorted(shared.items()))


def _camel(kind: str) -> str:
    return kind.title().replace("-", "")


def _schemas() -> dict[str, Any]:
    """Every schema by name, in one form for what is read and what is sent: a design is the same thing both ways."""
    _, definitions = models_json_schema([(model, "validation") for model in _MODELS], ref_template=REFERENCE)
    return dict(sorted({**definitions["$defs"], "DesignPatch": _PATCH}.items()))


_PATCH: Final = {
    "title": "DesignPatch",
    "description": "A JSON Merge Patch (RFC 7396) of a design: the fields to set, with null for those to remove.",
    "type": "object",
    "additionalProperties": True,
}
