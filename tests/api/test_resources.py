"""Each promise about conditional requests, lists, preferences, retries and representations is kept."""

from typing import Any

import httpx
import pytest

THIN = {"title": "River dialogue"}
PREPARING = {
    "title": "Hill dialogue",
    "stage": "preparing",
    "purpose": {"statement": "Agree rules for the shared hills"},
}


async def keep(http: httpx.AsyncClient, design: dict[str, Any], **headers: str) -> httpx.Response:
    answer = await http.post("/v1/initiatives", json={"design": design}, headers=headers)
    assert answer.status_code == 201, answer.text
    return answer


class TestFeedback:
    async def test_it_names_the_checklist_and_gives_findings_in_its_order(self, plain_http: httpx.AsyncClient) -> None:
        feedback = (await plain_http.post("/v1/feedback", json=THIN)).json()
        checklist = (await plain_http.get("/v1/checklists/track-two@1")).json()
        assert feedback["checklist"] == {key: checklist[key] for key in ("name", "version", "digest")}
        assert [one["check"] for one in feedback["findings"]] == [check["id"] for check in checklist["checks"]]

    async def test_filters_narrow_the_findings_and_leave_the_counts_whole(self, plain_http: httpx.AsyncClient) -> None:
        whole = (await plain_http.post("/v1/feedback", json=PREPARING)).json()
        query = "outcome=open&outcome=concern&category=purpose"
        narrow = (await plain_http.post("/v1/feedback", json=PREPARING, params=query)).json()
        wanted = [
            one for one in whole["findings"] if one["category"] == "purpose" and one["outcome"] in ("open", "concern")
        ]
        assert narrow["findings"] == wanted
        assert wanted
        assert (narrow["counts"], narrow["categories"]) == (whole["counts"], whole["categories"])

    async def test_an_unknown_checklist_is_404_and_an_unknown_category_422(self, plain_http: httpx.AsyncClient) -> None:
        for query, status in (("checklist=track-three", 404), ("checklist=track-two@99", 404), ("category=x", 422)):
            assert (await plain_http.post(f"/v1/feedback?{query}", json=THIN)).status_code == status

    @pytest.mark.parametrize(
        ("accept", "media_type"),
        [
            ("*/*", "application/json"),
            ("application/json", "application/json"),
            ("application/*", "application/json"),
            ("text/markdown", "text/markdown; charset=utf-8"),
            ("text/html, */*;q=0.5", "text/html; charset=utf-8"),
            ("application/json;q=0.2, text/html;q=0.9", "text/html; charset=utf-8"),
            ("text/*;q=0.9, text/markdown;q=0.1", "text/html; charset=utf-8"),
            ("application/json;q=0, */*;q=0.1", "text/markdown; charset=utf-8"),
        ],
    )
    async def test_the_format_is_what_accept_wants_most(
        self, plain_http: httpx.AsyncClient, accept: str, media_type: str
    ) -> None:
        answer = await plain_http.post("/v1/feedback", json=THIN, headers={"Accept": accept})
        assert (answer.status_code, answer.headers["content-type"]) == (200, media_type)
        assert "Accept" in answer.headers["vary"]

    async def test_format_in_the_query_goes_before_accept(self, plain_http: httpx.AsyncClient) -> None:
        answer = await plain_http.post(
            "/v1/feedback?format=markdown", json=THIN, headers={"Accept": "application/json"}
        )
        assert answer.headers["content-type"].startswith("text/markdown")

    async def test_a_report_may_use_its_own_style_and_nothing_else(self, plain_http: httpx.AsyncClient) -> None:
        policy = (await plain_http.post("/v1/feedback?format=html", json=THIN)).headers["content-security-policy"]
        assert "default-src 'none'" in policy
        assert "style-src 'sha256-" in policy
        assert "unsafe" not in policy


