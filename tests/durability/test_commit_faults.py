"""R4: the COMMIT of every writing operation fails: 503, nothing stored, and the same request succeeds afterwards."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field

import httpx
import pytest
from sqlalchemy import Connection, event
from sqlalchemy.exc import OperationalError

from app.settings import Settings
from app.storage.writer import Writer
from app.usecases.shredding import KEYS_LEFT
from tests.api.access_matrix import NO_LIMIT, Outcome, expected
from tests.api.described import Operation, operations
from tests.api.houses import office_of, running
from tests.api.scene import Asker, Scene, set_up
from tests.api.stored_state import Stored
from tests.durability.figures import engine_of, report, report_mutant
from tests.durability.mutants import transact_after_the_answer

COUNTERS = "counters"  # of requests: they are counted before it is known what becomes of them
OF_THE_MUTANT = ("create_initiative", "put_waiver", "add_comment")
# They write without a role that could be asked for: whoever signs in is nobody yet.
FOR_NOBODY_YET = ("sign_in",)


class Faults:
    """A disk on which no commit succeeds while they are there; some operations try again by themselves."""

    def __init__(self) -> None:
        self.there = False

    def commit(self, connection: Connection) -> None:
        """Called before each commit."""
        options = connection.get_execution_options()
        if self.there and not (options.get("reading") or options.get("postgresql_readonly")):
            raise OperationalError("COMMIT", None, Exception("injected"))


@dataclass
class Trial:
    """A scene with faults, and what came of them."""

    scene: Scene
    stored: Stored
    faults: Faults
    tried: list[str] = field(default_factory=list)
    failures: list[str] = field(default_factory=list)

    async def run(self, names: tuple[str, ...] = ()) -> None:
        """Every writing operation, or these."""
        before, keys = self.stored.rows(), self.stored.keys()
        for operation in writing():
            if names and operation.name not in names:
                continue
            asker = await self._whoever_can(operation)
            if asker is None:
                self.failures.append(f"{operation.name}: nobody of the scene can do it")
                continue
            self.stored.put_back(before, keys)
            await self._try(operation, asker)
            self.stored.put_back(before, keys)
            self.tried.append(operation.name)

    async def _whoever_can(self, operation: Operation) -> Asker | None:
        before, keys = self.stored.rows(), self.stored.keys()
        for asker in self.scene.askers:
            if expected(operation, asker, self.scene) is Outcome.ALLOWED:
                answer = await self._ask(operation, asker)
                self.stored.put_back(before, keys)
                if answer.is_success:
                    return asker
        return None

    async def _try(self, operation: Operation, asker: Asker) -> None:
        before = self._rows()
        self.faults.there = True
        answer = await self._ask(operation, asker)
        self.faults.there = False
        if answer.status_code != 503 or "retry-after" not in answer.headers:
            self.failures.append(f"{operation.name}: {answer.status_code} {answer.text[:200]}")
        elif self._rows() != before:
            self.failures.append(f"{operation.name}: something was stored")
        elif not (again := await self._ask(operation, asker)).is_success:
            self.failures.append(f"{operation.name}: again {again.status_code} {again.text[:200]}")
        elif self._rows() == before:
            self.failures.append(f"{operation.name}: writes nothing")

    def _rows(self) -> dict[str, list[tuple[str, ...]]]:
        return {
            name: sorted(tuple(map(str, row.values())) for row in rows)
            for name, rows in self.stored.rows().items()
            if name != COUNTERS
        }

    async def _ask(self, operation: Operation, asker: Asker) -> httpx.Response:
        values = {**self.scene.here.of(operation), **asker.own}
        return await asker.http.send(operation.request(asker.http, values))


def writing() -> list[Operation]:
    """The operations that write, by what they declare."""
    return [
        operation
        for operation in operations()
        if operation.name in FOR_NOBODY_YET or (operation.permission is not None and operation.permission.writes)
    ]


@asynccontextmanager
async def trial(engine_url: str, owner_url: str, key_store_url: str) -> AsyncIterator[Trial]:
    """A scene on this database, whose commits can be made to fail."""
    settings = Settings(
        database_url=engine_url,
        key_store_url=key_store_url,
        access_log=False,
        rate_limits=NO_LIMIT,
        anonymous_rate_limits=NO_LIMIT,
    )
    faults = Faults()
    async with running(settings) as (app, _):
        scene = await set_up(app)
        engine = office_of(app).database._engine
        event.listen(engine, "commit", faults.commit)
        with Stored(owner_url, key_store_url) as stored:
            yield Trial(scene, stored, faults)


async def test_a_commit_that_fails_is_told_and_stores_nothing(
    engine_url: str, owner_url: str, key_store_url: str
) -> None:
    async with trial(engine_url, owner_url, key_store_url) as tried:
        await tried.run()
    report("R4", engine_of(engine_url), operations=(len(tried.tried), len(writing())), failures=len(tried.failures))

    assert tried.failures == []
    assert len(tried.tried) == len(writing()) > 25


async def test_a_deletion_whose_key_cannot_be_destroyed_yet_is_not_told_as_nothing(
    engine_url: str, owner_url: str, key_store_url: str
) -> None:
    async with trial(engine_url, owner_url, key_store_url) as tried:
        event.listen(office_of(tried.scene.app).vault._store._database._engine, "commit", tried.faults.commit)
        event.remove(office_of(tried.scene.app).database._engine, "commit", tried.faults.commit)
        owner = tried.scene.asker("owner").http
        here = f"/v1/initiatives/{tried.scene.here.plain['initiative_id']}"
        tried.faults.there = True
        answer = await owner.delete(here, headers={"If-Match": "*"})
        tried.faults.there = False

        assert answer.status_code == 503
        assert answer.json()["detail"] == KEYS_LEFT
        assert (await owner.get(here)).status_code == 404


async def test_a_commit_after_the_answer_is_caught(
    engine_url: str, owner_url: str, key_store_url: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    async with trial(engine_url, owner_url, key_store_url) as tried:
        monkeypatch.setattr(Writer, "_transact", transact_after_the_answer)
        await tried.run(OF_THE_MUTANT)
        monkeypatch.undo()
    caught = len(tried.failures) == len(OF_THE_MUTANT)
    report_mutant(
        "R4",
        engine_of(engine_url),
        "answers_before_the_commit",
        caught=caught,
        operations=(len(tried.failures), len(OF_THE_MUTANT)),
    )

    assert caught
