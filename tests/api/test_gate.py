"""Every nasty request gets a problem and never a 500; what was sent is never repeated."""

from collections.abc import AsyncIterator

import httpx
import pytest

from app.api.gate import LARGEST_BODY, LONGEST_PATH, LONGEST_QUERY

CANARY = "zanzibar-canary"
JSON = {"Content-Type": "application/json"}

# The requests that a plain application of the same framework answered 500 to, or let through, and some more.
NASTY_BODIES = {
    "NaN": b'{"title": "x", "funding": {"planned_months": NaN}}',
    "Infinity": b'{"title": "x", "funding": {"budget": {"amount": Infinity, "currency": "EUR"}}}',
    "minus Infinity": b'{"title": "x", "funding": {"budget": {"amount": -Infinity, "currency": "EUR"}}}',
    "1e999": b'{"title": "x", "funding": {"budget": {"amount": 1e999, "currency": "EUR"}}}',
    "a tiny exponent": b'{"title": "x", "funding": {"budget": {"amount": 1e-400, "currency": "EUR"}}}',
    "2 to the 63": b'{"title": "x", "funding": {"planned_months": 9223372036854775808}}',
    "minus 2 to the 63": b'{"title": "x", "funding": {"planned_months": -9223372036854775808}}',
    "an integer of 5,000 digits": b'{"title": "x", "funding": {"planned_months": ' + b"9" * 5_000 + b"}}",
    "a decimal text of 5,000 digits": b'{"title": "x", "funding": {"budget": {"amount": "' + b"9" * 5_000 + b'"}}}',
    "an amount called NaN": b'{"title": "x", "funding": {"budget": {"amount": "NaN", "currency": "EUR"}}}',
    "an amount called Infinity": b'{"title": "x", "funding": {"budget": {"amount": "Infinity", "currency": "EUR"}}}',
    "an amount called sNaN": b'{"title": "x", "funding": {"budget": {"amount": "sNaN", "currency": "EUR"}}}',
    "an amount of 1e400": b'{"title": "x", "funding": {"budget": {"amount": "1e400", "currency": "EUR"}}}',
    "a lone surrogate": b'{"title": "\\ud800"}',
    "a lone low surrogate in a key": b'{"title": "x", "annotations": {"\\udfff": "y"}}',
    "NUL": b'{"title": "a\\u0000b"}',
    "a raw NUL": b'{"title": "a\x00b"}',
    "NUL in a key": b'{"title": "x", "annotations": {"\\u0000": "y"}}',
    "the year 1": b'{"title": "x", "process": {"starts": "0001-01-01"}}',
    "the year 9999 with an offset": b'{"title": "x", "process": {"starts": "9999-12-31T23:59:59-14:00"}}',
    "the year 0": b'{"title": "x", "process": {"starts": "0000-01-01"}}',
    "a date as a huge number": b'{"title": "x", "process": {"starts": 999999999999999999}}',
    "duplicate keys": b'{"title": "x", "title": "y"}',
    "duplicate keys inside": b'{"title": "x", "conflict": {"name": "a", "name": "b"}}',
    "UTF-16": '{"title": "x"}'.encode("utf-16"),
    "UTF-32": '{"title": "x"}'.encode("utf-32"),
    "Latin-1": '{"title": "caf\xe9"}'.encode("latin-1"),
    "a byte order mark": b'\xef\xbb\xbf{"title": "x"}',
    "deep lists": b'{"title": "x", "annotations": ' + b"[" * 50_000 + b"]" * 50_000 + b"}",
    "deep objects": b'{"title": "x", "purpose": ' + b'{"purpose": ' * 5_000 + b"1" + b"}" * 5_000 + b"}",
    "never closed": b'{"title": ' + b"[" * 90_000,
    "not an object": b"[]",
    "null": b"null",
    "only blanks": b"   ",
    "nothing": b"",
    "half a document": b'{"title": "x"',
    "a key of ten thousand letters": b'{"title": "x", "' + b"k" * 10_000 + b'": 1}',
    "a title that is a list": b'{"title": ["' + CANARY.encode() + b'"]}',
    "an unknown field": b'{"title": "x", "titel": "' + CANARY.encode() + b'"}',
    "a wrong choice": b'{"title": "x", "stage": "' + CANARY.encode() + b'"}',
    "too large": b'{"title": "' + b"x" * LARGEST_BODY + b'"}',
}


async def refused(answer: httpx.Response) -> None:
    """The answer is a problem that says which one."""
    assert 400 <= answer.status_code < 500, answer.status_code
    assert answer.headers["content-type"] == "application/problem+json"
    problem = answer.json()
    assert problem["type"].startswith("/problems/")
    assert problem["status"] == answer.status_code
    assert problem["title"]
    assert problem["detail"]


