"""Signing in begins a session that works for pages of ours alone; whatever is wrong, the answer is the same."""

import asyncio
from datetime import UTC, datetime, timedelta
from statistics import median
from time import perf_counter
from typing import Any
from uuid import uuid4

import httpx
import pytest

from app.security import passwords
from app.security.api_keys import digest, new_session_token
from app.security.browsers import COOKIE
from app.storage import people, sessions
from app.storage.database import Connection
from app.storage.sessions import Session
from app.storage.views import of
from app.usecases.password_pool import LONGEST_QUEUE, THREADS
from app.usecases.sessions import MOST_SESSIONS
from app.usecases.sign_in_attempts import MOST_BY_NAME, MOST_FROM_ADDRESS, WINDOW
from tests.api.browsers import (
    HOST,
    UNKNOWN_ORGANISATION,
    Typed,
    browser,
    cookie_of,
    signed_in,
    with_password,
)
from tests.api.houses import House, office_of
from tests.security.figures import tell

THIN = {"design": {"title": "River dialogue"}}
MINUTES = WINDOW.total_seconds() / 60


async def attempt(house: House, typed: Typed, address: str = "127.0.0.1") -> httpx.Response:
    return await browser(house.app, {}, address).post("/v1/sessions", json=typed.fields)


def later(house: House, minutes: float) -> None:
    """Lets time pass for whatever counts attempts."""
    allowances = office_of(house.app).allowances
    now = allowances.clock
    allowances.clock = lambda: now() + minutes * 60


class TestASession:
    async def test_begins_with_the_password_and_ends_at_once(self, house: House) -> None:
        typed = await with_password(house)
        client = browser(house.app)
        began = await client.post("/v1/sessions", json=typed.fields)
        assert began.status_code == 201
        token = cookie_of(client)
        kept = began.headers["set-cookie"]
        assert kept == f"{COOKIE}={token}; Max-Age=43200; Path=/; Secure; HttpOnly; SameSite=Strict"
        assert token not in began.text
        me = (await client.get("/v1/me")).json()
        assert (me["name"], me["credential"]["kind"], me["credential"]["id"]) == ("Ben", "session", began.json()["id"])
        assert (await client.post("/v1/initiatives", json=THIN)).status_code == 201
        ended = await client.delete("/v1/sessions/current")
        assert (ended.status_code, "Max-Age=0" in ended.headers["set-cookie"]) == (204, True)
        again = browser(house.app)
        again.cookies.set(COOKIE, token, domain=HOST)
        assert (await again.get("/v1/me")).status_code == 401

    async def test_is_shown_to_its_person_alone_and_can_be_ended_from_another_one(self, house: House) -> None:
        first = await signed_in(house)
        second = browser(house.app)
        await second.post("/v1/sessions", json=Typed(house.id).fields)
        items = (await second.get("/v1/sessions")).json()["items"]
        assert [item["current"] for item in items] == [False, True]
        assert (await house.first.http.get("/v1/sessions")).json() == {"items": []}
        lost = f"/v1/sessions/{items[0]['id']}"
        nobodys = f"/v1/sessions/{uuid4()}"
        by_another, of_nobody = await house.first.http.delete(lost), await house.first.http.delete(nobodys)
        assert (by_another.status_code, by_another.content) == (404, of_nobody.content)
        assert (await second.delete(lost)).status_code == 204
        assert [(await client.get("/v1/me")).status_code for client in (first, second)] == [401, 200]

    async def test_ends_after_twelve_hours(self, house: House) -> None:
        client = await signed_in(house)
        [item] = (await client.get("/v1/sessions")).json()["items"]
        began, ends = (datetime.fromisoformat(item[name]) for name in ("created_at", "expires_at"))
        assert ends - began == timedelta(hours=12)
        office, token, now = office_of(house.app), new_session_token(), datetime.now(UTC)
        ended = Session(str(uuid4()), house.first.id, now - timedelta(hours=12), now)

        def write(connection: Connection) -> None:
            sessions.add(connection, house.id, ended, digest(office.vault.pepper, token))

        await office.database.write(of(house.id), write)
        late = browser(house.app)
        late.cookies.set(COOKIE, token, domain=HOST)
        assert (await late.get("/v1/me")).status_code == 401

    async def test_is_nothing_that_a_key_can_sign_out_of(self, house: House) -> None:
        assert (await house.first.http.delete("/v1/sessions/current")).status_code == 404

    async def test_goes_behind_a_key_that_comes_with_it(self, house: House) -> None:
        client = await signed_in(house)
        both = {"Authorization": f"Bearer {house.first.api_key}"}
        assert (await client.get("/v1/me", headers=both)).json()["name"] == "Anna"
        assert (await client.get("/v1/me", headers={"Authorization": "Bearer go_wrong"})).status_code == 401

    async def test_is_entered_into_the_audit_trail_when_it_begins_and_ends(self, house: House) -> None:
        client = await signed_in(house)
        await client.delete("/v1/sessions/current")
        entries = (await house.first.http.get(f"/v1/organisations/{house.id}/audit")).json()["items"]
        assert [entry["operation"] for entry in entries if "sign" in entry["operation"]] == ["sign_out", "sign_in"]


