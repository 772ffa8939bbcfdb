"""The operator's commands, on each engine: organisations, master keys and audit trails, as somebody at a terminal."""

import io
import json
import re
from collections.abc import AsyncIterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import httpx
import pytest
from pydantic import SecretStr
from sqlalchemy import create_engine, text

from app.cli import keys as keys_command
from app.cli.exit_codes import ExitCode
from app.domain.errors import Unavailable
from app.main import create_app
from app.security.key_file import read_keys
from app.security.master_keys import MasterKeys
from app.settings import Settings
from app.storage.key_store import KeyStore
from app.storage.schema import tables_of_organisations
from app.usecases import key_rotation, organisation_export
from tests.api.houses import ADDRESS, House, running
from tests.cli.conftest import Command, Ended

NOBODYS = "00000000-0000-4000-8000-00000000dead"


@dataclass
class Site:
    """A place where the commands of an operator work."""

    run: Command
    folder: Path
    database: str
    key_store: str
    owner: str

    def __call__(self, *arguments: str | Path) -> Ended:
        """Runs the command in a thread, as each has an event loop of its own and tests may have one that runs."""
        database, key_store = ("--database-url", self.database), ("--key-store-url", self.key_store)
        with ThreadPoolExecutor(1) as thread:
            return thread.submit(self.run, *arguments, *database, *key_store, "--key-file", self.key_file).result()

    @property
    def key_file(self) -> Path:
        return self.folder / "secret" / "master.key"

    @property
    def settings(self) -> Settings:
        return Settings(
            database_url=self.database, key_store_url=self.key_store, key_file=self.key_file, access_log=False
        )

    def organisation(self, name: str = "Lake Centre") -> tuple[str, str]:
        """The id of a new organisation and the first key to it."""
        made = self("organisations", "create", name, "--owner", "Ada")
        assert made.code == ExitCode.NOTHING_TO_ATTEND_TO, made.err
        identity, key = re.search(r", (\S{36})\n", made.out), re.search(r"go_\w+", made.out)
        assert identity
        assert key
        return identity[1], key[0]


@pytest.fixture
def site(goodoffices: Command, engine_url: str, key_store_url: str, owner_url: str, tmp_path: Path) -> Site:
    made = Site(goodoffices, tmp_path, engine_url, key_store_url, owner_url)
    made.key_file.parent.mkdir(mode=0o700)
    return made


