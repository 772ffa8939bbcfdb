"""The vocabulary of the handlers: what the application holds, and what they read from a request; knows no noun."""

from dataclasses import dataclass

from starlette.requests import Request

from app.api.observation import Metrics
from app.api.problems import Problem
from app.checklist.catalogue import Catalogue
from app.storage.database import Database


@dataclass(frozen=True, slots=True)
class Holdings:
    """What the application holds while it serves."""

    database: Database
    catalogue: Catalogue
    organisation: str
    metrics: Metrics


def holdings(request: Request) -> Holdings:
    """What the application that answers this request holds."""
    held: Holdings = request.app.state.holdings
    return held


async def whole_body(request: Request) -> bytes:
    """The body, which the gate found sound.

    Raises:
        Problem: malformed-json for an empty one.
    """
    body = await request.body()
    if not body:
        raise Problem("malformed-json", "This request needs a JSON body.")
    return body
