"""The vocabulary of the handlers: what the application holds, and what they read from a request; knows no noun."""

from dataclasses import dataclass
from typing import Final

from starlette.requests import Request

from app.api.observation import Metrics
from app.api.problems import Problem
from app.checklist.catalogue import Catalogue
from app.usecases.office import Access, Office

ACCESS: Final = "goodoffices.access"  # where in a request's scope the entrance leaves who asks


@dataclass(frozen=True, slots=True)
class Holdings:
    """What the application holds while it serves."""

    office: Office
    metrics: Metrics

    @property
    def catalogue(self) -> Catalogue:
        """What can be asked of a design."""
        return self.office.catalogue


def holdings(request: Request) -> Holdings:
    """What the application that answers this request holds."""
    held: Holdings = request.app.state.holdings
    return held


def access(request: Request) -> Access:
    """Who asks, and what the operation needs. Operations that anybody may call have none."""
    found: Access = request.scope[ACCESS]
    return found


async def whole_body(request: Request) -> bytes:
    """The body, which the gate found sound.

    Raises:
        Problem: malformed-json for an empty one.
    """
    body = await request.body()
    if not body:
        raise Problem("malformed-json", "This request needs a JSON body.")
    return body
