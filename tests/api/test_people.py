"""People of an organisation over HTTP: who sees and changes whom, and what is another organisation's."""

from typing import Any

import pytest

from app.domain.access import Scope
from tests.api.houses import House, speaking_to
from tests.api.people import ANOTHER, LONG_ENOUGH, NOBODYS, change, initiative, joined, members_of, remove


class TestOrganisation:
    async def test_one_sees_ones_own_and_no_other(self, house: House, neighbours: House) -> None:
        address = f"/v1/organisations/{house.id}"
        listed = (await house.first.http.get("/v1/organisations")).json()["items"]
        assert listed == [(await house.first.http.get(address)).json()]
        assert listed[0]["name"] == "Hill House"
        assert (await house.first.http.get(address.upper().replace("/V1/ORGANISATIONS", "/v1/organisations"))).json()

    async def test_an_admin_renames_it(self, house: House) -> None:
        address = f"/v1/organisations/{house.id}"
        changed = await change(house.first.http, address, name="Valley House")
        assert (changed.status_code, changed.json()["name"], changed.headers["etag"]) == (200, "Valley House", '"1"')
        stale = await house.first.http.patch(address, json={"name": "Lost"}, headers={"If-Match": '"0"'})
        assert (stale.status_code, stale.headers["etag"]) == (412, '"1"')
        ben = await house.add("Ben")
        assert (await change(ben.http, address, name="Ben's house")).status_code == 403

    async def test_deleting_it_leaves_nothing_and_nobody(self, house: House, neighbours: House) -> None:
        ben = await house.add("Ben")
        theirs = await initiative(neighbours.first)
        await initiative(ben)
        address = f"/v1/organisations/{house.id}"
        assert (await remove(ben.http, address)).status_code == 403
        stale = await house.first.http.delete(address, headers={"If-Match": '"7"'})
        assert (stale.status_code, stale.headers["etag"]) == (412, '"0"')
        assert (await remove(house.first.http, address)).status_code == 204
        for gone in (ben, house.first):
            for path in ("/v1/me", "/v1/initiatives", address):
                assert (await gone.http.get(path)).status_code == 401
        assert (await neighbours.first.http.get(f"/v1/initiatives/{theirs}")).status_code == 200


