"""Putting another master key in the place of one: everything wrapped again, old keys dropped, copies tried; no file."""

from collections.abc import AsyncIterator
from dataclasses import dataclass
from typing import Final

from app.domain.errors import Damaged
from app.security.master_keys import MasterKeys
from app.storage.key_store import KeyStore, Pair
from app.usecases.vault import SECRETS

AT_ONCE: Final = 500  # keys that are wrapped again in one transaction
MOST_PASSES: Final = 10


@dataclass(frozen=True, slots=True)
class Drill:
    """How many wrapped keys and secrets there are, and how many of them given master keys open."""

    opened: int
    all: int

    @property
    def passed(self) -> bool:
        """Whether nothing stays shut."""
        return self.opened == self.all


async def wrap_again(store: KeyStore, keys: MasterKeys) -> int:
    """Wraps everything by the first of the keys, and returns how many that were; each page is one transaction.

    Killed in between, it can be begun again and does what is left. It passes over the store until nothing is left that
    a service which runs has wrapped by an older key meanwhile.

    Raises:
        Damaged: something is wrapped by a key that is not among these, or was altered; what was done stays done.
    """
    total = await _secrets_again(store, keys)
    for _ in range(MOST_PASSES):
        done = await _pass(store, keys)
        total += done
        if not done:
            break
    return total


async def left(store: KeyStore, keys: MasterKeys) -> int:
    """How many keys and secrets are wrapped by another one than the first of these."""
    return sum([not keys.is_wrapped_by_first(wrapped) async for _, wrapped in _everything(store)])


async def drill(store: KeyStore, keys: MasterKeys) -> Drill:
    """Tries whether these keys open everything, as a copy of them must on the day when it is needed."""
    opened = count = 0
    async for name, wrapped in _everything(store):
        count += 1
        try:
            keys.unwrap(name, wrapped)
            opened += 1
        except Damaged:
            continue
    return Drill(opened, count)


async def _pass(store: KeyStore, keys: MasterKeys) -> int:
    done = 0
    async for page in _pages(store):
        again = _again(page, keys)
        if again:
            await store.replace(again)
        done += len(again)
    return done


async def _secrets_again(store: KeyStore, keys: MasterKeys) -> int:
    again = _again(await _secrets(store), keys)
    if again:
        await store.replace_secrets(again)
    return len(again)


def _again(pairs: list[Pair], keys: MasterKeys) -> list[Pair]:
    old = [(name, wrapped) for name, wrapped in pairs if not keys.is_wrapped_by_first(wrapped)]
    return [(name, keys.wrap(name, keys.unwrap(name, wrapped))) for name, wrapped in old]


async def _everything(store: KeyStore) -> AsyncIterator[Pair]:
    for pair in await _secrets(store):
        yield pair
    async for page in _pages(store):
        for pair in page:
            yield pair


async def _pages(store: KeyStore) -> AsyncIterator[list[Pair]]:
    after = ""
    while page := await store.page(after, AT_ONCE):
        yield page
        after = page[-1][0]


async def _secrets(store: KeyStore) -> list[Pair]:
    found = [(name, await store.secret(name)) for name in SECRETS]
    return [(name, wrapped) for name, wrapped in found if wrapped is not None]
