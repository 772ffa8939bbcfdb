"""How tests run the command: in this process where they can, as a process of its own where it matters."""

import os
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

import pytest

from app.cli.main import run

if TYPE_CHECKING:
    from tests.cli.sites import Site

ROOT = Path(__file__).parents[2]


class Ended(NamedTuple):
    """How a command ended, and what it wrote."""

    code: int
    out: str
    err: str


Command = Callable[..., Ended]


@pytest.fixture(autouse=True)
def settings_folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Where the user of these tests keeps settings, and so the key file: with nothing of whoever runs the tests."""
    folder = tmp_path / "settings"
    monkeypatch.setenv("XDG_CONFIG_HOME", str(folder))
    return folder


@pytest.fixture
def goodoffices(capfdbinary: pytest.CaptureFixture[bytes]) -> Command:
    """Runs a command line in this process."""

    def command(*arguments: str | Path) -> Ended:
        capfdbinary.readouterr()
        code = run([str(argument) for argument in arguments])
        out, err = capfdbinary.readouterr()
        return Ended(code, out.decode(), err.decode())

    return command


@pytest.fixture
def process() -> Command:
    """Runs a command line as a process of its own, with no terminal."""

    def command(*arguments: str | Path, given: bytes = b"", **environment: str) -> Ended:
        ended = subprocess.run(
            [sys.executable, "-m", "app", *map(str, arguments)],
            cwd=ROOT,
            input=given,
            capture_output=True,
            env={**os.environ, **environment},
            check=False,
            timeout=120,
        )
        return Ended(ended.returncode, ended.stdout.decode(), ended.stderr.decode())

    return command


@pytest.fixture
def nothing_left(tmp_path: Path) -> Path:
    """A checklist of one question, in a folder."""
    folder = tmp_path / "one-question"
    (folder / "purpose").mkdir(parents=True)
    (folder / "checklist.yaml").write_text(
        "name: one-question\nversion: 1\ntitle: One question\nabout: For tests.\n"
        "categories: [{id: purpose, name: Purpose, asks: What for?}]\nchecks:\n  - purpose.stated\n"
    )
    (folder / "purpose" / "stated.yaml").write_text(
        "id: purpose.stated\ncategory: purpose\nweight: essential\nquestion: What are the talks for?\nask_from: idea\n"
        "answered_by: organiser\nanswered: {op: answered, path: /purpose/statement}\n"
        "say: {met: A purpose is written., open: No purpose is written.}\nrationale: r\nadvice: a\nlimits: l\n"
        "sources: [{work: own}]\nexamples:\n"
        "  - {name: a purpose, design: {purpose: {statement: Agree rules}}, outcome: met}\n"
        "  - {name: none, outcome: open}\n"
    )
    return folder


@pytest.fixture
def a_design(tmp_path: Path) -> Path:
    """A design in YAML that has a purpose and no more."""
    path = tmp_path / "river.yaml"
    path.write_text("title: River dialogue\npurpose:\n  statement: Agree rules for the wells\n")
    return path


@pytest.fixture
def a_thin_design(tmp_path: Path) -> Path:
    """A design in YAML without a purpose."""
    path = tmp_path / "thin.yaml"
    path.write_text("title: Thin dialogue\n")
    return path


@pytest.fixture
def site(goodoffices: Command, engine_url: str, key_store_url: str, owner_url: str, tmp_path: Path) -> "Site":
    """A place with nothing in it yet, where the commands of an operator work, on each engine."""
    from tests.cli.sites import Site  # late: few of the tests here need a service

    made = Site(goodoffices, tmp_path, engine_url, key_store_url, owner_url)
    made.key_file.parent.mkdir(mode=0o700)
    return made