OWN = f"https://{HOST}"
ELSEWHERE = "https://elsewhere.test"


@pytest.mark.parametrize(
    ("origin", "site", "reads", "writes"),
    [
        (OWN, "same-origin", 200, 201),
        (f"{OWN}:443", "same-origin", 200, 201),
        (OWN, None, 200, 201),  # browsers from before 2023 do not send Sec-Fetch-Site
        (None, "same-origin", 200, 403),
        (None, None, 200, 403),
        (None, "none", 200, 403),
        (OWN, "none", 200, 403),
        (OWN, "same-site", 403, 403),
        (OWN, "cross-site", 403, 403),
        (ELSEWHERE, "same-origin", 200, 403),
        (ELSEWHERE, "cross-site", 403, 403),
        (ELSEWHERE, None, 200, 403),
        ("null", "same-origin", 200, 403),
        (f"https://{HOST}.elsewhere.test", None, 200, 403),
        (f"https://{HOST}:8443", None, 200, 403),
        ("", None, 200, 403),
    ],
)
async def test_a_session_works_for_pages_of_ours_alone(
    plain_house: House, origin: str | None, site: str | None, reads: int, writes: int
) -> None:
    token = cookie_of(await signed_in(plain_house))
    headers = {"Origin": origin, "Sec-Fetch-Site": site}
    other = browser(plain_house.app, {name: value for name, value in headers.items() if value is not None})
    other.cookies.set(COOKIE, token, domain=HOST)
    assert (await other.get("/v1/me")).status_code == reads
    assert (await other.post("/v1/initiatives", json=THIN)).status_code == writes
    assert (await other.delete("/v1/sessions/current")).status_code == (204 if writes == 201 else 403)


@pytest.mark.parametrize(
    "cookies",
    [
        f"{COOKIE}={{0}}; {COOKIE}={{0}}",
        f"{COOKIE}={{0}}x",
        f'{COOKIE}="{{0}}"',
        "goodoffices={0}",
        f"{COOKIE.lower()}={{0}}",
        f"{COOKIE}=",
        COOKIE,
    ],
)
async def test_a_cookie_is_whole_and_comes_once(plain_house: House, cookies: str) -> None:
    token = cookie_of(await signed_in(plain_house))
    sent = {"Cookie": cookies.format(token)}
    assert (await browser(plain_house.app).get("/v1/me", headers=sent)).status_code == 401


async def test_another_site_cannot_sign_somebody_in(plain_house: House) -> None:
    typed = await with_password(plain_house)
    for headers in ({"Origin": ELSEWHERE}, {"Origin": OWN, "Sec-Fetch-Site": "cross-site"}):
        refused = await browser(plain_house.app, headers).post("/v1/sessions", json=typed.fields)
        assert (refused.status_code, "set-cookie" in refused.headers) == (403, False)


class TestWhateverIsWrong:
    async def test_the_answer_is_the_same_byte_for_byte(self, house: House) -> None:
        typed = await with_password(house)
        await with_password(house, "cleo")
        members = f"/v1/organisations/{house.id}/members"
        anna = f"{members}/{house.first.id}"
        tag = (await house.first.http.get(anna)).headers["etag"]
        named = await house.first.http.patch(anna, json={"sign_in_name": "anna"}, headers={"If-Match": tag})
        assert named.status_code == 200
        wrong = (
            Typed(house.id, typed.sign_in_name, "seven grey herons awake"),
            Typed(house.id, "nobody"),
            Typed(house.id, "anna"),  # she has no password
            Typed(UNKNOWN_ORGANISATION),
            Typed("no id at all"),
            Typed((await house.first.http.post("/v1/initiatives", json=THIN)).json()["id"]),  # an id, of something else
        )
        answers = [await attempt(house, typed) for typed in wrong]
        assert {answer.status_code for answer in answers} == {401}
        assert len({answer.content for answer in answers}) == 1
        headers = [{**answer.headers, "x-request-id": "", "ratelimit": ""} for answer in answers]
        assert all(each == headers[0] for each in headers)

    async def test_a_name_is_found_whatever_its_case(self, plain_house: House) -> None:
        await with_password(plain_house)
        assert (await attempt(plain_house, Typed(plain_house.id, " BEN "))).status_code == 201


