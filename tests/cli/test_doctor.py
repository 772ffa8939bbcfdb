"""The command `doctor`, on each engine: a line for everything, a mend for what is wrong, nothing changed unasked."""

import json
import os
import shutil
import time
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from app.cli.exit_codes import ExitCode
from app.domain.access import OrganisationRole
from app.main import create_app
from app.security.key_file import read_keys
from app.storage.key_store import KeyStore
from tests.api.houses import House, Someone
from tests.cli.sites import Site, change, put_one_key_for_another, running_by_file

ADMIN = OrganisationRole.ADMIN
LATER = datetime.now(UTC) + timedelta(days=1)


def signs(site: Site, *options: str | Path) -> dict[str, dict[str, Any]]:
    """What the doctor says, by name."""
    ended = site("doctor", "--format", "json", *options)
    said = json.loads(ended.out)
    assert (ended.code == ExitCode.NOTHING_TO_ATTEND_TO) == said["healthy"], ended
    assert all(sign["healthy"] or sign["mend"] or sign["says"] for sign in said["signs"])
    return {sign["name"]: sign for sign in said["signs"]}


def sick(site: Site, *options: str | Path) -> set[str]:
    return {name for name, sign in signs(site, *options).items() if not sign["healthy"]}


async def with_initiatives(site: Site, number: int) -> tuple[str, str, list[str]]:
    organisation, api_key = site.organisation()
    made = []
    async with running_by_file(site) as http:
        http.headers["Authorization"] = f"Bearer {api_key}"
        for each in range(number):
            answer = await http.post("/v1/initiatives", json={"design": {"title": f"River dialogue {each}"}})
            made.append(answer.json()["id"])
    return organisation, api_key, made


async def delete(site: Site, api_key: str, initiative: str) -> None:
    async with running_by_file(site) as http:
        headers = {"Authorization": f"Bearer {api_key}", "If-Match": "*"}
        assert (await http.delete(f"/v1/initiatives/{initiative}", headers=headers)).status_code == 204


async def wrapped(site: Site, subject: str) -> bytes | None:
    store = KeyStore.open(site.key_store)
    try:
        return await store.get(subject)
    finally:
        await store.close()


async def test_a_healthy_service_needs_nothing(site: Site) -> None:
    await with_initiatives(site, 2)
    ended = site("doctor")
    assert ended.code == ExitCode.NOTHING_TO_ATTEND_TO, ended.out
    assert "Nothing needs attention." in ended.out
    assert "2 of 2 initiatives open." in ended.out
    assert all(line.startswith("ok ") for line in ended.out.splitlines()[:-1])


def test_a_doctor_makes_nothing_where_nothing_is(site: Site, tmp_path: Path) -> None:
    nowhere = tmp_path / "nowhere"
    ended = site.run("doctor", "--data-dir", nowhere, "--key-file", site.key_file)
    assert (ended.code, nowhere.exists(), site.key_file.exists()) == (ExitCode.FINDINGS, False, False)
    assert "It is not there" in ended.out


def test_a_key_file_that_others_can_read_is_told_with_its_mend(site: Site) -> None:
    site.organisation()
    site.key_file.chmod(0o644)
    found = signs(site)
    assert not found["key-file-open"]["healthy"]
    assert "chmod 400" in found["key-file-open"]["mend"]


def test_a_key_file_that_is_gone_is_told(site: Site) -> None:
    site.organisation()
    site.key_file.unlink()
    assert {"keys-missing", "master keys"} <= sick(site)


def test_keys_that_do_not_open_are_counted(site: Site) -> None:
    site.organisation()
    put_one_key_for_another(site)
    found = signs(site)
    assert not found["master keys"]["healthy"]
    assert "66 of 67 keys open" in found["master keys"]["says"]


def test_a_trail_that_was_changed_is_told(site: Site) -> None:
    lake, _ = site.organisation()
    change(site, lake, "UPDATE audit_entries SET detail = 'x'")
    found = signs(site)
    assert lake in found["audit"]["says"]


