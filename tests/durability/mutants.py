"""`python -m tests.durability.mutants NAME`: the service with one fault, which a harness must catch."""

import sys
from collections.abc import Callable
from time import sleep
from typing import Any

from sqlalchemy import Connection, Engine

from app.server import run
from app.settings import Settings
from app.storage import initiatives, writer
from app.storage.failures import honest_failures
from app.storage.prepared import Prepared
from app.storage.writer import Outcome, Task, Writer


def answers_before_the_commit() -> None:
    """The writer tells whoever waits as soon as the statements are run, as a commit in a `yield` dependency does."""

    def transact(self: Writer, group: list[Task], work: Callable[[Connection, Task], None]) -> Outcome:
        attempt, engine = Outcome(), _engine_of(self)
        with attempt, honest_failures(), engine.connect() as connection, connection.begin():
            for task in group:
                work(connection, task)
            writer._deliver(group)
            sleep(0.2)  # long enough to be met by a kill
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


def _engine_of(writing: Writer) -> Engine:
    return writing._engine


def _put(where: object, name: str, what: object) -> None:
    setattr(where, name, what)


MUTANTS = {mutant.__name__: mutant for mutant in (answers_before_the_commit, forgets_the_guard)}

if __name__ == "__main__":
    MUTANTS[sys.argv[1]]()
    run(Settings())
