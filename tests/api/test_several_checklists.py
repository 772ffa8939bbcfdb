"""One design is judged by several checklists in one call; by one, the answer has the shape that it always has."""

from collections.abc import AsyncIterator
from pathlib import Path

import httpx
import pytest

from app.settings import Settings
from tests.api.houses import serving

EXAMPLES = Path(__file__).parents[2] / "examples" / "checklists"
BOTH = "checklist=track-two&checklist=lake-foundation@1"
THIN = {"title": "River dialogue", "stage": "preparing"}


@pytest.fixture
async def http(tmp_path: Path) -> AsyncIterator[httpx.AsyncClient]:
    """Somebody who speaks to a service with a checklist of its own."""
    async with serving(Settings(data_dir=tmp_path, access_log=False, checklists=EXAMPLES)) as (_, client):
        yield client


async def stored(http: httpx.AsyncClient) -> str:
    made = await http.post("/v1/initiatives", json={"design": THIN})
    return f"{made.headers['location']}/feedback"


async def test_each_is_what_it_would_be_alone_in_the_order_asked(http: httpx.AsyncClient) -> None:
    together = (await http.post(f"/v1/feedback?{BOTH}", json=THIN)).json()
    alone = [(await http.post(f"/v1/feedback?{one}", json=THIN)).json() for one in BOTH.split("&")]
    assert together == {"items": alone}
    assert [one["checklist"]["name"] for one in alone] == ["track-two", "lake-foundation"]


async def test_so_is_a_stored_design(http: httpx.AsyncClient) -> None:
    path = await stored(http)
    together = await http.get(f"{path}?{BOTH}")
    alone = [(await http.get(f"{path}?{one}")).json() for one in BOTH.split("&")]
    assert together.json() == {"items": alone}
    known = await http.get(f"{path}?{BOTH}", headers={"If-None-Match": together.headers["etag"]})
    assert known.status_code == 304
    assert (await http.get(path)).headers["etag"] != together.headers["etag"]


async def test_filters_and_views_hold_for_each(http: httpx.AsyncClient) -> None:
    answer = (await http.post(f"/v1/feedback?{BOTH}&outcome=open&category=funding", json=THIN)).json()
    assert all({one["outcome"] for one in each["findings"]} == {"open"} for each in answer["items"])
    steps = (await http.post(f"/v1/feedback?{BOTH}&view=next-steps", json=THIN)).json()
    assert all(each["next_steps"] for each in steps["items"])


@pytest.mark.parametrize(
    ("query", "accept", "status"),
    [
        ("checklist=track-two&checklist=nobody", "*/*", 404),
        (f"{BOTH}&category=porpoise", "*/*", 422),
        (f"{BOTH}&format=html", "*/*", 422),
        (BOTH, "text/html", 406),
        ("&".join(["checklist=track-two"] * 6), "*/*", 422),
    ],
)
async def test_what_cannot_be_asked_together_is_a_problem(
    http: httpx.AsyncClient, query: str, accept: str, status: int
) -> None:
    answer = await http.post(f"/v1/feedback?{query}", json=THIN, headers={"Accept": accept})
    again = await http.get(f"{await stored(http)}?{query}", headers={"Accept": accept})
    for refused in (answer, again):
        assert (refused.status_code, refused.headers["content-type"]) == (status, "application/problem+json")
