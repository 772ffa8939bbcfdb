"""What every command of an operator needs: settings, an open office or key store, and an end; knows no command."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Coroutine
from contextlib import AsyncExitStack, asynccontextmanager
from pathlib import Path
from typing import Any, TypeVar

from app.checklist.catalogue import shipped_catalogue
from app.cli.serving import settings_from
from app.cli.terminal import complain
from app.settings import Settings
from app.starting import start_of
from app.storage.key_store import KeyStore
from app.usecases.office import Office
from app.usecases.opening import KeyHolder, close_office, open_key_store, open_safely, starting_alone
from app.usecases.start_checks import before_anything
from app.usecases.start_rules import Rule, refuse

Value = TypeVar("Value")
Given = dict[str, Path | str | None]


def carried_out(work: Coroutine[Any, Any, Value]) -> Value:
    """What the work comes to, on an event loop of its own."""
    return asyncio.run(work)


def settings_of(given: Given) -> Settings:
    """The settings: options first, then the environment, then the defaults.

    Raises:
        BadInput: one cannot be used.
    """
    return settings_from(**given)


@asynccontextmanager
async def an_office(settings: Settings, *, make_keys: bool = False) -> AsyncIterator[Office]:
    """An open office that keeps the start rules.

    Args:
        make_keys: as `open_safely`. Whoever may make them does so alone, until the end.

    Raises:
        UnsafeStart, BadInput, Unavailable: as `open_safely` and `starting_alone`.
    """
    start = start_of(settings, listens=False)
    async with AsyncExitStack() as alone:
        if make_keys:
            await alone.enter_async_context(starting_alone(start, _tell_of_waiting, _never))
        office, accepted = await open_safely(start, shipped_catalogue(), make_keys=make_keys)
        _warn(accepted)
        try:
            yield office
        finally:
            await close_office(office)


@asynccontextmanager
async def key_holder(settings: Settings) -> AsyncIterator[KeyHolder]:
    """An open key store with the master keys that open it; it keeps the start rules.

    Raises:
        UnsafeStart, BadInput, Unavailable: as `open_key_store`.
    """
    holder, accepted = await open_key_store(start_of(settings, listens=False))
    _warn(accepted)
    try:
        yield holder
    finally:
        await holder.store.close()


@asynccontextmanager
async def locked_key_store(settings: Settings) -> AsyncIterator[KeyStore]:
    """An open key store, whether or not there is anything at hand that opens what is in it.

    Raises:
        UnsafeStart, BadInput: what can be seen before it is opened breaks a rule.
    """
    start = start_of(settings, listens=False)
    _warn(refuse(before_anything(start), start.accepted))
    store = KeyStore.open(settings.key_store)
    try:
        yield store
    finally:
        await store.close()


def _tell_of_waiting() -> None:
    complain("Good Offices: something else starts on the same data; waiting for it.")


def _never() -> bool:
    """A command catches no signal: one ends it wherever it is."""
    return False


def _warn(accepted: tuple[Rule, ...]) -> None:
    for rule in accepted:
        complain(f"accepted risk: {rule.name}: {rule.reason}")
