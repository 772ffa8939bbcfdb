"""The pages to sign in and out work as plain forms, take nothing else, and believe no other site."""

from urllib.parse import urlencode

import httpx
import pytest

from app.security.browsers import COOKIE
from app.usecases.sign_in_attempts import MOST_BY_NAME
from tests.api.browsers import FROM_OUR_PAGE, UNKNOWN_ORGANISATION, Typed, browser, signed_in, with_password
from tests.api.houses import House
from tests.api.test_pages import elements

FORM = {"Content-Type": "application/x-www-form-urlencoded"}
WRONG = "Nobody signs in with this organisation, name and password."


async def send(house: House, typed: Typed, **headers: str) -> httpx.Response:
    client = browser(house.app, {**FROM_OUR_PAGE, **FORM, **headers})
    return await client.post("/sign-in", content=urlencode(typed.fields))


async def test_signing_in_leads_to_the_account_and_signing_out_back(house: House) -> None:
    typed = await with_password(house)
    client = browser(house.app)
    asked = await client.get("/account")
    assert (asked.status_code, asked.headers["location"]) == (303, "/sign-in")
    began = await client.post("/sign-in", data=typed.fields)
    assert (began.status_code, began.headers["location"]) == (303, "/account")
    assert began.headers["set-cookie"].endswith("; Path=/; Secure; HttpOnly; SameSite=Strict")
    kept = await client.post("/v1/initiatives", json={"design": {"title": "River <b>dialogue</b>"}})
    page = await client.get("/account")
    assert page.status_code == 200
    assert "Ben</bdi></strong>, member of <bdi>Hill House" in page.text
    assert "River &lt;b&gt;dialogue&lt;/b&gt;" in page.text
    report = f"{kept.headers['location']}/feedback?format=html"
    assert report in page.text
    assert (await client.get(report)).headers["content-type"] == "text/html; charset=utf-8"
    assert (await client.get("/sign-in")).headers["location"] == "/account"
    token = client.cookies[COOKIE]
    out = await client.post("/sign-out", headers=FORM)
    assert (out.status_code, out.headers["location"], COOKIE in client.cookies) == (303, "/sign-in", False)
    client.cookies.set(COOKIE, token, domain="goodoffices.test")
    assert (await client.get("/account")).headers["location"] == "/sign-in"
    assert (await client.post("/sign-out", headers=FORM)).headers["location"] == "/sign-in"


@pytest.mark.parametrize("cursor", ["zzz", "%C3%A9", "", "YWZ0ZXIgMSB4"])
async def test_a_cursor_that_the_list_did_not_give_leads_to_its_first_page(plain_house: House, cursor: str) -> None:
    client = await signed_in(plain_house)
    answer = await client.get(f"/account?cursor={cursor}", headers={"Accept": "text/html"}, follow_redirects=True)
    assert (answer.status_code, answer.headers["content-type"]) == (200, "text/html; charset=utf-8")
    assert "Ben</bdi>" in answer.text


async def test_whatever_is_wrong_the_page_is_the_same_and_repeats_nothing(plain_house: House) -> None:
    typed = await with_password(plain_house)
    here = typed.organisation_id
    wrong = (
        Typed(here, "ben", "seven grey herons awake"),
        Typed(here, "canary-name", "canary-password"),
        Typed(here, "", ""),
        Typed(here, "ben", "x" * 201),
    )
    answers = [await send(plain_house, each) for each in wrong]
    assert {answer.status_code for answer in answers} == {401}
    assert len({answer.content for answer in answers}) == 1
    assert WRONG in answers[0].text
    assert "canary" not in answers[1].text
    unknown = await send(plain_house, Typed(UNKNOWN_ORGANISATION))
    assert unknown.text.replace(UNKNOWN_ORGANISATION, here) == answers[0].text
    assert "canary" not in (await send(plain_house, Typed("canary"))).text


async def test_an_invitation_can_name_the_organisation_and_nothing_else(plain_house: House) -> None:
    client = browser(plain_house.app, {})
    named = await client.get("/sign-in", params={"organisation": plain_house.id})
    assert f'value="{plain_house.id}"' in named.text
    assert "canary" not in (await client.get("/sign-in", params={"organisation": '"><canary>'})).text


