"""A shipped checklist as one generated file, read without YAML and without validation; knows when it is out of date.

Reading YAML takes most of a command's time. A pack holds the same definitions, checked when it was made, and a digest
of the files that it was made from: while that is theirs the pack is read, else the files are, so it cannot mislead.
"""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any, Final

from pydantic_core import from_json

from app.checklist.check import Check
from app.checklist.checklist import Checklist, digest_of
from app.checklist.definition import (
    CategoryFile,
    CheckFile,
    ChecklistFile,
    Clause,
    Example,
    Parameter,
    Source,
    Statements,
)
from app.checklist.outcome import Outcome, Weight
from app.checklist.pack_files import PACKS, digest_of_files, is_packed, pack_path
from app.checklist.predicates.vocabulary import WORDS
from app.domain.modelling import is_light

JUDGES: Final = frozenset({"applies", "met_when", "answered"})
Json = dict[str, Any]


def load_packed(folder: Path, packs: Path = PACKS) -> Checklist:
    """The checklist in a folder: from its pack if that is of these files, else from the files.

    Raises:
        ChecklistBroken: the pack is not of these files, and something is wrong in them.
    """
    if is_packed(folder, packs):
        return unpacked(folder, packs)
    from app.checklist.loader import load_checklist  # late: whoever reads packs need not read YAML

    return load_checklist(folder)


def unpacked(folder: Path, packs: Path = PACKS) -> Checklist:
    """The checklist in the pack of a folder, which is known to be of its files."""
    return _unpacked(from_json(pack_path(folder, packs).read_bytes()))


def packed(folder: Path) -> bytes:
    """The pack of a checklist's folder, a check a line.

    Raises:
        ChecklistBroken: the checklist cannot be loaded.
    """
    from app.checklist.loader import load_checklist

    checklist = load_checklist(folder)
    pack = checklist.pack()
    checks = [
        _line([check.digest, definition, _line(definition.pop("examples", []))])
        for check, definition in zip(checklist.checks, pack["checks"], strict=True)
    ]
    head = json.dumps({"made_from": digest_of_files(folder), "contents": pack["contents"]}, ensure_ascii=False)
    lines = (head.removesuffix("}") + ', "checks": [', ",\n".join(checks), "]}", "")
    return "\n".join(lines).encode()


def _line(content: Any) -> str:
    return json.dumps(content, ensure_ascii=False, separators=(",", ":"))


def _unpacked(pack: Json) -> Checklist:
    contents = dict(pack["contents"])
    contents["categories"] = [CategoryFile.model_construct(**category) for category in contents["categories"]]
    checks = [Check(_definition(definition, examples), digest) for digest, definition, examples in pack["checks"]]
    return Checklist(ChecklistFile.model_construct(**contents), checks, digest_of(pack["contents"], checks))


def _definition(content: Json, examples: str) -> CheckFile:
    """The definition as validation would give it; its words, clauses and examples are built by hand.

    Its examples, half of the whole, are packed as a text of their own, which who only judges designs need not read.
    """
    built = {name: _word(value) if name in JUDGES else value for name, value in content.items()}
    built["weight"] = Weight(content["weight"])
    built["say"] = Statements.model_construct(**content["say"])
    built["sources"] = [Source.model_construct(**source) for source in content["sources"]]
    built["examples"] = [] if is_light() else [_example(example) for example in from_json(examples)]
    parameters = content.get("parameters", {})
    built["parameters"] = {name: Parameter.model_construct(**given) for name, given in parameters.items()}
    for clauses in ("concern", "open_when"):
        built[clauses] = [_clause(clause) for clause in content.get(clauses, ())]
    return CheckFile.model_construct(**built)


def _clause(content: Json) -> Clause:
    return Clause.model_construct(**{**content, "when": _word(content["when"])})


def _example(content: Json) -> Example:
    return Example.model_construct(**{**content, "outcome": Outcome(content["outcome"])})


def _word(content: Any) -> Any:
    """A word with the words in it; anything else is as it is."""
    if isinstance(content, list):
        return [_word(entry) for entry in content]
    if isinstance(content, dict) and "op" in content:
        word = WORDS[content["op"]]
        return word.model_construct(**{name: _word(value) for name, value in content.items()})
    return content
