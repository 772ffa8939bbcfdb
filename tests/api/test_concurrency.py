"""Many at once: one effect for each key, no edit lost, and a retry in flight is told to wait; on both engines."""

import asyncio
from collections import Counter

import httpx

EDITORS, EDITS = 6, 4
RETRIES = 40


async def test_a_storm_of_retries_has_one_effect(http: httpx.AsyncClient) -> None:
    async def ask() -> httpx.Response:
        return await http.post(
            "/v1/initiatives", json={"design": {"title": "River dialogue"}}, headers={"Idempotency-Key": "storm"}
        )

    answers = await asyncio.gather(*(ask() for _ in range(RETRIES)))
    statuses = Counter(answer.status_code for answer in answers)
    assert set(statuses) <= {201, 409}
    assert all(answer.headers["retry-after"] for answer in answers if answer.status_code == 409)
    assert len({answer.headers["location"] for answer in answers if answer.status_code == 201}) == 1
    assert len((await http.get("/v1/initiatives")).json()["items"]) == 1


async def test_no_edit_of_many_editors_is_lost(http: httpx.AsyncClient) -> None:
    created = await http.post("/v1/initiatives", json={"design": {"title": "River dialogue", "annotations": {}}})
    design = created.headers["location"] + "/design"

    async def edit(note: str) -> None:
        while True:
            etag = (await http.get(design)).headers["etag"]
            change = {"annotations": {note: "seen"}}
            answer = await http.patch(design, json=change, headers={"If-Match": etag})
            if answer.status_code == 200:
                return
            assert answer.status_code == 412, answer.text

    async def editor(name: int) -> None:
        for number in range(EDITS):
            await edit(f"{name}-{number}")

    await asyncio.gather(*(editor(name) for name in range(EDITORS)))
    final = await http.get(design)
    assert len(final.json()["annotations"]) == EDITORS * EDITS
    assert final.headers["etag"] == f'"{1 + EDITORS * EDITS}"'
