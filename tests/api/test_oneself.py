"""What one sees and changes of oneself over HTTP, and that one is nobody after leaving."""

import asyncio

import pytest

from app.domain.access import Scope
from app.usecases.sign_in_attempts import MOST_BY_NAME, WINDOW
from tests.api.houses import House, office_of, speaking_to
from tests.api.people import ANOTHER, LONG_ENOUGH, change, joined, members_of, remove, tag_of


class TestOneself:
    async def test_one_sees_who_one_is_and_what_one_may(self, house: House) -> None:
        ben = await house.add("Ben", scopes=frozenset({Scope.READ, Scope.WRITE}))
        seen = (await ben.http.get("/v1/me")).json()
        assert (seen["id"], seen["name"], seen["role"]) == (ben.id, "Ben", "member")
        assert seen["organisation"] == {"id": house.id, "name": "Hill House"}
        assert (seen["credential"]["kind"], seen["credential"]["scopes"]) == ("api_key", ["read", "write"])
        for address in seen["links"].values():
            assert (await ben.http.get(address)).status_code == 200

    async def test_what_is_known_is_304_until_something_of_it_changes(self, house: House) -> None:
        first = await house.first.http.get("/v1/me")
        known = {"If-None-Match": first.headers["etag"]}
        assert (await house.first.http.get("/v1/me", headers=known)).status_code == 304
        await change(house.first.http, f"/v1/organisations/{house.id}", name="Valley House")
        renamed = await house.first.http.get("/v1/me", headers=known)
        assert (renamed.status_code, renamed.json()["organisation"]["name"]) == (200, "Valley House")

    async def test_one_changes_ones_own_name(self, house: House) -> None:
        ben = await house.add("Ben")
        changed = await change(ben.http, "/v1/me", name="Benedict")
        assert (changed.status_code, changed.json()["name"]) == (200, "Benedict")
        assert changed.headers["etag"] == (await ben.http.get("/v1/me")).headers["etag"]
        minimal = await ben.http.patch(
            "/v1/me", json={}, headers={"If-Match": changed.headers["etag"], "Prefer": "return=minimal"}
        )
        assert (minimal.status_code, minimal.content) == (204, b"")
        stale = await ben.http.patch("/v1/me", json={"name": "Bo"}, headers={"If-Match": '"0.0.00000000"'})
        assert (stale.status_code, stale.headers["etag"]) == (412, changed.headers["etag"])

    async def test_a_name_can_neither_hide_nor_turn_what_stands_beside_it(self, house: House) -> None:
        ben = await house.add("Ben")
        changed = await change(ben.http, "/v1/me", name="Ben\u202e nimda \u2066(owner)\n")
        assert changed.json()["name"] == "Ben nimda (owner)"
        for nothing in ("", " ", "\u202e\u2066", "…"):
            refused = await change(ben.http, "/v1/me", name=nothing)
            assert (refused.status_code, refused.json()["errors"][0]["pointer"]) == (422, "/name"), nothing

    async def test_a_new_password_needs_the_present_one(self, house: House) -> None:
        added = await joined(house, sign_in_name="ben", password=LONG_ENOUGH, first_key=True)
        ben = speaking_to(house.app, added["first_key"]["key"])
        for wrong in ({}, {"present_password": "seven grey herons awake"}):
            refused = await change(ben, "/v1/me", password=ANOTHER, **wrong)
            assert (refused.status_code, refused.json()["errors"][0]["pointer"]) == (422, "/present_password")
        assert (await change(ben, "/v1/me", password=ANOTHER, present_password=LONG_ENOUGH)).status_code == 200
        assert (await change(ben, "/v1/me", password=LONG_ENOUGH, present_password=LONG_ENOUGH)).status_code == 422
        assert (await change(ben, "/v1/me", password=LONG_ENOUGH, present_password=ANOTHER)).status_code == 200

    async def test_guesses_at_the_present_one_are_few_and_told_of(self, house: House) -> None:
        added = await joined(house, sign_in_name="ben", password=LONG_ENOUGH, first_key=True)
        ben = speaking_to(house.app, added["first_key"]["key"])
        for _ in range(MOST_BY_NAME):
            assert (await change(ben, "/v1/me", password=ANOTHER, present_password="seven owls")).status_code == 422
        for guess in ("seven owls", LONG_ENOUGH):
            refused = await change(ben, "/v1/me", password=ANOTHER, present_password=guess)
            assert (refused.status_code, refused.json()["type"]) == (429, "/problems/too-many-requests")
            assert 0 < int(refused.headers["retry-after"]) <= WINDOW.total_seconds()
        entries = (await house.first.http.get(f"/v1/organisations/{house.id}/audit")).json()["items"]
        failed = [each for each in entries if each["operation"] == "failed_present_password"]
        assert [each["detail"] for each in failed] == ["10 in 15 minutes", "1 in 15 minutes"]
        assert {each["subject_id"] for each in failed} == {added["id"]}
        assert (await change(ben, "/v1/me", name="Benjamin")).status_code == 200

        clock = office_of(house.app).allowances.clock
        office_of(house.app).allowances.clock = lambda: clock() + WINDOW.total_seconds() + 1
        for old, new in ((LONG_ENOUGH, ANOTHER), (ANOTHER, LONG_ENOUGH)) * MOST_BY_NAME:
            assert (await change(ben, "/v1/me", password=new, present_password=old)).status_code == 200

    async def test_the_right_present_one_is_no_guess_when_the_new_one_is_too_weak(self, house: House) -> None:
        added = await joined(house, sign_in_name="ben", password=LONG_ENOUGH, first_key=True)
        ben = speaking_to(house.app, added["first_key"]["key"])
        for _ in range(MOST_BY_NAME + 1):
            refused = await change(ben, "/v1/me", password="aaaaaaaaaaaaaaaa", present_password=LONG_ENOUGH)
            assert (refused.status_code, refused.json()["errors"][0]["pointer"]) == (422, "/password")
        assert (await change(ben, "/v1/me", password=ANOTHER, present_password=LONG_ENOUGH)).status_code == 200

    @pytest.mark.usefixtures("quick_passwords")
    async def test_nor_is_it_one_when_somebody_was_faster(self, house: House) -> None:
        added = await joined(house, sign_in_name="ben", password=LONG_ENOUGH, first_key=True)
        ben = speaking_to(house.app, added["first_key"]["key"])
        seen = []
        for old, new in ((LONG_ENOUGH, ANOTHER), (ANOTHER, LONG_ENOUGH)) * MOST_BY_NAME:
            tag, wanted = await tag_of(ben, "/v1/me"), {"password": new, "present_password": old}
            asked = [ben.patch("/v1/me", json=wanted, headers=tag) for _ in range(2)]
            seen.append(sorted([answer.status_code for answer in await asyncio.gather(*asked)]))
        assert seen == [[200, 412]] * (2 * MOST_BY_NAME)

    async def test_a_password_is_taken_as_it_was_typed(self, house: House) -> None:
        blank = "   seven grey herons   "
        added = await joined(house, sign_in_name="ben", password=blank, first_key=True)
        ben = speaking_to(house.app, added["first_key"]["key"])
        assert (await change(ben, "/v1/me", password=ANOTHER, present_password=blank.strip())).status_code == 422
        assert (await change(ben, "/v1/me", password=ANOTHER, present_password=blank)).status_code == 200

    async def test_a_first_password_needs_none_but_a_name_to_sign_in_with(self, house: House) -> None:
        ben = await house.add("Ben")
        refused = await change(ben.http, "/v1/me", password=LONG_ENOUGH)
        assert (refused.status_code, refused.json()["type"]) == (409, "/problems/conflict")
        await change(house.first.http, f"{members_of(house)}/{ben.id}", sign_in_name="ben")
        assert (await change(ben.http, "/v1/me", password=LONG_ENOUGH)).json()["has_password"] is True

    @pytest.mark.parametrize("weak", ["short", "aaaaaaaaaaaaaaaa", "x" * 201])
    async def test_a_weak_password_is_refused_and_not_repeated(self, house: House, weak: str) -> None:
        for method, address, more in (
            ("POST", members_of(house), {"name": "Ben", "sign_in_name": "ben"}),
            ("PATCH", "/v1/me", {}),
        ):
            await change(house.first.http, f"{members_of(house)}/{house.first.id}", sign_in_name="anna")
            refused = await house.first.http.request(
                method, address, json={"password": weak, **more}, headers={"If-Match": "*"}
            )
            assert (refused.status_code, refused.json()["errors"][0]["pointer"]) == (422, "/password")
            assert weak not in refused.text

    async def test_whoever_leaves_is_nobody_any_more(self, house: House) -> None:
        ben = await house.add("Ben")
        other = await house.with_key(ben.id)
        assert (await remove(ben.http, "/v1/me")).status_code == 204
        for http in (ben.http, other.http):
            assert (await http.get("/v1/me")).status_code == 401
        listed = (await house.first.http.get(members_of(house))).json()["items"]
        assert [item["name"] for item in listed] == ["Anna"]