class Sharing:
    """Ada, Ben and Carl, admins who share what Ada made."""

    def __init__(self, house: House, ben: Someone, carl: Someone) -> None:
        self.ada, self.ben, self.carl = house.first, ben, carl

    async def begin(self) -> str:
        """The id of a new initiative that is Ada's."""
        made = await asked(self.ada, "POST", "initiatives", {"design": {"title": "River dialogue"}})
        return str(made["id"])

    async def change_roles_in_every_way(self, initiative: str) -> None:
        roles, emergency = f"initiatives/{initiative}/roles", f"organisations/{self.ada.organisation_id}/break-glass"
        await asked(self.ada, "PUT", f"{roles}/{self.ben.id}", {"role": "editor"})
        await asked(self.ada, "PUT", f"{roles}/{self.ben.id}", {"role": "viewer"})
        await asked(self.ada, "PUT", f"{roles}/{self.carl.id}", {"role": "viewer"})
        await asked(self.ada, "DELETE", f"{roles}/{self.carl.id}")
        await asked(self.ada, "POST", f"initiatives/{initiative}/transfer", {"to": self.ben.id, "keep": "reviewer"})
        wish = {"initiative_id": initiative, "person_id": self.carl.id, "role": "editor", "reason": "Ben is ill."}
        wished = await asked(self.ben, "POST", emergency, wish)
        await asked(self.ada, "POST", f"{emergency}/{wished['id']}/decision", {"decision": "approve"})
        await asked(self.ada, "POST", f"initiatives/{initiative}/leave")


async def asked(who: Someone, method: str, path: str, body: object = None) -> Any:
    answer = await who.http.request(method, f"/v1/{path}", json=body, headers={"If-Match": "*"})
    assert answer.is_success, answer.text
    return answer.json() if answer.content else None


async def test_a_role_that_nobody_gave_is_told(site: Site) -> None:
    site.organisation()
    app = create_app(site.settings)
    async with app.router.lifespan_context(app):
        house = await House.founded(app)
        sharing = Sharing(house, await house.add("Ben", ADMIN), await house.add("Carl", ADMIN))
        initiative = await sharing.begin()
        await sharing.change_roles_in_every_way(initiative)
    assert sick(site) == set()

    raised = f"UPDATE grants SET role = 'owner' WHERE person_id = '{sharing.carl.id}'"
    change(site, house.id, raised)
    assert sick(site) == {"roles"}
    change(site, house.id, raised.replace("'owner'", "'editor'"))
    assert sick(site) == set()

    ada, noon = sharing.ada.id, "'2026-01-01 12:00:00'"  # she was an owner, and left
    values = f"('{house.id}', '{initiative}', '{ada}', 'owner', '{ada}', {noon}, {noon})"
    change(site, house.id, f"INSERT INTO grants VALUES {values}")
    found = signs(site)["roles"]
    assert not found["healthy"]
    assert f"{ada} is owner on {initiative}" in found["says"]
    assert sharing.ben.id not in found["says"]


async def test_an_initiative_without_a_key_and_one_that_was_altered_are_named(site: Site) -> None:
    lake, _, (one, other) = await with_initiatives(site, 2)
    store = KeyStore.open(site.key_store)
    await store.remove([one])
    await store.close()
    found = signs(site)["contents"]
    assert (found["healthy"], one in found["says"], "1 of 2" in found["says"]) == (False, True, True)

    change(site, lake, f"UPDATE initiatives SET title = 'x' WHERE id = '{other}'")
    found = signs(site)["contents"]
    assert (other in found["says"], "0 of 2" in found["says"]) == (True, True)


async def test_wrong_counts_are_told_and_mended(site: Site) -> None:
    lake, _, _ = await with_initiatives(site, 2)
    change(site, lake, "UPDATE portfolios SET designs = 7")
    assert sick(site) == {"portfolio"}
    assert "It was put right." in signs(site, "--mend")["portfolio"]["says"]
    assert sick(site) == set()


