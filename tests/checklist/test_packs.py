"""A pack says what the files say, or it is not read."""

from pathlib import Path

import pytest

from app.checklist.catalogue import SHIPPED, SHIPPED_FOLDERS
from app.checklist.loader import load_checklist
from app.checklist.pack_files import pack_path
from app.checklist.packs import load_packed, packed
from tests.checklist.builders import STATED, write_checklist


@pytest.mark.parametrize("folder", SHIPPED_FOLDERS)
def test_the_shipped_pack_is_that_of_the_files(folder: str) -> None:
    current = pack_path(SHIPPED / folder).read_bytes() == packed(SHIPPED / folder)

    assert current, "app/checklist/packs is out of date. Run: make generate"


@pytest.mark.parametrize("folder", SHIPPED_FOLDERS)
def test_a_checklist_from_its_pack_is_the_one_from_its_files(folder: str, tmp_path: Path) -> None:
    pack_path(SHIPPED / folder, tmp_path).write_bytes(packed(SHIPPED / folder))

    from_pack, from_files = load_packed(SHIPPED / folder, tmp_path), load_checklist(SHIPPED / folder)

    assert from_pack.contents == from_files.contents
    assert from_pack.digest == from_files.digest
    for one, other in zip(from_pack.checks, from_files.checks, strict=True):
        assert (one.definition, one.digest, one.paths) == (other.definition, other.digest, other.paths)


def test_a_pack_of_other_files_is_not_read(tmp_path: Path) -> None:
    folder = write_checklist(tmp_path / "two_questions" / "v1")
    pack_path(folder, tmp_path).write_bytes(packed(folder))
    (folder / "purpose" / "stated.yaml").write_text(STATED.replace("Write a sentence.", "Write two sentences."))

    assert load_packed(folder, tmp_path).check("purpose.stated").advice == "Write two sentences."


def test_files_without_a_pack_are_read(tmp_path: Path) -> None:
    folder = write_checklist(tmp_path / "two_questions" / "v1")

    assert load_packed(folder, tmp_path).digest == load_checklist(folder).digest
