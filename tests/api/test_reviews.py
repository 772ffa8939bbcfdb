"""Reviews and approvals over HTTP: who is named, what an ETag means, what reports tell and whom they never name."""

from typing import Any

import httpx
import pytest

from app.domain.access import InitiativeRole
from tests.api.houses import House, Someone

VAGUE = {"title": "River dialogue", "purpose": {"statement": "Talk."}}
SIGN_OFF = {"decision": "sign_off", "statement": "Sides are even."}
WAIVER = {"reason": "Agreed orally."}


@pytest.fixture
async def river(http: httpx.AsyncClient) -> str:
    """The address of an initiative that Anna owns."""
    made = await http.post("/v1/initiatives", json={"design": VAGUE})
    return str(made.headers["location"])


@pytest.fixture
async def ben(house: House, river: str) -> Someone:
    """A reviewer of it."""
    person = await house.add("Ben")
    await house.grant(person, river.rpartition("/")[2], InitiativeRole.REVIEWER)
    return person


async def submitted(http: httpx.AsyncClient, river: str, **body: Any) -> httpx.Response:
    answer = await http.post(river + "/reviews", json=body)
    assert answer.status_code == 201, answer.text
    return answer


async def signed_off(http: httpx.AsyncClient, river: str, ben: Someone) -> dict[str, Any]:
    made = await submitted(http, river)
    decision = made.headers["location"] + "/decision"
    answer = await ben.http.post(decision, json=SIGN_OFF, headers={"If-Match": made.headers["etag"]})
    assert answer.status_code == 200, answer.text
    found: dict[str, Any] = answer.json()
    return found


async def test_a_review_names_who_submitted_and_who_decided(
    http: httpx.AsyncClient, house: House, river: str, ben: Someone
) -> None:
    made = await submitted(http, river, note="The funding above all.")
    assert made.json() == {
        "id": made.headers["location"].rpartition("/")[2],
        "revision": 1,
        "state": "submitted",
        "note": "The funding above all.",
        "submitted_by": {"id": house.first.id, "name": "Anna"},
        "submitted_at": made.json()["submitted_at"],
        "statement": None,
        "settled_by": None,
        "settled_at": None,
        "newest_revision": 1,
        "for_earlier_revision": False,
    }
    address = made.headers["location"]
    decided = await ben.http.post(address + "/decision", json=SIGN_OFF, headers={"If-Match": made.headers["etag"]})
    found = await http.get(address)
    assert found.json() == decided.json()
    assert found.headers["etag"] == decided.headers["etag"] != made.headers["etag"]
    assert decided.json()["settled_by"] == {"id": ben.id, "name": "Ben"}
    assert (decided.json()["state"], decided.json()["statement"]) == ("signed_off", "Sides are even.")
    assert (await http.get(river + "/reviews")).json() == {"items": [found.json()]}


async def test_a_later_revision_shows_wherever_the_sign_off_is_shown(
    http: httpx.AsyncClient, river: str, ben: Someone
) -> None:
    signed = await signed_off(http, river, ben)
    await http.put(river + "/design", json=VAGUE | {"summary": "More"}, headers={"If-Match": "*"})
    review = (await http.get(f"{river}/reviews/{signed['id']}")).json()
    assert (review["revision"], review["newest_revision"], review["for_earlier_revision"]) == (1, 2, True)
    wanted = {"state": "signed_off", "review_id": signed["id"], "revision": 1, "for_earlier_revision": True}
    assert (await http.get(river)).json()["review"] == wanted
    assert [item["review"] for item in (await http.get("/v1/initiatives")).json()["items"]] == [wanted]


async def test_an_initiative_without_a_review_says_so(http: httpx.AsyncClient, river: str) -> None:
    assert (await http.get(river)).json()["review"] is None


