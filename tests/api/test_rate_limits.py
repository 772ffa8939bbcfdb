"""Every answer to somebody who is known says what they have left; who has nothing left waits, whoever serves."""

import re
from collections.abc import AsyncIterator

import httpx
import pytest
from fastapi import FastAPI

from app.settings import Settings
from tests.api.houses import House, office_of, running, speaking_to
from tests.security.figures import tell

THIN = {"title": "River dialogue"}
POLICY = '"minute";q=5;w=60, "day";q=1000;w=86400'
NOBODYS = "/v1/initiatives/0b8d8d0a-6d1e-4b6f-9a55-0d6c2f1fdead"


@pytest.fixture
async def strict_house(engine_settings: Settings) -> AsyncIterator[House]:
    """A house in which each key may send five requests a minute, and each address four that need no key."""
    limits = {"rate_limits": "5/minute;1000/day", "anonymous_rate_limits": "4/minute", "most_initiatives": 1}
    async with running(engine_settings.model_copy(update=limits)) as (app, _):
        yield await House.founded(app)


def stand_still(house: House) -> None:
    """Keeps a window from ending while a test is in it."""
    now = office_of(house.app).allowances.clock()
    keep_at(house.app, now - now % 60 + 20)


def keep_at(app: FastAPI, moment: float) -> None:
    """Stops the clock of an application."""
    office_of(app).allowances.clock = lambda: moment


async def test_every_answer_says_what_is_left_whatever_it_is(strict_house: House) -> None:
    stand_still(strict_house)
    http = strict_house.first.http
    answers = [
        await http.get("/v1/me"),
        await http.post("/v1/initiatives", json={"design": {}}),
        await http.get(NOBODYS),
        await http.delete(NOBODYS),
        await http.head("/v1/initiatives"),
        await http.get("/v1/me"),
    ]
    assert [answer.status_code for answer in answers] == [200, 422, 404, 428, 200, 429]
    assert {answer.headers["ratelimit-policy"] for answer in answers} == {POLICY}
    assert [re.findall(r"r=(\d+);t=(\d+)", answer.headers["ratelimit"])[0] for answer in answers] == [
        (left, "40") for left in ("4", "3", "2", "1", "0", "0")
    ]
    assert answers[-1].headers["retry-after"] == "40"
    assert answers[-1].json()["type"] == "/problems/too-many-requests"
    assert all("retry-after" not in answer.headers for answer in answers[:-1])


async def test_who_has_nothing_left_changes_nothing_and_reads_nothing(strict_house: House) -> None:
    stand_still(strict_house)
    first, ben = strict_house.first.http, await strict_house.add()
    for _ in range(5):
        await first.get("/v1/me")
    assert (await first.post("/v1/initiatives", json={"design": THIN})).status_code == 429
    assert (await ben.http.get("/v1/initiatives")).status_code == 200  # each key has an allowance of its own
    another = await strict_house.with_key(strict_house.first.id)
    assert (await another.http.get("/v1/initiatives")).json() == {"items": []}


async def test_nobody_who_is_not_known_is_told_or_counted(strict_house: House) -> None:
    for headers in ({}, {"Authorization": "Bearer go_x"}):
        answer = await speaking_to(strict_house.app).get("/v1/me", headers=headers)
        assert (answer.status_code, "ratelimit" in answer.headers) == (401, False)


async def test_feedback_without_a_key_is_counted_by_address(strict_house: House) -> None:
    stand_still(strict_house)

    def at(address: str) -> httpx.AsyncClient:
        transport = httpx.ASGITransport(strict_house.app, client=(address, 40_000))
        return httpx.AsyncClient(transport=transport, base_url="http://goodoffices.test")

    here = [await at("192.0.2.1").post("/v1/feedback", json=THIN) for _ in range(5)]
    assert [answer.status_code for answer in here] == [200] * 4 + [429]
    assert [answer.headers["ratelimit"] for answer in here[-2:]] == ['"minute";r=0;t=40'] * 2
    assert here[-1].headers["retry-after"] == "40"
    assert (await at("192.0.2.2").post("/v1/feedback", json=THIN)).status_code == 200
    assert (await at("192.0.2.1").get("/v1/checklists")).status_code == 200


async def test_two_applications_on_one_database_serve_no_more_than_one(
    engine_settings: Settings, strict_house: House
) -> None:
    limits = {"rate_limits": "5/minute;1000/day"}
    async with running(engine_settings.model_copy(update=limits)) as (second, _):
        windows = []
        for minute in range(3):
            for app in (strict_house.app, second):
                keep_at(app, 1_800_000_000.0 + minute * 60)
            clients = [speaking_to(app, strict_house.first.api_key) for app in (strict_house.app, second)]
            statuses = [(await client.get("/v1/me")).status_code for _ in range(6) for client in clients]
            windows.append(statuses.count(200))
        tell(f"rate limit 5/minute, two applications, 12 requests a minute: served {windows}")
        assert windows == [5, 5, 5]


async def test_an_organisation_stores_no_more_than_it_may(strict_house: House) -> None:
    http = strict_house.first.http
    first = await http.post("/v1/initiatives", json={"design": THIN})
    full = await http.post("/v1/initiatives", json={"design": THIN})
    assert (first.status_code, full.status_code, full.json()["type"]) == (201, 409, "/problems/conflict")
    assert "Delete some" in full.json()["detail"]
    place = first.headers["location"]
    assert (await http.delete(place, headers={"If-Match": "*"})).status_code == 204
    assert (await http.post("/v1/initiatives", json={"design": THIN})).status_code == 201
