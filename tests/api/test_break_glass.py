"""Break-glass over HTTP: two admins, every owner told, and an answer that tells no more than it must."""

from typing import Any

import httpx
import pytest

from app.domain.access import InitiativeRole, OrganisationRole, Scope
from tests.api.houses import House, Someone
from tests.api.people import NOBODYS, initiative

REASON = "Its only owner is ill, and the meeting is on Thursday."


class Scene:
    """Olga owns an initiative; Anna, the first person, and Ben are admins; Carl is a member."""

    def __init__(self, house: House, olga: Someone, ben: Someone, carl: Someone, initiative_id: str) -> None:
        self.house, self.anna = house, house.first
        self.olga, self.ben, self.carl, self.initiative = olga, ben, carl, initiative_id
        self.address = f"/v1/organisations/{house.id}/break-glass"

    @classmethod
    async def set(cls, house: House) -> "Scene":
        olga, carl = await house.add("Olga"), await house.add("Carl")
        ben = await house.add("Ben", OrganisationRole.ADMIN)
        return cls(house, olga, ben, carl, await initiative(olga))

    def wish(self, **changes: Any) -> dict[str, Any]:
        wish = {"initiative_id": self.initiative, "person_id": self.carl.id, "role": "owner", "reason": REASON}
        return {**wish, **changes}

    async def ask(self, someone: Someone | None = None, **changes: Any) -> httpx.Response:
        return await (someone or self.anna).http.post(self.address, json=self.wish(**changes))

    async def decide(self, someone: Someone, asked: httpx.Response, decision: str = "approve") -> httpx.Response:
        return await someone.http.post(f"{self.address}/{asked.json()['id']}/decision", json={"decision": decision})


@pytest.fixture
async def scene(house: House) -> Scene:
    return await Scene.set(house)


async def test_a_request_is_made_read_decided_and_told(scene: Scene) -> None:
    asked = await scene.ask()
    assert asked.status_code == 201, asked.text
    request = asked.json()
    assert request["person"] == {"id": scene.carl.id, "name": "Carl"}
    assert request["requested_by"] == {"id": scene.anna.id, "name": "Anna"}
    assert (request["state"], request["reason"], request["decided_by"]) == ("pending", REASON, None)
    read = await scene.ben.http.get(asked.headers["location"])
    assert (read.json(), read.headers["etag"]) == (request, asked.headers["etag"])
    assert (await scene.ben.http.get(scene.address)).json() == {"items": [request]}
    decided = await scene.decide(scene.ben, asked)
    assert (decided.status_code, decided.json()["state"]) == (200, "approved")
    assert decided.json()["decided_by"] == {"id": scene.ben.id, "name": "Ben"}
    assert decided.headers["etag"] != asked.headers["etag"]
    assert (await scene.carl.http.get(f"/v1/initiatives/{scene.initiative}")).status_code == 200
    told = (await scene.olga.http.get("/v1/notices")).json()["items"]
    assert [(it["kind"], it["break_glass"]) for it in told] == [
        ("break_glass_approved", decided.json()),
        ("break_glass_requested", decided.json()),
    ]


async def test_asking_reads_nothing_of_the_initiative(scene: Scene) -> None:
    await scene.ask(person_id=scene.anna.id)
    assert (await scene.anna.http.get(f"/v1/initiatives/{scene.initiative}")).status_code == 404


async def test_what_is_not_there_is_answered_alike_wherever_it_is_not(scene: Scene, neighbours: House) -> None:
    theirs = await initiative(neighbours.first)
    unknown = [await scene.ask(initiative_id=identity) for identity in (NOBODYS, theirs)]
    elsewhere = [
        await scene.anna.http.post(f"/v1/organisations/{where}/break-glass", json=scene.wish())
        for where in (neighbours.id, NOBODYS, "not-an-id")
    ]
    answers = (*unknown, *elsewhere, await scene.anna.http.get(f"{scene.address}/{NOBODYS}"))
    assert {answer.status_code for answer in answers} == {404}
    assert len({answer.content for answer in answers}) == 1


async def test_somebody_of_another_organisation_is_answered_like_nobody(scene: Scene, neighbours: House) -> None:
    answers = [await scene.ask(person_id=identity) for identity in (NOBODYS, neighbours.first.id)]
    assert {answer.status_code for answer in answers} == {422}
    assert answers[0].content == answers[1].content
    assert [fault["pointer"] for fault in answers[0].json()["errors"]] == ["/person_id"]


async def test_the_answer_is_the_same_whether_the_person_has_a_role_or_not(scene: Scene) -> None:
    dora = await scene.house.add("Dora", OrganisationRole.ADMIN)
    await scene.house.grant(scene.carl, scene.initiative, InitiativeRole.OWNER)
    answers = [await scene.ask(role="viewer"), await scene.ask(role="viewer", person_id=scene.ben.id)]
    assert {answer.status_code for answer in answers} == {201}
    decided = [await scene.decide(dora, answer) for answer in answers]
    assert [(it.status_code, it.json()["state"]) for it in decided] == [(200, "approved")] * 2
    carls = await scene.carl.http.get(f"/v1/initiatives/{scene.initiative}/roles")
    assert {it["name"]: it["role"] for it in carls.json()["items"]} == {
        "Olga": "owner",
        "Carl": "owner",
        "Ben": "viewer",
    }


