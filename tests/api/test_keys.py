"""API keys over HTTP: shown once, never more than their person may, replaced without a gap, revoked at once."""

from datetime import UTC, datetime, timedelta, tzinfo
from typing import Any, Self

import httpx
import pytest

from app.domain.access import OrganisationRole, Scope
from app.storage.database import Connection
from app.storage.prepared import Prepared
from app.usecases import authority
from tests.api.houses import House, Someone, speaking_to

DESIGN = {"design": {"title": "River dialogue"}}


def keys_of(house: House) -> str:
    return f"/v1/organisations/{house.id}/keys"


async def made(house: House, someone: Someone, **wanted: Any) -> dict[str, Any]:
    """A key that this person makes for themself."""
    answer = await someone.http.post(keys_of(house), json={"label": "Laptop", **wanted})
    assert answer.status_code == 201, answer.text
    key: dict[str, Any] = answer.json()
    return key


async def known(http: httpx.AsyncClient) -> bool:
    """Whether the service knows who this is."""
    return (await http.get("/v1/me")).status_code == 200


class AMinuteBehind(datetime):
    """The clock of another host."""

    @classmethod
    def now(cls, tz: tzinfo | None = None) -> Self:
        return super().now(tz) - timedelta(minutes=1)


class TestMaking:
    async def test_a_key_is_shown_once_and_works(self, house: House) -> None:
        key = await made(house, house.first)
        me = (await speaking_to(house.app, key["key"]).get("/v1/me")).json()
        assert (me["id"], me["credential"]["id"]) == (house.first.id, key["id"])
        assert me["credential"]["scopes"] == key["scopes"] == ["read", "review", "write"]
        assert datetime.fromisoformat(key["expires_at"]) - datetime.fromisoformat(key["created_at"]) == timedelta(90)
        shown = await house.first.http.get(f"{keys_of(house)}/{key['id']}")
        assert shown.json() == {name: key[name] for name in shown.json()}
        for address in (keys_of(house), f"{keys_of(house)}/{key['id']}"):
            assert key["key"] not in (await house.first.http.get(address)).text

    async def test_a_retry_makes_no_second_key_and_does_not_show_the_first(self, house: House) -> None:
        answers = [
            await house.first.http.post(
                keys_of(house), json={"label": "Laptop", "expires_in_days": 7}, headers={"Idempotency-Key": "a key"}
            )
            for _ in range(2)
        ]
        first, again = (answer.json() for answer in answers)
        assert [answer.status_code for answer in answers] == [201, 201]
        assert ("idempotency-replayed" in answers[0].headers, "idempotency-replayed" in answers[1].headers) == (
            False,
            True,
        )
        assert (again["key"], again["id"]) == (None, first["id"])
        assert "before" in again["note"]
        assert len((await house.first.http.get(keys_of(house))).json()["items"]) == 2

    async def test_a_key_gets_no_scope_that_the_one_asking_has_not(self, house: House) -> None:
        little = await house.with_key(house.first.id, frozenset({Scope.KEYS, Scope.READ}))
        assert (await made(house, little))["scopes"] == ["read"]
        for more in (["write"], ["read", "people"], [scope.value for scope in Scope]):
            refused = await little.http.post(keys_of(house), json={"label": "More", "scopes": more})
            assert (refused.status_code, refused.json()["type"]) == (403, "/problems/forbidden")
        only_keys = await house.with_key(house.first.id, frozenset({Scope.KEYS}))
        assert (await only_keys.http.post(keys_of(house), json={"label": "Usual"})).status_code == 403

    @pytest.mark.parametrize("scopes", [{Scope.READ}, set(Scope) - {Scope.KEYS}])
    async def test_only_a_key_with_the_scope_keys_makes_keys(self, house: House, scopes: set[Scope]) -> None:
        without = await house.with_key(house.first.id, frozenset(scopes))
        own = (await without.http.get("/v1/me")).json()["credential"]["id"]
        for method, path, body in (
            ("POST", "", {"label": "Laptop"}),
            ("POST", f"/{own}/rotation", {}),
            ("DELETE", f"/{own}", None),
        ):
            assert (await without.http.request(method, keys_of(house) + path, json=body)).status_code == 403

    async def test_a_key_ends_within_a_year(self, house: House) -> None:
        now = datetime.now(UTC)
        wrongs: tuple[dict[str, Any], ...] = (
            {"expires_in_days": 366},
            {"expires_in_days": 0},
            {"expires_at": (now + timedelta(days=366)).isoformat()},
            {"expires_at": (now - timedelta(minutes=1)).isoformat()},
            {"expires_at": "9999-12-31T23:59:59-14:00"},
            {"expires_at": "0001-01-01T00:00:00+14:00"},
            {"expires_at": "2027-01-01T00:00:00"},
            {"expires_in_days": 7, "expires_at": (now + timedelta(days=7)).isoformat()},
            {"scopes": []},
            {"scopes": ["everything"]},
            {"label": ""},
        )
        for wrong in wrongs:
            refused = await house.first.http.post(keys_of(house), json={"label": "Laptop", **wrong})
            assert refused.status_code == 422, wrong
        at = (now + timedelta(days=364)).replace(microsecond=0)
        assert datetime.fromisoformat((await made(house, house.first, expires_at=at.isoformat()))["expires_at"]) == at
        assert (await made(house, house.first, expires_in_days=365))["state"] == "active"

    async def test_a_key_that_has_ended_is_nobodys(self, house: House) -> None:
        ended = await house.with_key(house.first.id, life=timedelta(seconds=-1))
        assert not await known(ended.http)
        states = [item["state"] for item in (await house.first.http.get(keys_of(house))).json()["items"]]
        assert sorted(states) == ["active", "expired"]

    async def test_a_person_has_so_many_keys_at_most(self, house: House) -> None:
        for _ in range(49):
            await house.with_key(house.first.id)
        refused = await house.first.http.post(keys_of(house), json={"label": "One too many"})
        assert (refused.status_code, refused.json()["type"]) == (409, "/problems/conflict")


