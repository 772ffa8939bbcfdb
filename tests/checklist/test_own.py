"""A directory of somebody's own checklists: each is found, a bad one is explained, and no other suffers from it."""

from pathlib import Path

import pytest

from app.checklist.catalogue import shipped_catalogue
from app.checklist.own import catalogue_with, read_own
from app.domain.errors import BadInput, ChecklistBroken
from tests.checklist.builders import CONTENTS, STATED, write_checklist

OVERLAY = "overlays: two-questions@1\nname: ours\nversion: 1\nreason: For tests.\nweights: {purpose.stated: advisory}\n"


def references(directory: Path) -> list[str]:
    return [one.checklist.reference for one in read_own(directory, shipped_catalogue()).checklists]


def faults(directory: Path) -> list[tuple[str, str]]:
    found = read_own(directory, shipped_catalogue()).faults
    return [(fault.pointer.removeprefix(f"{directory}/"), fault.detail) for fault in found]


def test_without_a_directory_there_are_the_shipped_ones() -> None:
    assert catalogue_with(None).all() == shipped_catalogue().all()


def test_folders_their_versions_and_overlays_are_found_beside_the_shipped_ones(tmp_path: Path) -> None:
    write_checklist(tmp_path / "questions" / "v1")
    write_checklist(tmp_path / "questions" / "v2", contents=CONTENTS.replace("version: 1", "version: 2"))
    write_checklist(tmp_path / "single", contents=CONTENTS.replace("two-questions", "single"))
    (tmp_path / "ours.yaml").write_text(OVERLAY)
    (tmp_path / "theirs.yml").write_text(OVERLAY.replace("name: ours", "name: theirs"))
    (tmp_path / "README.md").write_text("Not a checklist.")
    (tmp_path / ".git").mkdir()

    assert references(tmp_path) == ["two-questions@1", "two-questions@2", "single@1", "ours@1", "theirs@1"]
    assert faults(tmp_path) == []
    catalogue = catalogue_with(tmp_path)
    assert catalogue.find("track-two") is shipped_catalogue().find("track-two")
    assert catalogue.find("two-questions").version == 2


def test_the_folder_of_one_checklist_holds_that_one(tmp_path: Path) -> None:
    assert references(write_checklist(tmp_path / "v1")) == ["two-questions@1"]


def test_a_bad_file_is_told_and_the_others_are_read(tmp_path: Path) -> None:
    write_checklist(tmp_path / "bad", stated=STATED.replace("op: answered", "op: anwsered"))
    write_checklist(tmp_path / "good")
    (tmp_path / "a.yaml").write_text(OVERLAY.replace("advisory", "heavy"))
    (tmp_path / "b.yaml").write_text(OVERLAY)

    assert references(tmp_path) == ["two-questions@1", "ours@1"]
    assert [place for place, _ in faults(tmp_path)] == ["bad/purpose/stated.yaml:12", "a.yaml:5"]


def test_a_bad_file_stops_the_start_with_what_is_wrong_in_every_file(tmp_path: Path) -> None:
    write_checklist(tmp_path / "bad", stated=STATED.replace("op: answered", "op: anwsered"))
    (tmp_path / "a.yaml").write_text("overlays: track-two@1\n")

    with pytest.raises(ChecklistBroken) as broken:
        catalogue_with(tmp_path)
    files = {fault.pointer.rpartition(":")[0] for fault in broken.value.faults}
    assert files == {str(tmp_path / "bad" / "purpose" / "stated.yaml"), str(tmp_path / "a.yaml")}


def test_a_name_of_the_product_is_refused_so_that_nobody_is_judged_by_another_checklist_unawares(
    tmp_path: Path,
) -> None:
    write_checklist(tmp_path / "v9", contents=CONTENTS.replace("two-questions", "track-two"))

    [(place, told)] = faults(tmp_path)
    assert place == "v9/checklist.yaml:1"
    assert told.startswith("The name track-two belongs to a checklist of the product.")


def test_two_of_one_name_and_version_are_refused(tmp_path: Path) -> None:
    write_checklist(tmp_path / "a")
    write_checklist(tmp_path / "b")

    [(place, told)] = faults(tmp_path)
    assert place == "b/checklist.yaml:1"
    assert told == f"There are two checklists two-questions@1; the other is {tmp_path / 'a'}. Give one another version."


def test_an_overlay_of_an_overlay_is_refused(tmp_path: Path) -> None:
    write_checklist(tmp_path / "questions")
    (tmp_path / "a.yaml").write_text(OVERLAY)
    (tmp_path / "b.yaml").write_text(OVERLAY.replace("name: ours", "name: b").replace("two-questions@1", "ours@1"))

    [(place, told)] = faults(tmp_path)
    assert place == "b.yaml:1"
    assert told.startswith("There is no checklist ours@1 with checks of its own to be made from. There is ")


def test_yaml_files_that_no_table_of_contents_lists_are_told(tmp_path: Path) -> None:
    write_checklist(tmp_path / "questions")
    (tmp_path / "questions" / "checklist.yaml").rename(tmp_path / "questions" / "checklist.yml")

    assert faults(tmp_path) == [("questions", "There are YAML files here, and no checklist.yaml that lists them.")]


def test_a_directory_that_is_not_there_is_told(tmp_path: Path) -> None:
    assert faults(tmp_path / "nowhere") == [(str(tmp_path / "nowhere"), "There is no folder of this name.")]


def test_one_of_them_is_adopted_and_must_be_there(tmp_path: Path) -> None:
    write_checklist(tmp_path / "questions")

    assert catalogue_with(None).adopted.name == "track-two"
    assert catalogue_with(tmp_path, "two-questions@1").adopted.name == "two-questions"
    with pytest.raises(BadInput, match="There is no checklist of the name that is adopted"):
        catalogue_with(None, "two-questions")
