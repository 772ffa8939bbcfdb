"""Somebody's own checklists on the command line: tried, explained, used beside the shipped ones, and released."""

import json
from pathlib import Path

import pytest

from app.cli.exit_codes import ExitCode
from tests.checklist.builders import CONTENTS, STATED, write_checklist
from tests.cli.conftest import Command

OVERLAY = """\
overlays: two-questions@1
name: ours
version: 1
reason: For tests.
parameters:
  purpose.stated:
    least: {value: "6", reason: Our board reads one sentence.}
examples:
  purpose.stated:
    - {name: six words, design: {purpose: {statement: Agree rules for all shared wells}}, outcome: met}
"""


@pytest.fixture
def ours(tmp_path: Path) -> Path:
    """A folder with a checklist of two questions and an overlay of it."""
    directory = tmp_path / "ours"
    write_checklist(directory / "questions" / "v1")
    (directory / "overlay.yaml").write_text(OVERLAY)
    return directory


@pytest.fixture
def five_words(tmp_path: Path) -> Path:
    path = tmp_path / "design.yaml"
    path.write_text("title: Wells\npurpose: {statement: Agree rules for all wells}\n")
    return path


def test_everything_in_a_folder_is_tried_and_what_is_judged_otherwise_is_explained(
    goodoffices: Command, ours: Path
) -> None:
    ended = goodoffices("checks", "test", ours)

    assert (ended.code, ended.err) == (ExitCode.NOTHING_TO_ATTEND_TO, "")
    assert ended.out == (
        "two-questions@1: 2 checks, 7 examples, 0 failures\n"
        "As you asked, ours@1 judges otherwise than two-questions@1:\n"
        f"{ours}/overlay.yaml:6: purpose.stated: the example 'four words' of two-questions@1 should be met, is "
        "concern: The purpose is only 4 words long. ['/purpose/statement'] "
        "Here least is 6 instead of 4 (Our board reads one sentence).\n"
        "ours@1: 2 checks, 7 examples, 0 failures, 1 examples of two-questions@1 explained\n"
    )


def test_an_example_of_an_overlay_that_fails_is_named_with_its_line(goodoffices: Command, ours: Path) -> None:
    (ours / "overlay.yaml").write_text(OVERLAY.replace("all shared", "shared"))

    ended = goodoffices("checks", "test", ours)

    assert ended.code == ExitCode.FINDINGS
    assert f"{ours}/overlay.yaml:10: purpose.stated: six words: should be met, is concern: " in ended.out


def test_a_bad_file_is_explained_and_the_others_are_tried(goodoffices: Command, ours: Path) -> None:
    write_checklist(
        ours / "bad", contents=CONTENTS.replace("two-q", "bad-q"), stated=STATED.replace("op: answered", "op: anwsered")
    )

    ended = goodoffices("checks", "test", ours)

    assert ended.code == ExitCode.WRONG_USE
    assert "ours@1: 2 checks, 7 examples, 0 failures" in ended.out
    assert f"{ours}/bad/purpose/stated.yaml:12: There is no word 'anwsered'. Did you mean 'answered'?" in ended.err


def test_a_design_is_judged_by_a_checklist_of_ones_own(goodoffices: Command, ours: Path, five_words: Path) -> None:
    ended = goodoffices("check", five_words, "--checklists", ours, "--checklist", "ours", "--format", "json")

    feedback = json.loads(ended.out)[0]["feedback"]
    assert (feedback["checklist"]["name"], feedback["findings"][0]["outcome"]) == ("ours", "concern")


