"""Precedents and glossary explain the checks: each links to the others, and all can be kept until it changes."""

import httpx
import pytest

RESOURCES = (
    "/v1/precedents",
    "/v1/precedents/oslo",
    "/v1/glossary",
    "/v1/checklists/track-two/checks/purpose.ripeness",
)


async def test_every_precedent_says_what_was_done_what_followed_and_where_it_is_told(
    plain_http: httpx.AsyncClient,
) -> None:
    items = (await plain_http.get("/v1/precedents")).json()["items"]

    assert [item["id"] for item in items] == sorted(item["id"] for item in items)
    assert {"oslo", "geneva", "sartawi-peled"} <= {item["id"] for item in items}
    for item in items:
        assert item["done"]
        assert item["followed"]
        assert item["pages"]
        assert item["checks"]
        assert (await plain_http.get(item["href"])).json() == item


async def test_a_precedent_leads_to_its_checks_and_each_of_them_back(plain_http: httpx.AsyncClient) -> None:
    oslo = (await plain_http.get("/v1/precedents/oslo")).json()

    for link in oslo["checks"]:
        check = (await plain_http.get(link["href"])).json()
        assert (check["id"], check["question"]) == (link["check"], link["question"])
        assert {"id": "oslo", "name": oslo["name"], "href": "/v1/precedents/oslo"} in check["taught_by"]


async def test_every_precedent_that_a_check_names_has_an_address(plain_http: httpx.AsyncClient) -> None:
    checklist = (await plain_http.get("/v1/checklists/track-two")).json()

    for summary in checklist["checks"]:
        check = (await plain_http.get(f"/v1/checklists/track-two/checks/{summary['id']}")).json()
        assert [link["id"] for link in check["taught_by"]] == check["precedents"]


async def test_the_glossary_explains_every_term_and_a_check_those_of_its_own(plain_http: httpx.AsyncClient) -> None:
    terms = (await plain_http.get("/v1/glossary")).json()["items"]
    check = (await plain_http.get("/v1/checklists/track-two/checks/third_parties.chaperon")).json()

    chaperon = next(term for term in terms if term["id"] == "chaperon")
    assert chaperon["meaning"].startswith("A respected")
    assert chaperon["pages"] == ["41"]
    assert chaperon in check["terms"]
    assert all(term in terms for term in check["terms"])


@pytest.mark.parametrize("address", RESOURCES)
async def test_each_can_be_kept_until_it_changes(plain_http: httpx.AsyncClient, address: str) -> None:
    first = await plain_http.get(address)
    again = await plain_http.get(address, headers={"If-None-Match": first.headers["etag"]})
    head = await plain_http.head(address)

    assert (again.status_code, again.content) == (304, b"")
    assert (head.status_code, head.content, head.headers["etag"]) == (200, b"", first.headers["etag"])


async def test_an_unknown_precedent_is_a_problem(plain_http: httpx.AsyncClient) -> None:
    answer = await plain_http.get("/v1/precedents/atlantis")

    assert (answer.status_code, answer.headers["content-type"]) == (404, "application/problem+json")


async def test_the_index_leads_to_both(plain_http: httpx.AsyncClient) -> None:
    index = (await plain_http.get("/v1")).json()

    assert (index["precedents"], index["glossary"]) == ("/v1/precedents", "/v1/glossary")