async def test_a_review_changes_the_etag_of_the_initiative_and_of_its_reports(
    http: httpx.AsyncClient, river: str, ben: Someone
) -> None:
    addresses = (river, river + "/feedback?format=html", river + "/feedback?revision=1&format=markdown")
    before = [(await http.get(address)).headers["etag"] for address in addresses]
    await signed_off(http, river, ben)
    for address, tag in zip(addresses, before, strict=True):
        again = await http.get(address, headers={"If-None-Match": tag})
        assert again.status_code == 200, address
        assert (await http.get(address, headers={"If-None-Match": again.headers["etag"]})).status_code == 304


@pytest.mark.parametrize("shape", ["markdown", "html"])
async def test_a_report_says_that_a_reviewer_signed_off_and_names_nobody(
    http: httpx.AsyncClient, river: str, ben: Someone, shape: str
) -> None:
    report = f"{river}/feedback?format={shape}"
    assert "signed off" not in (await http.get(report)).text
    await signed_off(http, river, ben)
    assert "Revision 1, which is shown here, was signed off by a reviewer on " in (await http.get(report)).text
    await http.put(river + "/design", json=VAGUE | {"summary": "More"}, headers={"If-Match": "*"})
    later = (await http.get(report)).text
    assert "Revision 1 was signed off by a reviewer on " in later
    assert "Shown here is revision 2, which is later." in later
    assert "which is shown here" in (await http.get(report + "&revision=1")).text
    assert "Ben" not in later
    assert "Anna" not in later


async def test_a_decision_needs_the_etag_a_statement_and_a_word_that_is_known(
    http: httpx.AsyncClient, river: str, ben: Someone
) -> None:
    made = await submitted(http, river)
    decision = made.headers["location"] + "/decision"
    assert (await ben.http.post(decision, json=SIGN_OFF)).status_code == 428
    assert (await ben.http.post(decision, json=SIGN_OFF, headers={"If-Match": '"9.9"'})).status_code == 412
    for wrong, places in (
        ({"decision": "sign_off"}, ["/statement"]),
        ({"decision": "sign_off", "statement": " … "}, ["/statement"]),
        ({"decision": "burn_it", "statement": "Secret"}, ["/decision"]),
        (SIGN_OFF | {"by": "Secret"}, ["/by"]),
    ):
        answer = await ben.http.post(decision, json=wrong, headers={"If-Match": "*"})
        assert (answer.status_code, [one["pointer"] for one in answer.json()["errors"]]) == (422, places)
        assert "Secret" not in answer.text
        assert "burn" not in answer.text


async def test_a_second_decision_and_a_second_submission_are_conflicts(
    http: httpx.AsyncClient, river: str, ben: Someone
) -> None:
    made = await submitted(http, river)
    assert (await http.post(river + "/reviews", json={})).status_code == 409
    decision = made.headers["location"] + "/decision"
    await ben.http.post(decision, json=SIGN_OFF, headers={"If-Match": "*"})
    again = await ben.http.post(decision, json=SIGN_OFF, headers={"If-Match": "*"})
    assert (again.status_code, again.json()["type"]) == (409, "/problems/conflict")
    assert (await http.post(made.headers["location"] + "/withdrawal", headers={"If-Match": "*"})).status_code == 409


async def test_a_withdrawal_needs_no_body_and_stays_on_record(http: httpx.AsyncClient, river: str) -> None:
    made = await submitted(http, river)
    withdrawal = made.headers["location"] + "/withdrawal"
    assert (await http.post(withdrawal)).status_code == 428
    minimal = await http.post(withdrawal, headers={"If-Match": made.headers["etag"], "Prefer": "return=minimal"})
    assert (minimal.status_code, minimal.content) == (204, b"")
    assert (await http.get(made.headers["location"])).json()["state"] == "withdrawn"


