"""`goodoffices checks` shows the questions, tries their examples, and begins a new one."""

import json
import shutil
from pathlib import Path

import pytest

from app.checklist.catalogue import shipped_catalogue
from app.checklist.loader import load_checklist
from app.cli.exit_codes import ExitCode
from tests.cli.conftest import Command

TRACK_TWO = shipped_catalogue().find("track-two")
SKELETON = Path(__file__).parents[2] / "app" / "cli" / "new_check.yaml"


def test_list_names_every_check_in_order(goodoffices: Command) -> None:
    ended = goodoffices("checks", "list")
    listed = [line.split()[0] for line in ended.out.splitlines() if line.startswith("  ") and "(" in line]

    assert ended.code == ExitCode.NOTHING_TO_ATTEND_TO
    assert [check_id for check_id in listed if "." in check_id] == [check.id for check in TRACK_TWO.checks]


def test_list_as_json_can_be_read_by_a_program(goodoffices: Command) -> None:
    listed = json.loads(goodoffices("checks", "list", "--format", "json").out)

    assert [entry["id"] for entry in listed] == [check.id for check in TRACK_TWO.checks]
    assert set(listed[0]) == {"id", "category", "weight", "ask_from", "answered_by", "question"}


def test_show_tells_why_a_question_is_asked_and_where_it_comes_from(goodoffices: Command) -> None:
    out = goodoffices("checks", "show", "purpose.stated").out

    assert out.startswith("Have you written in a sentence or two what the talks are for?\n")
    for label in ("Check:", "Asked:", "Why:", "Next step:", "Limits:", "Source:", "Parameter:", "Reads:", "Example:"):
        assert f"  {label}" in out
    assert "A09, p. 18, reporting Agha et al." in out


@pytest.mark.parametrize("check", TRACK_TWO.checks, ids=lambda check: check.id)
def test_every_check_can_be_shown(goodoffices: Command, check: object) -> None:
    check_id = str(getattr(check, "id", ""))

    assert check_id in goodoffices("checks", "show", check_id).out
    assert json.loads(goodoffices("checks", "show", check_id, "--format", "json").out)["id"] == check_id


def test_show_of_what_is_not_there_is_wrong_use(goodoffices: Command) -> None:
    ended = goodoffices("checks", "show", "purpose.stat")

    assert (ended.code, ended.out) == (ExitCode.WRONG_USE, "")
    assert ended.err == "goodoffices: This checklist has no check of that id.\n"


def test_test_counts_what_it_tried(goodoffices: Command, nothing_left: Path) -> None:
    ended = goodoffices("checks", "test", nothing_left)

    assert (ended.code, ended.out) == (ExitCode.NOTHING_TO_ATTEND_TO, "1 checks, 2 examples, 0 failures\n")


def test_test_names_file_and_line_of_an_example_that_fails(goodoffices: Command, nothing_left: Path) -> None:
    path = nothing_left / "purpose" / "stated.yaml"
    path.write_text(path.read_text().replace("outcome: open", "outcome: met"))

    ended = goodoffices("checks", "test", nothing_left)

    assert ended.code == ExitCode.FINDINGS
    assert f"{path}:15: purpose.stated: none: should be met, is open: No purpose is written." in ended.out
    assert f"{path}:13: purpose.stated: no example shows the outcome open" in ended.out
    assert ended.out.endswith("1 checks, 2 examples, 2 failures\n")


def test_test_names_file_and_line_of_a_misspelt_word(goodoffices: Command, nothing_left: Path) -> None:
    path = nothing_left / "purpose" / "stated.yaml"
    path.write_text(path.read_text().replace("op: answered", "op: anserwed"))

    ended = goodoffices("checks", "test", nothing_left)

    assert (ended.code, ended.out) == (ExitCode.WRONG_USE, "")
    assert f"{path}:7: There is no word 'anserwed'. Did you mean 'answered'?" in ended.err


def test_test_of_a_folder_that_is_not_there_is_wrong_use(goodoffices: Command, tmp_path: Path) -> None:
    assert goodoffices("checks", "test", tmp_path / "none").code == ExitCode.WRONG_USE


def test_a_new_check_works_before_a_word_of_it_is_changed(goodoffices: Command, nothing_left: Path) -> None:
    ended = goodoffices("checks", "new", "purpose.well-told", "--folder", nothing_left)

    assert ended.code == ExitCode.NOTHING_TO_ATTEND_TO
    assert ended.out.startswith(f"{nothing_left}/purpose/well-told.yaml\n")
    assert goodoffices("checks", "test", nothing_left).out == "2 checks, 4 examples, 0 failures\n"


def test_a_new_check_explains_every_key_that_a_check_can_have() -> None:
    explained = SKELETON.read_text(encoding="utf-8")
    keys = set(type(TRACK_TWO.checks[0].definition).model_fields)

    assert {key for key in keys if f"{key}:" not in explained} <= {"met_when", "open_when", "precedents"}


def test_a_new_check_stands_after_the_last_one_of_its_category(goodoffices: Command, tmp_path: Path) -> None:
    folder = tmp_path / "v1"
    shutil.copytree(Path(shipped_folder()), folder, ignore=shutil.ignore_patterns("released.lock"))
    before = (folder / "checklist.yaml").read_text().splitlines()

    goodoffices("checks", "new", "participants.welcomed", "--folder", folder)

    after = (folder / "checklist.yaml").read_text().splitlines()
    ids = [check.id for check in load_checklist(folder).checks]
    assert [line for line in after if line not in before] == ["  - participants.welcomed"]
    assert len(after) == len(before) + 1
    assert ids[ids.index("participants.welcomed") + 1].partition(".")[0] != "participants"
    assert ids[ids.index("participants.welcomed") - 1].partition(".")[0] == "participants"


@pytest.mark.parametrize(
    ("check_id", "reason"),
    [
        ("purpose.stated", "There is a check purpose.stated already."),
        ("porpoise.stated", "The category must be one of purpose."),
        ("purpose", "An id is a category, a dot, and lower-case words with hyphens"),
        ("purpose.Well-Told", "An id is a category"),
        ("purpose.../../x", "An id is a category"),
        ("../purpose.x", "An id is a category"),
    ],
)
def test_an_id_that_cannot_be_used_changes_nothing(
    goodoffices: Command, nothing_left: Path, check_id: str, reason: str
) -> None:
    before = {path: path.read_text() for path in nothing_left.rglob("*.yaml")}

    ended = goodoffices("checks", "new", check_id, "--folder", nothing_left)

    assert ended.code == ExitCode.WRONG_USE
    assert reason in ended.err
    assert {path: path.read_text() for path in nothing_left.rglob("*.yaml")} == before


def test_the_first_check_of_an_empty_checklist(goodoffices: Command, nothing_left: Path) -> None:
    table = nothing_left / "checklist.yaml"
    table.write_text(table.read_text().replace("checks:\n  - purpose.stated\n", "checks: []\n"))
    (nothing_left / "purpose" / "stated.yaml").unlink()

    goodoffices("checks", "new", "purpose.well-told", "--folder", nothing_left)

    assert [check.id for check in load_checklist(nothing_left).checks] == ["purpose.well-told"]


def shipped_folder() -> str:
    from app.cli.checklists import newest_shipped_folder

    return str(newest_shipped_folder())
