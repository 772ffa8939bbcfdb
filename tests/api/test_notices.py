"""Notices over HTTP: one's own and nobody else's, unread ones first."""

import httpx
import pytest

from app.domain.access import OrganisationRole, Scope
from tests.api.houses import House, Someone
from tests.api.people import NOBODYS, initiative


@pytest.fixture
async def olga(house: House) -> Someone:
    """An owner who was told three times: three people may get a role on her initiative."""
    olga = await house.add("Olga")
    river = await initiative(olga)
    await house.add("Ben", OrganisationRole.ADMIN)
    for name in ("Carl", "Dora", "Emil"):
        person = await house.add(name)
        wish = {"initiative_id": river, "person_id": person.id, "role": "viewer", "reason": f"For {name}."}
        asked = await house.first.http.post(f"/v1/organisations/{house.id}/break-glass", json=wish)
        assert asked.status_code == 201, asked.text
    return olga


def names(page: httpx.Response) -> list[str]:
    return [it["break_glass"]["person"]["name"] for it in page.json()["items"]]


async def test_come_newest_first_and_read_ones_last(olga: Someone) -> None:
    before = await olga.http.get("/v1/notices")
    assert names(before) == ["Emil", "Dora", "Carl"]
    newest = before.json()["items"][0]["id"]
    assert (await olga.http.post(f"/v1/notices/{newest}/read")).status_code == 204
    after = await olga.http.get("/v1/notices")
    assert names(after) == ["Dora", "Carl", "Emil"]
    assert [it["read_at"] is None for it in after.json()["items"]] == [True, True, False]


async def test_lead_from_page_to_page(olga: Someone) -> None:
    page = await olga.http.get("/v1/notices", params={"limit": 1})
    found = names(page)
    while "next" in page.links:
        page = await olga.http.get(page.links["next"]["url"])
        found += names(page)
    assert found == ["Emil", "Dora", "Carl"]


async def test_are_ones_own(house: House, neighbours: House, olga: Someone) -> None:
    notice = (await olga.http.get("/v1/notices")).json()["items"][0]["id"]
    for other in (house.first, neighbours.first):
        assert (await other.http.get("/v1/notices")).json() == {"items": []}
        theirs = await other.http.post(f"/v1/notices/{notice}/read")
        nobodys = await other.http.post(f"/v1/notices/{NOBODYS}/read")
        assert (theirs.status_code, theirs.content) == (404, nobodys.content)
    assert (await olga.http.get("/v1/notices")).json()["items"][0]["read_at"] is None


async def test_are_marked_with_a_key_that_is_good_for_sharing(house: House, olga: Someone) -> None:
    reading = await house.with_key(olga.id, frozenset({Scope.READ}))
    notice = (await reading.http.get("/v1/notices")).json()["items"][0]["id"]
    assert (await reading.http.post(f"/v1/notices/{notice}/read")).status_code == 403
