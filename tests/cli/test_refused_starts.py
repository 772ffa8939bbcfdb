"""`goodoffices serve` that cannot start says why in a sentence, and ends as wrong use, without a traceback."""

import os
import socket
from collections.abc import Iterator
from pathlib import Path

import pytest

from app.cli.exit_codes import ExitCode
from tests.cli.conftest import Command, Ended


@pytest.fixture
def taken() -> Iterator[int]:
    """A port on which somebody listens already."""
    with socket.create_server(("127.0.0.1", 0)) as other:
        yield other.getsockname()[1]


@pytest.fixture
def a_file(tmp_path: Path) -> Path:
    path = tmp_path / "file"
    path.write_text("This is no database, and no folder either.\n" * 50)
    path.chmod(0o600)
    return path


def told(ended: Ended) -> str:
    """The sentence that the command ends with."""
    assert ended.code == ExitCode.WRONG_USE
    assert "Traceback" not in ended.err
    return ended.err.splitlines()[-1]


def test_a_port_that_is_taken(goodoffices: Command, taken: int, tmp_path: Path) -> None:
    ended = goodoffices("serve", "--port", str(taken), "--data-dir", tmp_path / "data")

    assert told(ended) == f"goodoffices: Nothing can listen on 127.0.0.1, port {taken}: Address already in use."
    assert '"serving"' not in ended.err
    assert not (tmp_path / "data").exists()


def test_an_address_that_this_machine_does_not_have(
    goodoffices: Command, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("GOODOFFICES_PUBLIC", "true")

    ended = goodoffices("serve", "--host", "192.0.2.1", "--port", "0", "--data-dir", tmp_path / "data")

    assert told(ended) == "goodoffices: Nothing can listen on 192.0.2.1, port 0: this machine has no such address."


def test_a_data_folder_that_is_a_file(goodoffices: Command, a_file: Path) -> None:
    ended = goodoffices("serve", "--port", "0", "--data-dir", a_file)

    assert told(ended) == f"goodoffices: The data folder cannot be used: {os.strerror(17)}."


@pytest.mark.parametrize("variable", ["GOODOFFICES_RATE_LIMITS", "GOODOFFICES_ANONYMOUS_RATE_LIMITS"])
@pytest.mark.parametrize(
    ("value", "rule"),
    [
        ("a lot", "A rate limit is written as 600/minute;20000/day."),
        ("0/minute", "A rate limit allows at least one request."),
        ("5/minute;6/minute", "Each rate limit has a window of its own: not two for a minute."),
    ],
)
@pytest.mark.parametrize("command", ["serve", "doctor"])
def test_a_rate_limit_that_cannot_be_read(
    goodoffices: Command,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    command: str,
    variable: str,
    value: str,
    rule: str,
) -> None:
    monkeypatch.setenv(variable, value)

    ended = goodoffices(command, "--data-dir", tmp_path / "data")

    assert told(ended) == f"goodoffices: {variable} cannot be used. {rule}"
    assert not (tmp_path / "data").exists()


def test_a_file_that_is_no_database(goodoffices: Command, a_file: Path) -> None:
    ended = goodoffices("serve", "--port", "0", "--database-url", f"sqlite:///{a_file}")

    assert told(ended).startswith("goodoffices: The database cannot be opened: ")


@pytest.mark.parametrize("address", ["mysql://name:secret@host/name", "secret", "sqlite:////no/such/folder/secret.db"])
def test_a_database_address_that_cannot_be_used(goodoffices: Command, address: str) -> None:
    ended = goodoffices("serve", "--port", "0", "--database-url", address)

    assert told(ended).startswith("goodoffices: The database ")
    assert "secret" not in ended.err
