"""Conversations over HTTP: what they are about, what an answer does, and that nothing sent is ever repeated."""

from typing import Any

import httpx
import pytest

from app.domain.access import InitiativeRole
from tests.api.houses import House

DESIGN = {"title": "River dialogue", "purpose": {"statement": "Talk."}}
WHOLE = {"about": "whole", "text": "Is this one dialogue or two?"}


@pytest.fixture
async def river(http: httpx.AsyncClient) -> str:
    """The address of an initiative that Anna owns."""
    made = await http.post("/v1/initiatives", json={"design": DESIGN})
    return str(made.headers["location"])


async def opened(http: httpx.AsyncClient, river: str, **body: Any) -> httpx.Response:
    answer = await http.post(river + "/threads", json=WHOLE | body)
    assert answer.status_code == 201, answer.text
    return answer


async def test_a_conversation_is_opened_answered_and_resolved(
    http: httpx.AsyncClient, house: House, river: str
) -> None:
    made = await opened(http, river, about="finding", check="purpose.stated")
    address, anna = made.headers["location"], {"id": house.first.id, "name": "Anna"}
    assert made.json() == {
        "id": address.rpartition("/")[2],
        "revision": 1,
        "about": "finding",
        "check": "purpose.stated",
        "pointer": None,
        "state": "open",
        "text": WHOLE["text"],
        "entries": 1,
        "created_by": anna,
        "created_at": made.json()["created_at"],
        "settled_by": None,
        "settled_at": None,
        "comments": [
            {
                "number": 1,
                "did": "said",
                "text": WHOLE["text"],
                "written_by": anna,
                "written_at": made.json()["created_at"],
            }
        ],
    }
    answered = await http.post(address + "/comments", json={"text": "Two."})
    assert (answered.status_code, answered.headers["location"]) == (201, address)
    assert [one["text"] for one in answered.json()["comments"]] == [WHOLE["text"], "Two."]
    resolved = await http.patch(address, json={"state": "resolved"}, headers={"If-Match": answered.headers["etag"]})
    assert (resolved.json()["state"], resolved.json()["settled_by"]) == ("resolved", anna)
    reopened = await http.post(address + "/comments", json={"text": "Or three."})
    assert (reopened.json()["state"], reopened.json()["comments"][-1]["did"]) == ("open", "reopened")
    found = await http.get(address)
    assert (found.json(), found.headers["etag"]) == (reopened.json(), reopened.headers["etag"])
    assert (await http.get(address, headers={"If-None-Match": found.headers["etag"]})).status_code == 304


async def test_a_list_shows_what_was_said_first_and_takes_filters(http: httpx.AsyncClient, river: str) -> None:
    first = (await opened(http, river)).json()
    second = (await opened(http, river, about="field", pointer="/purpose/why_now", text="Why now?")).json()
    listed = (await http.get(river + "/threads")).json()["items"]
    assert listed == [{key: value for key, value in one.items() if key != "comments"} for one in (second, first)]
    for query, wanted in (
        ("state=open", [second, first]),
        ("state=resolved", []),
        ("about=field", [second]),
        ("about=whole&revision=1", [first]),
        ("revision=2", []),
    ):
        items = (await http.get(f"{river}/threads?{query}")).json()["items"]
        assert [one["id"] for one in items] == [one["id"] for one in wanted], query
    for query in ("state=closed", "about=me", "revision=0", "check=purpose.stated"):
        assert (await http.get(f"{river}/threads?{query}")).status_code == 422, query


async def test_pages_are_linked(http: httpx.AsyncClient, river: str) -> None:
    ids = [(await opened(http, river)).json()["id"] for _ in range(3)]
    first = await http.get(river + "/threads?limit=2&state=open")
    second = await http.get(first.links["next"]["url"])
    seen = [one["id"] for answer in (first, second) for one in answer.json()["items"]]
    assert seen == ids[::-1]
    assert "next" not in second.links
    assert (await http.get(second.links["prev"]["url"])).json() == first.json()


@pytest.mark.parametrize(
    ("body", "places"),
    [
        ({"about": "field", "pointer": "/purpose/canary"}, ["/pointer"]),
        ({"about": "field"}, ["/pointer"]),
        ({"about": "finding", "check": "canary.canary"}, ["/check"]),
        ({"about": "finding", "check": "purpose.stated", "pointer": "/title"}, ["/pointer"]),
        ({"about": "canary"}, ["/about"]),
        ({"revision": 7}, ["/revision"]),
        ({"text": ""}, ["/text"]),
        ({"text": "\u200b"}, ["/text"]),
        ({"text": "canary" * 1_000}, ["/text"]),
        ({"canary": 1}, ["/canary"]),
    ],
)
async def test_what_cannot_be_spoken_of_is_422_with_the_place_and_never_the_value(
    http: httpx.AsyncClient, river: str, body: dict[str, Any], places: list[str]
) -> None:
    answer = await http.post(river + "/threads", json=WHOLE | body)
    assert (answer.status_code, [one["pointer"] for one in answer.json()["errors"]]) == (422, places)
    assert "canary" not in answer.text.replace('"/canary"', "")
    assert (await http.get(river + "/threads")).json() == {"items": []}


async def test_a_comment_can_be_sent_again(http: httpx.AsyncClient, river: str) -> None:
    address = (await opened(http, river)).headers["location"]
    first, again = [
        await http.post(address + "/comments", json={"text": "Two."}, headers={"Idempotency-Key": "once"})
        for _ in range(2)
    ]
    assert (first.json(), first.headers["etag"]) == (again.json(), again.headers["etag"])
    assert again.headers["idempotency-replayed"] == "true"
    assert len((await http.get(address)).json()["comments"]) == 2


async def test_a_change_of_state_needs_the_etag(http: httpx.AsyncClient, river: str) -> None:
    address = (await opened(http, river)).headers["location"]
    body = {"state": "resolved"}
    assert (await http.patch(address, json=body)).status_code == 428
    assert (await http.patch(address, json=body, headers={"If-Match": '"5"'})).status_code == 412
    minimal = await http.patch(address, json=body, headers={"If-Match": '"0"', "Prefer": "return=minimal"})
    assert (minimal.status_code, minimal.headers["etag"]) == (204, '"1"')


async def test_a_viewer_reads_and_gets_403_and_a_stranger_404(
    http: httpx.AsyncClient, house: House, river: str
) -> None:
    address = (await opened(http, river)).headers["location"]
    viewer, stranger = await house.add("Ben"), await house.add("Cleo")
    await house.grant(viewer, river.rpartition("/")[2], InitiativeRole.VIEWER)
    assert (await viewer.http.get(address)).status_code == 200
    for person, status in ((viewer, 403), (stranger, 404)):
        asked = [
            await person.http.post(river + "/threads", json=WHOLE),
            await person.http.post(address + "/comments", json={"text": "Mine"}),
            await person.http.patch(address, json={"state": "resolved"}, headers={"If-Match": "*"}),
        ]
        assert [answer.status_code for answer in asked] == [status] * 3
    assert (await stranger.http.get(address)).status_code == 404


async def test_markup_in_a_comment_is_text(http: httpx.AsyncClient, river: str) -> None:
    text = "<script>alert(1)</script> =cmd|' /C calc'!A0 \u202egnp.exe"
    made = await opened(http, river, text=text)
    assert (await http.get(made.headers["location"])).json()["text"] == text
