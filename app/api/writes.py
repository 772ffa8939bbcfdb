"""What writing operations share: what they expect to be stored, how they are retried, what they send back."""

from typing import Final, Protocol

from starlette.requests import Request
from starlette.responses import Response

from app.api.conditional import ANY, etag, if_match
from app.api.dependencies import access, holdings
from app.api.negotiation import JSON_ONLY, applied, chosen_format, preferred_return
from app.api.problems import Problem, WrongParameter
from app.domain.access import Scope
from app.domain.errors import DesignRefused, Fault
from app.domain.revision import ANYTHING, Expected
from app.storage.retries import Retry
from app.usecases import initiatives
from app.usecases.retries import retry_of

NOTHING_STORED: Final = Expected(revision=-1)
LONGEST_KEY: Final = 255
LARGEST_REVISION: Final = 2**31 - 1


async def expected(request: Request, initiative_id: str) -> Expected:
    """What If-Match says that the caller has read. A tag is `"3.0"` (revision and version) or `"3"` (revision alone).

    Raises:
        Problem: precondition-required without If-Match, malformed-request for one that cannot be read.
    """
    chosen_format(request, JSON_ONLY)
    forms = [_form(tag) for tag in if_match(request)]
    if len(forms) <= 1:
        return forms[0] if forms else NOTHING_STORED
    now = await initiatives.current(holdings(request).office, access(request), initiative_id)
    return next((form for form in forms if form.matches(now)), NOTHING_STORED)


def _form(tag: str) -> Expected:
    if tag == ANY:
        return ANYTHING
    revision, _, version = tag.partition(".")
    numbers = [revision] if version == "" and "." not in tag else [revision, version]
    if not all(number.isascii() and number.isdigit() and len(number) < 10 for number in numbers):
        return NOTHING_STORED
    return Expected(*map(int, numbers))


def retry(request: Request, body: bytes) -> Retry | None:
    """What makes this request the same as an earlier one: its Idempotency-Key, and all that it asks for.

    Raises:
        Problem: malformed-request for a key that is empty, too long, or not printable ASCII.
    """
    keys = request.headers.getlist("idempotency-key")
    if not keys:
        return None
    key = keys[0]
    if len(keys) > 1 or not 0 < len(key) <= LONGEST_KEY or not (key.isascii() and key.isprintable()):
        rule = f"It is one text of 1 to {LONGEST_KEY} printable ASCII characters."
        raise Problem("malformed-request", faults=(WrongParameter("Idempotency-Key", rule),))
    return retry_of(
        holdings(request).office, access(request), key, request.method.encode(), request.url.path.encode(), body
    )


def written(request: Request, body: bytes, tag: str, status: int = 200, location: str | None = None) -> Response:
    """The answer to a write, whole or minimal as the caller prefers; minimal for a key that may write and not read.

    Args:
        request: what was asked.
        body: the whole answer.
        tag: names the state that was written.
        status: of the whole answer; a minimal one of 200 is 204.
        location: the address of what was created.
    """
    preference, may_read = preferred_return(request), Scope.READ in access(request).principal.scopes
    if preference == "representation" and not may_read:
        preference = None  # it is not honoured
    headers = {"ETag": etag(tag), **applied(preference)} | ({"Location": location} if location else {})
    if preference == "minimal" or not may_read:
        return Response(status_code=204 if status == 200 else status, headers=headers)
    return Response(body, status, headers, JSON_ONLY["json"])


class Replayable(Protocol):
    """What a use case answers to a request that may come again."""

    @property
    def replayed(self) -> bool:
        """Whether it had been carried out before, and this is its answer again."""


def replayed(answer: Replayable, response: Response) -> Response:
    """The response, marked if it is the answer to an earlier request again."""
    if answer.replayed:
        response.headers["Idempotency-Replayed"] = "true"
    return response


def within(place: str, refused: DesignRefused) -> DesignRefused:
    """The same refusal with every pointer led through the place where the design stands in the body."""
    return DesignRefused(faults=tuple(Fault(place + fault.pointer, fault.detail) for fault in refused.faults))
