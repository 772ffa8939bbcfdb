"""The audit trail over HTTP: whom it is shown to, how far, and what is signed."""

from typing import Any

import httpx
import pytest

from app.domain.access import InitiativeRole, Scope
from app.security import checkpoints
from app.security.checkpoints import Checkpoint
from app.storage import audit_pages
from tests.api.houses import House, Someone, office_of

DESIGN = {"design": {"title": "River dialogue"}}


async def trail(someone: Someone, **query: Any) -> list[dict[str, Any]]:
    """Every entry that somebody is shown, page by page."""
    answer = await someone.http.get(f"/v1/organisations/{someone.organisation_id}/audit", params=query)
    assert answer.status_code == 200, answer.text
    entries: list[dict[str, Any]] = answer.json()["items"]
    while "next" in answer.links:
        answer = await someone.http.get(answer.links["next"]["url"])
        entries += answer.json()["items"]
    return entries


async def initiative(someone: Someone) -> str:
    created = await someone.http.post("/v1/initiatives", json=DESIGN)
    assert created.status_code == 201
    return str(created.json()["id"])


async def test_an_admin_sees_every_entry_newest_first(house: House) -> None:
    ben = await house.add("Ben")
    river = await initiative(ben)

    entries = await trail(house.first)

    assert [entry["number"] for entry in entries] == [2, 1]
    made, founded = entries
    assert (made["operation"], made["person_id"], made["subject_id"]) == ("create_initiative", ben.id, river)
    assert (made["revision"], made["detail"]) == (1, "")
    assert (founded["operation"], founded["person_id"], founded["revision"]) == ("found_organisation", "operator", None)


async def test_looking_leaves_an_entry_too(house: House) -> None:
    await trail(house.first)

    newest = (await trail(house.first))[0]

    assert (newest["operation"], newest["subject_id"]) == ("list_audit_entries", house.id)


async def test_a_member_sees_what_concerns_them(house: House) -> None:
    ben, carla = await house.add("Ben"), await house.add("Carla")
    bens, carlas = await initiative(ben), await initiative(carla)
    await house.grant(ben, carlas, InitiativeRole.VIEWER)
    await house.grant(carla, bens, InitiativeRole.VIEWER)
    await ben.http.get(f"/v1/initiatives/{carlas}")
    await carla.http.get(f"/v1/initiatives/{bens}")
    await house.first.http.get(f"/v1/organisations/{house.id}/audit/checkpoint")

    shown = {(entry["operation"], entry["person_id"], entry["subject_id"]) for entry in await trail(ben)}

    assert shown == {
        ("create_initiative", ben.id, bens),
        ("get_initiative", ben.id, carlas),
        ("get_initiative", carla.id, bens),
    }


async def test_somebody_who_owns_it_no_more_sees_it_no_more(house: House) -> None:
    ben, carla = await house.add("Ben"), await house.add("Carla")
    river = await initiative(ben)
    await house.grant(carla, river, InitiativeRole.VIEWER)
    await carla.http.get(f"/v1/initiatives/{river}")
    await house.grant(ben, river, InitiativeRole.VIEWER)

    assert [entry["person_id"] for entry in await trail(ben)] == [ben.id]


@pytest.mark.parametrize("limit", [1, 2, 200])
async def test_pages_leave_nothing_out_and_repeat_nothing(
    house: House, limit: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(audit_pages, "MOST_EXAMINED", 3)
    ben = await house.add("Ben")
    rivers = [await initiative(ben)]
    for _ in range(4):
        await house.first.http.get(f"/v1/organisations/{house.id}/audit/checkpoint")
    rivers.append(await initiative(ben))

    made = [entry["subject_id"] for entry in await trail(ben, limit=limit) if entry["operation"] == "create_initiative"]

    assert made == rivers[::-1]


async def test_another_organisation_is_one_that_never_was(house: House, neighbours: House) -> None:
    for rest in ("audit", "audit/checkpoint"):
        theirs, nobodys = [
            await house.first.http.get(f"/v1/organisations/{identity}/{rest}", headers={"X-Request-ID": "same"})
            for identity in (neighbours.id, "0b6f6a0e-2f3c-4f4e-9d5b-6a1f2f0f9b11")
        ]
        assert theirs.status_code == 404
        assert theirs.content.replace(neighbours.id.encode(), b"") == nobodys.content.replace(
            b"0b6f6a0e-2f3c-4f4e-9d5b-6a1f2f0f9b11", b""
        )


async def test_a_key_without_the_scope_to_read_sees_nothing(house: House) -> None:
    narrow = await house.with_key(house.first.id, frozenset({Scope.KEYS}))

    assert (await narrow.http.get(f"/v1/organisations/{house.id}/audit")).status_code == 403


async def test_a_cursor_of_another_list_is_refused(house: House) -> None:
    answer = await house.first.http.get(f"/v1/organisations/{house.id}/audit", params={"cursor": "cmVhZGVycyA1"})

    assert answer.status_code in (400, 422)


async def test_a_checkpoint_is_signed_and_names_the_newest_entry(house: House) -> None:
    answer = await house.first.http.get(f"/v1/organisations/{house.id}/audit/checkpoint")

    found = Checkpoint.from_json(answer.text)
    assert (found.organisation, found.number) == (house.id, 1)
    assert checkpoints.verified(found, checkpoints.public_key(office_of(house.app).vault.checkpoint_seed))


async def test_nothing_of_a_design_is_in_the_trail(house: House) -> None:
    await initiative(house.first)

    answer = await house.first.http.get(f"/v1/organisations/{house.id}/audit")

    assert "River" not in answer.text
    assert "Anna" not in answer.text


async def test_nobody_without_a_key_sees_it(house: House, anonymous: httpx.AsyncClient) -> None:
    assert (await anonymous.get(f"/v1/organisations/{house.id}/audit")).status_code == 401