async def test_keys_that_an_old_key_store_brings_back_are_destroyed_again(site: Site) -> None:
    _, api_key, (one, _) = await with_initiatives(site, 2)
    key = await wrapped(site, one)
    assert key is not None
    await delete(site, api_key, one)
    assert (await wrapped(site, one), sick(site)) == (None, set())
    store = KeyStore.open(site.key_store)
    await store.add([(one, key)])
    await store.close()

    assert sick(site) == {"destroyed keys"}
    assert sick(site, "--mend") == set()
    assert await wrapped(site, one) is None


async def test_a_deletion_that_was_not_finished_is_finished(site: Site) -> None:
    lake, _, (one,) = await with_initiatives(site, 1)
    asked = f"INSERT INTO shreds VALUES ('{lake}', '{one}', '2026-01-01 00:00:00')"
    change(site, lake, asked)
    assert sick(site) == {"deletions"}
    signs(site, "--mend")
    assert await wrapped(site, one) is None
    assert "deletions" not in sick(site)


def test_an_entry_of_the_future_says_that_the_clock_is_wrong(site: Site) -> None:
    lake, _ = site.organisation()
    change(site, lake, f"UPDATE audit_entries SET at = '{LATER:%Y-%m-%d %H:%M:%S}'")
    assert "clock" in sick(site)


def test_an_interrupted_rotation_is_told(site: Site) -> None:
    site.organisation()
    keys = read_keys(site.key_file).with_new_first()
    site.key_file.unlink()
    site.key_file.write_text(keys.text())
    site.key_file.chmod(0o400)
    assert sick(site) == {"rotation"}


async def test_a_job_that_nobody_works_at_is_told(site: Site) -> None:
    lake, _ = site.organisation()
    past = "'2026-01-01 00:00:00'"
    job = f"('{lake}', 'j', 'p', 'judge_again', 'track-two', 'd', 'running', 1, {past}, NULL)"
    change(site, lake, f"INSERT INTO jobs VALUES {job}")
    idle = f"INSERT INTO job_pieces VALUES ('{lake}', 'j', 0, '', false, 'w', {past}, 0, 0, 0)"
    change(site, lake, idle)
    assert sick(site) == {"jobs"}


def test_backups_that_are_old_or_missing_are_told(site: Site, tmp_path: Path) -> None:
    site.organisation()
    kept = tmp_path / "kept"
    kept.mkdir()
    assert sick(site, "--backups", kept) == {"backups"}
    site("backup", "--output", kept / "data", "--keys", tmp_path / "keys")
    assert sick(site, "--backups", kept) == set()
    manifest = kept / "data" / "manifest.json"
    said = json.loads(manifest.read_text())
    said["made_at"] = (datetime.now(UTC) - timedelta(days=3)).isoformat()
    manifest.write_text(json.dumps(said))
    assert sick(site, "--backups", kept) == {"backups"}
    assert sick(site, "--backups", kept, "--backup-hours", "100") == set()


@pytest.fixture
def nearly_full(monkeypatch: pytest.MonkeyPatch) -> None:
    """A disk with hardly any room, as no test can fill a real one."""
    usage = type(shutil.disk_usage("."))
    monkeypatch.setattr(shutil, "disk_usage", lambda _: usage(10**10, 10**10 - 10**6, 10**6))


def test_a_disk_that_is_nearly_full_is_told(site: Site, nearly_full: None) -> None:
    site.organisation()
    assert sick(site) == ({"disk"} if site.database.startswith("sqlite") else set())


def test_a_mistyped_setting_is_told_and_one_that_cannot_be_used_is_wrong_use(
    site: Site, monkeypatch: pytest.MonkeyPatch
) -> None:
    site.organisation()
    monkeypatch.setenv("GOODOFFICES_PROT", "9000")
    assert sick(site) == {"setting-unknown"}
    monkeypatch.setenv("GOODOFFICES_PORT", "a port")
    assert site("doctor").code == ExitCode.WRONG_USE


def test_files_of_the_future_say_that_the_clock_is_wrong(site: Site) -> None:
    site.organisation()
    ahead = time.time() + 7200
    file = Path(site.database.removeprefix("sqlite:///"))
    if file.is_file():
        os.utime(file, (ahead, ahead))
        assert sick(site) == {"clock"}
