"""Strict YAML: nothing is guessed, nothing is lost in silence, and every fault has a line."""

from pathlib import Path

import pytest

from app.domain.strict_yaml import DEEPEST, YamlRefused, read_yaml

ROOT = Path(__file__).parents[2]


@pytest.mark.parametrize(
    "word", ["no", "yes", "on", "true", "1.10", "0x1f", "1_000", "2027-03-01", "12:30", ".inf", "=", "<<"]
)
def test_every_plain_scalar_is_the_text_that_stands_there(word: str) -> None:
    assert read_yaml(f"party: {word}").content == {"party": word}


@pytest.mark.parametrize("nothing", ["", "~", "null", "Null", "NULL"])
def test_nothing_is_none(nothing: str) -> None:
    assert read_yaml(f"party: {nothing}").content == {"party": None}


@pytest.mark.parametrize("quoted", ["''", "'~'", '"null"'])
def test_what_is_quoted_is_a_text(quoted: str) -> None:
    assert read_yaml(f"party: {quoted}").content == {"party": quoted[1:-1]}


def test_json_is_read_too() -> None:
    assert read_yaml('{"title": "River", "parties": [1, true]}').content == {"title": "River", "parties": ["1", "true"]}


def test_each_place_knows_its_line() -> None:
    document = read_yaml("title: River\nconflict:\n  parties:\n    - id: north\n    - id: south\n")
    assert document.line_of("/conflict/parties/1/id") == 5
    assert document.line_of("/conflict/parties/1/name") == 5
    assert document.line_of("/nowhere") == 1


@pytest.mark.parametrize(
    ("text", "line"),
    [
        ("title: River\nstage: idea\ntitle: Lake\n", 3),
        ("parties: &all [north]\nothers: *all\n", 1),
        ("title: !!python/object:os.system ls\n", 1),
        ("title: River\nstage: !odd idea\n", 2),
        ("title: River\n  stage: idea\n", 2),
        ("title: River\n---\ntitle: Lake\n", 2),
        ("title: [River\n", 2),
        ("? [north, south]\n: both\n", 1),
    ],
    ids=["a key twice", "an anchor", "a class", "a tag", "bad indentation", "two documents", "no end", "a list as key"],
)
def test_what_could_be_misread_is_refused_with_its_line(text: str, line: int) -> None:
    with pytest.raises(YamlRefused) as refused:
        read_yaml(text)
    assert [fault.pointer for fault in refused.value.faults] == [f"line {line}"]


def test_depth_has_an_end() -> None:
    with pytest.raises(YamlRefused):
        read_yaml("[" * 20 * DEEPEST + "]" * 20 * DEEPEST)


def test_nobody_else_reads_yaml() -> None:
    readers = [path for path in (ROOT / "app").rglob("*.py") if "import yaml" in path.read_text(encoding="utf-8")]
    assert [path.name for path in readers] == ["strict_yaml.py"]
