"""Operators see routes, statuses and times, and never contents, ids or queries; nor does a crash leak anything."""

import json
import re
from collections.abc import AsyncIterator
from pathlib import Path

import httpx
import pytest
from fastapi import FastAPI

from app.api.dependencies import Holdings
from app.settings import Settings
from app.storage.migrations import migrate
from app.usecases.start_rules import UnsafeStart
from tests.api.houses import running, serving
from tests.engines import PostgresqlServer

CANARY = "zanzibar-canary"


@pytest.fixture
async def logged(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> AsyncIterator[tuple[FastAPI, httpx.AsyncClient]]:
    """The application with its access log on, captured from the start, and somebody who speaks to it."""
    async with serving(Settings(data_dir=tmp_path)) as both:
        yield both


def lines(printed: str) -> list[dict[str, object]]:
    return [json.loads(line) for line in printed.splitlines()]


async def say_the_canary_everywhere(http: httpx.AsyncClient) -> str:
    """Sends it in every field, header, query and path; gives the id of what was stored."""
    design = {"title": CANARY, "summary": CANARY, "annotations": {CANARY: CANARY}}
    created = await http.post("/v1/initiatives", json={"design": design}, headers={"Idempotency-Key": CANARY})
    identity = str(created.json()["id"])
    await http.post("/v1/feedback", json={"title": [CANARY], CANARY: CANARY})
    await http.get(f"/v1/initiatives/{CANARY}")
    await http.get(f"/v1/initiatives?cursor={CANARY}&lifecycle={CANARY}")
    await http.get(f"/{CANARY}", headers={"User-Agent": CANARY, "X-Request-ID": CANARY})
    await http.put(f"/v1/initiatives/{identity}/waivers/{CANARY}", json={"reason": CANARY, "by": CANARY})
    await http.request(CANARY.upper(), "/v1")
    return identity


async def test_logs_and_metrics_hold_nothing_of_what_was_sent(
    logged: tuple[FastAPI, httpx.AsyncClient], capsys: pytest.CaptureFixture[str]
) -> None:
    _, http = logged
    identity = await say_the_canary_everywhere(http)
    metrics = (await http.get("/metrics")).text
    printed = capsys.readouterr().err
    assert [line["event"] for line in lines(printed)] == ["started", *["request"] * 8]
    for leaked in (CANARY, CANARY.upper(), identity):
        assert leaked not in printed
        assert leaked not in metrics
    assert 'route="/v1/initiatives/{initiative_id}"' in metrics


async def test_each_request_leaves_one_line_that_its_answer_names(
    logged: tuple[FastAPI, httpx.AsyncClient], capsys: pytest.CaptureFixture[str]
) -> None:
    _, http = logged
    answer = await http.get("/v1/initiatives/0b6f6a0e-2f3c-4f4e-9d5b-6a1f2f0f9b11/revisions/3")
    (line,) = (line for line in lines(capsys.readouterr().err) if line["event"] == "request")
    assert line["route"] == "/v1/initiatives/{initiative_id}/revisions/{number}"
    assert (line["method"], line["status"], line["request_id"]) == ("GET", 404, answer.headers["x-request-id"])


async def test_a_crash_is_a_500_that_says_nothing_and_a_line_that_says_where(
    logged: tuple[FastAPI, httpx.AsyncClient], capsys: pytest.CaptureFixture[str]
) -> None:
    app, http = logged
    whole: Holdings = app.state.holdings
    app.state.holdings = CANARY  # whatever is wrong inside, it must not come out
    answer = await http.post("/v1/feedback", json={"title": CANARY})
    app.state.holdings = whole
    assert (answer.status_code, answer.headers["content-type"]) == (500, "application/problem+json")
    assert answer.json()["type"] == "/problems/internal"
    printed = capsys.readouterr().err
    assert CANARY not in answer.text + printed
    fault = next(line for line in lines(printed) if line["event"] == "fault")
    assert fault["error"] == "AttributeError"
    assert fault["request_id"] == answer.headers["x-request-id"]
    assert "goodoffices_faults_total 1.0" in (await http.get("/metrics")).text


async def test_a_stop_in_good_order_is_told(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    async with running(Settings(data_dir=tmp_path)) as (_, http):
        await http.get("/livez")
    assert [line["event"] for line in lines(capsys.readouterr().err)] == ["started", "request", "stopped"]


def ruin(folder: Path) -> None:
    for file in folder.iterdir():
        file.write_bytes(b"not a database any more" * 1_000)


async def test_a_database_that_is_gone_is_503_with_retry_after(tmp_path: Path) -> None:
    async with serving(Settings(data_dir=tmp_path, access_log=False)) as (_, http):
        ruin(tmp_path)
        for answer in (await http.get("/readyz"), await http.get("/v1/initiatives")):
            assert (answer.status_code, answer.json()["type"]) == (503, "/problems/unavailable")
            assert re.fullmatch(r"\d+", answer.headers["retry-after"])
        assert (await http.get("/livez")).status_code == 200
        assert (await http.post("/v1/feedback", json={"title": "x"})).status_code == 200


async def test_tables_of_another_version_are_told_at_the_start_and_while_it_serves(
    postgresql_server: PostgresqlServer, tmp_path: Path
) -> None:
    with postgresql_server.database(tmp_path) as addresses, postgresql_server.empty(tmp_path) as keys:
        settings = Settings(database_url=addresses.application, key_store_url=keys, access_log=False)
        async with running(settings) as (_, http):
            assert (await http.get("/readyz")).status_code == 200
            migrate(addresses.owner, "base")
            assert (await http.get("/readyz")).status_code == 503
        with pytest.raises(UnsafeStart) as refused:
            async with running(settings):
                pass
    assert "goodoffices migrate" in str(refused.value.faults)


async def test_every_answer_carries_the_security_headers(plain_http: httpx.AsyncClient) -> None:
    for path in ("/v1", "/nowhere", "/docs", "/static/docs.js", "/livez"):
        headers = (await plain_http.get(path)).headers
        assert headers["x-content-type-options"] == "nosniff"
        assert headers["x-frame-options"] == "DENY"
        assert headers["referrer-policy"] == "no-referrer"
        assert headers["content-security-policy"].startswith("default-src 'none'")
        assert re.fullmatch(r"[0-9a-f]{16}", headers["x-request-id"])
        assert headers["cache-control"]