async def told(house: House) -> list[tuple[str, str]]:
    """What the audit trail tells of signing in, oldest first."""
    entries = (await house.first.http.get(f"/v1/organisations/{house.id}/audit?limit=200")).json()["items"]
    names = ("sign_in", "failed_sign_in", "failed_present_password")
    return [(each["operation"], each["detail"]) for each in reversed(entries) if each["operation"] in names]


@pytest.mark.usefixtures("quick_passwords")
class TestWhatTheTrailTells:
    async def test_of_wrong_passwords_is_twice_in_a_window_at_most(self, house: House) -> None:
        typed = await with_password(house)
        wrong = Typed(house.id, password="seven grey herons awake")
        first, last = ("failed_sign_in", "1 in 15 minutes"), ("failed_sign_in", "10 in 15 minutes")
        await attempt(house, wrong)
        assert await told(house) == [first]
        for _ in range(MOST_BY_NAME + 5):
            await attempt(house, wrong)
        assert await told(house) == [first, last]
        later(house, MINUTES + 1)
        for _ in range(3):
            await attempt(house, wrong)
        await attempt(house, typed)
        assert await told(house) == [first, last, first, ("sign_in", "after 3 that failed")]

    async def test_counts_each_one_of_those_that_come_at_once(self, house: House) -> None:
        typed = await with_password(house)
        wrong = Typed(house.id, password="seven grey herons awake")
        expected = []
        for _ in range(5):
            await asyncio.gather(*[attempt(house, wrong) for _ in range(MOST_BY_NAME - 1)])
            await attempt(house, typed)
            await attempt(house, wrong)
            first, last = ("failed_sign_in", "1 in 15 minutes"), ("failed_sign_in", "10 in 15 minutes")
            expected += [first, ("sign_in", f"after {MOST_BY_NAME - 1} that failed"), last]
            later(house, MINUTES + 1)
        assert await told(house) == expected

    async def test_names_the_person_and_nothing_else(self, house: House) -> None:
        typed = await with_password(house)
        await attempt(house, Typed(house.id, typed.sign_in_name, "seven grey herons awake"))
        entries = (await house.first.http.get(f"/v1/organisations/{house.id}/audit")).json()["items"]
        entry = next(each for each in entries if each["operation"] == "failed_sign_in")
        members = (await house.first.http.get(f"/v1/organisations/{house.id}/members")).json()["items"]
        ben = next(member["id"] for member in members if member["id"] != house.first.id)
        assert (entry["person_id"], entry["subject_id"], entry["credential_id"]) == (ben, ben, "")

    async def test_of_names_that_are_nobodys_is_nothing(self, house: House) -> None:
        for number in range(5):
            await attempt(house, Typed(house.id, f"nobody-{number}"))
        assert await told(house) == []


