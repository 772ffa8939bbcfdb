"""The commands `backup` and `restore`, on each engine: two places, nothing written over, and only what is whole."""

import json
import re
import stat
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from app.cli.exit_codes import ExitCode
from app.security.key_file import write_new
from app.security.master_keys import MasterKeys
from tests.cli.sites import Site, change, running_by_file


@pytest.fixture
def new_site(site: Site, databases: Any, tmp_path: Path) -> Iterator[Site]:
    """An empty machine to which only the master keys were brought."""
    with databases.empty(tmp_path) as database, databases.empty(tmp_path) as key_store:
        yield Site(site.run, site.folder, database, key_store, database)


def backed_up(site: Site, name: str = "one") -> tuple[Path, Path]:
    data, keys = site.folder / f"{name}-data", site.folder / f"{name}-keys"
    ended = site("backup", "--output", data, "--keys", keys)
    assert ended.code == ExitCode.NOTHING_TO_ATTEND_TO, ended.err
    return data, keys


async def with_initiatives(site: Site, number: int = 2) -> list[str]:
    _, api_key = site.organisation()
    made = []
    async with running_by_file(site) as http:
        for each in range(number):
            headers, body = {"Authorization": f"Bearer {api_key}"}, {"design": {"title": f"River dialogue {each}"}}
            answer = await http.post("/v1/initiatives", json=body, headers=headers)
            made.append(answer.json()["id"])
    return made


async def test_a_backup_is_restored_on_an_empty_machine(site: Site, new_site: Site) -> None:
    await with_initiatives(site)
    data, keys = backed_up(site)

    ended = new_site("restore", data, "--keys", keys)

    assert ended.code == ExitCode.NOTHING_TO_ATTEND_TO, ended.err
    assert re.search(r"^(\d+) of \1 keys open", ended.out, re.MULTILINE)
    assert "2 of 2 initiatives open." in ended.out
    assert "its audit trail stands." in ended.out
    assert new_site("audit", "verify").code == ExitCode.NOTHING_TO_ATTEND_TO or "postgresql" in new_site.database


def test_only_its_owner_can_read_a_backup_and_the_manifest_says_what_is_in_it(site: Site) -> None:
    site.organisation()
    for folder, kind in zip(backed_up(site), ("data", "keys"), strict=True):
        assert stat.S_IMODE(folder.stat().st_mode) == 0o700
        assert {stat.S_IMODE(file.stat().st_mode) for file in folder.iterdir()} == {0o600}
        said = json.loads((folder / "manifest.json").read_text())
        assert said["kind"] == kind
        assert said["files"].keys() == {file.name for file in folder.iterdir()} - {"manifest.json"}
        assert said["rows"]["organisations" if kind == "data" else "secrets"] == (1 if kind == "data" else 3)


@pytest.mark.parametrize("keys", ["data", "data/keys", "."])
def test_the_keys_never_go_where_the_data_go(site: Site, keys: str) -> None:
    site.organisation()
    ended = site("backup", "--output", site.folder / "data", "--keys", site.folder / keys)
    assert (ended.code, "another place" in ended.err) == (ExitCode.WRONG_USE, True)
    assert not (site.folder / "data").exists()


def test_a_backup_takes_the_place_of_nothing(site: Site) -> None:
    site.organisation()
    data, keys = backed_up(site)
    before = {file: file.read_bytes() for folder in (data, keys) for file in folder.iterdir()}
    other = site.folder / "other"

    assert site("backup", "--output", data, "--keys", other).code == ExitCode.WRONG_USE
    assert site("backup", "--output", other, "--keys", keys).code == ExitCode.WRONG_USE

    assert {file: file.read_bytes() for folder in (data, keys) for file in folder.iterdir()} == before
    assert not other.exists()


def test_nothing_is_backed_up_where_nothing_is(new_site: Site) -> None:
    write_new(new_site.key_file, MasterKeys.generate())
    data, keys = new_site.folder / "data", new_site.folder / "keys"
    assert new_site("backup", "--output", data, "--keys", keys).code == ExitCode.WRONG_USE
    assert not data.exists()
    assert not keys.exists()


def test_nothing_is_backed_up_while_a_setting_is_mistyped(site: Site, monkeypatch: pytest.MonkeyPatch) -> None:
    site.organisation()
    monkeypatch.setenv("GOODOFFICES_DATABASE_ULR", "sqlite:///other.db")
    data, keys = site.folder / "data", site.folder / "keys"
    assert site("backup", "--output", data, "--keys", keys).code == ExitCode.WRONG_USE
    assert not data.exists()


def test_a_machine_that_is_not_empty_is_left_as_it_is(site: Site) -> None:
    lake, _ = site.organisation()
    data, keys = backed_up(site)
    hill, _ = site.organisation("Hill House")

    ended = site("restore", data, "--keys", keys)

    assert (ended.code, "nothing of it is overwritten" in ended.err or "left as it is" in ended.err) == (2, True)
    assert {lake, hill} == {line.split()[0] for line in site("organisations", "list").out.splitlines()}


@pytest.mark.parametrize("half", [0, 1], ids=["data", "keys"])
def test_a_backup_in_which_a_bit_was_flipped_is_not_restored(site: Site, new_site: Site, half: int) -> None:
    site.organisation()
    halves = backed_up(site)
    file = max(
        (each for each in halves[half].iterdir() if each.name != "manifest.json"), key=lambda it: it.stat().st_size
    )
    contents = bytearray(file.read_bytes())
    contents[len(contents) // 2] ^= 1
    file.write_bytes(contents)

    ended = new_site("restore", halves[0], "--keys", halves[1])

    assert (ended.code, "is not what it was" in ended.err) == (ExitCode.WRONG_USE, True)
    assert "not there" in new_site("doctor").out or "are not there" in new_site("doctor").out


def test_halves_that_were_changed_about_are_not_restored(site: Site, new_site: Site) -> None:
    site.organisation()
    data, keys = backed_up(site)
    assert new_site("restore", keys, "--keys", data).code == ExitCode.WRONG_USE
    (data / "manifest.json").unlink()
    assert new_site("restore", data, "--keys", keys).code == ExitCode.WRONG_USE


def test_other_master_keys_restore_nothing(site: Site, new_site: Site) -> None:
    site.organisation()
    data, keys = backed_up(site)
    site.key_file.unlink()
    write_new(site.key_file, MasterKeys.generate())

    ended = new_site("restore", data, "--keys", keys)

    assert (ended.code, "do not open this backup" in ended.err) == (ExitCode.WRONG_USE, True)


async def test_an_altered_trail_is_told_and_restored_as_evidence(site: Site, new_site: Site) -> None:
    lake, _ = site.organisation()
    change(site, lake, "UPDATE audit_entries SET detail = 'x'")
    data, keys = backed_up(site)

    ended = new_site("restore", data, "--keys", keys)

    assert (ended.code, "DOES NOT STAND" in ended.out) == (ExitCode.FINDINGS, True)
