"""Who is asking, found before a handler runs, and how much they have left; knows no noun and grants nothing."""

from functools import cache
from typing import Final

from starlette.requests import Request

from app.api.dependencies import ACCESS, holdings
from app.api.envelope import MORE_HEADERS
from app.domain.access import CredentialKind, Principal
from app.domain.errors import Forbidden, TooMany, Unauthenticated
from app.security.api_keys import digest, well_formed
from app.security.browsers import SAFE_METHODS, Provenance, may_read, may_write, token_in
from app.security.permissions import Permission
from app.usecases.allowances import Caller
from app.usecases.authority import known_by
from app.usecases.fixed_windows import Policy, Remaining, Verdict
from app.usecases.office import Access

SCHEME: Final = "bearer"
FROM_ELSEWHERE: Final = (
    "A session is good only for what pages of this service ask for. A program sends an API key instead; a browser says "
    "by Origin and Sec-Fetch-Site where a request comes from."
)


async def enter(request: Request, permission: Permission, operation: str) -> Access:
    """Recognises whoever asks, and puts it into the request's scope too, for the handler to pass on.

    Raises:
        Unauthenticated: there is no credential, or it is not one that holds.
        Forbidden: a session's cookie came with a request that no page of ours made.
        TooMany: the key or session has used up what it is allowed.
        Unavailable: what it has left cannot be asked for.
    """
    office, (kind, credential) = holdings(request).office, _shown(request)
    principal = await known_by(office, kind, digest(office.vault.pepper, credential))
    await _count(request, principal, permission)
    access = request.scope[ACCESS] = Access(principal, permission, operation)
    return access


def enter_unknown(request: Request) -> None:
    """Counts a request of somebody who need not be known, by the address that it comes from.

    Raises:
        TooMany: that address has used up what it is allowed.
    """
    _answer(request, holdings(request).office.allowances.take_from_address(address_of(request)))


def address_of(request: Request) -> str:
    """The address that a request comes from; the server takes a proxy's word for it only where it trusts the proxy."""
    return request.client.host if request.client else ""


def provenance(request: Request) -> Provenance:
    """Where a browser says that the request comes from."""
    headers = request.headers
    return Provenance(headers.get("host", ""), headers.getlist("origin"), headers.getlist("sec-fetch-site"))


def from_own_page(request: Request) -> bool:
    """Whether a browser says that a page of ours sent this."""
    return may_write(provenance(request))


def _shown(request: Request) -> tuple[CredentialKind, str]:
    """What the caller shows: the header where there is one, else the cookie."""
    values = request.headers.getlist("authorization")
    if values:
        return CredentialKind.API_KEY, _api_key(values)
    token = token_in(request.headers.getlist("cookie"))
    if token is None:
        raise Unauthenticated
    may = may_read if request.method in SAFE_METHODS else may_write
    if not may(provenance(request)):
        raise Forbidden(FROM_ELSEWHERE)
    return CredentialKind.SESSION, token


def _api_key(values: list[str]) -> str:
    scheme, _, key = values[0].partition(" ") if len(values) == 1 else ("", "", "")
    if scheme.lower() != SCHEME or not well_formed(key):  # a typo is refused without asking the database
        raise Unauthenticated
    return key


async def _count(request: Request, principal: Principal, permission: Permission) -> None:
    office, caller = holdings(request).office, Caller(principal.organisation_id, principal.credential_id)
    _answer(request, await office.allowances.take(office.database, caller, writes=permission.audited))


def _answer(request: Request, verdict: Verdict) -> None:
    """Says in whatever is answered what is left, in the fields of the IETF's draft."""
    request.scope[MORE_HEADERS] = (
        (b"ratelimit-policy", _policies(tuple([item.policy for item in verdict.remaining]))),
        (b"ratelimit", _left(verdict.remaining)),
    )
    if not verdict.allowed:
        raise TooMany(verdict.wait)


@cache
def _policies(policies: tuple[Policy, ...]) -> bytes:
    return ", ".join([f'"{policy.name}";q={policy.quota};w={policy.seconds}' for policy in policies]).encode()


def _left(remaining: tuple[Remaining, ...]) -> bytes:
    return ", ".join([f'"{policy.name}";r={left};t={seconds}' for policy, left, seconds in remaining]).encode()