class TestMembers:
    async def test_a_new_member_has_no_key_and_sees_nothing(self, house: House) -> None:
        made = await initiative(house.first)
        ben = await joined(house)
        assert (ben["role"], ben["sign_in_name"], ben["has_password"], ben["first_key"]) == (
            "member",
            None,
            False,
            None,
        )
        keys = (await house.first.http.get(f"/v1/organisations/{house.id}/keys")).json()["items"]
        assert {key["person_id"] for key in keys} == {house.first.id}
        carla = await joined(house, name="Carla", first_key=True)
        http = speaking_to(house.app, carla["first_key"]["key"])
        assert (await http.get(f"/v1/initiatives/{made}")).status_code == 404
        assert (await http.get("/v1/initiatives")).json() == {"items": []}

    async def test_a_first_key_can_do_all_but_manage_people_and_ends_soon(self, house: House) -> None:
        added = await joined(house, first_key=True)
        http = speaking_to(house.app, added["first_key"]["key"])
        me = (await http.get("/v1/me")).json()
        assert me["id"] == added["id"]
        assert me["credential"]["scopes"] == ["keys", "read", "review", "share", "write"]
        assert me["credential"]["id"] == added["first_key"]["id"]

    async def test_a_retry_adds_nobody_twice_and_does_not_show_the_key_again(self, house: House) -> None:
        sent = {"name": "Ben", "sign_in_name": "ben", "password": LONG_ENOUGH, "first_key": True}
        answers = [
            await house.first.http.post(members_of(house), json=sent, headers={"Idempotency-Key": "a key"})
            for _ in range(2)
        ]
        first, again = (answer.json() for answer in answers)
        assert [answer.status_code for answer in answers] == [201, 201]
        assert answers[1].headers["idempotency-replayed"] == "true"
        assert again["first_key"]["key"] is None
        assert "shown" in again["first_key"]["note"]
        told = {"first_key": None}
        assert {**first, **told} == {**again, **told}
        assert {**first["first_key"], "key": None, "note": ""} == {**again["first_key"], "key": None, "note": ""}
        listed = (await house.first.http.get(members_of(house))).json()["items"]
        assert [item["name"] for item in listed] == ["Ben", "Anna"]

    async def test_only_admins_see_how_others_sign_in(self, house: House) -> None:
        await joined(house, name="Carla", sign_in_name="carla", password=LONG_ENOUGH)
        ben = await house.add("Ben")
        seen = (await ben.http.get(members_of(house))).json()["items"]
        assert [set(item) for item in seen if item["id"] != ben.id] == [{"id", "name", "role"}] * 2
        whole = (await house.first.http.get(members_of(house))).json()["items"]
        assert [item["sign_in_name"] for item in whole] == [None, "carla", None]
        reading = await house.with_key(house.first.id, frozenset({Scope.READ}))
        narrow = (await reading.http.get(members_of(house))).json()["items"]
        assert [set(item) for item in narrow if item["id"] != house.first.id] == [{"id", "name", "role"}] * 2

    async def test_what_one_sees_of_a_member_has_a_tag_of_its_own(self, house: House) -> None:
        ben = await house.add("Ben")
        address = f"{members_of(house)}/{house.first.id}"
        little, whole = await ben.http.get(address), await house.first.http.get(address)
        assert little.headers["etag"] != whole.headers["etag"]
        known = {"If-None-Match": little.headers["etag"]}
        assert (await ben.http.get(address, headers=known)).status_code == 304
        assert (await house.first.http.get(address, headers=known)).status_code == 200

    async def test_a_long_list_is_read_a_page_at_a_time(self, house: House) -> None:
        for name in ("Ben", "Carla", "Dora", "Edgar"):
            await house.add(name)
        first = await house.first.http.get(members_of(house), params={"limit": 2})
        second = await house.first.http.get(first.links["next"]["url"])
        third = await house.first.http.get(second.links["next"]["url"])
        names = [[item["name"] for item in page.json()["items"]] for page in (first, second, third)]
        assert names == [["Edgar", "Dora"], ["Carla", "Ben"], ["Anna"]]
        assert "next" not in third.links
        assert (await house.first.http.get(second.links["prev"]["url"])).json() == first.json()
        assert (await house.first.http.get(members_of(house), params={"cursor": "x"})).status_code == 422

    async def test_members_do_not_manage_members(self, house: House) -> None:
        ben = await house.add("Ben")
        address = f"{members_of(house)}/{house.first.id}"
        assert (await ben.http.post(members_of(house), json={"name": "Carla"})).status_code == 403
        assert (await change(ben.http, address, name="Nobody")).status_code == 403
        assert (await remove(ben.http, address)).status_code == 403
        assert (await change(ben.http, f"{members_of(house)}/{ben.id}", role="admin")).status_code == 403

    async def test_somebody_who_is_made_an_admin_manages_members_until_they_are_not(self, house: House) -> None:
        ben = await house.add("Ben")
        address = f"{members_of(house)}/{ben.id}"
        assert (await change(house.first.http, address, role="admin")).json()["role"] == "admin"
        carla = await ben.http.post(members_of(house), json={"name": "Carla"})
        assert carla.status_code == 201
        assert (await change(house.first.http, address, role="member")).json()["role"] == "member"
        for answer in (
            await ben.http.post(members_of(house), json={"name": "Dora"}),
            await remove(ben.http, carla.headers["location"]),
            await remove(ben.http, f"/v1/organisations/{house.id}"),
        ):
            assert answer.status_code == 403

    async def test_no_two_sign_in_by_one_name_however_it_is_written(self, house: House) -> None:
        await joined(house, sign_in_name="Ben.Berg")
        for same in ("ben.berg", " BEN.BERG ", "\uff22en.berg"):
            refused = await house.first.http.post(members_of(house), json={"name": "Bo", "sign_in_name": same})
            assert (refused.status_code, refused.json()["type"]) == (409, "/problems/conflict")
        carla = await joined(house, name="Carla")
        refused = await change(house.first.http, f"{members_of(house)}/{carla['id']}", sign_in_name="BEN.berg")
        assert refused.status_code == 409

    async def test_the_same_sign_in_name_is_free_in_another_organisation(self, house: House, neighbours: House) -> None:
        await joined(house, sign_in_name="ben")
        assert (await joined(neighbours, sign_in_name="ben"))["sign_in_name"] == "ben"

    async def test_a_password_goes_with_a_sign_in_name(self, house: House) -> None:
        refused = await house.first.http.post(members_of(house), json={"name": "Ben", "password": LONG_ENOUGH})
        assert (refused.status_code, refused.json()["errors"][0]["pointer"]) == (422, "/password")
        ben = await joined(house, sign_in_name="ben", password=LONG_ENOUGH)
        changed = await change(house.first.http, f"{members_of(house)}/{ben['id']}", sign_in_name=None)
        assert (changed.json()["sign_in_name"], changed.json()["has_password"]) == (None, False)

    async def test_nobody_chooses_the_password_of_somebody_who_can_read_an_initiative(self, house: House) -> None:
        ben = await joined(house, sign_in_name="ben", first_key=True)
        address = f"{members_of(house)}/{ben['id']}"
        assert (await change(house.first.http, address, password=LONG_ENOUGH)).status_code == 200
        http = speaking_to(house.app, ben["first_key"]["key"])
        await http.post("/v1/initiatives", json={"design": {"title": "River dialogue"}})
        refused = await change(house.first.http, address, password=ANOTHER)
        assert (refused.status_code, refused.json()["type"]) == (409, "/problems/conflict")
        assert (await change(house.first.http, address, password=None)).json()["has_password"] is False
        assert (await change(http, "/v1/me", password=ANOTHER)).json()["has_password"] is True

    async def test_ones_own_password_is_changed_as_oneself(self, house: House) -> None:
        address = f"{members_of(house)}/{house.first.id}"
        refused = await change(house.first.http, address, sign_in_name="anna", password=LONG_ENOUGH)
        assert refused.status_code == 409

    @pytest.mark.parametrize("away", [{"password": None}, {"sign_in_name": None}])
    async def test_nobody_gets_round_their_present_password_by_taking_it_away(
        self, house: House, away: dict[str, Any]
    ) -> None:
        anna, address = house.first.http, f"{members_of(house)}/{house.first.id}"
        await change(anna, address, sign_in_name="anna")
        assert (await change(anna, address, password=None)).status_code == 200  # there is none to protect yet
        await change(anna, "/v1/me", password=LONG_ENOUGH)
        assert (await change(anna, address, **away)).status_code == 409
        assert (await change(anna, "/v1/me", password=ANOTHER)).status_code == 422
        assert (await change(anna, address, sign_in_name="annabel")).json()["has_password"] is True

    @pytest.mark.parametrize(
        "wrong",
        [{"role": "owner"}, {"name": None}, {"role": None}, {"nickname": "B"}, {"name": "x" * 201}, {"first_key": 1}],
    )
    async def test_what_no_member_can_have_is_refused(self, house: House, wrong: dict[str, Any]) -> None:
        ben = await house.add("Ben")
        posted = await house.first.http.post(members_of(house), json={"name": "Carla", **wrong})
        assert posted.status_code == 422
        patched = await change(house.first.http, f"{members_of(house)}/{ben.id}", **wrong)
        assert patched.status_code == 422


