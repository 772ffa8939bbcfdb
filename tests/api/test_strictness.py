"""What is nearly right is refused where taking it would do something else than was meant."""

import time
from pathlib import Path
from typing import Any

import httpx
import pytest
from sqlalchemy import create_engine, text

from app.settings import Settings
from app.storage.engines import BUSY_SECONDS
from tests.api.houses import serving
from tests.engines import PostgresqlServer

THIN = {"title": "River dialogue"}


async def kept(http: httpx.AsyncClient) -> str:
    """The address of a new initiative."""
    return str((await http.post("/v1/initiatives", json={"design": THIN})).headers["location"])


@pytest.mark.parametrize("number", [True, "1", 1.0, None, [1]])
async def test_the_revision_to_restore_is_a_whole_number(plain_http: httpx.AsyncClient, number: Any) -> None:
    place = await kept(plain_http)
    refused = await plain_http.post(f"{place}/revisions", json={"restores": number}, headers={"If-Match": "*"})
    assert refused.status_code == 422
    assert refused.json()["errors"] == [{"pointer": "/restores", "detail": "It is a whole number."}]


@pytest.mark.parametrize("nothing", ["\u200b", "\u202e\u2066", "\u00ad", "…", "-"])
async def test_a_waiver_has_a_reason_and_a_name_that_can_be_read(plain_http: httpx.AsyncClient, nothing: str) -> None:
    place = await kept(plain_http) + "/waivers/purpose.stated"
    refused = await plain_http.put(place, json={"reason": nothing, "by": nothing}, headers={"If-Match": "*"})
    assert refused.status_code == 422
    detail = "It has at least one letter or digit."
    assert refused.json()["errors"] == [{"pointer": "/reason", "detail": detail}, {"pointer": "/by", "detail": detail}]


@pytest.mark.parametrize("reason", ["已商定", "متفق عليه", "7"])
async def test_a_reason_can_be_in_any_script(plain_http: httpx.AsyncClient, reason: str) -> None:
    place = await kept(plain_http) + "/waivers/purpose.stated"
    given = await plain_http.put(place, json={"reason": reason, "by": "R"}, headers={"If-Match": "*"})
    assert given.json()["waiver"]["reason"] == reason


@pytest.mark.parametrize("reference", ["track-two@99", "track-three"])
async def test_a_list_by_a_checklist_that_does_not_exist_is_404(plain_http: httpx.AsyncClient, reference: str) -> None:
    assert (await plain_http.get("/v1/initiatives", params={"checklist": reference})).status_code == 404


@pytest.mark.parametrize("written", ["{{{0}}}", "urn:uuid:{0}"])
async def test_an_initiative_has_one_address(plain_http: httpx.AsyncClient, written: str) -> None:
    folder, _, identity = (await kept(plain_http)).rpartition("/")
    assert (await plain_http.get(f"{folder}/{written.format(identity)}")).status_code == 404
    assert (await plain_http.get(f"{folder}/{identity.replace('-', '')}")).status_code == 404
    assert (await plain_http.get(f"{folder}/{identity.upper()}")).status_code == 200


@pytest.mark.parametrize(
    ("declared", "status"),
    [
        ('application/json; profile="https://example.org/a"', 200),
        ("application/json; charset=utf-8; profile=a", 200),
        ("application/json; profile=a; charset=UTF-8", 200),
        ("application/json; profile=a; charset=utf-16", 415),
        ("application/json; charset=utf-8; charset=latin-1", 415),
    ],
)
async def test_only_the_charset_of_a_media_type_matters(
    plain_http: httpx.AsyncClient, declared: str, status: int
) -> None:
    answer = await plain_http.post("/v1/feedback", content='{"title": "x"}', headers={"Content-Type": declared})
    assert answer.status_code == status


@pytest.mark.parametrize(("coding", "status"), [("gzip", 415), ("br, gzip", 415), ("identity", 200), ("Identity", 200)])
async def test_a_body_comes_as_it_is(plain_http: httpx.AsyncClient, coding: str, status: int) -> None:
    answer = await plain_http.post("/v1/feedback", json=THIN, headers={"Content-Encoding": coding})
    assert answer.status_code == status
    assert answer.headers.get("accept-encoding") == ("identity" if status == 415 else None)


class TestDatabaseThatIsNotReady:
    async def test_without_its_tables_every_request_that_needs_them_is_503(
        self, engine_settings: Settings, owner_url: str
    ) -> None:
        async with serving(engine_settings) as (_, http):
            engine = create_engine(owner_url)
            with engine.begin() as connection:
                connection.execute(text("DROP TABLE initiatives" + (" CASCADE" if "postgres" in owner_url else "")))
            engine.dispose()
            answers = [await http.get("/v1/initiatives"), await http.post("/v1/initiatives", json={"design": THIN})]
        assert [(one.status_code, one.headers["retry-after"]) for one in answers] == [(503, "5"), (503, "5")]


async def test_whether_it_is_ready_is_said_before_a_stuck_database_answers(
    postgresql_server: PostgresqlServer, tmp_path: Path
) -> None:
    with postgresql_server.database(tmp_path) as addresses, postgresql_server.empty(tmp_path) as keys:
        engine = create_engine(addresses.owner)
        settings = Settings(database_url=addresses.application, key_store_url=keys, access_log=False)
        async with serving(settings) as (_, http):
            with engine.begin() as connection:
                connection.execute(text("LOCK TABLE alembic_version IN ACCESS EXCLUSIVE MODE"))
                began = time.monotonic()
                answer = await http.get("/readyz")
                took = time.monotonic() - began
        engine.dispose()
    assert (answer.status_code, answer.headers["retry-after"]) == (503, "5")
    assert took < BUSY_SECONDS