def test_the_folder_can_be_a_setting(goodoffices: Command, ours: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("GOODOFFICES_CHECKLISTS", str(ours))

    assert goodoffices("checks", "list", "--checklist", "ours@1").out.startswith("Two questions (ours@1)\n")
    assert "value" not in goodoffices("checks", "show", "purpose.stated", "--checklist", "ours").err


@pytest.mark.parametrize("command", ["check", "serve"])
def test_a_bad_file_stops_the_start(goodoffices: Command, ours: Path, five_words: Path, command: str) -> None:
    (ours / "overlay.yaml").write_text(OVERLAY.replace("least:", "lest:"))
    arguments = [five_words] if command == "check" else ["--port", "0", "--data-dir", ours.parent / "data"]

    ended = goodoffices(command, *arguments, "--checklists", ours)

    assert (ended.code, ended.out) == (ExitCode.WRONG_USE, "")
    assert f"{ours}/overlay.yaml:7: purpose.stated has no parameter lest; it has least.\n" in ended.err
    assert not (ours.parent / "data").exists()


def test_a_release_locks_the_version_and_the_next_one_may_change(goodoffices: Command, tmp_path: Path) -> None:
    folder = write_checklist(tmp_path / "v1")

    assert goodoffices("checks", "release", folder).code == ExitCode.NOTHING_TO_ATTEND_TO
    write_checklist(folder, stated=STATED.replace("Write a sentence.", "Write two sentences."))
    refused = goodoffices("checks", "test", folder)
    assert refused.code == ExitCode.WRONG_USE
    assert (
        f"{folder}/purpose/stated.yaml:1: The check purpose.stated is not as it was released in two-que" in refused.err
    )

    write_checklist(folder)
    assert goodoffices("checks", "next-version", folder).out.startswith(f"{tmp_path}/v2\n")
    write_checklist(tmp_path / "v2", contents=CONTENTS.replace("version: 1", "version: 2"), stated=STATED + " ")
    assert (tmp_path / "v2" / "checklist.yaml").read_text() == CONTENTS.replace("version: 1", "version: 2")
    assert goodoffices("checks", "test", tmp_path / "v2").code == ExitCode.NOTHING_TO_ATTEND_TO


def test_a_release_is_made_once_and_only_of_what_works(goodoffices: Command, tmp_path: Path) -> None:
    folder = write_checklist(tmp_path / "v1", stated=STATED.replace("outcome: open", "outcome: met"))

    refused = goodoffices("checks", "release", folder)
    assert (refused.code, list(folder.glob("*.lock"))) == (ExitCode.WRONG_USE, [])
    assert "A version whose examples fail is not released." in refused.err

    write_checklist(folder)
    goodoffices("checks", "release", folder)
    again = goodoffices("checks", "release", folder)
    assert again.code == ExitCode.WRONG_USE
    assert again.err == "goodoffices: two-questions@1 was released already, and it is as it was then.\n"


def test_no_check_is_begun_in_a_released_version(goodoffices: Command, tmp_path: Path) -> None:
    folder = write_checklist(tmp_path / "v1")
    goodoffices("checks", "release", folder)

    refused = goodoffices("checks", "new", "purpose.told", "--folder", folder)

    assert refused.code == ExitCode.WRONG_USE
    assert "two-questions@1 is released, so it cannot change. Begin the next version first: goodoffices" in refused.err


@pytest.mark.parametrize("problem", ["name", "there"])
def test_a_next_version_that_cannot_be_begun_is_told(goodoffices: Command, tmp_path: Path, problem: str) -> None:
    folder = write_checklist(tmp_path / ("v1" if problem == "there" else "first"))
    (tmp_path / "v2").mkdir()

    ended = goodoffices("checks", "next-version", folder)

    assert ended.code == ExitCode.WRONG_USE
    assert ("There is a folder" in ended.err) == (problem == "there")


def test_a_new_check_names_the_schema_for_editors(goodoffices: Command, tmp_path: Path) -> None:
    folder = write_checklist(tmp_path / "v1")

    goodoffices("checks", "new", "purpose.told", "--folder", folder)

    first = (folder / "purpose" / "told.yaml").read_text().splitlines()[0]
    assert first == "# yaml-language-server: $schema=../check.schema.json"
    assert json.loads((folder / "check.schema.json").read_text()) == json.loads(goodoffices("checks", "schema").out)


def test_the_schema_of_an_overlay_can_be_had(goodoffices: Command) -> None:
    assert "overlays" in json.loads(goodoffices("checks", "schema", "overlay").out)["properties"]
