"""R6: many requests with one Idempotency-Key, over two service processes, have one effect."""

import asyncio
from collections import Counter
from collections.abc import Awaitable, Callable
from contextlib import AsyncExitStack, suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import httpx

from tests.durability.clients import TIMEOUT
from tests.durability.figures import report, report_mutant
from tests.durability.serving import House, Service

REQUESTS = 100
REQUESTS_TO_A_MUTANT = 10
Count = Callable[[httpx.AsyncClient], Awaitable[int]]


@dataclass(frozen=True, slots=True)
class Storm:
    """A request that comes again and again, and how its effects are counted."""

    name: str
    path: str
    body: dict[str, Any]
    count: Count
    headers: tuple[tuple[str, str], ...] = ()


def _listed(path: str, what: str = "items") -> Count:
    async def count(http: httpx.AsyncClient) -> int:
        return len((await http.get(path)).json()[what])

    return count


async def _storms(http: httpx.AsyncClient, organisation: str) -> list[Storm]:
    """A request for each kind of effect, about an initiative with two revisions and a conversation."""
    created = await http.post("/v1/initiatives", json={"design": {"title": "River dialogue"}})
    here = created.headers["location"]
    await http.patch(f"{here}/design", json={"summary": "Water is shared."}, headers={"If-Match": "*"})
    thread = await http.post(f"{here}/threads", json={"about": "whole", "text": "Is it ready?"})
    address, keys = f"{here}/threads/{thread.json()['id']}", f"/v1/organisations/{organisation}/keys"
    match = (("If-Match", '"2"'),)
    return [
        Storm("initiatives", "/v1/initiatives", {"design": {"title": "Lake"}}, _listed("/v1/initiatives")),
        Storm("restore", f"{here}/revisions", {"restores": 1}, _listed(f"{here}/revisions"), match),
        Storm("threads", f"{here}/threads", {"about": "whole", "text": "Who pays?"}, _listed(f"{here}/threads")),
        Storm("comments", f"{address}/comments", {"text": "Nearly."}, _listed(address, "comments")),
        Storm("keys", keys, {"label": "Laptop"}, _listed(keys)),
    ]


async def _effects(https: list[httpx.AsyncClient], storm: Storm, requests: int) -> tuple[int, Counter[int], int]:
    """How many effects it had, the answers by status, and how many different ones were successes."""
    headers = {"Idempotency-Key": f"storm of {storm.name}", **dict(storm.headers)}
    before = await storm.count(https[0])

    async def ask(number: int) -> httpx.Response:
        while True:
            with suppress(httpx.TransportError):  # an idle connection that ends is a lost answer, to be asked for again
                answer = await https[number % 2].post(storm.path, json=storm.body, headers=headers)
                if answer.status_code not in (409, 503):
                    return answer
                assert "retry-after" in answer.headers
            await asyncio.sleep(0.2)

    answers = await asyncio.gather(*(ask(number) for number in range(requests)))
    same = {answer.json()["id"] for answer in answers if answer.is_success and "id" in answer.json()}
    return await storm.count(https[0]) - before, Counter(answer.status_code for answer in answers), len(same)


async def _stormed(house: House, folder: Path, requests: int, mutant: str = "") -> dict[str, tuple[int, Any, int]]:
    async with AsyncExitStack() as running:
        services = [running.enter_context(Service(house, folder, mutant)) for _ in range(2)]
        https = [
            await running.enter_async_context(
                httpx.AsyncClient(base_url=one.address, headers=house.headers, timeout=TIMEOUT)
            )
            for one in services
        ]
        storms = await _storms(https[0], house.founded.organisation_id)
        return {storm.name: await _effects(https, storm, requests) for storm in storms}


async def test_a_storm_of_retries_has_one_effect(house: House, tmp_path: Path) -> None:
    found = await _stormed(house, tmp_path, REQUESTS)
    effects = {name: effects for name, (effects, _, _) in found.items()}
    report("R6", house.engine, requests_each=REQUESTS, operations=len(effects), effects=sum(effects.values()))

    assert set(effects.values()) == {1}
    assert all(set(statuses) == {201} and different <= 1 for _, statuses, different in found.values()), found


async def test_a_use_case_that_forgets_retries_is_caught(house: House, tmp_path: Path) -> None:
    found = await _stormed(house, tmp_path, REQUESTS_TO_A_MUTANT, "forgets_retries")
    caught = [name for name, (effects, statuses, _) in found.items() if effects != 1 or set(statuses) != {201}]
    report_mutant(
        "R6",
        house.engine,
        "forgets_retries",
        caught=len(caught) == len(found),
        operations=(len(caught), len(found)),
    )

    assert len(caught) == len(found)
