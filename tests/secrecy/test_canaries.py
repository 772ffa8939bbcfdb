"""Property S6: no word that was confided is found in what the service leaves behind or answers to others."""

import gzip
import json
import sqlite3
from collections import defaultdict
from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path
from typing import Any

import httpx
import pytest
from sqlalchemy import Connection, create_engine, make_url, text

from app.api import observation, rules
from app.security.sealing import VERSION, DataKey
from app.settings import Settings
from app.storage.schema import every_table
from tests.api.houses import House, running, speaking_to
from tests.engines import PostgresqlServer
from tests.secrecy.furnished import ANYTHING, Canaries, Furnished, furnished, secretive_design

Scan = dict[str, set[str]]


@pytest.fixture
def loud_settings(engine_url: str, key_store_url: str) -> Settings:
    """As operators run it: with its access log."""
    return Settings(database_url=engine_url, key_store_url=key_store_url, access_log=True)


@pytest.fixture
async def full(loud_settings: Settings) -> Any:
    async with running(loud_settings) as (app, _):
        yield await furnished(await House.founded(app))


@contextmanager
def looking_into(url: str) -> Iterator[Connection]:
    """A connection of somebody who is not the service."""
    engine = create_engine(url)
    try:
        with engine.connect() as connection:
            yield connection
    finally:
        engine.dispose()


def left_on_disk(request: pytest.FixtureRequest, *owner_urls: str) -> Iterator[tuple[str, bytes]]:
    """Every file of the databases, with their logs; of PostgreSQL also its write-ahead log."""
    for url in map(make_url, owner_urls):
        if url.get_backend_name() == "sqlite":
            file = Path(str(url.database))
            files = [*file.parent.glob(f"{file.name}*")]
        else:
            server: PostgresqlServer = request.getfixturevalue("postgresql_server")
            with looking_into(str(url)) as connection:
                number = connection.scalar(text("SELECT oid FROM pg_database WHERE datname = current_database()"))
            server.write_out()
            files = [*(server.folder / "base" / str(number)).iterdir(), *(server.folder / "pg_wal").glob("0*")]
        yield from ((each.name, each.read_bytes()) for each in files)


def backups(owner_url: str, folder: Path) -> Iterator[tuple[str, bytes]]:
    """A copy by the database's own means; of PostgreSQL every row, as its files are compressed here and there."""
    url = make_url(owner_url)
    if url.get_backend_name() == "sqlite":
        copy = folder / "backup.sqlite3"
        with closing(sqlite3.connect(str(url.database))) as source, closing(sqlite3.connect(copy)) as target:
            source.backup(target)
        yield "backup", copy.read_bytes()
        return
    with looking_into(owner_url) as connection:
        for table in every_table().sorted_tables:
            rows = connection.execute(table.select()).all()
            yield f"backup of {table.name}", repr([tuple(row) for row in rows]).encode()


def confided(full: Furnished) -> Canaries:
    """What must be found nowhere: every canary, and the keys of everybody."""
    everything = Canaries(dict(full.canaries.words))
    for someone in (full.owner, full.reviewer, full.stranger):
        everything.words[someone.api_key.lower()] = "API key"
    return everything


async def answers_to_others(full: Furnished) -> list[tuple[str, bytes]]:
    """What strangers, and people who make mistakes, are answered: whole answers with their headers."""
    told: list[tuple[str, bytes]] = []
    neighbour = (await House.founded(full.house.app, "Lake House", "Lena")).first.http
    for somebody in (neighbour, full.stranger.http, speaking_to(full.house.app)):
        for address in full.addresses():
            if address.startswith("/v1/initiatives/"):
                told.append((address, _whole(await somebody.get(address))))
    for answer in await mistakes(full):
        told.append((f"{answer.request.method} {answer.request.url.path}", _whole(answer)))
    return told