@pytest.mark.usefixtures("quick_passwords")
class TestTheThrottle:
    async def test_lets_the_right_password_in_after_a_wait(self, house: House) -> None:
        typed = await with_password(house)
        wrong = Typed(house.id, password="seven grey herons awake")
        assert [(await attempt(house, wrong)).status_code for _ in range(MOST_BY_NAME)] == [401] * MOST_BY_NAME
        for refused in (await attempt(house, wrong), await attempt(house, typed)):
            assert refused.status_code == 429
            assert 0 < int(refused.headers["retry-after"]) <= WINDOW.total_seconds()
        later(house, MINUTES - 1)
        assert (await attempt(house, typed)).status_code == 429
        later(house, 1.1)
        assert (await attempt(house, typed)).status_code == 201

    async def test_counts_no_attempt_that_was_right(self, plain_house: House) -> None:
        typed = await with_password(plain_house)
        client = browser(plain_house.app)
        for _ in range(MOST_SESSIONS + 5):
            assert (await client.post("/v1/sessions", json=typed.fields)).status_code == 201
        items = (await client.get("/v1/sessions")).json()["items"]
        assert [item["current"] for item in items] == [False] * (MOST_SESSIONS - 1) + [True]  # the oldest have ended

    @pytest.mark.parametrize("stranger", [Typed(UNKNOWN_ORGANISATION), Typed("")])
    async def test_is_the_same_for_nobody(self, plain_house: House, stranger: Typed) -> None:
        typed = Typed(stranger.organisation_id or plain_house.id, "nobody")
        statuses = [(await attempt(plain_house, typed)).status_code for _ in range(MOST_BY_NAME + 2)]
        assert statuses == [401] * MOST_BY_NAME + [429] * 2
        refused = await attempt(plain_house, typed)
        assert 0 < int(refused.headers["retry-after"]) <= WINDOW.total_seconds()

    async def test_leaves_everybody_else_alone(self, house: House) -> None:
        await with_password(house)
        cleo = await with_password(house, "cleo")
        for _ in range(MOST_BY_NAME + 1):
            await attempt(house, Typed(house.id, password="seven grey herons awake"))
        assert (await attempt(house, cleo)).status_code == 201

    async def test_stops_an_address_that_tries_many_names(self, plain_house: House) -> None:
        typed = await with_password(plain_house)
        names = [Typed(plain_house.id, f"name-{number}") for number in range(MOST_FROM_ADDRESS)]
        network = "2001:db8:0:1::"
        for number, name in enumerate(names):
            assert (await attempt(plain_house, name, f"{network}{number + 1:x}")).status_code == 401
        assert (await attempt(plain_house, typed, f"{network}ffff")).status_code == 429
        assert (await attempt(plain_house, typed, "2001:db8:0:2::1")).status_code == 201

    async def test_cannot_be_passed_by_trying_all_at_once(self, house: House) -> None:
        wrong = Typed((await with_password(house)).organisation_id, password="seven grey herons awake")
        statuses = [answer.status_code for answer in await asyncio.gather(*[attempt(house, wrong) for _ in range(60)])]
        assert statuses.count(401) <= MOST_BY_NAME
        assert set(statuses) <= {401, 429, 503}
        assert [(await attempt(house, wrong)).status_code for _ in range(MOST_BY_NAME)][-1] == 429


async def test_a_hash_of_other_parameters_is_made_anew_at_the_next_sign_in(
    plain_house: House, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(passwords, "PASSES", 1)
    passwords._hasher.cache_clear()
    typed = await with_password(plain_house)
    monkeypatch.undo()
    passwords._hasher.cache_clear()
    me = [(await attempt(plain_house, typed)).status_code for _ in range(2)]
    assert me == [201, 201]
    office = office_of(plain_house.app)
    key = await office.vault.organisation(plain_house.id)
    stored = await office.database.read(of(plain_house.id), lambda connection: people.of_organisation(connection, key))
    [hashed] = [person.password for person in stored if person.password]
    assert "t=3," in hashed


class TestAFlood:
    async def test_of_sign_ins_has_a_short_queue_and_leaves_others_alone(self, plain_house: House) -> None:
        names = [Typed(UNKNOWN_ORGANISATION, f"name-{number}") for number in range(3 * LONGEST_QUEUE)]
        alone = await self._times(plain_house, asyncio.ensure_future(asyncio.sleep(0.5)))
        began = perf_counter()
        flood = asyncio.gather(*[attempt(plain_house, name) for name in names])
        during = await self._times(plain_house, flood)
        lasted = perf_counter() - began
        answers = await flood
        statuses = [answer.status_code for answer in answers]
        tell(
            f"S9 flood: {len(names)} sign-ins in {lasted:.2f} s, {statuses.count(503)} refused; {len(during)} other "
            f"requests meanwhile, median {median(during) * 1000:.1f} ms (alone {median(alone) * 1000:.1f} ms)"
        )
        assert statuses.count(401) == THREADS + LONGEST_QUEUE
        refused = [answer for answer in answers if answer.status_code == 503]
        assert len(refused) == len(names) - THREADS - LONGEST_QUEUE
        assert all(int(answer.headers["retry-after"]) > 0 for answer in refused)
        # Were passwords judged where requests are answered, hardly one would get in between.
        assert len(during) > statuses.count(401)

    async def _times(self, house: House, until: "asyncio.Future[Any]") -> list[float]:
        times = []
        while not until.done():
            began = perf_counter()
            assert (await house.first.http.get("/v1/me")).status_code == 200
            times.append(perf_counter() - began)
            await asyncio.sleep(0.02)
        return times
