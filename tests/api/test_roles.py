"""Sharing an initiative over HTTP: the ETag of the roles guards each change, and nothing is told to whom it is not."""

import httpx
import pytest

from app.domain.access import InitiativeRole, Scope
from tests.api.houses import House, Someone
from tests.api.people import NOBODYS, initiative, tag_of

OWNER, EDITOR, REVIEWER, VIEWER = InitiativeRole


@pytest.fixture
async def river(house: House) -> str:
    """The address of an initiative that the first person, Anna, owns."""
    return f"/v1/initiatives/{await initiative(house.first)}"


async def give(owner: Someone, river: str, person: Someone, role: str = "viewer") -> httpx.Response:
    """What is answered when somebody gets a role from an owner who has read the roles."""
    tag = await tag_of(owner.http, f"{river}/roles")
    return await owner.http.put(f"{river}/roles/{person.id}", json={"role": role}, headers=tag)


class TestRoles:
    async def test_are_listed_with_who_gave_them(self, house: House, river: str) -> None:
        ben = await house.add("Ben")
        given = await give(house.first, river, ben, "reviewer")
        listed = await ben.http.get(f"{river}/roles")
        assert given.status_code == listed.status_code == 200
        assert given.json() == listed.json()
        assert given.headers["etag"] == listed.headers["etag"]
        anna, bens = listed.json()["items"]
        assert (anna["person_id"], anna["name"], anna["role"]) == (house.first.id, "Anna", "owner")
        assert (bens["person_id"], bens["name"], bens["role"]) == (ben.id, "Ben", "reviewer")
        assert bens["given_by"] == house.first.id
        assert bens["given_at"].endswith("Z")

    async def test_are_not_sent_again_to_whoever_has_them(self, house: House, river: str) -> None:
        etag = (await house.first.http.get(f"{river}/roles")).headers["etag"]
        assert etag.startswith('"')
        again = await house.first.http.get(f"{river}/roles", headers={"If-None-Match": etag})
        assert (again.status_code, again.content, again.headers["etag"]) == (304, b"", etag)

    async def test_are_changed_only_by_who_knows_them(self, house: House, river: str) -> None:
        ben, old = await house.add("Ben"), await tag_of(house.first.http, f"{river}/roles")
        await give(house.first, river, ben)
        now = (await tag_of(house.first.http, f"{river}/roles"))["If-Match"]
        for stale in (
            await house.first.http.put(f"{river}/roles/{ben.id}", json={"role": "editor"}, headers=old),
            await house.first.http.delete(f"{river}/roles/{ben.id}", headers=old),
            await house.first.http.post(f"{river}/transfer", json={"to": ben.id, "keep": None}, headers=old),
        ):
            assert (stale.status_code, stale.headers["etag"]) == (412, now)
        several = {"If-Match": f"{old['If-Match']}, {now}"}
        assert (await house.first.http.delete(f"{river}/roles/{ben.id}", headers=several)).status_code == 204

    async def test_a_weak_tag_is_not_enough_and_a_star_is(self, house: House, river: str) -> None:
        ben = await house.add("Ben")
        now = (await tag_of(house.first.http, f"{river}/roles"))["If-Match"]
        address, wanted = f"{river}/roles/{ben.id}", {"role": "editor"}
        weak = await house.first.http.put(address, json=wanted, headers={"If-Match": f"W/{now}"})
        star = await house.first.http.put(address, json=wanted, headers={"If-Match": "*"})
        assert (weak.status_code, star.status_code) == (412, 200)

    async def test_can_be_answered_in_headers_only(self, house: House, river: str) -> None:
        ben, headers = await house.add("Ben"), {"If-Match": "*", "Prefer": "return=minimal"}
        done = await house.first.http.put(f"{river}/roles/{ben.id}", json={"role": "editor"}, headers=headers)
        assert (done.status_code, done.content) == (204, b"")
        assert (await tag_of(ben.http, f"{river}/roles"))["If-Match"] == done.headers["etag"]

    async def test_do_not_outlast_being_taken_away(self, house: House, river: str) -> None:
        ben = await house.add("Ben")
        await give(house.first, river, ben, "editor")
        tag = await tag_of(house.first.http, f"{river}/roles")
        gone = await house.first.http.delete(f"{river}/roles/{ben.id}", headers=tag)
        assert (gone.status_code, gone.content) == (204, b"")
        assert gone.headers["etag"] == (await tag_of(house.first.http, f"{river}/roles"))["If-Match"]
        for path in ("", "/design", "/roles", "/readers", "/revisions", "/waivers"):
            assert (await ben.http.get(f"{river}{path}")).status_code == 404

    @pytest.mark.parametrize("body", [{}, {"role": "king"}, {"role": None}, {"role": "editor", "more": 1}, []])
    async def test_are_one_of_four(self, house: House, river: str, body: object) -> None:
        refused = await house.first.http.put(f"{river}/roles/{house.first.id}", json=body, headers={"If-Match": "*"})
        assert refused.status_code == 422
        assert "king" not in refused.text


