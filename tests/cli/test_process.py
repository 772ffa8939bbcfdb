"""As a process of its own the command reads pipes, writes pipes, and imports no more than it needs."""

import json
import os
import pty
import select
import subprocess
import sys
from pathlib import Path

import pytest

from app.cli.exit_codes import ExitCode
from tests.cli.conftest import ROOT, Command

SERVER_PACKAGES = ("fastapi", "starlette", "sqlalchemy", "sqlmodel", "alembic", "uvicorn", "jinja2", "httpx", "rich")
IMPORTS = (
    "import sys; from app.cli.main import run; code = run({arguments!r}); "
    "print(code, *sorted({{name.partition('.')[0] for name in sys.modules}}), file=sys.stderr)"
)


@pytest.mark.parametrize("chosen", ["text", "json", "markdown", "sarif"])
def test_check_imports_no_server_no_database_and_no_template(a_design: Path, chosen: str) -> None:
    program = IMPORTS.format(arguments=["check", str(a_design), "--format", chosen])
    ended = subprocess.run([sys.executable, "-c", program], cwd=ROOT, capture_output=True, check=True)

    code, *imported = ended.stderr.decode().split()
    assert int(code) == ExitCode.FINDINGS
    assert set(imported).isdisjoint(SERVER_PACKAGES)


def test_a_check_without_options_needs_nobody_to_read_options(a_design: Path) -> None:
    program = IMPORTS.format(arguments=["check", str(a_design)])
    ended = subprocess.run([sys.executable, "-c", program], cwd=ROOT, capture_output=True, check=True)

    assert "typer" not in ended.stderr.decode().split()


def test_a_check_without_options_is_one_with_the_defaults(process: Command, a_design: Path) -> None:
    plain, spelt_out = process("check", a_design, a_design), process("check", a_design, a_design, "--format", "text")

    assert (plain.code, plain.out, plain.err) == (spelt_out.code, spelt_out.out, spelt_out.err)


def test_a_check_without_options_heeds_checklists_of_ones_own(
    process: Command, a_design: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "broken.yaml").write_text("nonsense: true\n")
    monkeypatch.setenv("GOODOFFICES_CHECKLISTS", str(tmp_path))

    assert process("check", a_design).code == ExitCode.WRONG_USE


def test_help_does_not_even_import_the_checklist() -> None:
    program = IMPORTS.format(arguments=["--help"])
    ended = subprocess.run([sys.executable, "-c", program], cwd=ROOT, capture_output=True, check=True)

    assert {"yaml", "pydantic_core"}.isdisjoint(ended.stderr.decode().split())


def test_a_design_comes_through_a_pipe(process: Command, nothing_left: Path) -> None:
    ended = process("check", "-", "--checklist", nothing_left, "--format", "json", given=b"title: River\n")

    assert ended.code == ExitCode.FINDINGS
    assert [entry["file"] for entry in json.loads(ended.out)] == ["-"]


def test_nothing_in_a_pipe_is_no_design(process: Command) -> None:
    ended = process("check", "-")

    assert (ended.code, ended.out) == (ExitCode.WRONG_USE, "")
    assert ended.err.startswith("-: A design is a list of fields")


def test_the_exit_code_reaches_the_shell(process: Command, nothing_left: Path, a_design: Path) -> None:
    assert process("check", a_design, "--checklist", nothing_left).code == ExitCode.NOTHING_TO_ATTEND_TO


def test_a_pipe_that_nobody_reads_is_no_reason_to_complain(a_design: Path) -> None:
    reading, writing = os.pipe()
    os.close(reading)
    try:
        ended = subprocess.run(
            [sys.executable, "-m", "app", "check", a_design],
            cwd=ROOT,
            stdout=writing,
            stderr=subprocess.PIPE,
            check=False,
        )
    finally:
        os.close(writing)

    assert (ended.returncode, ended.stderr) == (ExitCode.BROKEN_PIPE, b"")


def test_output_is_whole_in_a_terminal_that_knows_ascii_only(process: Command, nothing_left: Path) -> None:
    given = "title: Dialogue de l'été\n".encode()
    ended = process("check", "-", "--checklist", nothing_left, given=given, PYTHONIOENCODING="ascii")

    assert ended.code == ExitCode.FINDINGS
    assert ended.out.startswith("Dialogue de l'?t?\n")


def on_a_terminal(*arguments: str, **environment: str) -> tuple[bytes, bytes]:
    """What the command writes to a pipe as its output and to a terminal as its standard error."""
    ours, theirs = pty.openpty()
    with subprocess.Popen(
        [sys.executable, "-m", "app", *arguments],
        cwd=ROOT,
        stdout=subprocess.PIPE,
        stderr=theirs,
        env={**os.environ, **environment},
    ) as running:
        os.close(theirs)
        out = running.stdout.read() if running.stdout else b""
    err = b""
    while select.select([ours], [], [], 0.2)[0]:
        try:
            err += os.read(ours, 65_536)
        except OSError:  # the other end is closed
            break
    os.close(ours)
    return out, err


def test_colour_and_progress_are_for_the_terminal_of_standard_error(a_design: Path) -> None:
    out, err = on_a_terminal("check", str(a_design), "nowhere.yaml")

    assert b"\x1b" not in out
    assert b"1 of 2" in err
    assert b"\x1b[31mnowhere.yaml\x1b[0m: The file cannot be read" in err


def test_who_wants_no_colour_gets_none(a_design: Path) -> None:
    _, err = on_a_terminal("check", "nowhere.yaml", NO_COLOR="1")

    assert b"\x1b[31m" not in err


def test_without_a_terminal_there_is_neither(process: Command, a_design: Path) -> None:
    ended = process("check", a_design, "nowhere.yaml")

    assert ended.err == "nowhere.yaml: The file cannot be read: No such file or directory.\n"


def test_a_result_that_cannot_be_written_is_told_in_a_sentence(a_design: Path) -> None:
    with Path("/dev/full").open("wb") as full:
        ended = subprocess.run(
            [sys.executable, "-m", "app", "check", str(a_design)],
            cwd=ROOT,
            stdout=full,
            stderr=subprocess.PIPE,
            check=False,
        )

    assert ended.returncode == ExitCode.WRONG_USE
    assert ended.stderr.decode().strip() == "goodoffices: the result cannot be written here: is the disk full?"
