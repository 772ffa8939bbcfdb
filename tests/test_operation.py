"""The operator's handbook can be followed: its commands are run in their order, on a machine that has nothing yet.

Blocks in `sh` are run, and only the folders they name are others; blocks in `shell` need systemd, pip or PostgreSQL.
"""

import os
import re
import subprocess
import sys
import textwrap
from collections.abc import Iterator
from typing import Any

import pytest
from typer.main import get_command

from app.cli.commands import application
from tests.test_docs import ROOT, environment_with

HANDBOOK = (ROOT / "docs" / "operation.md").read_text(encoding="utf-8")
BLOCK = re.compile(r"^( *)```sh\n(.*?)^\1```$", re.MULTILINE | re.DOTALL)
FOLDERS = {"/var/lib/goodoffices": "data", "/etc/goodoffices": "settings", "/mnt/": "mnt/", "/srv/": "srv/"}
SAID = (
    "Nothing needs attention.",
    "Move the two folders to two different places.",
    "The newest backup is of",
    "0 of 0 initiatives open.",
    "its audit trail stands.",
    "keys are locked with master key",
    "it stands.",
)


@pytest.fixture(scope="module")
def followed(tmp_path_factory: pytest.TempPathFactory) -> subprocess.CompletedProcess[str]:
    """What came of following the handbook from its beginning to its end."""
    folder = tmp_path_factory.mktemp("machine")
    for name in ("settings", "mnt/backups", "mnt/keys", "bin"):
        (folder / name).mkdir(parents=True, mode=0o700)
    command = folder / "bin" / "goodoffices"
    command.write_text(f'#!/bin/sh\nexec "{sys.executable}" -m app "$@"\n')
    command.chmod(0o700)
    script = "".join(textwrap.dedent(block) for _, block in BLOCK.findall(HANDBOOK))
    for written, real in FOLDERS.items():
        script = script.replace(written, f"{folder}/{real}")
    environment = environment_with(PATH=f"{command.parent}{os.pathsep}{os.environ['PATH']}")
    return subprocess.run(
        ["sh", "-eux", "-c", script], cwd=folder, env=environment, capture_output=True, text=True, check=False
    )


def test_every_command_of_the_handbook_works(followed: subprocess.CompletedProcess[str]) -> None:
    assert followed.returncode == 0, followed.stdout[-2000:] + followed.stderr[-2000:]
    assert [words for words in SAID if words not in followed.stdout] == []


def test_every_command_and_option_that_the_handbook_names_is_one() -> None:
    known = dict(commands_in(get_command(application)))
    mentions = re.findall(r"(?:`|&& |^\s*)goodoffices ([^`|;&\n]*)", HANDBOOK, re.MULTILINE)
    for words in mentions:
        first, *rest = words.split()
        command = " ".join([first, *rest[:1]])
        command = command if command in known else first
        assert command in known, words
        assert set(re.findall(r"(?<=\s)--[a-z-]+", words)) <= known[command], words
    assert len(mentions) > 30


def commands_in(command: Any, name: str = "") -> Iterator[tuple[str, set[str]]]:
    """Every command by its words, with its options."""
    below = getattr(command, "commands", None)
    if below is None:
        yield name, {option for parameter in command.params for option in parameter.opts}
        return
    for word, each in below.items():
        yield from commands_in(each, f"{name} {word}".strip())
