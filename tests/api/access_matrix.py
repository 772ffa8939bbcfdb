"""Every operation asked by everybody: what the table of permissions says must happen, and what does.

Run as a module it tries a few operations on an application of its own, for a mutant, and prints what went wrong.
"""

import asyncio
import json
import sys
import tempfile
from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass, field
from enum import IntEnum
from pathlib import Path
from uuid import uuid4

import httpx
from fastapi import FastAPI

from app.domain.access import OrganisationRole, Scope
from app.security.permissions import Place
from app.settings import Settings
from tests.api.described import Operation, operations
from tests.api.houses import running
from tests.api.scene import PARENTS, Asker, Scene, Things, Values, set_up
from tests.api.stored_state import Stored
from tests.api.who_may import WHO_MAY

NO_LIMIT = "1000000/minute"  # of requests: one key sends hundreds in a moment
# What no answer can share with another one: its name, when it was made, and how many requests are left.
OF_ITS_OWN = ("x-request-id", "date", "ratelimit", "ratelimit-policy")
WHOEVER = ("anonymous", "revoked key", "stranger", "owner")  # asks for what is for everybody
# What tells of no initiative, and of people no more than was sent: a key can be shown in its one answer alone.
NO_CONTENTS = ("add_member", "create_key", "rotate_key", "create_job", "cancel_job")
CHILDREN = ("review_id", "thread_id", "person_id", "to", "key_id", "session_id", "notice_id", "request_id", "job_id")
OF_EVERYBODY = (
    "person_id",
    "to",
    "request_id",
    "job_id",
)  # an organisation's own: no initiative keeps them from another one


class Outcome(IntEnum):
    """What has to happen; refusals by their status."""

    ALLOWED = 200
    UNKNOWN = 401
    FORBIDDEN = 403
    HIDDEN = 404


@dataclass(slots=True)
class Figures:
    """What a run found."""

    cells: int = 0
    compared: int = 0
    refused: int = 0
    failures: list[str] = field(default_factory=list)
    succeeded: set[str] = field(default_factory=set)

    def __str__(self) -> str:
        return (
            f"{self.cells} cells, {self.refused} of them refused, {self.compared} compared byte by byte with what "
            f"never was, {len(self.failures)} failures"
        )


def expected(operation: Operation, asker: Asker, scene: Scene) -> Outcome:
    """What must happen when somebody asks for what is in Hill House, by the table and by nothing else."""
    needed = operation.permission
    if needed is None:
        return Outcome.ALLOWED
    if not asker.known:
        return Outcome.UNKNOWN
    if operation.name == "sign_out" and not asker.by_session:
        return Outcome.HIDDEN  # there is no session to end
    if asker.house != scene.here.plain["organisation_id"] and {"organisation_id", "job_id"} & {*operation.parameters}:
        return Outcome.HIDDEN
    on_initiative = needed.place is Place.INITIATIVE
    if on_initiative and asker.on_initiative is None:
        return Outcome.HIDDEN
    role = asker.on_initiative if on_initiative else asker.role
    roles, scope = WHO_MAY[needed.name]
    if role not in roles or scope not in asker.scopes:
        return Outcome.FORBIDDEN
    return by_its_own_rule(operation, asker)


def named_by(operation: Operation, names: Collection[str]) -> list[str]:
    """Which of these the operation names."""
    return [name for name in operation.named if name in names]


def by_its_own_rule(operation: Operation, asker: Asker) -> Outcome:
    """What is refused to some of those whom the table allows it."""
    if operation.name == "create_key" and not {Scope.READ, Scope.WRITE} <= asker.scopes:
        return Outcome.FORBIDDEN  # a key never gets a scope that its maker's key has not
    return Outcome.ALLOWED


def settings_without_limits(settings: Settings) -> Settings:
    """The same, for somebody who asks for everything at once."""
    return settings.model_copy(update={"rate_limits": NO_LIMIT, "anonymous_rate_limits": NO_LIMIT})