async def mistakes(full: Furnished) -> list[httpx.Response]:
    """Requests that are wrong in many ways and full of canaries."""
    http, word = full.owner.http, full.canaries.new
    here = f"/v1/initiatives/{full.initiatives[0]}"
    broken = secretive_design(full.canaries, "refused design") | {"stage": word("stage"), "unheard_of": word("value")}
    json_type = {"Content-Type": "application/json"}
    return [
        await http.post("/v1/initiatives", json={"design": broken}),
        await http.post("/v1/feedback", json=broken),
        await http.post("/v1/feedback", content=json.dumps(broken)[:-40].encode(), headers=json_type),
        await http.put(f"{here}/design", json=broken, headers=ANYTHING),
        await http.patch(f"{here}/design", json={"stage": word("stage")}, headers=ANYTHING),
        await http.put(f"{here}/waivers/{word('check')}", json={"reason": word("reason")}, headers=ANYTHING),
        await http.post(
            f"{here}/threads", json={"about": "field", "pointer": f"/{word('pointer')}", "text": word("text")}
        ),
        await http.post(f"{here}/threads", json={"about": word("about"), "text": word("text")}),
        await http.get("/v1/initiatives", params={"lifecycle": word("lifecycle"), word("parameter"): word("query")}),
        await http.get("/v1/initiatives", params={"cursor": word("cursor")}),
        await http.get(f"/v1/{word('path')}"),
        await http.get(here, headers={"If-None-Match": word("tag")}),
        await http.get(here, headers={"Authorization": f"Bearer {word('authorization')}"}),
        await http.delete(here, headers={"If-Match": word("tag")}),
        await http.post("/v1/initiatives", content=gzip.compress(b"{}"), headers={"Content-Type": word("type")}),
        await http.get(here, headers={"Accept": f"text/{word('accept')}"}),
        await http.post("/v1/initiatives", json={}, headers={"Idempotency-Key": word("retry key") * 20}),
    ]


def _whole(answer: httpx.Response) -> bytes:
    return repr(answer.headers.multi_items()).encode() + answer.content


def scan(where: list[tuple[str, bytes]], canaries: Canaries) -> Scan:
    """What was found where; several things may have one name."""
    found: Scan = defaultdict(set)
    for name, content in where:
        found[name] |= canaries.found_in(content)
    return {name: places for name, places in found.items() if places}


async def test_nothing_that_was_confided_is_found_anywhere(
    full: Furnished,
    request: pytest.FixtureRequest,
    capfd: pytest.CaptureFixture[str],
    owner_url: str,
    key_store_url: str,
    tmp_path: Path,
) -> None:
    answers = await answers_to_others(full)
    others = [
        *left_on_disk(request, owner_url, key_store_url),
        *backups(owner_url, tmp_path),
        ("metrics", (await full.owner.http.get("/metrics")).content),
        ("log", "".join(capfd.readouterr()).encode()),
    ]
    canaries = confided(full)
    found = scan([*answers, *others], canaries)
    with capfd.disabled():
        where = f"{len(answers)} answers, {len(others)} files, logs and backups"
        print(f"\nS6: {len(canaries.words)} canaries in {where}: {len(found)} found")  # noqa: T201
    assert b'"event":' in dict(others)["log"]
    assert found == {}


async def test_a_design_that_is_not_sealed_is_found(
    full: Furnished,
    request: pytest.FixtureRequest,
    owner_url: str,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(DataKey, "seal", lambda self, field, revision, plain: VERSION + plain)
    monkeypatch.setattr(DataKey, "open", lambda self, field, revision, sealed: sealed[1:])
    open_house = await furnished(await House.founded(full.house.app))
    confided_to = {"statement", "title", "comment", "waiver reason", "review statement", "person name", "key label"}
    files = set().union(*scan(list(left_on_disk(request, owner_url)), open_house.canaries).values())
    copies = set().union(*scan(list(backups(owner_url, tmp_path)), open_house.canaries).values())
    assert copies >= confided_to
    assert files >= confided_to - {"statement", "title"}  # PostgreSQL compresses what is long


async def test_an_answer_that_repeats_what_was_sent_is_found(full: Furnished, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(rules, "rule_of", lambda item: f"{item.get('input')} is wrong.")
    answers = [("mistake", _whole(answer)) for answer in await mistakes(full)]
    assert scan(answers, confided(full))["mistake"] >= {"about"}


async def test_a_log_that_names_addresses_is_found(
    full: Furnished, monkeypatch: pytest.MonkeyPatch, capfd: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(observation, "route_template", lambda scope: scope["path"])
    await mistakes(full)
    assert scan([("log", "".join(capfd.readouterr()).encode())], confided(full)) == {"log": {"path", "check"}}
