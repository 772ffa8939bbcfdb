"""Requests that may arrive twice and must take effect once; knows no resource."""

import hmac
from collections.abc import Awaitable, Callable
from hashlib import sha256
from typing import Final, TypeVar

from app.domain.errors import Gone, NotFound, RetryMismatch, Stale
from app.storage import retries
from app.storage.retries import Effect, KeyTakenError, Retry
from app.storage.views import of
from app.usecases.office import Access, Office

REPLAYED: Final = "replayed"  # how the audit trail tells a retry, which did nothing
Answer = TypeVar("Answer")


def retry_of(office: Office, access: Access, key: str, *request: bytes) -> Retry:
    """What is kept of an Idempotency-Key and of its request: digests that nobody can try out without the pepper.

    Args:
        key: the key as it was sent; each API key and session has keys of its own.
        request: all that makes it this request and no other, such as method, path and body.
    """
    return Retry(_digest(office, access.principal.credential_id.encode(), key.encode()), _digest(office, *request))


async def once(
    office: Office,
    access: Access,
    retry: Retry | None,
    do: Callable[[], Awaitable[Answer]],
    replay: Callable[[Effect], Awaitable[Answer]],
) -> Answer:
    """Carries out a request, unless one with the same key was: then gives its answer again.

    Raises:
        RetryMismatch: the key belongs to another request.
        RetryInFlight: the first request is still being carried out in this process.
        Gone: what the first request made was deleted since.
    """
    if retry is None:
        return await do()
    effect = await _earlier(office, access, retry)
    if effect is not None:
        return await _again(effect, replay)
    with office.database.in_flight.hold((access.organisation_id, retry.key_digest)):
        try:
            return await do()
        except (KeyTakenError, Stale, NotFound):
            # Another process may have carried it out since we looked; then what it changed is what is in the way.
            effect = await _earlier(office, access, retry)
            if effect is None:
                raise
    return await _again(effect, replay)


def _digest(office: Office, *parts: bytes) -> str:
    whole = b"".join(sha256(part).digest() for part in parts)
    return hmac.digest(office.vault.pepper, whole, "sha256").hex()


async def _earlier(office: Office, access: Access, retry: Retry) -> Effect | None:
    organisation = access.organisation_id
    view = of(organisation)
    effect = await office.database.read(
        view, lambda connection: retries.find(connection, organisation, retry.key_digest)
    )
    if effect is not None and effect.request_digest != retry.request_digest:
        raise RetryMismatch
    return effect


async def _again(effect: Effect, replay: Callable[[Effect], Awaitable[Answer]]) -> Answer:
    try:
        return await replay(effect)
    except NotFound:
        raise Gone from None
