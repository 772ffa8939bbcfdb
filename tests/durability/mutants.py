"""`python -m tests.durability.mutants NAME`: the service with one fault, which a harness must catch."""

import importlib
import os
import sys
from collections.abc import Awaitable, Callable
from time import sleep
from typing import Any, Final

import uvicorn
from sqlalchemy import Connection
from uvicorn.protocols.http.httptools_impl import HttpToolsProtocol

from app import server
from app.api import gate
from app.domain.revision import Expected
from app.server import run
from app.settings import Settings
from app.storage import database, engines, initiatives, patience, retries, writer
from app.storage.failures import honest_failures
from app.storage.prepared import Prepared
from app.storage.writer import Outcome, Task, Writer

HURRIED_SILENCE: Final = 2.0  # seconds


def transact_after_the_answer(self: Writer, group: list[Task], work: Callable[[Connection, Task], None]) -> Outcome:
    """Tells whoever waits as soon as the statements are run."""
    attempt = Outcome()
    with attempt, honest_failures(), self._engine.connect() as connection, connection.begin():
        for task in group:
            work(connection, task)
        writer._deliver(group)
        sleep(0.2)  # long enough to be met by a kill
    return attempt


def answers_before_the_commit() -> None:
    """The commit comes after the answer, as it does in a plain `yield` dependency."""
    _put(Writer, "_transact", transact_after_the_answer)


def swallows_failures() -> None:
    """What the disk has refused counts as stored."""
    strict = Writer._transact

    def transact(self: Writer, group: list[Task], work: Callable[[Connection, Task], None]) -> Outcome:
        attempt = strict(self, group, work)
        attempt.error = None
        return attempt

    _put(Writer, "_transact", transact)


def forgets_the_guard() -> None:
    """The UPDATE of an initiative does not look at the revision that it replaces."""
    advance = initiatives._ADVANCE

    class Unguarded(Prepared):
        def count(self, connection: Connection, given: Any) -> int:
            anything = {"least_revision": 0, "most_revision": 2**31 - 1, "least_version": 0, "most_version": 2**31 - 1}
            return advance.count(connection, {**given, **anything})

    _put(initiatives, "_ADVANCE", Unguarded(None))


def ignores_if_match() -> None:
    """Whatever is stored is what was expected."""
    _put(Expected, "matches", lambda *_: True)


async def twice(_office: Any, _access: Any, _retry: Any, do: Callable[[], Awaitable[Any]], _replay: Any) -> Any:
    """Carries a request out whatever its key has done before."""
    return await do()


def forgets_retries() -> None:
    """The use cases do not look at Idempotency-Keys, and nothing is kept of them."""
    for name in ("initiatives", "designs", "comments", "api_keys"):
        _put(importlib.import_module(f"app.usecases.{name}"), "once", twice)
    _put(retries, "add", lambda *_: None)


def hurried() -> None:
    """No fault: it waits for PostgreSQL more briefly, so that a test does not take as long as the real thing."""
    _put(patience, "LONGEST_SILENCE", HURRIED_SILENCE)
    _put(writer, "LONGEST_WAIT", HURRIED_SILENCE)
    _put(database, "LONGEST_WAIT", HURRIED_SILENCE)
    engines.POSTGRESQL_NETWORK["connect_timeout"] = int(HURRIED_SILENCE)
    _put(engines, "POSTGRESQL_OPTIONS", engines.POSTGRESQL_OPTIONS.replace("session_timeout=30s", "session_timeout=2s"))


def waits_for_ever() -> None:
    """Whoever asks a PostgreSQL that says nothing waits as long as it does."""
    hurried()
    _put(patience, "LONGEST_SILENCE", 3_600.0)


def exits_at_once() -> None:
    """Whoever tells it to stop does not wait for what is in hand."""
    _put(uvicorn.Server, "handle_exit", lambda *_: os._exit(0))


def keeps_everything() -> None:
    """It sets no deadline and no limit: it reads whatever comes, for as long as it comes."""
    _put(server, "DeadlineProtocol", HttpToolsProtocol)
    _put(gate, "LARGEST_BODY", sys.maxsize)


def _put(where: object, name: str, what: object) -> None:
    setattr(where, name, what)


MUTANTS: Final = {
    mutant.__name__: mutant
    for mutant in (
        answers_before_the_commit,
        exits_at_once,
        forgets_the_guard,
        forgets_retries,
        hurried,
        ignores_if_match,
        keeps_everything,
        swallows_failures,
        waits_for_ever,
    )
}

if __name__ == "__main__":
    MUTANTS[sys.argv[1]]()
    run(Settings())
