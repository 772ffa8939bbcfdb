"""Who cannot be removed, and what ends when somebody is; also when two ask at the same moment."""

import asyncio

from app.domain.access import InitiativeRole, OrganisationRole
from tests.api.houses import House, Someone, office_of
from tests.api.people import change, initiative, members_of, remove


class TestWhoCannotGo:
    async def test_the_last_admin_neither_leaves_nor_steps_down(self, house: House) -> None:
        address = f"{members_of(house)}/{house.first.id}"
        for refused in (
            await remove(house.first.http, address),
            await remove(house.first.http, "/v1/me"),
            await change(house.first.http, address, role="member"),
        ):
            assert (refused.status_code, refused.json()["type"]) == (409, "/problems/conflict")
        await house.add("Ben", OrganisationRole.ADMIN)
        assert (await change(house.first.http, address, role="member")).status_code == 200

    async def test_an_admin_may_go_where_another_one_stays(self, house: House) -> None:
        ben = await house.add("Ben", OrganisationRole.ADMIN)
        assert (await remove(ben.http, f"{members_of(house)}/{house.first.id}")).status_code == 204
        assert (await house.first.http.get("/v1/me")).status_code == 401

    async def test_the_last_owner_of_initiatives_stays_until_they_have_another(self, house: House) -> None:
        ben = await house.add("Ben")
        alone, shared = await initiative(ben), await initiative(ben)
        await house.grant(house.first, shared, InitiativeRole.OWNER)
        for refused in (
            await remove(house.first.http, f"{members_of(house)}/{ben.id}"),
            await remove(ben.http, "/v1/me"),
        ):
            assert refused.status_code == 409
            assert "1 initiative " in refused.json()["detail"]
            assert [fault["pointer"] for fault in refused.json()["errors"]] == [f"/initiatives/{alone}"]
            assert "River" not in refused.text
        await house.grant(house.first, alone, InitiativeRole.OWNER)
        assert (await remove(house.first.http, f"{members_of(house)}/{ben.id}")).status_code == 204
        assert (await ben.http.get(f"/v1/initiatives/{shared}")).status_code == 401
        assert (await house.first.http.get(f"/v1/initiatives/{shared}")).status_code == 200

    async def test_only_what_one_has_read_is_removed(self, house: House) -> None:
        ben = await house.add("Ben")
        for address in (f"{members_of(house)}/{ben.id}", "/v1/me"):
            http = ben.http if address == "/v1/me" else house.first.http
            stale = await http.delete(address, headers={"If-Match": '"41"'})
            assert (stale.status_code, stale.headers["etag"]) == (412, (await http.get(address)).headers["etag"])


class TestAtTheSameMoment:
    async def test_two_admins_who_remove_each_other_leave_one(self, house: House) -> None:
        for turn in range(3):
            pair = [await house.add(f"{name} {turn}", OrganisationRole.ADMIN) for name in ("Ben", "Carla")]
            assert await removed(pair[0], house.first) == 204
            answers = await asyncio.gather(removed(pair[0], pair[1]), removed(pair[1], pair[0]))
            assert min(answers) == 204
            assert set(answers) <= {204, 401, 409}
            left = [one for one in pair if (await one.http.get("/v1/me")).status_code == 200]
            assert len(left) == 1
            house = House(house.app, left[0])

    async def test_an_initiative_keeps_an_owner_while_one_leaves_and_one_is_removed(self, house: House) -> None:
        for turn in range(4):
            ben = await house.add(f"Ben {turn}")
            shared = await initiative(house.first)
            await house.grant(ben, shared, InitiativeRole.OWNER)
            left, gone = await asyncio.gather(
                house.first.http.post(f"/v1/initiatives/{shared}/leave"), removed(house.first, ben)
            )
            assert sorted([left.status_code, gone]) == [204, 409]
            owner = ben if left.status_code == 204 else house.first
            assert (await owner.http.get(f"/v1/initiatives/{shared}")).status_code == 200

    async def test_two_who_ask_for_one_sign_in_name_do_not_both_get_it(self, house: House) -> None:
        for turn in range(3):
            wanted = {"name": "Ben", "sign_in_name": f"ben{turn}"}
            asked = [house.first.http.post(members_of(house), json=wanted) for _ in range(4)]
            answers = await asyncio.gather(*asked)
            assert sorted(answer.status_code for answer in answers) == [201, 409, 409, 409]

    async def test_a_key_that_is_revoked_while_it_is_replaced_ends_with_at_most_one_in_its_place(
        self, house: House
    ) -> None:
        for turn in range(4):
            ben = await house.add(f"Ben {turn}")
            own = (await ben.http.get("/v1/me")).json()["credential"]["id"]
            address = f"/v1/organisations/{house.id}/keys/{own}"
            rotated, revoked = await asyncio.gather(
                ben.http.post(f"{address}/rotation", json={}), house.first.http.delete(address)
            )
            assert (revoked.status_code, (await ben.http.get("/v1/me")).status_code) == (204, 401)
            assert rotated.status_code in {201, 401, 409}
            listed = (await house.first.http.get(f"/v1/organisations/{house.id}/keys")).json()["items"]
            usable = [key for key in listed if key["person_id"] == ben.id and key["state"] == "active"]
            assert len(usable) == (rotated.status_code == 201)

    async def test_an_organisation_goes_whole_whatever_is_begun_in_it_meanwhile(self, house: House) -> None:
        design = {"design": {"title": "River dialogue"}}
        store = office_of(house.app).vault
        made: list[str] = []

        async def begin() -> int:
            answer = await house.first.http.post("/v1/initiatives", json=design)
            if answer.status_code == 201:
                made.append(answer.json()["id"])
            return answer.status_code

        async def delete() -> int:
            await asyncio.sleep(0.01)
            answer = await house.first.http.delete(f"/v1/organisations/{house.id}", headers={"If-Match": "*"})
            return answer.status_code

        deleted, *begun = await asyncio.gather(delete(), *(begin() for _ in range(30)))
        assert (deleted, set(begun) <= {201, 401, 503}) == (204, True), begun
        assert (await house.first.http.get("/v1/me")).status_code == 401
        assert await store.keys(house.id, [house.id, *made]) == {}


async def removed(by: Someone, whom: Someone) -> int:
    """How it is answered when one asks to remove the other, whatever state they are in."""
    address = f"/v1/organisations/{whom.organisation_id}/members/{whom.id}"
    return (await by.http.delete(address, headers={"If-Match": "*"})).status_code
