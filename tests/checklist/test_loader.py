"""A checklist that cannot be used is refused with file and line, and with what to write instead."""

from pathlib import Path

import pytest

from app.checklist.loader import load_checklist
from app.domain.errors import ChecklistBroken
from tests.checklist.builders import CONTENTS, LISTED, STATED, write_checklist


def faults_of(folder: Path) -> list[tuple[str, str]]:
    with pytest.raises(ChecklistBroken) as broken:
        load_checklist(folder)
    return [(fault.pointer.removeprefix(f"{folder.name}/"), fault.detail) for fault in broken.value.faults]


@pytest.mark.parametrize(
    ("written", "instead", "line", "advice"),
    [
        ("op: answered", "op: anwsered", 12, "There is no word 'anwsered'. Did you mean 'answered'? The words are: "),
        ("{op: answered, path: /purpose/statement}", "{path: /a}", 12, "A predicate starts with op and one of"),
        ("advice: Write", "advise: Write", 15, "There is no key 'advise' here. Check the spelling."),
        ("advice: Write a sentence.\n", "", 1, "The key 'advice' is missing."),
        ("words: $least", "words: $leest", 10, "$leest is not among the parameters of this check: least"),
        ("{words} words", "{wrods} words", 11, "the statement asks for {wrods}; there are least, words"),
        ("{words} words", "{words:roman} words", 11, "there is no style 'roman' for a figure; there are percent"),
        ("words long.", "words of the statement.", 0, ""),
        (
            "answered, path: /purpose/st",
            "answered, path: /purpos/st",
            12,
            "A design has no field /purpos/statement. Did y",
        ),
        ("weight: essential", "weight: vital", 3, "It is one of 'essential', 'important' or 'advisory'"),
        ("the talks are for?", "the talks are for.", 4, "It matches the pattern"),
        ("category: purpose", "category: porpoise", 1, "There is no category porpoise in checklist.yaml."),
        ("id: purpose.stated", "id: purpose.said", 1, "The id purpose.said belongs in purpose/said.yaml."),
        ("weight: essential", "weight: essential\nweight: advisory", 4, "The key 'weight' stands twice."),
        ("advice: Write", "advice: &all Write", 15, "Anchors and aliases (& and *) are not read"),
        ("advice: Write", "advice: !!python/name:os.system Write", 15, "Tags (a word after !) are not read."),
        ("op: fewer_words_than, path: /purpose", "op: fewer_words_than, path: purpose//", 10, "It matches the pattern"),
        ("outcome: open", "outcome: opened", 21, "It is one of"),
    ],
    ids=[
        "a misspelt word",
        "no word",
        "a misspelt key",
        "a missing key",
        "an unknown parameter",
        "an unknown figure",
        "an unknown style",
        "a good check",
        "a field that no design has",
        "an unknown choice",
        "a question without its mark",
        "an unknown category",
        "an id that is not its place",
        "a key twice",
        "an anchor",
        "a tag",
        "a path that is none",
        "an unknown outcome",
    ],
)
def test_what_is_wrong_in_a_check_is_told_with_file_and_line(
    tmp_path: Path, written: str, instead: str, line: int, advice: str
) -> None:
    assert written in STATED
    folder = write_checklist(tmp_path / "v1", stated=STATED.replace(written, instead, 1))

    if not line:
        assert [check.id for check in load_checklist(folder).checks] == ["purpose.stated", "people.listed"]
        return
    told = [(place, detail[: len(advice)]) for place, detail in faults_of(folder)]
    assert (f"purpose/stated.yaml:{line}", advice) in told


def test_every_fault_of_every_file_is_told_at_once(tmp_path: Path) -> None:
    folder = write_checklist(
        tmp_path / "v1",
        stated=STATED.replace("advice:", "advise:"),
        listed=LISTED.replace("weight: important", "weight: heavy"),
    )

    assert {place.partition(":")[0] for place, _ in faults_of(folder)} == {"purpose/stated.yaml", "people/listed.yaml"}


def test_a_check_that_no_line_lists_is_told(tmp_path: Path) -> None:
    folder = write_checklist(tmp_path / "v1")
    (folder / "people" / "welcome.yaml").write_text("id: people.welcome\n")

    assert faults_of(folder) == [("people/welcome.yaml:1", "This check is not listed in checklist.yaml.")]


def test_a_line_that_lists_no_file_is_told(tmp_path: Path) -> None:
    folder = write_checklist(tmp_path / "v1", contents=CONTENTS + "  - people.welcome\n")

    assert faults_of(folder) == [
        ("people/welcome.yaml:1", "The file is missing or cannot be read as UTF-8 text."),
    ]


def test_a_folder_without_a_table_of_contents_is_told(tmp_path: Path) -> None:
    assert faults_of(tmp_path) == [("checklist.yaml:1", "The file is missing or cannot be read as UTF-8 text.")]


def test_a_file_that_is_not_text_is_told(tmp_path: Path) -> None:
    folder = write_checklist(tmp_path / "v1")
    (folder / "purpose" / "stated.yaml").write_bytes(b"\xff\xfe\x00")

    assert faults_of(folder)[0][0] == "purpose/stated.yaml:1"


def test_a_word_deep_inside_others_is_told_at_its_own_line(tmp_path: Path) -> None:
    deep = """answered:
  op: all_of
  of:
    - {op: answered, path: /purpose/statement}
    - op: any_of
      of:
        - {op: anserwed, path: /title}
"""
    folder = write_checklist(
        tmp_path / "v1", stated=STATED.replace("answered: {op: answered, path: /purpose/statement}\n", deep)
    )

    assert faults_of(folder)[0][0] == "purpose/stated.yaml:18"


def test_a_field_that_no_row_has_is_told_at_its_line(tmp_path: Path) -> None:
    folder = write_checklist(tmp_path / "v1", listed=LISTED.replace("path: status", "path: statsu"))

    [(place, told)] = faults_of(folder)
    assert place == "people/listed.yaml:9"
    assert told.startswith("A design has no field /participation/participants/*/statsu. Did you mean /participation/pa")
