"""The first start makes what is needed and says so once, whenever it is killed; later starts say nothing of it."""

import json
import re
import subprocess
import sys
from pathlib import Path

import pytest
from pydantic import SecretStr

from app.domain.errors import BadInput, Conflict
from app.main import create_app
from app.security import key_file
from app.security.key_file import KeyFile, read_keys, write_new
from app.security.master_keys import MasterKeys
from app.settings import Settings
from tests.cli.conftest import ROOT
from tests.security.figures import tell


def settings(folder: Path) -> Settings:
    return Settings(data_dir=folder / "data", key_file=folder / "secret" / "master.key", access_log=False)


async def started(given: Settings) -> str:
    """What the operator is told by a whole start and stop."""
    told: list[str] = []
    app = create_app(given, told.append)
    async with app.router.lifespan_context(app):
        pass
    return "".join(told)


async def test_the_first_start_says_what_it_made_and_later_ones_say_nothing(tmp_path: Path) -> None:
    first, second = await started(settings(tmp_path)), await started(settings(tmp_path))

    assert f"{tmp_path}/secret/master.key\n" in first
    assert f"sqlite:///{tmp_path}/data/goodoffices.db\n" in first
    assert f"sqlite:///{tmp_path}/data/keys.db\n" in first
    assert "Copy them now" in first
    assert "It is shown this once." in first
    assert re.search(r"\n  export GOODOFFICES_KEY=go_\w{49}\n", first)
    assert second == ""


async def test_what_it_makes_is_for_its_owner_alone(tmp_path: Path) -> None:
    await started(settings(tmp_path))

    assert modes_in(tmp_path) == {
        "data": 0o700,
        "data/goodoffices.db": 0o600,
        "data/keys.db": 0o600,
        "secret": 0o700,
        "secret/master.key": 0o400,
    }


async def test_nobody_to_show_the_key_to_means_no_organisation(tmp_path: Path) -> None:
    app = create_app(settings(tmp_path))
    async with app.router.lifespan_context(app):
        pass

    assert "export GOODOFFICES_KEY" in await started(settings(tmp_path))


async def test_with_keys_of_the_environment_no_key_file_is_made(tmp_path: Path) -> None:
    keys = SecretStr(MasterKeys.generate().text())

    told = await started(settings(tmp_path).model_copy(update={"master_keys": keys}))

    assert "GOODOFFICES_MASTER_KEYS" in told
    assert "gokey1" not in told
    assert not (tmp_path / "secret").exists()


def modes_in(folder: Path) -> dict[str, int]:
    return {path.relative_to(folder).as_posix(): path.stat().st_mode & 0o777 for path in folder.rglob("*")}


def figures(mutant: str) -> dict[str, int]:
    """What the program says that kills a first start at each step."""
    command = [sys.executable, "-m", "tests.cli.first_starts", mutant]
    ended = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=True)
    found: dict[str, int] = json.loads(ended.stdout)
    return found


def test_a_first_start_that_is_killed_at_any_step_comes_right_at_the_next_one() -> None:
    found = figures("none")
    mutants = [figures(mutant) for mutant in ("after", "torn")]
    caught = sum(mutant["right"] < mutant["kills"] for mutant in mutants)
    tell(f"First start: killed {found['kills']} times, came right {found['right']}; mutants caught {caught} of 2")

    assert found["kills"] == found["right"] >= 10
    assert caught == 2


def test_several_processes_that_start_for_the_first_time_at_once_make_one_organisation(tmp_path: Path) -> None:
    guarded, unguarded = at_once(tmp_path / "guarded", 3), at_once(tmp_path / "unguarded", 3, "unguarded")
    tell(f"First starts, 3 at once: {guarded} showed a key; where nobody waits for another, {unguarded}")
    assert guarded == 1
    assert unguarded > 1


def at_once(folder: Path, processes: int, *mutant: str) -> int:
    """How many of these first starts on one folder show a key; all of them start."""
    folder.mkdir()
    command = [sys.executable, "-m", "tests.cli.starts_at_once", str(folder), *mutant]
    started = [
        subprocess.Popen(command, cwd=ROOT, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)
        for _ in range(processes)
    ]
    for process in started:
        assert process.stdout is not None
        assert process.stdout.readline() == "ready\n"
    for process in started:
        assert process.stdin is not None
        process.stdin.write("go\n")
        process.stdin.flush()
    told = [process.communicate()[0] for process in started]
    assert {process.returncode for process in started} == {0}
    return sum("API key" in each for each in told)


class TestTheKeyFile:
    @pytest.fixture
    def file(self, tmp_path: Path) -> Path:
        return tmp_path / "secret" / "master.key"

    def test_is_never_written_over(self, file: Path) -> None:
        first = MasterKeys.generate()
        write_new(file, first)

        with pytest.raises(BadInput):
            write_new(file, MasterKeys.generate())
        assert read_keys(file).fingerprints == first.fingerprints

    def test_is_changed_only_from_what_is_known(self, file: Path) -> None:
        first = MasterKeys.generate()
        write_new(file, first)

        with pytest.raises(Conflict):
            key_file.change(file, MasterKeys.generate(), first.with_new_first())
        assert read_keys(file).fingerprints == first.fingerprints

    def test_is_read_again_when_it_was_changed(self, file: Path) -> None:
        first = MasterKeys.generate()
        write_new(file, first)
        known = KeyFile(file)
        assert known.keys() is known.keys()

        second = first.with_new_first()
        key_file.change(file, first, second)

        assert known.keys().fingerprints == second.fingerprints

    def test_that_goes_away_leaves_a_running_service_what_it_has(self, file: Path) -> None:
        first = MasterKeys.generate()
        write_new(file, first)
        known = KeyFile(file)
        known.keys()
        file.unlink()

        assert known.keys().fingerprints == first.fingerprints
        with pytest.raises(BadInput):
            KeyFile(file).keys()

    def test_leaves_no_half_of_itself_beside_it(self, file: Path) -> None:
        write_new(file, MasterKeys.generate())
        left = file.with_name("master.key.unfinished")
        left.write_text("half")

        key_file.clear(file)

        assert [one.name for one in file.parent.iterdir()] == ["master.key"]

    def test_in_a_place_that_cannot_be_written_is_told_in_a_sentence(self, tmp_path: Path) -> None:
        (tmp_path / "file").write_text("")

        with pytest.raises(BadInput, match="outside the data folder"):
            write_new(tmp_path / "file" / "master.key", MasterKeys.generate())