class TestConditionalRequests:
    async def test_what_is_known_already_is_304(self, http: httpx.AsyncClient) -> None:
        address = (await keep(http, THIN)).headers["location"]
        for path in (
            "",
            "/design",
            "/feedback",
            "/feedback?format=html",
            "/revisions/1",
            "/changes?from=1&to=1",
            "/waivers",
        ):
            first = await http.get(address + path)
            again = await http.get(address + path, headers={"If-None-Match": f'"other", W/{first.headers["etag"]}'})
            assert (again.status_code, again.content) == (304, b"")
            assert again.headers["etag"] == first.headers["etag"]

    async def test_a_write_without_if_match_is_428_and_with_a_malformed_one_400(self, http: httpx.AsyncClient) -> None:
        address = (await keep(http, THIN)).headers["location"]
        assert (await http.put(address + "/design", json=PREPARING)).status_code == 428
        for malformed in ("3.0", '"3.0', "", '"a" "b"', 'w/"1"', "W/1"):
            answer = await http.put(address + "/design", json=PREPARING, headers={"If-Match": malformed})
            assert (answer.status_code, answer.json()["type"]) == (400, "/problems/malformed-request"), malformed

    @pytest.mark.parametrize("tags", ['"1.0"', '"1"', "*", '"7.3", "1.0"', 'W/"1.0", "1"'])
    async def test_a_write_succeeds_if_any_strong_tag_is_current(self, http: httpx.AsyncClient, tags: str) -> None:
        address = (await keep(http, THIN)).headers["location"]
        answer = await http.put(address + "/design", json=PREPARING, headers={"If-Match": tags})
        assert (answer.status_code, answer.headers["etag"]) == (200, '"2"')

    @pytest.mark.parametrize("tags", ['"2.0"', '"1.1"', '"0"', 'W/"1.0"', '"1."', '"1.0.0"', '"x", "y"', '""'])
    async def test_a_stale_write_is_412_with_the_current_etag(self, http: httpx.AsyncClient, tags: str) -> None:
        address = (await keep(http, THIN)).headers["location"]
        answer = await http.put(address + "/design", json=PREPARING, headers={"If-Match": tags})
        assert (answer.status_code, answer.headers["etag"]) == (412, '"1.0"')

    async def test_every_kind_of_write_is_guarded(self, http: httpx.AsyncClient) -> None:
        address = (await keep(http, THIN)).headers["location"]
        writes: list[tuple[str, str, Any]] = [
            ("PUT", "/design", PREPARING),
            ("PATCH", "/design", {"stage": "idea"}),
            ("POST", "/revisions", {"restores": 1}),
            ("PUT", "/waivers/purpose.stated", {"reason": "Agreed orally.", "by": "Reviewer"}),
            ("DELETE", "/waivers/purpose.stated", None),
            ("DELETE", "", None),
        ]
        for method, path, body in writes:
            assert (await http.request(method, address + path, json=body)).status_code == 428
            stale = await http.request(method, address + path, json=body, headers={"If-Match": '"9"'})
            assert (stale.status_code, stale.headers["etag"]) == (412, '"1.0"')
        assert (await http.get(address)).headers["etag"] == '"1.0"'


class TestRetries:
    async def test_the_same_request_gets_the_same_answer_and_is_marked(self, http: httpx.AsyncClient) -> None:
        first = await keep(http, THIN, **{"Idempotency-Key": "k1"})
        again = await keep(http, THIN, **{"Idempotency-Key": "k1"})
        assert again.content == first.content
        assert again.headers["location"] == first.headers["location"]
        assert again.headers["idempotency-replayed"] == "true"
        assert len((await http.get("/v1/initiatives")).json()["items"]) == 1

    async def test_it_stays_the_same_answer_after_later_changes(self, http: httpx.AsyncClient) -> None:
        first = await keep(http, THIN, **{"Idempotency-Key": "k1"})
        await http.put(first.headers["location"] + "/design", json=PREPARING, headers={"If-Match": "*"})
        assert (await keep(http, THIN, **{"Idempotency-Key": "k1"})).content == first.content

    async def test_a_restore_can_be_sent_again(self, http: httpx.AsyncClient) -> None:
        address = (await keep(http, THIN)).headers["location"]
        await http.put(address + "/design", json=PREPARING, headers={"If-Match": "*"})
        headers = {"If-Match": '"2"', "Idempotency-Key": "r1"}
        first = await http.post(address + "/revisions", json={"restores": 1}, headers=headers)
        again = await http.post(address + "/revisions", json={"restores": 1}, headers=headers)
        assert (first.status_code, again.status_code) == (201, 201)
        assert first.headers["location"] == again.headers["location"] == address + "/revisions/3"

    async def test_what_was_deleted_since_is_410(self, http: httpx.AsyncClient) -> None:
        first = await keep(http, THIN, **{"Idempotency-Key": "k1"})
        await http.delete(first.headers["location"], headers={"If-Match": "*"})
        answer = await http.post("/v1/initiatives", json={"design": THIN}, headers={"Idempotency-Key": "k1"})
        assert (answer.status_code, answer.json()["type"]) == (410, "/problems/gone")

    @pytest.mark.parametrize("key", ["", "x" * 256, "caf\xe9", "a\tb"])
    async def test_a_key_that_is_no_key_is_400(self, plain_http: httpx.AsyncClient, key: str) -> None:
        headers = [(b"Idempotency-Key", key.encode("latin-1"))]
        answer = await plain_http.post("/v1/initiatives", json={"design": THIN}, headers=headers)
        assert answer.status_code == 400