async def test_nobody_approves_whom_another_made_an_admin_after_it_was_asked(scene: Scene) -> None:
    dora = await scene.house.add("Dora")
    asked = await scene.ask()
    await _change(scene.anna, f"/v1/organisations/{scene.house.id}/members/{dora.id}", role="admin")
    refused = await scene.decide(dora, asked)
    assert (refused.status_code, refused.json()["detail"].split(",")[0]) == (
        403,
        "Somebody else added or changed your account after this was asked",
    )
    await _change(scene.ben, "/v1/me", name="Benedict")
    assert (await scene.decide(scene.ben, asked)).status_code == 200
    asked_again = await scene.ask(role="viewer", person_id=scene.ben.id)
    assert (await scene.decide(dora, asked_again)).status_code == 200


async def test_whoever_was_made_an_admin_since_may_refuse(scene: Scene) -> None:
    dora = await scene.house.add("Dora")
    asked = await scene.ask()
    await _change(scene.anna, f"/v1/organisations/{scene.house.id}/members/{dora.id}", role="admin")
    assert (await scene.decide(dora, asked, "refuse")).status_code == 200


async def test_an_organisation_with_one_admin_is_told_what_is_missing(house: House) -> None:
    olga = await house.add("Olga")
    wish = {"initiative_id": await initiative(olga), "person_id": house.first.id, "role": "viewer", "reason": REASON}
    refused = await house.first.http.post(f"/v1/organisations/{house.id}/break-glass", json=wish)
    assert (refused.status_code, refused.json()["type"]) == (409, "/problems/conflict")
    assert "second admin" in refused.json()["detail"]


async def test_nobody_decides_for_themselves(scene: Scene) -> None:
    asked = await scene.ask(person_id=scene.ben.id)
    assert asked.status_code == 409
    asked = await scene.ask()
    for person in (scene.anna, scene.carl, scene.olga):
        assert (await scene.decide(person, asked)).status_code == 403
    assert (await scene.carl.http.get(f"/v1/initiatives/{scene.initiative}")).status_code == 404


async def test_is_for_admins_with_a_key_that_is_good_for_people(scene: Scene) -> None:
    reading = await scene.house.with_key(scene.anna.id, frozenset({Scope.READ}))
    assert (await scene.ask(reading)).status_code == 403
    assert (await reading.http.get(scene.address)).status_code == 200
    assert (await scene.ask(scene.carl)).status_code == 403
    assert (await scene.carl.http.get(scene.address)).status_code == 403


async def test_is_asked_once_with_an_idempotency_key(scene: Scene) -> None:
    headers = {"Idempotency-Key": "ask once"}
    first, again = [await scene.anna.http.post(scene.address, json=scene.wish(), headers=headers) for _ in range(2)]
    assert (first.status_code, again.status_code) == (201, 201)
    assert (first.content, first.headers["location"]) == (again.content, again.headers["location"])
    assert again.headers["idempotency-replayed"] == "true"
    assert len((await scene.olga.http.get("/v1/notices")).json()["items"]) == 1
    another = await scene.anna.http.post(scene.address, json=scene.wish(role="viewer"), headers=headers)
    assert (another.status_code, another.json()["type"]) == (422, "/problems/retry-mismatch")


async def test_is_decided_once(scene: Scene) -> None:
    asked = await scene.ask()
    first, again, other = [await scene.decide(scene.ben, asked, it) for it in ("refuse", "refuse", "approve")]
    assert (first.status_code, again.status_code, other.status_code) == (200, 200, 409)
    assert first.content == again.content


@pytest.mark.parametrize(
    "change",
    [{"reason": ""}, {"reason": "…"}, {"reason": "x" * 2_001}, {"role": "king"}, {"person_id": "x"}, {"more": 1}],
)
async def test_says_which_rule_is_broken_and_repeats_nothing(scene: Scene, change: dict[str, Any]) -> None:
    refused = await scene.ask(**change)
    assert refused.status_code == 422
    assert [fault["pointer"] for fault in refused.json()["errors"]] == [f"/{next(iter(change))}"]
    assert "king" not in refused.text


async def test_the_list_leads_from_page_to_page(scene: Scene) -> None:
    made = [(await scene.ask(person_id=it.id)).json()["id"] for it in (scene.carl, scene.olga, scene.anna)]
    first = await scene.ben.http.get(scene.address, params={"limit": 2})
    second = await scene.ben.http.get(first.links["next"]["url"])
    assert [it["id"] for page in (first, second) for it in page.json()["items"]] == made[::-1]
    assert "next" not in second.links
    assert (await scene.ben.http.get(second.links["prev"]["url"])).json() == first.json()


async def _change(someone: Someone, address: str, **changes: Any) -> None:
    changed = await someone.http.patch(address, json=changes, headers={"If-Match": "*"})
    assert changed.status_code == 200, changed.text
