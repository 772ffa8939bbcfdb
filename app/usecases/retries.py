"""Requests that may arrive twice and must take effect once; knows no resource."""

from collections.abc import Awaitable, Callable
from hashlib import sha256
from typing import TypeVar

from app.domain.errors import Gone, NotFound, RetryMismatch, Stale
from app.storage import retries
from app.storage.database import Database
from app.storage.retries import Effect, KeyTakenError, Retry

Answer = TypeVar("Answer")


def retry_of(key: str, *request: bytes) -> Retry:
    """What is kept of an Idempotency-Key and of its request: digests.

    Args:
        key: the key as it was sent.
        request: all that makes it this request and no other, such as method, path and body.
    """
    parts = b"".join(sha256(part).digest() for part in request)
    return Retry(sha256(key.encode()).hexdigest(), sha256(parts).hexdigest())


async def once(
    database: Database,
    organisation_id: str,
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
    effect = await _earlier(database, organisation_id, retry)
    if effect is not None:
        return await _again(effect, replay)
    with database.in_flight.hold((organisation_id, retry.key_digest)):
        try:
            return await do()
        except (KeyTakenError, Stale, NotFound):
            # Another process may have carried it out since we looked; then what it changed is what is in the way.
            effect = await _earlier(database, organisation_id, retry)
            if effect is None:
                raise
    return await _again(effect, replay)


async def _earlier(database: Database, organisation_id: str, retry: Retry) -> Effect | None:
    effect = await database.read(lambda connection: retries.find(connection, organisation_id, retry.key_digest))
    if effect is not None and effect.request_digest != retry.request_digest:
        raise RetryMismatch
    return effect


async def _again(effect: Effect, replay: Callable[[Effect], Awaitable[Answer]]) -> Answer:
    try:
        return await replay(effect)
    except NotFound:
        raise Gone from None
