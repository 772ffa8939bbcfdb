"""How tests speak of people over HTTP: where they are, and changing them as one has read them; knows no rule."""

from typing import Any

import httpx

from tests.api.houses import House, Someone

NOBODYS = "00000000-0000-4000-8000-00000000dead"
LONG_ENOUGH = "seven grey herons asleep"
ANOTHER = "nine red foxes awake"


def members_of(house: House) -> str:
    return f"/v1/organisations/{house.id}/members"


async def tag_of(http: httpx.AsyncClient, address: str) -> dict[str, str]:
    """What a change of what is there must send along."""
    return {"If-Match": (await http.get(address)).headers["etag"]}


async def change(http: httpx.AsyncClient, address: str, **wanted: Any) -> httpx.Response:
    return await http.patch(address, json=wanted, headers=await tag_of(http, address))


async def remove(http: httpx.AsyncClient, address: str) -> httpx.Response:
    return await http.delete(address, headers=await tag_of(http, address))


async def initiative(someone: Someone) -> str:
    """The id of an initiative that this person has just begun and owns."""
    made = await someone.http.post("/v1/initiatives", json={"design": {"title": "River dialogue"}})
    identity: str = made.json()["id"]
    return identity


async def joined(house: House, **wanted: Any) -> dict[str, Any]:
    """Somebody whom the first person adds."""
    answer = await house.first.http.post(members_of(house), json={"name": "Ben", **wanted})
    assert answer.status_code == 201, answer.text
    added: dict[str, Any] = answer.json()
    return added
