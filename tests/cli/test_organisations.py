"""The commands for organisations, on each engine: made, listed, exported whole and deleted whole."""

import json
import re
from pathlib import Path
from typing import Any

import httpx
import pytest
from fastapi import FastAPI

from app.cli.exit_codes import ExitCode
from app.domain.errors import Unavailable
from app.storage.key_store import KeyStore
from app.storage.schema import tables_of_organisations
from app.usecases import organisation_export
from tests.api.browsers import Typed, browser
from tests.api.houses import House, running, speaking_to
from tests.api.people import change
from tests.cli.sites import NOBODYS, Site, secret_of, typing

LOST, NEW = "seven grey herons awake", "nine white owls asleep"


async def signed_in(app: FastAPI, organisation_id: str, password: str) -> httpx.AsyncClient:
    """A browser in which somebody has tried to sign in as Ada."""
    client = browser(app)
    await client.post("/v1/sessions", json=Typed(organisation_id, "ada", password).fields)
    return client


class TestOrganisations:
    async def test_the_key_that_is_shown_works(self, site: Site) -> None:
        identity, key = site.organisation()

        async with running(site.settings.model_copy(update={"master_keys": secret_of(site)})) as (_, http):
            answer = await http.get(f"/v1/organisations/{identity}", headers={"Authorization": f"Bearer {key}"})
        assert answer.json()["name"] == "Lake Centre"

    async def test_somebody_who_lost_every_way_in_is_let_in_again(self, site: Site) -> None:
        identity, key = site.organisation()
        settings = site.settings.model_copy(update={"master_keys": secret_of(site)})
        async with running(settings) as (_, http):
            me = (await http.get("/v1/me", headers={"Authorization": f"Bearer {key}"})).json()
            await http.delete(
                f"/v1/organisations/{identity}/keys/{me['credential']['id']}",
                headers={"Authorization": f"Bearer {key}"},
            )
            assert (await http.get("/v1/me", headers={"Authorization": f"Bearer {key}"})).status_code == 401

        ended = site("organisations", "let-in", identity, me["id"])
        found = re.search(r"go_\w+", ended.out)
        assert found, ended
        async with running(settings) as (_, http):
            http.headers["Authorization"] = f"Bearer {found[0]}"
            again = (await http.get("/v1/me")).json()
            (entry, *_) = (await http.get(f"/v1/organisations/{identity}/audit")).json()["items"]
        assert (again["id"], again["credential"]["scopes"]) == (me["id"], me["credential"]["scopes"])
        assert (entry["person_id"], entry["operation"], entry["subject_id"]) == ("operator", "let_back_in", me["id"])
        detail = f"key {again['credential']['id']} alone: 0 others, sessions and password ended"
        assert entry["detail"] == detail

    async def test_what_somebody_lost_opens_nothing_once_they_are_let_in_again(self, site: Site) -> None:
        identity, key = site.organisation()
        settings = site.settings.model_copy(update={"master_keys": secret_of(site)})
        async with running(settings) as (app, _):
            ada = speaking_to(app, key)
            me = (await ada.get("/v1/me")).json()
            member = f"/v1/organisations/{identity}/members/{me['id']}"
            assert (await change(ada, member, sign_in_name="ada")).is_success
            assert (await change(ada, "/v1/me", password=LOST)).is_success
            more = (await ada.post(f"/v1/organisations/{identity}/keys", json={"label": "More"})).json()["key"]
            browser = await signed_in(app, identity, LOST)
            ways = [ada, speaking_to(app, more), browser]
            assert [(await way.get("/v1/me")).status_code for way in ways] == [200, 200, 200]

            ended = site("organisations", "let-in", identity, me["id"])

            assert [(await way.get("/v1/me")).status_code for way in ways] == [401, 401, 401]
            assert (await (await signed_in(app, identity, LOST)).get("/v1/me")).status_code == 401
            found = re.search(r"go_\w+", ended.out)
            assert found, ended
            back = speaking_to(app, found[0])
            assert (await change(back, "/v1/me", password=NEW)).is_success
            assert (await (await signed_in(app, identity, NEW)).get("/v1/me")).status_code == 200
            told = (await back.get(f"/v1/organisations/{identity}/audit")).json()["items"]
        assert [each["detail"][41:] for each in told if each["operation"] == "let_back_in"] == [
            "alone: 2 others, sessions and password ended"
        ]

    @pytest.mark.parametrize("nobody", ["person", "organisation"])
    def test_nobody_is_let_in_who_is_not_there(self, site: Site, nobody: str) -> None:
        lake, _ = site.organisation("Lake Centre")
        ended = site("organisations", "let-in", lake if nobody == "person" else NOBODYS, NOBODYS)
        assert ended.code == ExitCode.WRONG_USE
        assert "go_" not in ended.out

    def test_the_key_file_is_made_with_the_first_one(self, site: Site) -> None:
        site.organisation()

        assert site.key_file.stat().st_mode & 0o777 == 0o400

    def test_all_are_listed(self, site: Site) -> None:
        lake, hill = site.organisation("Lake Centre")[0], site.organisation("Hill House")[0]

        listed = site("organisations", "list").out.splitlines()

        assert [(line.split()[0], line.split(maxsplit=2)[2]) for line in listed] == [
            (lake, "Lake Centre"),
            (hill, "Hill House"),
        ]

    def test_a_name_of_nothing_is_refused(self, site: Site) -> None:
        assert site("organisations", "create", " ", "--owner", "Ada").code == ExitCode.WRONG_USE

    def test_one_is_deleted_once_its_id_was_typed_again(self, site: Site, monkeypatch: pytest.MonkeyPatch) -> None:
        lake, hill = site.organisation("Lake Centre")[0], site.organisation("Hill House")[0]

        monkeypatch.setattr("sys.stdin", typing(hill))
        refused = site("organisations", "delete", lake)
        assert refused.code == ExitCode.WRONG_USE
        assert lake in site("organisations", "list").out

        monkeypatch.setattr("sys.stdin", typing(lake))
        assert site("organisations", "delete", lake).code == ExitCode.NOTHING_TO_ATTEND_TO
        assert site("organisations", "delete", hill, "--yes").code == ExitCode.NOTHING_TO_ATTEND_TO
        assert site("organisations", "list").out == ""

    async def test_its_keys_are_destroyed_with_it(self, site: Site) -> None:
        identity, _ = site.organisation()
        store = KeyStore.open(site.key_store)
        assert await store.get(identity)

        site("organisations", "delete", identity, "--yes")

        assert await store.get(identity) is None
        await store.close()

    @pytest.mark.parametrize("command", [("delete", "--yes"), ("export", "--output", "nothing.jsonl")])
    def test_one_that_is_not_there_is_told(self, site: Site, command: tuple[str, ...]) -> None:
        site.organisation()
        name, *rest = command

        ended = site("organisations", name, NOBODYS, *rest)

        assert ended.code == ExitCode.WRONG_USE
        assert "Traceback" not in ended.err
        assert not Path("nothing.jsonl").exists()