class TestLists:
    async def test_pages_are_linked_in_both_directions_and_keep_their_filters(self, http: httpx.AsyncClient) -> None:
        for number in range(5):
            await keep(http, {"title": f"Dialogue {number}", "stage": "running"})
        await keep(http, THIN)
        first = await http.get("/v1/initiatives?limit=2&lifecycle=running")
        assert [item["title"] for item in first.json()["items"]] == ["Dialogue 4", "Dialogue 3"]
        assert "prev" not in first.links
        second = await http.get(first.links["next"]["url"])
        assert [item["title"] for item in second.json()["items"]] == ["Dialogue 2", "Dialogue 1"]
        back = await http.get(second.links["prev"]["url"])
        assert back.json() == first.json()

    async def test_filters_by_category_state_and_by_check_and_outcome(self, http: httpx.AsyncClient) -> None:
        await keep(http, THIN)
        await keep(http, PREPARING)
        for query, titles in {
            "check_outcome=purpose.stated:open": ["River dialogue"],
            "check_outcome=purpose.stated:met": ["Hill dialogue"],
            "category_state=purpose:open&check_outcome=purpose.stated:open": ["River dialogue"],
            "category_state=purpose:clear": [],
            "lifecycle=preparing": ["Hill dialogue"],
        }.items():
            found = (await http.get(f"/v1/initiatives?{query}")).json()["items"]
            assert [item["title"] for item in found] == titles, query

    async def test_revisions_are_linked_too(self, http: httpx.AsyncClient) -> None:
        address = (await keep(http, THIN)).headers["location"]
        for stage in ("preparing", "funded", "running"):
            await http.patch(address + "/design", json={"stage": stage}, headers={"If-Match": "*"})
        first = await http.get(address + "/revisions?limit=3")
        assert [item["number"] for item in first.json()["items"]] == [4, 3, 2]
        second = await http.get(first.links["next"]["url"])
        assert [(item["number"], item["cause"]) for item in second.json()["items"]] == [(1, "created")]
        assert (await http.get(second.links["prev"]["url"])).json() == first.json()


class TestPreferences:
    async def test_minimal_answers_have_headers_only(self, http: httpx.AsyncClient) -> None:
        created = await keep(http, THIN, Prefer="return=minimal")
        assert created.content == b""
        assert created.headers["preference-applied"] == "return=minimal"
        address = created.headers["location"]
        headers = {"If-Match": created.headers["etag"], "Prefer": 'respond-async, return="minimal"'}
        replaced = await http.put(address + "/design", json=PREPARING, headers=headers)
        assert (replaced.status_code, replaced.content, replaced.headers["etag"]) == (204, b"", '"2"')

    async def test_representation_is_honoured_and_said(self, http: httpx.AsyncClient) -> None:
        created = await keep(http, THIN, Prefer="return=representation")
        assert created.headers["preference-applied"] == "return=representation"
        assert created.json()["design"] == THIN

    async def test_an_unknown_preference_is_passed_over(self, plain_http: httpx.AsyncClient) -> None:
        assert "preference-applied" not in (await keep(plain_http, THIN, Prefer="wait=10")).headers