class TestWhatAKeyMayDo:
    async def test_it_does_nothing_beyond_its_scopes(self, house: House) -> None:
        reading = speaking_to(house.app, (await made(house, house.first, scopes=["read"]))["key"])
        assert (await reading.get("/v1/initiatives")).status_code == 200
        assert (await reading.post("/v1/initiatives", json=DESIGN)).status_code == 403

    async def test_it_never_does_more_than_its_person_may_at_that_moment(self, house: House) -> None:
        ben = await house.add("Ben", OrganisationRole.ADMIN)
        managing = speaking_to(house.app, (await made(house, ben, scopes=["people", "read", "keys"]))["key"])
        members, address = f"/v1/organisations/{house.id}/members", f"/v1/organisations/{house.id}/members/{ben.id}"
        assert (await managing.post(members, json={"name": "Carla"})).status_code == 201
        assert len((await managing.get(keys_of(house))).json()["items"]) == 3
        tag = (await house.first.http.get(address)).headers["etag"]
        demoted = await house.first.http.patch(address, json={"role": "member"}, headers={"If-Match": tag})
        assert demoted.status_code == 200
        assert (await managing.get("/v1/me")).json()["credential"]["scopes"] == ["keys", "people", "read"]
        assert (await managing.post(members, json={"name": "Dora"})).status_code == 403
        assert {key["person_id"] for key in (await managing.get(keys_of(house))).json()["items"]} == {ben.id}