@pytest.fixture(autouse=True)
def no_waiting(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(keys_command, "SETTLING_SECONDS", 0.0)


class TestOrganisations:
    async def test_the_key_that_is_shown_works(self, site: Site) -> None:
        identity, key = site.organisation()

        async with running(site.settings.model_copy(update={"master_keys": secret_of(site)})) as (_, http):
            answer = await http.get(f"/v1/organisations/{identity}", headers={"Authorization": f"Bearer {key}"})
        assert answer.json()["name"] == "Lake Centre"

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

    def test_knows_every_table(self) -> None:
        written = {"organisations", "people", "api_keys", "notices", "break_glass_requests", "initiatives", "grants"}
        written |= {"revisions", "waivers", "reviews", "threads", "comments", "audit_entries"}

        tables = {table.name for table in tables_of_organisations()}
        assert tables - written <= set(organisation_export.LEFT_OUT)


class TestTheMasterKeys:
    def test_a_new_one_comes_first_and_the_old_one_goes_in_the_end(self, site: Site) -> None:
        identity, _ = site.organisation()
        old = read_keys(site.key_file)

        rotated = site("keys", "rotate")
        assert rotated.code == ExitCode.NOTHING_TO_ATTEND_TO
        both = read_keys(site.key_file)
        assert both.fingerprints == (both.first, old.first)
        assert both.first in rotated.out
        assert site.key_file.stat().st_mode & 0o777 == 0o400

        assert site("keys", "retire").code == ExitCode.NOTHING_TO_ATTEND_TO
        assert read_keys(site.key_file).fingerprints == (both.first,)
        assert identity in site("organisations", "list").out

    def test_no_output_shows_a_key(self, site: Site) -> None:
        site.organisation()

        for command in ("rotate", "check", "retire"):
            ended = site("keys", command)
            assert "gokey1" not in ended.out + ended.err

    async def test_a_service_that_runs_goes_on_through_rotation_and_retirement(self, site: Site) -> None:
        _, key = site.organisation()
        async with running_by_file(site) as http:
            headers = {"Authorization": f"Bearer {key}"}
            before = await http.post("/v1/initiatives", json={"design": {"title": "River"}}, headers=headers)
            site("keys", "rotate")
            site("keys", "retire")
            for _ in range(70):  # more than the keys that the service had made before
                made = await http.post("/v1/initiatives", json={"design": {"title": "Lake"}}, headers=headers)
                assert made.status_code == 201
            read = await http.get(f"/v1/initiatives/{before.json()['id']}", headers=headers)
            assert read.json()["title"] == "River"

        assert site("keys", "check").code == ExitCode.NOTHING_TO_ATTEND_TO

    @pytest.mark.parametrize("killed_after", range(4))
    async def test_a_rotation_that_was_killed_goes_on_where_it_stopped(
        self, site: Site, killed_after: int, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        site.organisation()
        monkeypatch.setattr(key_rotation, "AT_ONCE", 20)
        calls = iter(range(100))

        def dying(whole: Any) -> Any:
            async def replace(self: KeyStore, pairs: Any) -> None:
                if next(calls) >= killed_after:
                    raise KeyboardInterrupt
                await whole(self, pairs)

            return replace

        with monkeypatch.context() as patch:
            patch.setattr(KeyStore, "replace", dying(KeyStore.replace))
            patch.setattr(KeyStore, "replace_secrets", dying(KeyStore.replace_secrets))
            assert site("keys", "rotate").code == ExitCode.INTERRUPTED
        two = read_keys(site.key_file)
        assert len(two.fingerprints) == 2
        assert site("keys", "check").code == ExitCode.NOTHING_TO_ATTEND_TO
        refused = site("keys", "retire")
        assert refused.code == ExitCode.WRONG_USE
        assert "Run goodoffices keys rotate" in refused.err

        resumed = site("keys", "rotate")

        assert resumed.code == ExitCode.NOTHING_TO_ATTEND_TO
        assert "It went on" in resumed.out
        assert read_keys(site.key_file).fingerprints == two.fingerprints
        assert site("keys", "retire").code == ExitCode.NOTHING_TO_ATTEND_TO
        assert site("keys", "check").code == ExitCode.NOTHING_TO_ATTEND_TO

    def test_what_a_service_locked_with_the_old_key_meanwhile_brings_it_back(
        self, site: Site, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        site.organisation()
        old = read_keys(site.key_file)
        site("keys", "rotate")
        both = read_keys(site.key_file).fingerprints

        async def late(_seconds: float) -> None:
            store = KeyStore.open(site.key_store)
            await store.add([(NOBODYS, old.wrap(NOBODYS, b"k" * 32))])
            await store.close()

        with monkeypatch.context() as patch:
            patch.setattr("app.cli.keys.asyncio.sleep", late)
            assert site("keys", "retire").code == ExitCode.WRONG_USE

        assert read_keys(site.key_file).fingerprints == both
        assert site("keys", "check").code == ExitCode.NOTHING_TO_ATTEND_TO

    def test_a_copy_is_tried_on_every_key(self, site: Site) -> None:
        site.organisation()
        good, bad = site.folder / "good.key", site.folder / "bad.key"
        good.write_text(site.key_file.read_text())
        bad.write_text(MasterKeys.generate().text())

        found = [site("keys", "check"), site("keys", "check", "--file", good), site("keys", "check", "--file", bad)]

        assert [ended.code for ended in found] == [0, 0, 1]
        opened = [re.match(r"(\d+) of (\d+) keys open", ended.out) for ended in found]
        counts = [match.groups() for match in opened if match]
        assert counts[0] == counts[1]
        assert counts[0][0] == counts[0][1]
        assert counts[2] == ("0", counts[0][1])

    def test_one_that_stays_shut_is_counted(self, site: Site) -> None:
        site.organisation()
        engine = create_engine(site.key_store)
        with engine.begin() as connection:
            one, other = connection.scalars(text("SELECT subject FROM wrapped_keys LIMIT 2"))
            swap = "UPDATE wrapped_keys SET wrapped = (SELECT wrapped FROM wrapped_keys WHERE subject = :other)"
            connection.execute(text(f"{swap} WHERE subject = :one"), {"one": one, "other": other})
        engine.dispose()

        ended = site("keys", "check")

        opened, every = re.findall(r"\d+", ended.out)[:2]
        assert (ended.code, int(opened)) == (ExitCode.FINDINGS, int(every) - 1)

    def test_keys_in_the_environment_are_for_the_operator_to_change(
        self, site: Site, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        site.organisation()
        old = read_keys(site.key_file)
        new = old.with_new_first()
        monkeypatch.setenv("GOODOFFICES_MASTER_KEYS", new.text())

        assert "Put a new one first there" in site("keys", "rotate").out
        assert "take the others out" in site("keys", "retire").out

        monkeypatch.setenv("GOODOFFICES_MASTER_KEYS", new.only_first().text())
        assert site("keys", "check").code == ExitCode.NOTHING_TO_ATTEND_TO


class TestTheAuditTrail:
    def test_stands_and_a_checkpoint_of_it_is_met(self, site: Site) -> None:
        lake, _ = site.organisation()
        hill, _ = site.organisation("Hill House")
        kept = site.folder / "checkpoint.json"
        kept.write_text(site("audit", "checkpoint", lake).out)

        every, one = site("audit", "verify", "--checkpoint", kept), site("audit", "verify", hill)

        assert (every.code, one.code) == (0, 0)
        assert every.out == f"{lake}: 1 entry, it stands.\n{hill}: 1 entry, it stands.\n"
        assert one.out == f"{hill}: 1 entry, it stands.\n"

    def test_that_was_changed_does_not_stand(self, site: Site) -> None:
        lake, _ = site.organisation()
        change(site, lake, "UPDATE audit_entries SET detail = 'x'")

        ended = site("audit", "verify")

        assert ended.code == ExitCode.FINDINGS
        assert f"{lake}: 1 entry, it does not stand.\n  entry 1: This entry, or the one before" in ended.out

    def test_of_an_organisation_that_is_gone_is_missed_by_its_checkpoint(self, site: Site) -> None:
        lake, _ = site.organisation()
        kept = site.folder / "checkpoint.json"
        kept.write_text(site("audit", "checkpoint", lake).out)
        site("organisations", "delete", lake, "--yes")

        ended = site("audit", "verify", "--checkpoint", kept)

        assert ended.code == ExitCode.FINDINGS
        assert "There is no trail" in ended.out

    def test_a_file_that_is_no_checkpoint_or_another_s_is_refused(self, site: Site) -> None:
        lake, _ = site.organisation()
        hill, _ = site.organisation("Hill House")
        kept, nonsense = site.folder / "checkpoint.json", site.folder / "nonsense.json"
        kept.write_text(site("audit", "checkpoint", lake).out)
        nonsense.write_text("{}")

        assert site("audit", "verify", "--checkpoint", nonsense).code == ExitCode.WRONG_USE
        assert site("audit", "verify", hill, "--checkpoint", kept).code == ExitCode.WRONG_USE
        assert site("audit", "checkpoint", NOBODYS).code == ExitCode.WRONG_USE


def change(site: Site, organisation: str, statement: str) -> None:
    engine = create_engine(site.owner)
    with engine.begin() as connection:
        if engine.dialect.name == "postgresql":
            connection.execute(text("SELECT set_config('goodoffices.organisation', :it, true)"), {"it": organisation})
        connection.execute(text(statement))
    engine.dispose()


@asynccontextmanager
async def running_by_file(site: Site) -> AsyncIterator[httpx.AsyncClient]:
    """The service, which reads its master keys from the key file."""
    app = create_app(site.settings)
    transport = httpx.ASGITransport(app)
    async with app.router.lifespan_context(app), httpx.AsyncClient(transport=transport, base_url=ADDRESS) as http:
        yield http


def secret_of(site: Site) -> SecretStr:
    """The master keys as the environment would give them; made by the first command if none was run before."""
    if not site.key_file.exists():
        site.organisation("First House")
    return SecretStr(site.key_file.read_text())


def typing(line: str) -> io.StringIO:
    """Somebody at the terminal who types this."""
    return io.StringIO(f"{line}\n")
