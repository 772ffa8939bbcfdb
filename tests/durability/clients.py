"""Clients that create and edit, try again when they are not answered, and note all that they were promised."""

import asyncio
import time
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from typing import Any
from uuid import uuid4

import httpx

from tests.durability.serving import House

Json = dict[str, Any]

CLIENTS = 8
EDITS = 3  # of each initiative
PAUSE = 0.1  # seconds before a request is sent again
LONGEST = 180.0  # seconds that a client goes on asking for one thing
TIMEOUT = httpx.Timeout(30.0)
WORDS = "Water is shared, and so is what is said about it. "


@dataclass(frozen=True, slots=True)
class Promise:
    """A write that was acknowledged: which revision, what was sent, and the whole answer."""

    initiative: str
    revision: int
    design: Json
    answer: bytes
    operation: str


@dataclass
class Notes:
    """What all clients of a load have seen.

    Attributes:
        promises: what was acknowledged.
        wrong: answers that no client should ever see.
        refused: answers that asked for patience (503), each with Retry-After.
        broken: requests that were not answered.
        cut: of these, how many had an answer begun.
        good_at: when good answers came.
        longest: seconds that the slowest request took, answered or not.
        progress: is set with each promise.
    """

    promises: list[Promise] = field(default_factory=list)
    wrong: list[str] = field(default_factory=list)
    refused: int = 0
    broken: int = 0
    cut: int = 0
    good_at: list[float] = field(default_factory=list)
    longest: float = 0.0
    progress: asyncio.Event = field(default_factory=asyncio.Event)

    async def next_promise(self) -> None:
        """Waits until something is acknowledged that was not yet.

        Raises:
            TimeoutError: nothing is, for longer than any client goes on.
        """
        self.progress.clear()
        async with asyncio.timeout(LONGEST):
            await self.progress.wait()


class GoneWrongError(Exception):
    """The service answered what it should not; it is in the notes."""


class Client:
    """Somebody who creates initiatives and edits each of them a few times."""

    def __init__(self, http: httpx.AsyncClient, notes: Notes, name: int = 0) -> None:
        self._http, self._notes, self._name, self._number = http, notes, name, 0

    async def work(self, stop: asyncio.Event) -> None:
        """Goes on until told to stop, and finishes then what it has begun."""
        while not stop.is_set():
            try:
                await self._one(stop)
            except GoneWrongError:
                await asyncio.sleep(PAUSE)

    async def _one(self, stop: asyncio.Event) -> None:
        made = await self.create()
        for _ in range(EDITS):
            if stop.is_set():
                return
            made = await self.edit(made)

    async def create(self) -> Promise:
        """A new initiative with a design that nobody else has."""
        design, key = self._design(), str(uuid4())
        answer, _ = await self.send(
            "POST", "/v1/initiatives", {"Idempotency-Key": key}, {"design": design}, expected=(201,)
        )
        return self._promised(answer, design, "create_initiative")

    async def edit(self, last: Promise) -> Promise:
        """Another design in the place of the last one."""
        design, path = self._design(), f"/v1/initiatives/{last.initiative}/design"
        tag = {"If-Match": f'"{last.revision}"'}
        answer, unsure = await self.send("PUT", path, tag, design, expected=(200, 412))
        if answer.status_code == 200:
            return self._promised(answer, design, "replace_design")
        # It was stored, but the answer got lost: who looks is told so.
        found, _ = await self.send("GET", f"/v1/initiatives/{last.initiative}", {}, None, expected=(200,))
        shown = found.json()
        if not unsure or shown["revision"] != last.revision + 1 or shown["design"]["title"] != design["title"]:
            self._wrong(f"{path}: 412 that nobody caused", answer)
        return self._promised(found, design, "replace_design")

    async def send(
        self, method: str, path: str, headers: dict[str, str], body: Json | None, expected: tuple[int, ...]
    ) -> tuple[httpx.Response, bool]:
        """The answer, however often it takes, and whether an earlier attempt may have had its effect."""
        unsure, until = False, time.monotonic() + LONGEST
        while time.monotonic() < until:
            answer = await self._attempt(method, path, headers, body)
            if answer is not None and answer.status_code in expected:
                self._notes.good_at.append(time.monotonic())
                return answer, unsure
            if answer is not None and answer.status_code not in (503, 409):
                self._wrong(f"{method} {path}", answer)
            unsure = True
            await asyncio.sleep(PAUSE)
        self._notes.wrong.append(f"{method} {path}: no answer in {LONGEST} s")
        raise GoneWrongError

    async def _attempt(
        self, method: str, path: str, headers: dict[str, str], body: Json | None
    ) -> httpx.Response | None:
        begun, answered = time.monotonic(), False
        try:
            async with self._http.stream(method, path, headers=headers, json=body) as answer:
                answered = True
                await answer.aread()
        except httpx.TransportError:
            self._notes.broken += 1
            self._notes.cut += answered
            return None
        finally:
            self._notes.longest = max(self._notes.longest, time.monotonic() - begun)
        if answer.status_code in (503, 409):
            self._notes.refused += 1
            if "retry-after" not in answer.headers:
                self._wrong("no Retry-After", answer)
        return answer

    def _promised(self, answer: httpx.Response, design: Json, operation: str) -> Promise:
        shown = answer.json()
        promise = Promise(shown["id"], shown["revision"], design, answer.content, operation)
        self._notes.promises.append(promise)
        self._notes.progress.set()
        return promise

    def _wrong(self, what: str, answer: httpx.Response) -> None:
        self._notes.wrong.append(f"{what}: {answer.status_code} {answer.text[:300]}")
        raise GoneWrongError

    def _design(self) -> Json:
        self._number += 1
        title = f"River dialogue {self._name}-{self._number}-{uuid4()}"
        return {"title": title, "summary": WORDS * (1 + self._number % 40)}


@asynccontextmanager
async def load(
    address: str | list[str], house: House, clients: int = CLIENTS, *, finish: bool = True
) -> AsyncIterator[Notes]:
    """So many clients at work; at the end each finishes what it has begun, however often it must ask, or gives up."""
    addresses = [address] if isinstance(address, str) else address
    notes, stop = Notes(), asyncio.Event()
    limits = httpx.Limits(max_connections=1)
    https = [
        httpx.AsyncClient(
            base_url=addresses[number % len(addresses)], headers=house.headers, timeout=TIMEOUT, limits=limits
        )
        for number in range(clients)
    ]
    tasks = [asyncio.create_task(Client(http, notes, number).work(stop)) for number, http in enumerate(https)]
    try:
        yield notes
        stop.set()
        await asyncio.gather(*(tasks if finish else ()))
    finally:
        for task in tasks:  # none is left unless something failed
            task.cancel()
        for http in https:
            await http.aclose()