class TestNothingIsTold:
    """What one may not see is answered like what is not there, byte for byte."""

    async def test_of_roles_to_anybody_without_one(self, house: House, neighbours: House, river: str) -> None:
        nowhere = f"/v1/initiatives/{NOBODYS}"
        for stranger in (await house.add("Mia"), neighbours.first):
            for method, path, body in (
                ("GET", "/roles", None),
                ("PUT", f"/roles/{stranger.id}", {"role": "owner"}),
                ("DELETE", f"/roles/{house.first.id}", None),
                ("POST", "/leave", None),
                ("POST", "/transfer", {"to": stranger.id, "keep": None}),
                ("GET", "/readers", None),
            ):
                headers = {} if method == "GET" else {"If-Match": "*"}
                answers = [
                    await stranger.http.request(method, address + path, json=body, headers=headers)
                    for address in (river, nowhere)
                ]
                assert [it.status_code for it in answers] == [404, 404], path
                assert answers[0].content == answers[1].content, path

    async def test_of_people_of_other_organisations(self, house: House, neighbours: House, river: str) -> None:
        put = [
            await house.first.http.put(f"{river}/roles/{who}", json={"role": "viewer"}, headers={"If-Match": "*"})
            for who in (neighbours.first.id, NOBODYS)
        ]
        handed = [
            await house.first.http.post(f"{river}/transfer", json={"to": who, "keep": None}, headers={"If-Match": "*"})
            for who in (neighbours.first.id, NOBODYS)
        ]
        assert [it.status_code for it in (*put, *handed)] == [404, 404, 422, 422]
        assert put[0].content == put[1].content
        assert handed[0].content == handed[1].content
        assert [fault["pointer"] for fault in handed[0].json()["errors"]] == ["/to"]

    async def test_to_viewers_who_may_see_the_initiative_but_not_who_shares_it(self, house: House, river: str) -> None:
        vera = await house.add("Vera")
        await give(house.first, river, vera)
        assert (await vera.http.get(river)).status_code == 200
        assert [(await vera.http.get(f"{river}/{what}")).status_code for what in ("roles", "readers")] == [403, 403]

    async def test_to_a_key_without_the_scope(self, house: House, river: str) -> None:
        reading = await house.with_key(house.first.id, frozenset({Scope.READ}))
        assert (await reading.http.get(f"{river}/roles")).status_code == 200
        left = await reading.http.post(f"{river}/leave")
        assert (left.status_code, left.json()["type"]) == (403, "/problems/forbidden")


class TestOwners:
    async def test_the_last_one_stays(self, house: House, river: str) -> None:
        anna, any_state = house.first, {"If-Match": "*"}
        for refused in (
            await anna.http.post(f"{river}/leave"),
            await anna.http.delete(f"{river}/roles/{anna.id}", headers=any_state),
            await anna.http.put(f"{river}/roles/{anna.id}", json={"role": "viewer"}, headers=any_state),
        ):
            assert (refused.status_code, refused.json()["type"]) == (409, "/problems/conflict")
            assert "owner" in refused.json()["detail"]

    async def test_one_of_two_may_leave(self, house: House, river: str) -> None:
        ben = await house.add("Ben")
        await give(house.first, river, ben, "owner")
        assert (await house.first.http.post(f"{river}/leave")).status_code == 204
        assert (await house.first.http.get(river)).status_code == 404
        assert (await ben.http.post(f"{river}/leave")).status_code == 409

    async def test_hand_an_initiative_over_in_one_step(self, house: House, river: str) -> None:
        ben = await house.add("Ben")
        tag = await tag_of(house.first.http, f"{river}/roles")
        handed = await house.first.http.post(f"{river}/transfer", json={"to": ben.id, "keep": "editor"}, headers=tag)
        assert (handed.status_code, handed.content) == (204, b"")
        roles = (await ben.http.get(f"{river}/roles")).json()["items"]
        assert {it["name"]: it["role"] for it in roles} == {"Anna": "editor", "Ben": "owner"}

    @pytest.mark.parametrize("body", [{}, {"to": NOBODYS}, {"to": NOBODYS, "keep": "owner"}, {"to": "x", "keep": None}])
    async def test_say_to_whom_and_what_they_keep(self, house: House, river: str, body: object) -> None:
        refused = await house.first.http.post(f"{river}/transfer", json=body, headers={"If-Match": "*"})
        assert refused.status_code == 422


class TestReaders:
    async def test_tell_the_owner_who_read_and_who_changed(self, house: House, river: str) -> None:
        ben = await house.add("Ben")
        await give(house.first, river, ben, "editor")
        for _ in range(2):
            await ben.http.get(river)
        await ben.http.head(f"{river}/design")
        items = (await house.first.http.get(f"{river}/readers")).json()["items"]
        told = {(it["name"], it["operation"]): (it["changes"], it["times"]) for it in items}
        assert told["Ben", "get_initiative"] == (False, 2)
        assert told["Ben", "get_design"] == (False, 1)
        assert told["Anna", "create_initiative"] == (True, 1)
        assert told["Anna", "put_role"] == (True, 1)
        assert told["Anna", "list_roles"] == (False, 1)
        assert items[0]["first_at"] <= items[0]["last_at"]

    async def test_know_their_own_cursors_only(self, house: House, river: str) -> None:
        assert (await house.first.http.get(f"{river}/readers", params={"cursor": "bm90aGluZw"})).status_code == 422
