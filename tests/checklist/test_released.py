"""A released version cannot change unnoticed: the lock beside it names the check that did, and what to do."""

from pathlib import Path

import pytest

from app.checklist.catalogue import SHIPPED, SHIPPED_FOLDERS
from app.checklist.loader import load_checklist
from app.checklist.packs import load_packed, packed
from app.checklist.released import ADVICE, LOCK, lock_text
from app.domain.errors import ChecklistBroken
from tests.checklist.builders import CONTENTS, LISTED, STATED, write_checklist


@pytest.fixture
def released(tmp_path: Path) -> Path:
    """A released checklist of two questions."""
    folder = write_checklist(tmp_path / "two_questions" / "v1")
    (folder / LOCK).write_text(lock_text(load_checklist(folder)))
    return folder


def faults_of(folder: Path) -> list[tuple[str, str]]:
    with pytest.raises(ChecklistBroken) as broken:
        load_checklist(folder)
    return [(fault.pointer, fault.detail) for fault in broken.value.faults]


def test_a_version_without_a_lock_may_change(tmp_path: Path) -> None:
    folder = write_checklist(tmp_path / "v1", stated=STATED.replace("Write a sentence.", "Write two sentences."))

    assert load_checklist(folder).check("purpose.stated").advice == "Write two sentences."


def test_a_released_version_that_is_as_it_was_is_read(released: Path) -> None:
    assert load_checklist(released).reference == "two-questions@1"


@pytest.mark.parametrize(
    ("was", "now"),
    [
        ("Write a sentence.", "Write two sentences."),
        ('value: "4"', 'value: "5"'),
        ("weight: essential", "weight: advisory"),
        ("op: answered, path: /purpose/statement", "op: answered, path: /title"),
    ],
    ids=["a text", "a parameter", "a weight", "a judgement"],
)
def test_a_check_that_changed_is_named_with_what_to_do(released: Path, was: str, now: str) -> None:
    write_checklist(released, stated=STATED.replace(was, now))

    told = f"The check purpose.stated is not as it was released in two-questions@1. {ADVICE}"
    assert faults_of(released) == [("v1/purpose/stated.yaml:1", told)]
    assert "goodoffices checks next-version" in told


def test_examples_may_grow_at_any_time(released: Path) -> None:
    example = "  - {name: five words, design: {purpose: {statement: Agree rules for all wells}}, outcome: met}\n"
    write_checklist(released, stated=STATED + example)

    assert len(load_checklist(released).check("purpose.stated").definition.examples) == 4


def test_a_check_that_was_added_and_one_that_was_taken_out_are_named(released: Path) -> None:
    (released / "people" / "listed.yaml").unlink()
    (released / "people" / "named.yaml").write_text(LISTED.replace("id: people.listed", "id: people.named"))
    write_contents(released, CONTENTS.replace("people.listed", "people.named"))

    assert faults_of(released) == [
        ("v1/checklist.yaml:1", f"The check people.listed of the released two-questions@1 is gone. {ADVICE}"),
        ("v1/people/named.yaml:1", f"The check people.named is not part of the released two-questions@1. {ADVICE}"),
    ]


@pytest.mark.parametrize(
    ("was", "now"),
    [
        ("title: Two questions", "title: A pair of questions"),
        ("name: People", "name: Everybody"),
        ("  - purpose.stated\n  - people.listed\n", "  - people.listed\n  - purpose.stated\n"),
    ],
    ids=["the title", "a category", "the order"],
)
def test_a_table_of_contents_that_changed_is_told(released: Path, was: str, now: str) -> None:
    write_contents(released, CONTENTS.replace(was, now))

    [(place, detail)] = faults_of(released)
    assert place == "v1/checklist.yaml:1"
    assert detail.startswith("The title, the text, the categories or the order of the checks are not those of the rel")


def test_a_lock_that_was_copied_along_is_told(released: Path) -> None:
    write_contents(released, CONTENTS.replace("version: 1", "version: 2"))

    [(_, detail)] = faults_of(released)
    assert detail == "released.lock is not of two-questions@2. Remove the lock if this is a copy that is to change."


def test_no_pack_is_made_of_a_released_version_that_changed(released: Path, tmp_path: Path) -> None:
    write_checklist(released, stated=STATED.replace("Write a sentence.", "Write two sentences."))

    with pytest.raises(ChecklistBroken):
        packed(released)
    with pytest.raises(ChecklistBroken):
        load_packed(released, tmp_path)


def test_every_shipped_version_but_the_newest_of_its_name_is_released() -> None:
    newest = {folder.split("/")[0]: folder for folder in SHIPPED_FOLDERS}

    older = [folder for folder in SHIPPED_FOLDERS if folder not in newest.values()]
    assert [folder for folder in older if not (SHIPPED / folder / LOCK).is_file()] == []


def test_every_shipped_folder_is_listed_the_newest_version_of_a_name_last() -> None:
    on_disk = sorted(path.parent.relative_to(SHIPPED).as_posix() for path in SHIPPED.glob("*/v*/checklist.yaml"))

    assert sorted(SHIPPED_FOLDERS) == on_disk
    versions = [(folder.split("/v")[0], int(folder.split("/v")[1])) for folder in SHIPPED_FOLDERS]
    assert versions == sorted(versions, key=lambda one: ([name for name, _ in versions].index(one[0]), one[1]))


def write_contents(folder: Path, text: str) -> None:
    (folder / "checklist.yaml").write_text(text)