async def test_too_many_attempts_are_told_on_the_page(plain_house: House) -> None:
    stranger = Typed(UNKNOWN_ORGANISATION)
    for _ in range(MOST_BY_NAME):
        await send(plain_house, stranger)
    refused = await send(plain_house, stranger)
    assert (refused.status_code, int(refused.headers["retry-after"]) > 0) == (429, True)
    assert "Wait a while" in refused.text


@pytest.mark.parametrize(
    "headers",
    [
        {},
        {"Origin": "null"},
        {"Origin": "https://elsewhere.test"},
        {"Origin": "https://goodoffices.test", "Sec-Fetch-Site": "cross-site"},
    ],
)
async def test_another_site_can_neither_sign_in_nor_out(plain_house: House, headers: dict[str, str]) -> None:
    typed = await with_password(plain_house)
    client = browser(plain_house.app)
    await client.post("/sign-in", data=typed.fields)
    other = browser(plain_house.app, headers)
    assert (await other.post("/sign-in", data=typed.fields)).status_code == 403
    other.cookies = client.cookies
    assert (await other.post("/sign-out", headers=FORM)).status_code == 403
    assert (await client.get("/account")).status_code == 200


@pytest.mark.parametrize(
    ("body", "content_type", "status"),
    [
        (b'{"organisation_id": "x"}', "application/json", 415),
        (b"a=b", "multipart/form-data; boundary=x", 415),
        (b"a=b", "text/plain", 415),
        (b"a=b", "application/x-www-form-urlencoded; charset=latin-1", 415),
        (b"a=%00", "application/x-www-form-urlencoded", 400),
        (b"a=%ff", "application/x-www-form-urlencoded", 400),
        (b"a=\xff", "application/x-www-form-urlencoded", 400),
        (b"a=%ed%a0%80", "application/x-www-form-urlencoded", 400),
        (b"a=b&a=c", "application/x-www-form-urlencoded", 400),
        (b"&".join(b"%d=x" % number for number in range(30)), "application/x-www-form-urlencoded", 400),
        (b"a=" + b"x" * 300_000, "application/x-www-form-urlencoded", 413),
        (b"a", "application/x-www-form-urlencoded", 401),
        (b"a=b", "Application/X-WWW-Form-Urlencoded; charset=UTF-8", 401),
        (b"", "", 401),
    ],
)
async def test_a_form_means_one_thing_only(plain_house: House, body: bytes, content_type: str, status: int) -> None:
    answer = await browser(plain_house.app).post("/sign-in", content=body, headers={"Content-Type": content_type})
    assert answer.status_code == status


async def test_a_form_is_taken_nowhere_else(plain_house: House) -> None:
    typed = await with_password(plain_house)
    for path in ("/v1/sessions", "/v1/feedback", "/account"):
        refused = await browser(plain_house.app).post(path, data=typed.fields)
        assert refused.status_code == 415, path


@pytest.mark.parametrize("path", ["/sign-in", "/account"])
async def test_a_page_can_be_read_aloud_and_says_where_its_forms_come_from(plain_house: House, path: str) -> None:
    client = browser(plain_house.app)
    if path == "/account":
        await client.post("/sign-in", data=(await with_password(plain_house)).fields)
    answer = await client.get(path)
    # Under no-referrer a browser sends Origin: null with a form.
    assert answer.headers.get_list("referrer-policy") == ["same-origin"]
    assert answer.headers["cache-control"] == "no-store"
    assert answer.headers["content-security-policy"].startswith("default-src 'none'")
    found = elements(answer.text)
    labelled = {attributes.get("for") for tag, attributes in found if tag == "label"}
    assert {attributes["id"] for tag, attributes in found if tag == "input"} == labelled
    assert [tag for tag, _ in found].count("h1") == 1
    assert not [tag for tag, _ in found if tag in ("script", "style")]
    assert all(attributes["method"] == "post" for tag, attributes in found if tag == "form")