class TestDesigns:
    async def test_a_merge_patch_sets_removes_and_replaces(self, http: httpx.AsyncClient) -> None:
        address = (await keep(http, PREPARING)).headers["location"]
        answer = await http.patch(
            address + "/design",
            content=b'{"stage": null, "purpose": {"why_now": "The dam opens in May"}}',
            headers={"If-Match": "*", "Content-Type": "application/merge-patch+json"},
        )
        assert answer.status_code == 200
        purpose = {**PREPARING["purpose"], "why_now": "The dam opens in May"}  # type: ignore[dict-item]
        assert (await http.get(address + "/design")).json() == {"title": "Hill dialogue", "purpose": purpose}

    async def test_a_patch_whose_result_is_no_design_is_422_and_changes_nothing(self, http: httpx.AsyncClient) -> None:
        created = await keep(http, THIN)
        answer = await http.patch(
            created.headers["location"] + "/design", json={"title": None}, headers={"If-Match": "*"}
        )
        assert (answer.status_code, answer.json()["errors"][0]["pointer"]) == (422, "/title")
        assert (await http.get(created.headers["location"])).headers["etag"] == '"1.0"'

    async def test_pointers_of_a_new_initiative_lead_through_the_body(self, plain_http: httpx.AsyncClient) -> None:
        answer = await plain_http.post("/v1/initiatives", json={"design": {"title": "x", "stage": "someday"}})
        assert [error["pointer"] for error in answer.json()["errors"]] == ["/design/stage"]
        answer = await plain_http.post("/v1/initiatives", json={"desgin": THIN})
        assert [error["pointer"] for error in answer.json()["errors"]] == ["/desgin", "/design"]

    async def test_an_initiative_gives_back_its_design_and_the_same_feedback_as_the_bare_question(
        self, http: httpx.AsyncClient
    ) -> None:
        created = (await keep(http, PREPARING)).json()
        assert created["design"] == PREPARING
        assert created["feedback"] == (await http.post("/v1/feedback", json=PREPARING)).json()
        assert (await http.get(f"/v1/initiatives/{created['id']}")).json() == created
        assert (await http.get(f"/v1/initiatives/{created['id']}/feedback?revision=1")).json() == created["feedback"]


class TestWaivers:
    async def test_a_finding_that_is_met_cannot_be_waived(self, http: httpx.AsyncClient) -> None:
        address = (await keep(http, PREPARING)).headers["location"]
        body = {"reason": "Agreed orally.", "by": "Reviewer"}
        answer = await http.put(address + "/waivers/purpose.stated", json=body, headers={"If-Match": "*"})
        assert answer.status_code == 422

    async def test_a_waiver_needs_a_reason_and_a_name_if_any_is_given(self, http: httpx.AsyncClient) -> None:
        address = (await keep(http, THIN)).headers["location"]
        answer = await http.put(
            address + "/waivers/purpose.stated", json={"reason": " ", "by": " ", "bye": "x"}, headers={"If-Match": "*"}
        )
        assert answer.status_code == 422
        assert {error["pointer"] for error in answer.json()["errors"]} == {"/reason", "/by", "/bye"}

    async def test_it_is_listed_read_and_taken_back(self, http: httpx.AsyncClient) -> None:
        address = (await keep(http, THIN)).headers["location"]
        body = {"reason": "Agreed orally.", "by": "Reviewer"}
        finding = await http.put(address + "/waivers/purpose.stated", json=body, headers={"If-Match": '"1.0"'})
        assert finding.json()["waiver"]["reason"] == "Agreed orally."
        read = await http.get(address + "/waivers/purpose.stated")
        assert (await http.get(address + "/waivers")).json() == {"items": [read.json()]}
        removed = await http.delete(address + "/waivers/purpose.stated", headers={"If-Match": read.headers["etag"]})
        assert removed.status_code == 204
        assert (await http.get(address + "/waivers/purpose.stated")).status_code == 404