class TestSeeingAndRevoking:
    async def test_one_sees_ones_own_keys_and_an_admin_everybodys(self, house: House) -> None:
        ben, carla = await house.add("Ben"), await house.add("Carla")
        own = (await ben.http.get(keys_of(house))).json()["items"]
        assert [key["person_id"] for key in own] == [ben.id]
        everybodys = (await house.first.http.get(keys_of(house))).json()["items"]
        assert [key["person_id"] for key in everybodys] == [carla.id, ben.id, house.first.id]
        assert (await house.first.http.get(f"{keys_of(house)}/{own[0]['id']}")).json() == own[0]

    async def test_anothers_key_is_not_there_for_a_member(self, house: House) -> None:
        ben = await house.add("Ben")
        key = (await house.first.http.get("/v1/me")).json()["credential"]["id"]
        for method, path, body in (("GET", "", None), ("DELETE", "", None), ("POST", "/rotation", {})):
            answer = await ben.http.request(method, f"{keys_of(house)}/{key}{path}", json=body)
            assert (answer.status_code, answer.json()["type"]) == (404, "/problems/not-found")
        assert await known(house.first.http)

    async def test_a_long_list_is_read_a_page_at_a_time(self, house: House) -> None:
        ids = [(await made(house, house.first, label=f"Key {number}"))["id"] for number in range(4)]
        first = await house.first.http.get(keys_of(house), params={"limit": 3})
        second = await house.first.http.get(first.links["next"]["url"])
        found = [[item["id"] for item in page.json()["items"]] for page in (first, second)]
        assert (found[0], found[1][0]) == (ids[:0:-1], ids[0])

    async def test_a_revoked_key_is_nobodys_at_once_and_stays_in_the_list(self, house: House) -> None:
        key = await made(house, house.first)
        http, address = speaking_to(house.app, key["key"]), f"{keys_of(house)}/{key['id']}"
        assert await known(http)
        assert (await house.first.http.delete(address)).status_code == 204
        assert not await known(http)
        revoked = (await house.first.http.get(address)).json()
        assert revoked["state"] == "revoked"
        assert (await house.first.http.delete(address)).status_code == 204
        assert (await house.first.http.get(address)).json() == revoked

    async def test_a_key_can_end_itself(self, house: House) -> None:
        ben = await house.add("Ben")
        own = (await ben.http.get("/v1/me")).json()["credential"]["id"]
        assert (await ben.http.delete(f"{keys_of(house)}/{own}")).status_code == 204
        assert not await known(ben.http)

    async def test_those_that_a_leaked_key_made_end_with_it(self, house: House) -> None:
        leaked = await house.with_key(house.first.id)
        other = await made(house, house.first, label="Mine")
        child = await made(house, leaked, scopes=["keys", "read", "write"], label="A child")
        holder = Someone(house.id, house.first.id, child["key"], speaking_to(house.app, child["key"]))
        grandchild = await made(house, holder, scopes=["keys", "read", "write"], label="A grandchild")
        asked = {"grace_hours": 24}
        client = speaking_to(house.app, grandchild["key"])
        last = (await client.post(f"{keys_of(house)}/{grandchild['id']}/rotation", json=asked)).json()

        gone = [leaked.api_key, child["key"], grandchild["key"], last["key"]]
        assert all([await known(speaking_to(house.app, key)) for key in gone])
        answer = await house.first.http.delete(f"{keys_of(house)}/{leaked.key_id}?with_made=true")
        assert answer.status_code == 204
        assert not any([await known(speaking_to(house.app, key)) for key in gone])
        assert await known(speaking_to(house.app, other["key"]))
        assert await known(house.first.http)
        (entry, *_) = (await house.first.http.get(f"/v1/organisations/{house.id}/audit")).json()["items"]
        assert (entry["operation"], entry["subject_id"]) == ("revoke_key", leaked.key_id)
        assert entry["detail"] == "with 3 that it made"

    async def test_those_that_a_leaked_key_made_end_however_much_was_told_of_them_since(self, house: House) -> None:
        leaked = await house.with_key(house.first.id)
        asked = {"label": "A child", "scopes": ["keys", "read", "write"]}
        again = {"Idempotency-Key": "a key"}
        child = (await leaked.http.post(keys_of(house), json=asked, headers=again)).json()
        for _ in range(201):
            replayed = await leaked.http.post(keys_of(house), json=asked, headers=again)
            assert replayed.json()["id"] == child["id"]
        holder = Someone(house.id, house.first.id, child["key"], speaking_to(house.app, child["key"]))
        grandchild = await made(house, holder, label="A grandchild")
        await leaked.http.delete(f"{keys_of(house)}/{child['id']}")
        assert await known(speaking_to(house.app, grandchild["key"]))
        await house.first.http.delete(f"{keys_of(house)}/{leaked.key_id}?with_made=true")
        assert not await known(speaking_to(house.app, grandchild["key"]))

    async def test_those_that_a_leaked_key_made_end_whatever_the_clock_said_that_made_them(
        self, house: House, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        leaked = await house.with_key(house.first.id)
        with monkeypatch.context() as behind:
            behind.setattr(authority, "datetime", AMinuteBehind)
            child = await made(house, leaked)
        await house.first.http.delete(f"{keys_of(house)}/{leaked.key_id}?with_made=true")
        assert not await known(speaking_to(house.app, child["key"]))

    async def test_the_trail_is_asked_once_for_all_keys_of_a_person(
        self, house: House, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        asked: list[str] = []
        run = Prepared._run

        def noted(self: Prepared, connection: Connection, given: Any) -> Any:
            asked.append(self._text(connection.dialect).text)
            return run(self, connection, given)

        monkeypatch.setattr(Prepared, "_run", noted)
        leaked = await house.with_key(house.first.id)
        for _ in range(5):
            await made(house, house.first)
        asked.clear()
        await house.first.http.delete(f"{keys_of(house)}/{leaked.key_id}?with_made=true")
        assert len([statement for statement in asked if "FROM audit_entries" in statement]) == 1

    async def test_those_that_it_made_stay_where_nothing_is_said_of_them(self, house: House) -> None:
        leaked = await house.with_key(house.first.id)
        child = await made(house, leaked)
        for more in ("", "?with_made=false"):
            assert (await house.first.http.delete(f"{keys_of(house)}/{leaked.key_id}{more}")).status_code == 204
        assert await known(speaking_to(house.app, child["key"]))

    async def test_an_admin_revokes_anybodys_but_gets_nobodys_key(self, house: House) -> None:
        ben = await house.add("Ben")
        address = f"{keys_of(house)}/{(await ben.http.get('/v1/me')).json()['credential']['id']}"
        refused = await house.first.http.post(f"{address}/rotation", json={})
        assert (refused.status_code, refused.json()["type"]) == (403, "/problems/forbidden")
        little = await house.with_key(house.first.id, frozenset({Scope.KEYS, Scope.READ}))
        assert (await little.http.delete(address)).status_code == 404
        assert await known(ben.http)
        assert (await house.first.http.delete(address)).status_code == 204
        assert not await known(ben.http)


class TestRotation:
    async def test_the_old_key_works_through_the_grace_and_the_new_one_at_once(self, house: House) -> None:
        old = await made(house, house.first, label="Server", scopes=["read", "share"])
        answer = await house.first.http.post(f"{keys_of(house)}/{old['id']}/rotation", json={})
        new = answer.json()
        assert (answer.status_code, answer.headers["location"]) == (201, f"{keys_of(house)}/{new['id']}")
        assert (new["label"], new["scopes"], new["person_id"]) == ("Server", ["read", "share"], house.first.id)
        assert (new["replaces"]["id"], new["replaces"]["state"]) == (old["id"], "ending")
        end = datetime.fromisoformat(new["replaces"]["revoked_at"])
        assert end - datetime.fromisoformat(new["created_at"]) == timedelta(hours=24)
        assert [await known(speaking_to(house.app, key["key"])) for key in (old, new)] == [True, True]

    async def test_without_grace_the_old_key_ends_at_once(self, house: House) -> None:
        old = await made(house, house.first)
        rotation = f"{keys_of(house)}/{old['id']}/rotation"
        new = (await house.first.http.post(rotation, json={"grace_hours": 0, "expires_in_days": 5})).json()
        assert [await known(speaking_to(house.app, key["key"])) for key in (old, new)] == [False, True]
        life = datetime.fromisoformat(new["expires_at"]) - datetime.fromisoformat(new["created_at"])
        assert timedelta(days=4, hours=23) < life <= timedelta(days=5)
        again = await house.first.http.post(rotation, json={})
        assert (again.status_code, again.json()["type"]) == (409, "/problems/conflict")

    async def test_a_key_can_rotate_itself(self, house: House) -> None:
        ben = await house.add("Ben", scopes=frozenset({Scope.KEYS, Scope.READ}))
        own = (await ben.http.get("/v1/me")).json()["credential"]["id"]
        new = (await ben.http.post(f"{keys_of(house)}/{own}/rotation", json={"grace_hours": 0})).json()
        assert not await known(ben.http)
        assert await known(speaking_to(house.app, new["key"]))

    async def test_rotating_is_no_way_to_more_scopes(self, house: House) -> None:
        little = await house.with_key(house.first.id, frozenset({Scope.KEYS, Scope.READ}))
        big = (await house.first.http.get("/v1/me")).json()["credential"]["id"]
        refused = await little.http.post(f"{keys_of(house)}/{big}/rotation", json={})
        assert refused.status_code == 403
        assert await known(house.first.http)

    async def test_a_later_rotation_does_not_lengthen_the_grace(self, house: House) -> None:
        old = await made(house, house.first)
        rotation = f"{keys_of(house)}/{old['id']}/rotation"
        first, second = [
            (await house.first.http.post(rotation, json={"grace_hours": hours})).json() for hours in (1, 168)
        ]
        assert first["replaces"] == second["replaces"]
        assert first["id"] != second["id"]

    async def test_a_retry_rotates_once(self, house: House) -> None:
        old = await made(house, house.first)
        rotation = f"{keys_of(house)}/{old['id']}/rotation"
        first, again = [
            (await house.first.http.post(rotation, json={}, headers={"Idempotency-Key": "a key"})).json()
            for _ in range(2)
        ]
        assert (again["id"], again["key"], again["replaces"]) == (first["id"], None, first["replaces"])

    @pytest.mark.parametrize("grace", [-1, 169, 1.5, "24", None])
    async def test_a_grace_is_a_week_at_most(self, house: House, grace: object) -> None:
        old = await made(house, house.first)
        answer = await house.first.http.post(f"{keys_of(house)}/{old['id']}/rotation", json={"grace_hours": grace})
        assert answer.status_code == 422
