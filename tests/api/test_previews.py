"""Checklists of somebody's own over HTTP: shown, judged by, and previewed before anybody adopts them."""

from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import httpx
import pytest

from app.domain.errors import ChecklistBroken
from app.main import create_app
from app.settings import Settings
from tests.api.houses import serving

EXAMPLES = Path(__file__).parents[2] / "examples" / "checklists"
OURS = "lake-foundation"
ROOM_OF_20 = {
    "title": "Wells",
    "conflict": {"parties": [{"id": "north", "name": "North"}, {"id": "south", "name": "South"}]},
    "participation": {"planned": [{"party": "north", "headcount": 10}, {"party": "south", "headcount": 10}]},
    "process": {"confidentiality": "closed"},
}


@pytest.fixture
async def http(engine_settings: Settings) -> AsyncIterator[httpx.AsyncClient]:
    """Somebody who speaks to a service with a checklist of its own, on each engine."""
    async with serving(engine_settings.model_copy(update={"checklists": EXAMPLES})) as (_, client):
        yield client


async def keep(http: httpx.AsyncClient, title: str) -> str:
    answer = await http.post("/v1/initiatives", json={"design": {**ROOM_OF_20, "title": title}})
    identity: str = answer.json()["id"]
    return identity


def of_check(preview: dict[str, Any], check: str) -> dict[str, Any]:
    found: dict[str, Any] = next(one for one in preview["checks"] if one["check"] == check)
    return found


async def test_an_overlay_is_listed_with_what_it_was_made_from_and_why(http: httpx.AsyncClient) -> None:
    listed = (await http.get("/v1/checklists")).json()["items"]
    assert {one["name"]: one["origin"] and one["origin"]["checklist"] for one in listed}[OURS] == "track-two@1"
    assert next(one for one in listed if one["name"] == "track-two")["origin"] is None
    shown = (await http.get(f"/v1/checklists/{OURS}")).json()
    assert shown["origin"]["reason"].startswith("The Lake Foundation funds small rooms")
    assert list(shown["origin"]["left_out"]) == ["funding.hospitality"]
    assert "funding.hospitality" not in [check["id"] for check in shown["checks"]]


async def test_a_design_is_judged_by_it_when_asked(http: httpx.AsyncClient) -> None:
    answer = await http.post(f"/v1/feedback?checklist={OURS}", json=ROOM_OF_20)
    assert answer.json()["checklist"]["name"] == OURS


async def test_one_design_is_compared_with_what_the_overlay_was_made_from(http: httpx.AsyncClient) -> None:
    preview = (await http.post(f"/v1/checklists/{OURS}/preview", json={"design": ROOM_OF_20})).json()
    assert (preview["from"]["name"], preview["to"]["name"], preview["examined"]) == ("track-two", OURS, 1)
    private = of_check(preview, "participants.private-enough")
    assert (private["because"], private["appear"], private["initiatives"]) == (["parameter"], 1, [])
    assert (private["before"]["outcome"], private["after"]["outcome"]) == ("met", "concern")
    [parameter] = private["parameters"]
    assert parameter == {
        "name": "most",
        "before": "24",
        "after": "16",
        "reason": "Our board does not fund larger closed rooms.",
    }
    assert set(of_check(preview, "funding.concentration")["because"]) == {"parameter", "weight", "text"}
    assert of_check(preview, "funding.hospitality")["because"] == ["removed"]


async def test_every_stored_design_is_counted_some_at_a_time(http: httpx.AsyncClient) -> None:
    made = [await keep(http, f"Wells {number}") for number in range(3)]
    first = await http.post(f"/v1/checklists/{OURS}/preview?limit=2", json={})
    assert (first.json()["from"], first.json()["examined"]) == (None, 2)
    following = first.headers["link"].split(">")[0].removeprefix("<")
    second = await http.post(following, json={})
    assert (second.json()["examined"], "link" in second.headers) == (1, False)
    named = [
        name for each in (first, second) for name in of_check(each.json(), "participants.private-enough")["initiatives"]
    ]
    assert sorted(named) == sorted(made)


async def test_asking_changes_no_answer_and_no_waiver(http: httpx.AsyncClient) -> None:
    made = await keep(http, "Wells")
    path = f"/v1/initiatives/{made}"
    waiver = {"reason": "Asked for.", "by": "A reviewer"}
    await http.put(f"{path}/waivers/purpose.stated", json=waiver, headers={"If-Match": "*"})
    before = (await http.get(path)).json()
    preview = (await http.post(f"/v1/checklists/{OURS}/preview", json={})).json()
    assert preview["waivers"] == {"to_be_confirmed": 1, "without_check": 0, "initiatives": [made]}
    assert (await http.get(path)).json() == before


@pytest.mark.parametrize(
    ("path", "body", "status"),
    [
        ("nobody/preview", {}, 404),
        (f"{OURS}/preview?from=nobody", {}, 404),
        (f"{OURS}/preview?cursor=x", {}, 422),
        (f"{OURS}/preview?limit=1001", {}, 422),
        (f"{OURS}/preview?form=track-two", {}, 422),
        (f"{OURS}/preview", {"desing": {}}, 422),
        (f"{OURS}/preview", [], 422),
        (f"{OURS}/preview", {"design": {"titel": "Wells"}}, 422),
        ("track-two@1/preview", {"design": ROOM_OF_20}, 422),
    ],
)
async def test_what_cannot_be_asked_is_a_problem(http: httpx.AsyncClient, path: str, body: Any, status: int) -> None:
    answer = await http.post(f"/v1/checklists/{path}", json=body)
    assert (answer.status_code, answer.headers["content-type"]) == (status, "application/problem+json")


async def test_pointers_lead_from_the_top_of_the_body(http: httpx.AsyncClient) -> None:
    answer = await http.post(f"/v1/checklists/{OURS}/preview", json={"design": {"title": ""}})
    assert answer.json()["errors"][0]["pointer"] == "/design/title"


def test_a_bad_file_stops_the_start(tmp_path: Path) -> None:
    (tmp_path / "ours.yaml").write_text("overlays: track-two@1\n")
    with pytest.raises(ChecklistBroken) as broken:
        create_app(Settings(data_dir=tmp_path / "data", checklists=tmp_path))
    assert all(fault.pointer.startswith(f"{tmp_path}/ours.yaml:") for fault in broken.value.faults)