class TestAnExport:
    @pytest.fixture
    async def filled(self, site: Site) -> tuple[Site, str]:
        """An organisation with an initiative, two revisions, a waiver, a review and a conversation."""
        site.organisation("Other House")
        async with running(site.settings.model_copy(update={"master_keys": secret_of(site)})) as (app, _):
            house = await House.founded(app)
            http = house.first.http
            made = await http.post("/v1/initiatives", json={"design": {"title": "River dialogue"}})
            river = f"/v1/initiatives/{made.json()['id']}"
            changed = await http.patch(
                f"{river}/design", json={"purpose": {"statement": "Share wells"}}, headers={"If-Match": "*"}
            )
            assert changed.is_success, changed.text
            waiver = {"reason": "The funder knows.", "by": "Anna"}
            waived = await http.put(f"{river}/waivers/purpose.specific", json=waiver, headers={"If-Match": "*"})
            assert waived.is_success, waived.text
            submitted = await http.post(f"{river}/reviews", json={"note": "Look at the wells."})
            assert submitted.is_success, submitted.text
            said = await http.post(f"{river}/threads", json={"about": "whole", "text": "Why the wells?"})
            assert said.is_success, said.text
            return site, house.id

    async def exported(self, site: Site, identity: str) -> list[dict[str, Any]]:
        ended = site("organisations", "export", identity, "--output", site.folder / "all.jsonl")
        assert ended.code == ExitCode.NOTHING_TO_ATTEND_TO, ended.err
        return [json.loads(line) for line in (site.folder / "all.jsonl").read_text().splitlines()]

    async def test_holds_everything_opened(self, filled: tuple[Site, str]) -> None:
        lines = await self.exported(*filled)
        by_kind: dict[str, list[dict[str, Any]]] = {}
        for line in lines:
            by_kind.setdefault(line["kind"], []).append(line)

        assert by_kind["organisation"][0]["name"] == "Hill House"
        assert [one["name"] for one in by_kind["person"]] == ["Anna"]
        assert [one["label"] for one in by_kind["api_key"]] == ["First key"]
        assert [one["title"] for one in by_kind["initiative"]] == ["River dialogue"]
        assert [one["design"].get("purpose") for one in by_kind["revision"]] == [None, {"statement": "Share wells"}]
        assert [one["role"] for one in by_kind["role"]] == ["owner"]
        assert [one["reason"] for one in by_kind["waiver"]] == ["The funder knows."]
        assert [one["note"] for one in by_kind["review"]] == ["Look at the wells."]
        assert [one["text"] for one in by_kind["thread"][0]["comments"]] == ["Why the wells?"]
        assert [one["name"] for one in by_kind["checklist"]] == ["track-two"]
        assert by_kind["audit_entry"][0]["action"] == "found_organisation"
        assert by_kind["audit_entry"][-1]["action"] == "export_organisation"
        assert lines[0]["kind"] == "export"
        assert lines[-1] == {"kind": "end", "lines": len(lines) - 1}

    async def test_holds_no_password_and_no_digest_and_nothing_of_others(self, filled: tuple[Site, str]) -> None:
        lines = await self.exported(*filled)

        assert not any({"password", "digest", "sign_in_digest"} & line.keys() for line in lines if "pack" not in line)
        assert "Other House" not in json.dumps(lines)

    async def test_is_for_its_owner_alone_and_never_takes_the_place_of_a_file(self, filled: tuple[Site, str]) -> None:
        site, identity = filled
        await self.exported(site, identity)
        assert (site.folder / "all.jsonl").stat().st_mode & 0o777 == 0o600

        again = site("organisations", "export", identity, "--output", site.folder / "all.jsonl")

        assert again.code == ExitCode.WRONG_USE
        assert "There is such a file already" in again.err

    async def test_that_fails_leaves_no_part_of_itself(
        self, filled: tuple[Site, str], monkeypatch: pytest.MonkeyPatch
    ) -> None:
        site, identity = filled

        def broken(*_: object) -> None:
            raise Unavailable

        monkeypatch.setattr(organisation_export, "_initiative", broken)
        ended = site("organisations", "export", identity, "--output", site.folder / "all.jsonl")

        assert ended.code == ExitCode.WRONG_USE
        assert not (site.folder / "all.jsonl").exists()

    async def test_without_the_organisations_own_key_says_what_to_restore(self, site: Site) -> None:
        identity, _ = site.organisation()
        store = KeyStore.open(site.key_store)
        await store.remove([identity])
        await store.close()

        ended = site("organisations", "export", identity, "--output", site.folder / "all.jsonl")

        assert (ended.code, "Traceback" in ended.err) == (ExitCode.WRONG_USE, False)
        assert "Restore the key store" in ended.err
        assert not (site.folder / "all.jsonl").exists()

    def test_knows_every_table(self) -> None:
        written = {"organisations", "people", "api_keys", "notices", "break_glass_requests", "initiatives", "grants"}
        written |= {"revisions", "waivers", "reviews", "threads", "comments", "audit_entries"}

        tables = {table.name for table in tables_of_organisations()}
        assert tables - written <= set(organisation_export.LEFT_OUT)
