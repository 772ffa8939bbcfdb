"""An editor with these schemas accepts every shipped check and marks what is misspelt."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import yaml
from jsonschema import Draft202012Validator

from app.checklist.catalogue import SHIPPED, SHIPPED_FOLDERS, shipped_catalogue
from app.checklist.editor_schema import check_schema, overlay_schema
from app.checklist.loader import path_of
from app.checklist.packs import load_packed
from app.checklist.predicates.vocabulary import WORDS
from tests.checklist.builders import STATED

CHECK = Draft202012Validator(check_schema())
OVERLAY = Draft202012Validator(overlay_schema())
FILES = [
    path_of(SHIPPED / folder, check.id) for folder in SHIPPED_FOLDERS for check in load_packed(SHIPPED / folder).checks
]
EXAMPLE = Path(__file__).parents[2] / "examples" / "checklists" / "lake-foundation.yaml"


def as_an_editor_reads(text: str) -> Any:
    """The content with numbers and truth values told apart from text, as every editor does it."""
    return yaml.safe_load(text)


def marks(validator: Draft202012Validator, text: str) -> list[str]:
    """What an editor would say, the most fitting first for a choice of many."""
    return [message for error in validator.iter_errors(as_an_editor_reads(text)) for message in messages(error)]


def messages(error: Any) -> Iterator[str]:
    yield error.message
    for inner in error.context or ():
        yield from messages(inner)


def test_there_is_a_file_for_each_check() -> None:
    assert len(FILES) == sum(len(checklist.checks) for checklist in shipped_catalogue().all())


@pytest.mark.parametrize("path", FILES, ids=lambda path: f"{path.parent.name}.{path.stem}")
def test_an_editor_marks_nothing_in_a_shipped_check(path: Path) -> None:
    assert marks(CHECK, path.read_text(encoding="utf-8")) == []


def test_an_editor_marks_nothing_in_a_number_that_is_written_without_quotes() -> None:
    assert marks(CHECK, STATED.replace('value: "4"', "value: 4").replace('pages: ["18"]', "pages: [18]")) == []


@pytest.mark.parametrize(
    ("written", "instead", "told"),
    [
        ("op: answered", "op: anwsered", "'anwsered' is not one of ['answered', 'unanswered', "),
        ("advice:", "advise:", "'advise' was unexpected"),
        ("advice: Write a sentence.\n", "", "'advice' is a required property"),
        ("weight: essential", "weight: vital", "'vital' is not one of ['essential', 'important', 'advisory']"),
        ("ask_from: idea", "ask_from: later", "'later' is not one of ['idea', "),
        ("words: $least", "wrods: $least", "'wrods' was unexpected"),
        ("outcome: open", "outcome: opened", "'opened' is not one of ['met', 'concern', 'open', 'not_applicable'"),
        ("the talks are for?", "the talks are for.", "does not match '\\\\?'"),
    ],
)
def test_an_editor_marks_what_the_loader_would_refuse(written: str, instead: str, told: str) -> None:
    assert written in STATED
    assert any(told in message for message in marks(CHECK, STATED.replace(written, instead, 1)))


def test_every_word_of_the_language_is_described_and_so_is_each_of_its_keys() -> None:
    parts = check_schema()["$defs"]
    silent = [
        f"{word.__name__}.{key}"
        for word in WORDS.values()
        for key, part in parts[word.__name__]["properties"].items()
        if not part.get("description")
    ]

    assert [op for op, word in WORDS.items() if not parts[word.__name__].get("description")] == []
    assert silent == []


@pytest.mark.parametrize("schema", [check_schema(), overlay_schema()], ids=["a check", "an overlay"])
def test_every_key_of_a_file_is_described(schema: dict[str, Any]) -> None:
    silent = [key for key, part in schema["properties"].items() if not part.get("description")]

    assert silent == []


def test_an_editor_marks_nothing_in_the_overlay_that_we_show() -> None:
    assert marks(OVERLAY, EXAMPLE.read_text(encoding="utf-8")) == []


def test_an_editor_marks_a_misspelt_key_of_an_overlay() -> None:
    assert any("'weight' was" in told for told in marks(OVERLAY, EXAMPLE.read_text().replace("weights:", "weight:")))