async def test_a_submission_can_be_sent_again(http: httpx.AsyncClient, river: str) -> None:
    first, again = [await http.post(river + "/reviews", json={}, headers={"Idempotency-Key": "once"}) for _ in range(2)]
    assert (first.status_code, first.json(), first.headers["etag"]) == (201, again.json(), again.headers["etag"])
    assert again.headers["idempotency-replayed"] == "true"
    assert "idempotency-replayed" not in first.headers


async def test_a_revision_that_there_is_not_is_refused(http: httpx.AsyncClient, river: str) -> None:
    for revision in (2, 0, "1", 2**31):
        answer = await http.post(river + "/reviews", json={"revision": revision})
        assert (answer.status_code, [one["pointer"] for one in answer.json()["errors"]]) == (422, ["/revision"])


async def test_a_stranger_gets_the_answer_of_an_id_that_never_was(
    http: httpx.AsyncClient, house: House, river: str
) -> None:
    made = await submitted(http, river)
    stranger = await house.add("Cleo")
    nothing = await stranger.http.get(river[:-4] + "0000/reviews")
    for path in ("", "/decision", "/withdrawal"):
        method = "GET" if path == "" else "POST"
        body = SIGN_OFF if path == "/decision" else None
        answer = await stranger.http.request(
            method, made.headers["location"] + path, json=body, headers={"If-Match": "*"}
        )
        assert (answer.status_code, answer.content) == (404, nothing.content), path


class TestWaivers:
    async def test_a_waiver_is_given_and_approved_by_two_people(
        self, http: httpx.AsyncClient, house: House, river: str, ben: Someone
    ) -> None:
        address = river + "/waivers/purpose.why-now"
        given = await http.put(address, json=WAIVER, headers={"If-Match": "*"})
        shown = given.json()["waiver"]
        assert (shown["by"], shown["given_by"]) == ("Anna", {"id": house.first.id, "name": "Anna"})
        assert (shown["approved_by"], shown["approved_at"]) == (None, None)
        own = await http.put(address + "/approval", headers={"If-Match": given.headers["etag"]})
        assert (own.status_code, own.json()["type"]) == (409, "/problems/conflict")
        approved = await ben.http.put(address + "/approval", headers={"If-Match": given.headers["etag"]})
        assert approved.json()["approved_by"] == {"id": ben.id, "name": "Ben"}
        assert approved.json() == (await http.get(address)).json()
        removed = await ben.http.delete(address + "/approval", headers={"If-Match": approved.headers["etag"]})
        assert (removed.status_code, (await http.get(address)).json()["approved_by"]) == (204, None)
        assert (await ben.http.delete(address + "/approval", headers={"If-Match": "*"})).status_code == 404

    async def test_an_approval_needs_the_etag_of_what_was_read(
        self, http: httpx.AsyncClient, river: str, ben: Someone
    ) -> None:
        address = river + "/waivers/purpose.why-now"
        await http.put(address, json=WAIVER, headers={"If-Match": "*"})
        assert (await ben.http.put(address + "/approval")).status_code == 428
        assert (await ben.http.put(address + "/approval", headers={"If-Match": '"1.0"'})).status_code == 412

    @pytest.mark.parametrize("shape", ["markdown", "html"])
    async def test_a_report_says_that_it_was_approved_and_names_nobody_who_named_nobody(
        self, http: httpx.AsyncClient, river: str, ben: Someone, shape: str
    ) -> None:
        address = river + "/waivers/purpose.why-now"
        await http.put(address, json=WAIVER, headers={"If-Match": "*"})
        await ben.http.put(address + "/approval", headers={"If-Match": "*"})
        report = (await http.get(f"{river}/feedback?format={shape}")).text
        assert ", approved by a second person on " in report
        assert "Agreed orally." in report
        assert "Anna" not in report
        assert "Ben" not in report
        await http.put(address, json=WAIVER | {"by": "The steering group"}, headers={"If-Match": "*"})
        changed = (await http.get(f"{river}/feedback?format={shape}")).text
        assert "Waived by The steering group, " in changed
        assert "approved by a second person" not in changed