class Matrix:
    """A scene in which everybody asks for everything, with all that is stored watched from outside."""

    def __init__(self, scene: Scene, stored: Stored) -> None:
        self.scene = scene
        self.stored = stored
        self.figures = Figures()
        self._rows, self._keys = stored.rows(), stored.keys()
        self._before = stored.digests()

    async def run(self, names: Collection[str] = (), askers: Collection[str] = ()) -> Figures:
        """All cells of these operations and askers, or of all."""
        for operation in operations():
            if not names or operation.name in names:
                for asker in self.scene.askers:
                    if asker.name in (askers or self._worth_asking(operation)):
                        await self._cells(operation, asker)
        return self.figures

    def _worth_asking(self, operation: Operation) -> Collection[str]:
        """Everybody, unless it is all the same who asks."""
        for_everybody = operation.permission is None
        return WHOEVER if for_everybody else [asker.name for asker in self.scene.askers]

    async def _cells(self, operation: Operation, asker: Asker) -> None:
        outcome = expected(operation, asker, self.scene)
        values = {**self.scene.here.of(operation), **asker.own}
        await self._cell(operation, asker, values, outcome)
        if outcome is Outcome.ALLOWED and operation.permission is not None:
            for place, child, mixed in self._mixed(operation, asker, values):
                await self._mixed_cell(operation, asker, (place, child, mixed))

    async def _cell(self, operation: Operation, asker: Asker, values: Values, outcome: Outcome) -> None:
        answer = await self._ask(operation, asker, values)
        self.figures.cells += 1
        if outcome is Outcome.ALLOWED:
            self._check_allowed(operation, asker, answer)
            return
        self.figures.refused += 1
        if answer.status_code != outcome:
            self._fail(operation, asker, f"{answer.status_code} instead of {outcome.value}")
        self._check_unchanged(operation, asker)
        if outcome is Outcome.HIDDEN:
            await self._compare(operation, asker, answer, values, named_by(operation, PARENTS) or operation.parameters)
        if operation.method == "GET":
            head = await asker.http.head(answer.request.url)
            if head.status_code != answer.status_code:
                self._fail(operation, asker, f"HEAD got {head.status_code}")

    def _check_allowed(self, operation: Operation, asker: Asker, answer: httpx.Response) -> None:
        if answer.status_code in (401, 403, 404, 429) or answer.status_code >= 500:
            self._fail(operation, asker, f"{answer.status_code} instead of a success")
        if answer.is_success:
            self.figures.succeeded.add(operation.name)
            if asker.known and Scope.READ not in asker.scopes and operation.name not in NO_CONTENTS and answer.content:
                self._fail(operation, asker, "was answered with what this key may not read")
        if operation.method == "GET":
            self._check_unchanged(operation, asker)
        else:
            self.stored.put_back(self._rows, self._keys)

    def _mixed(self, operation: Operation, asker: Asker, values: Values) -> Iterator[tuple[str, str, Values]]:
        """Requests that name what the asker may name, and with it one thing that is in nothing of theirs."""
        at_home = asker.house == self.scene.here.plain["organisation_id"]
        base = values if at_home else {**self.scene.next_door.of(operation), **asker.own}
        foreign: dict[str, Things] = {"next door": self.scene.next_door if at_home else self.scene.here}
        if at_home:
            foreign["elsewhere"] = self.scene.elsewhere
        for place, things in foreign.items():
            for child in operation.named:
                others = place == "elsewhere" and (
                    child in OF_EVERYBODY or (child == "key_id" and asker.role is OrganisationRole.ADMIN)
                )
                body_only = child in PARENTS and child not in operation.parameters and place == "next door"
                if (child in CHILDREN and not others) or body_only:
                    yield place, child, {**base, child: things.of(operation)[child]}

    async def _mixed_cell(self, operation: Operation, asker: Asker, mix: tuple[str, str, Values]) -> None:
        place, child, values = mix
        answer = await self._ask(operation, asker, values)
        self.figures.cells += 1
        self.figures.refused += 1
        if answer.is_success:
            self._fail(operation, asker, f"got at the {child} {place}")
        self._check_unchanged(operation, asker)
        await self._compare(operation, asker, answer, values, [child])

    async def _compare(
        self, operation: Operation, asker: Asker, answer: httpx.Response, values: Values, names: Collection[str]
    ) -> None:
        """The answer is that to a request for what never was, to the byte."""
        never = {name: str(uuid4()) for name in names}
        other = await self._ask(operation, asker, {**values, **never})
        self.figures.compared += 1
        if told(answer) != told(other):
            self._fail(operation, asker, f"{', '.join(names)} is not answered as one that never was")

    async def _ask(self, operation: Operation, asker: Asker, values: Values) -> httpx.Response:
        return await asker.http.send(operation.request(asker.http, values))

    def _check_unchanged(self, operation: Operation, asker: Asker) -> None:
        now = self.stored.digests()
        changed = [table for table, digest in now.items() if digest != self._before[table]]
        if changed:
            self._fail(operation, asker, f"changed {', '.join(changed)}")
        destroyed = self._keys.items() - self.stored.keys().items()
        if destroyed:
            self._fail(operation, asker, "destroyed a key")
        if changed or destroyed:
            self.stored.put_back(self._rows, self._keys)

    def _fail(self, operation: Operation, asker: Asker, what: str) -> None:
        self.figures.failures.append(f"{operation.name} by {asker.name}: {what}")


def told(answer: httpx.Response) -> tuple[int, Mapping[str, str], bytes]:
    """All that an answer tells."""
    headers = {name: value for name, value in answer.headers.items() if name not in OF_ITS_OWN}
    return answer.status_code, headers, answer.content


async def tried(names: Collection[str], askers: Collection[str]) -> Figures:
    """A few cells on an application of its own, which keeps everything in files."""
    with tempfile.TemporaryDirectory() as folder:
        settings = settings_without_limits(Settings(data_dir=Path(folder), access_log=False))
        async with running(settings) as (app, _):
            return await whole(app, settings.store, settings.key_store, names, askers)


async def whole(
    app: FastAPI, owner_url: str, key_store_url: str, names: Collection[str] = (), askers: Collection[str] = ()
) -> Figures:
    """The matrix of an application that serves."""
    scene = await set_up(app)
    with Stored(owner_url, key_store_url) as stored:
        return await Matrix(scene, stored).run(names, askers)


def main() -> None:
    """Prints the failures among the operations and askers that are named, each group with commas."""
    names, askers = (argument.split(",") for argument in sys.argv[1:3])
    figures = asyncio.run(tried(names, askers))
    sys.stdout.write(json.dumps({"cells": figures.cells, "failures": figures.failures}))


if __name__ == "__main__":
    main()
