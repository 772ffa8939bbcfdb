"""Who is asking, found before a handler runs, and what the operation needs; knows no noun and grants nothing."""

from typing import Final

from starlette.requests import Request

from app.api.dependencies import ACCESS, holdings
from app.domain.access import CredentialKind, Principal
from app.domain.errors import Unauthenticated
from app.security.api_keys import digest, well_formed
from app.security.permissions import Permission
from app.usecases.authority import known_by
from app.usecases.office import Access

SCHEME: Final = "bearer"


async def enter(request: Request, permission: Permission, operation: str) -> None:
    """Recognises whoever asks and puts it into the request's scope, for the handler to pass on.

    Raises:
        Unauthenticated: there is no credential, or it is not one that holds.
    """
    request.scope[ACCESS] = Access(await _principal(request), permission, operation)


async def _principal(request: Request) -> Principal:
    office = holdings(request).office
    key = _api_key(request)
    return await known_by(office, CredentialKind.API_KEY, digest(office.vault.pepper, key))


def _api_key(request: Request) -> str:
    values = request.headers.getlist("authorization")
    scheme, _, key = values[0].partition(" ") if len(values) == 1 else ("", "", "")
    if scheme.lower() != SCHEME or not well_formed(key):  # a typo is refused without asking the database
        raise Unauthenticated
    return key