@pytest.mark.parametrize("body", NASTY_BODIES.values(), ids=NASTY_BODIES)
async def test_a_nasty_body_is_never_an_error_of_ours(http: httpx.AsyncClient, body: bytes) -> None:
    answer = await http.post("/v1/feedback", content=body, headers=JSON)
    assert answer.status_code < 500
    assert CANARY not in answer.text
    wrapped = await http.post("/v1/initiatives", content=b'{"design": ' + body + b"}", headers=JSON)
    assert wrapped.status_code < 500
    assert CANARY not in wrapped.text


REFUSED_AT_THE_GATE = [name for name in NASTY_BODIES if name not in {"a tiny exponent", "the year 1"}]


@pytest.mark.parametrize("name", REFUSED_AT_THE_GATE)
async def test_a_nasty_body_is_refused_with_a_problem(plain_http: httpx.AsyncClient, name: str) -> None:
    await refused(await plain_http.post("/v1/feedback", content=NASTY_BODIES[name], headers=JSON))


NASTY_ADDRESSES = {
    "NUL in the path": "/v1/initiatives/%00",
    "bytes that are not UTF-8 in the path": "/v1/initiatives/%ff%fe",
    "a surrogate in the path": "/v1/initiatives/%ed%a0%80",
    "2 to the 63 in the path": "/v1/initiatives/0b6f6a0e-2f3c-4f4e-9d5b-6a1f2f0f9b11/revisions/9223372036854775808",
    "5,000 digits in the query": "/v1/initiatives?limit=" + "9" * 3_900,
    "a path that is too long": "/v1/" + "x" * LONGEST_PATH,
    "a query that is too long": "/v1/initiatives?cursor=" + "x" * LONGEST_QUERY,
    "NUL in the query": "/v1/initiatives?cursor=%00",
    "not UTF-8 in the query": "/v1/initiatives?cursor=%ff",
    "an unknown parameter": f"/v1/initiatives?{CANARY}=1",
    "an unknown value": f"/v1/initiatives?lifecycle={CANARY}",
    "a broken cursor": f"/v1/initiatives?cursor={CANARY}",
    "a parameter twice": "/v1/initiatives?limit=1&limit=2",
    "a limit of nought": "/v1/initiatives?limit=0",
    "a limit above the ceiling": "/v1/initiatives?limit=201",
    "an unknown category": f"/v1/initiatives?category_state={CANARY}:open",
    "an unknown check": "/v1/initiatives?check_outcome=purpose.unheard-of:open",
    "no such id": "/v1/initiatives/" + CANARY,
    "path traversal": "/static/..%2f..%2frouter.py",
    "an unknown path": "/" + CANARY,
}


@pytest.mark.parametrize("address", NASTY_ADDRESSES.values(), ids=NASTY_ADDRESSES)
async def test_a_nasty_address_is_refused_with_a_problem(http: httpx.AsyncClient, address: str) -> None:
    answer = await http.get(address)
    await refused(answer)
    assert CANARY not in answer.text


@pytest.mark.parametrize(
    "media_type", ["", "text/plain", "application/xml", "application/json; charset=utf-16", "multipart/form-data", "x"]
)
async def test_a_body_that_is_not_declared_as_json_is_415(plain_http: httpx.AsyncClient, media_type: str) -> None:
    answer = await plain_http.post("/v1/feedback", content=b'{"title": "x"}', headers={"Content-Type": media_type})
    await refused(answer)
    assert answer.status_code == 415
    assert answer.headers["accept"] == "application/json"


async def test_a_patch_of_another_kind_is_415_and_says_which_kinds_there_are(plain_http: httpx.AsyncClient) -> None:
    answer = await plain_http.patch(
        "/v1/initiatives/x/design", content=b"[]", headers={"Content-Type": "application/json-patch+json"}
    )
    assert answer.status_code == 415
    assert answer.headers["accept-patch"] == "application/merge-patch+json, application/json"


async def test_a_body_of_exactly_the_limit_is_read(plain_http: httpx.AsyncClient) -> None:
    body = b'{"title": "x"}'
    assert (await plain_http.post("/v1/feedback", content=body.ljust(LARGEST_BODY), headers=JSON)).status_code == 200
    answer = await plain_http.post("/v1/feedback", content=body.ljust(LARGEST_BODY + 1), headers=JSON)
    assert answer.status_code == 413


async def test_a_body_without_a_declared_length_is_measured_as_it_comes(plain_http: httpx.AsyncClient) -> None:
    async def endless() -> AsyncIterator[bytes]:
        for _ in range(10):
            yield b" " * 65_536

    answer = await plain_http.post("/v1/feedback", content=endless(), headers=JSON)
    await refused(answer)
    assert answer.status_code == 413
