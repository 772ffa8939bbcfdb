"""Over HTTP a design is answered with what to do first, and with what one of those concerned must answer."""

import json
from pathlib import Path
from typing import Any

import httpx
import pytest

from app.checklist.next_steps import MOST_STEPS

THIN: dict[str, Any] = json.loads(
    (Path(__file__).parents[2] / "examples" / "thin-first-draft.json").read_text(encoding="utf-8")
)


async def judged(http: httpx.AsyncClient, **query: Any) -> Any:
    answer = await http.post("/v1/feedback", json=THIN, params=query)
    assert answer.status_code == 200, answer.text
    return answer.json()


async def test_the_next_steps_are_seven_at_most_each_an_action_with_its_reason(plain_http: httpx.AsyncClient) -> None:
    whole, short = await judged(plain_http), await judged(plain_http, view="next-steps")
    findings = {finding["check"]: finding for finding in whole["findings"]}

    assert set(short) == {"checklist", "next_steps", "counts"}
    assert (short["checklist"], short["counts"]) == (whole["checklist"], whole["counts"])
    assert 0 < len(short["next_steps"]) <= MOST_STEPS
    for step in short["next_steps"]:
        finding = findings[step["check"]]
        assert step["action"] == finding["advice"]
        for same in ("category", "weight", "outcome", "question", "message", "at", "answered_by"):
            assert step[same] == finding[same]
        assert set(step["settles"]) < set(findings)


async def test_the_default_view_stays_all_findings(plain_http: httpx.AsyncClient) -> None:
    assert await judged(plain_http) == await judged(plain_http, view="findings")


async def test_an_early_draft_is_told_few_things_first_and_the_rest_as_later(plain_http: httpx.AsyncClient) -> None:
    feedback = await judged(plain_http)
    steps = (await judged(plain_http, view="next-steps"))["next_steps"]
    later = {finding["check"] for finding in feedback["findings"] if finding["later"]}

    assert len(later) > feedback["counts"]["open"] / 2
    assert later.isdisjoint(step["check"] for step in steps)


@pytest.mark.parametrize("media_type", ["text/markdown", "text/html"])
async def test_a_report_begins_with_them_and_can_be_of_them_alone(
    plain_http: httpx.AsyncClient, media_type: str
) -> None:
    whole, short = [
        (await plain_http.post("/v1/feedback", json=THIN, params={"view": view}, headers={"Accept": media_type})).text
        for view in ("findings", "next-steps")
    ]

    places = [whole.index(words) for words in ("Next steps", "Essential open questions", "For later")]
    assert places == sorted(places)
    assert "Next steps" in short
    assert "For later" not in short


@pytest.mark.parametrize("who", ["organiser", "funder", "facilitator", "side"])
async def test_each_of_those_concerned_can_have_its_own_questions(plain_http: httpx.AsyncClient, who: str) -> None:
    whole, own = await judged(plain_http), await judged(plain_http, answered_by=who)

    assert own["findings"] == [finding for finding in whole["findings"] if finding["answered_by"] == who]
    assert own["findings"]
    assert (own["counts"], own["categories"]) == (whole["counts"], whole["categories"])


async def test_several_can_be_asked_for_at_once_and_their_own_next_steps(plain_http: httpx.AsyncClient) -> None:
    steps = (await judged(plain_http, view="next-steps", answered_by=["side", "facilitator"]))["next_steps"]

    assert {step["answered_by"] for step in steps} == {"side", "facilitator"}


async def test_a_stored_design_answers_likewise(http: httpx.AsyncClient) -> None:
    created = await http.post("/v1/initiatives", json={"design": THIN})
    address = f"/v1/initiatives/{created.json()['id']}/feedback"
    answer = await http.get(address, params={"view": "next-steps", "answered_by": "organiser"})

    assert answer.json() == await judged(http, view="next-steps", answered_by="organiser")
    assert answer.headers["etag"]


@pytest.mark.parametrize("query", [{"view": "all"}, {"answered_by": "somebody"}])
async def test_what_there_is_not_is_told(plain_http: httpx.AsyncClient, query: dict[str, str]) -> None:
    answer = await plain_http.post("/v1/feedback", json=THIN, params=query)

    assert (answer.status_code, answer.json()["errors"][0]["parameter"]) == (422, next(iter(query)))