class TestWhatIsAnothers:
    async def test_another_organisations_id_is_answered_as_one_that_never_was(
        self, house: House, neighbours: House
    ) -> None:
        lena, key = neighbours.first.id, (await neighbours.first.http.get("/v1/me")).json()["credential"]["id"]
        body = {"name": "Ben", "label": "A key", "grace_hours": 1}
        tried = [
            (method, path, {name: body[name] for name in names})
            for method, path, names in (
                ("GET", "", ()),
                ("PATCH", "", ("name",)),
                ("DELETE", "", ()),
                ("GET", "/members", ()),
                ("POST", "/members", ("name",)),
                ("GET", f"/members/{lena}", ()),
                ("PATCH", f"/members/{lena}", ("name",)),
                ("DELETE", f"/members/{lena}", ()),
                ("GET", "/keys", ()),
                ("POST", "/keys", ("label",)),
                ("GET", f"/keys/{key}", ()),
                ("DELETE", f"/keys/{key}", ()),
                ("POST", f"/keys/{key}/rotation", ("grace_hours",)),
            )
        ]
        little = await house.with_key(house.first.id, frozenset({Scope.READ}))
        for http in (house.first.http, little.http):
            for method, path, sent in tried:
                answers = [
                    await http.request(
                        method, f"/v1/organisations/{organisation}{path}", json=sent or None, headers={"If-Match": "*"}
                    )
                    for organisation in (neighbours.id, NOBODYS)
                ]
                assert [answer.status_code for answer in answers] == [404, 404], (method, path)
                assert answers[0].content == answers[1].content
        assert (await neighbours.first.http.get("/v1/me")).status_code == 200

    async def test_another_organisations_people_and_keys_are_not_found_in_ones_own(
        self, house: House, neighbours: House
    ) -> None:
        lena, key = neighbours.first.id, (await neighbours.first.http.get("/v1/me")).json()["credential"]["id"]
        own = f"/v1/organisations/{house.id}"
        for theirs, nobodys in (
            (f"/members/{lena}", f"/members/{NOBODYS}"),
            (f"/keys/{key}", f"/keys/{NOBODYS}"),
        ):
            for method in ("GET", "DELETE"):
                answers = [
                    await house.first.http.request(method, own + path, headers={"If-Match": "*"})
                    for path in (theirs, nobodys)
                ]
                assert [answer.status_code for answer in answers] == [404, 404]
                assert answers[0].content == answers[1].content
