"""The commands for master keys and audit trails, on each engine, beside a service that runs."""

import re
from typing import Any

import pytest

from app.cli import keys as keys_command
from app.cli.exit_codes import ExitCode
from app.security.key_file import read_keys
from app.security.master_keys import MasterKeys
from app.storage.key_store import KeyStore
from app.usecases import key_rotation
from tests.cli.sites import NOBODYS, Site, change, put_one_key_for_another, running_by_file


@pytest.fixture(autouse=True)
def no_waiting(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(keys_command, "SETTLING_SECONDS", 0.0)


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
        assert "The file that --file names" in site("keys", "check", "--file", site.folder / "none.key").err
        opened = [re.match(r"(\d+) of (\d+) keys open", ended.out) for ended in found]
        counts = [match.groups() for match in opened if match]
        assert counts[0] == counts[1]
        assert counts[0][0] == counts[0][1]
        assert counts[2] == ("0", counts[0][1])

    def test_one_that_stays_shut_is_counted(self, site: Site) -> None:
        site.organisation()
        put_one_key_for_another(site)

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
