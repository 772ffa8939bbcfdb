"""The pages load nothing from elsewhere, run under the strict policy, and say the same as the OpenAPI document."""

import re
from html.parser import HTMLParser
from itertools import pairwise

import httpx
import pytest

PAGES = ("/", "/docs", "/reference", "/problems/stale", "/sign-in")


class Elements(HTMLParser):
    """Every element with its attributes, and every id."""

    def __init__(self) -> None:
        super().__init__()
        self.found: list[tuple[str, dict[str, str | None]]] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.found.append((tag, dict(attrs)))


def elements(page: str) -> list[tuple[str, dict[str, str | None]]]:
    parser = Elements()
    parser.feed(page)
    return parser.found


@pytest.mark.parametrize("path", PAGES)
async def test_a_page_has_a_strict_policy_and_nothing_that_would_break_it(
    plain_http: httpx.AsyncClient, path: str
) -> None:
    answer = await plain_http.get(path)
    assert answer.status_code == 200
    policy = answer.headers["content-security-policy"]
    assert policy.startswith("default-src 'none'")
    assert "unsafe" not in policy
    assert "http" not in policy
    for tag, attributes in elements(answer.text):
        assert tag != "style"
        assert tag != "script" or attributes["src"]
        assert not [name for name in attributes if name.startswith("on") or name == "style"]


@pytest.mark.parametrize("path", PAGES)
async def test_everything_that_a_page_links_to_is_here(plain_http: httpx.AsyncClient, path: str) -> None:
    page = (await plain_http.get(path)).text
    targets = {attributes.get("href") or attributes.get("src") for _, attributes in elements(page)} - {None, "data:,"}
    ids = {attributes["id"] for _, attributes in elements(page) if "id" in attributes}
    for target in sorted(filter(None, targets)):
        if target.startswith("#"):
            assert target[1:] in ids, target
        else:
            assert target.startswith("/"), target
            assert (await plain_http.get(target)).status_code == 200, target


@pytest.mark.parametrize("path", PAGES)
async def test_a_page_can_be_read_aloud(plain_http: httpx.AsyncClient, path: str) -> None:
    found = elements((await plain_http.get(path)).text)
    tags = [tag for tag, _ in found]
    assert dict(found)["html"]["lang"] == "en"
    assert tags.count("h1") == 1
    assert tags.count("main") == 1
    assert all(attributes.get("scope") for tag, attributes in found if tag == "th")
    levels = [int(tag[1]) for tag in tags if re.fullmatch(r"h\d", tag)]
    assert all(after <= before + 1 for before, after in pairwise(levels))


async def test_the_reference_has_every_operation_parameter_answer_and_schema(plain_http: httpx.AsyncClient) -> None:
    document = (await plain_http.get("/openapi.json")).json()
    page = (await plain_http.get("/reference")).text
    ids = {attributes["id"] for _, attributes in elements(page) if "id" in attributes}
    for methods in document["paths"].values():
        for operation in methods.values():
            assert operation["operationId"] in ids
            assert all(f"<code>{parameter['name']}</code>" in page for parameter in operation.get("parameters", []))
    assert {f"schema-{name}" for name in document["components"]["schemas"]} <= ids


async def test_every_kind_of_problem_has_its_page(plain_http: httpx.AsyncClient) -> None:
    problem = (await plain_http.get("/nowhere")).json()
    assert (await plain_http.get(problem["type"])).status_code == 200
    assert (await plain_http.get("/problems/unheard-of")).status_code == 404


async def test_assets_are_kept_by_browsers_and_asked_after(plain_http: httpx.AsyncClient) -> None:
    first = await plain_http.get("/static/docs.js")
    again = await plain_http.get("/static/docs.js", headers={"If-None-Match": first.headers["etag"]})
    assert (again.status_code, again.content) == (304, b"")
    assert (await plain_http.post("/static/docs.js")).status_code == 405
    assert (await plain_http.get("/static/nothing.js")).status_code == 404
