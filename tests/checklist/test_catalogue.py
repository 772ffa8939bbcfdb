"""A checklist is found by name, by name and version, and by the digest that names exactly its text."""

from pathlib import Path

import pytest

from app.checklist.catalogue import Catalogue, shipped_catalogue, shipped_checklist
from app.checklist.checklist import from_pack
from app.checklist.loader import load_checklist
from app.domain.errors import UnknownChecklist
from tests.checklist.builders import CONTENTS, STATED, two_questions, write_checklist


def versions(folder: Path) -> Catalogue:
    later = CONTENTS.replace("version: 1", "version: 2")
    return Catalogue([load_checklist(write_checklist(folder / "v2", contents=later)), two_questions(folder / "v1")])


def test_the_newest_version_is_meant_where_none_is_given(tmp_path: Path) -> None:
    catalogue = versions(tmp_path)

    assert [catalogue.find(name).version for name in ("two-questions", "two-questions@1")] == [2, 1]
    assert [checklist.reference for checklist in catalogue.all()] == ["two-questions@1", "two-questions@2"]


@pytest.mark.parametrize("name", ["three-questions", "two-questions@3", "two-questions@", "@1", "", "two-questions@01"])
def test_what_is_not_there_is_told(tmp_path: Path, name: str) -> None:
    with pytest.raises(UnknownChecklist):
        versions(tmp_path).find(name)


def test_a_digest_finds_exactly_one(tmp_path: Path) -> None:
    catalogue = versions(tmp_path)
    first = catalogue.find("two-questions@1")

    assert catalogue.by_digest(first.digest) is first
    assert catalogue.by_digest("0" * 64) is None


def test_a_digest_changes_with_a_word_and_not_with_an_example(tmp_path: Path) -> None:
    first = two_questions(tmp_path / "v1").digest
    reworded = STATED.replace("Write a sentence.", "Write two sentences.")
    shown = STATED.replace("name: nothing", "name: not a word")

    assert load_checklist(write_checklist(tmp_path / "reworded", stated=reworded)).digest != first
    assert load_checklist(write_checklist(tmp_path / "shown", stated=shown)).digest == first


def test_a_digest_changes_with_the_order(tmp_path: Path) -> None:
    lines = CONTENTS.replace("  - purpose.stated\n  - people.listed\n", "  - people.listed\n  - purpose.stated\n")

    assert (
        load_checklist(write_checklist(tmp_path / "a", contents=lines)).digest != two_questions(tmp_path / "b").digest
    )


def test_a_checklist_that_was_packed_is_the_same_again() -> None:
    for checklist in shipped_catalogue().all():
        again = from_pack(checklist.pack())

        assert again.digest == checklist.digest
        assert [check.paths for check in again.checks] == [check.paths for check in checklist.checks]


def test_a_check_is_found_by_its_id_or_told_to_be_missing(tmp_path: Path) -> None:
    checklist = two_questions(tmp_path)

    assert checklist.check("people.listed").weight == "important"
    with pytest.raises(UnknownChecklist):
        checklist.check("people.unlisted")


def test_one_shipped_checklist_is_had_by_each_of_its_names() -> None:
    catalogue = shipped_catalogue()
    for checklist in catalogue.all():
        for name in (checklist.name, checklist.reference):
            assert shipped_checklist(name) is catalogue.find(name)


@pytest.mark.parametrize(
    "name", ["", "track", "track_two", "track-two@99", "track-two@", "track-two/v1", "track-two@1/", "nobody"]
)
def test_what_is_not_shipped_is_told(name: str) -> None:
    with pytest.raises(UnknownChecklist):
        shipped_checklist(name)
