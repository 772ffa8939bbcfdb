"""A shipped checklist as one generated file, read without YAML and without validation; knows when it is out of date.

Reading YAML takes most of a command's time. A pack holds the same definitions, checked when it was made, and a digest
of the files that it was made from: while that is theirs the pack is read, else the files are, so it cannot mislead.
"""

from __future__ import annotations

import hashlib
import json
from pathlib import Path
from typing import Any, Final

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
from app.checklist.loader import CONTENTS, load_checklist
from app.checklist.outcome import Outcome, Weight
from app.checklist.predicates.vocabulary import WORDS

PACKS: Final = Path(__file__).parent / "packs"
JUDGES: Final = frozenset({"applies", "met_when", "answered"})
Json = dict[str, Any]


def load_packed(folder: Path, packs: Path = PACKS) -> Checklist:
    """The checklist in a folder: from its pack if that is of these files, else from the files.

    Raises:
        ChecklistBroken: the pack is not of these files, and something is wrong in them.
    """
    path = pack_path(folder, packs)
    try:
        pack = json.loads(path.read_bytes())
    except OSError:
        return load_checklist(folder)
    return _unpacked(pack) if pack["made_from"] == digest_of_files(folder) else load_checklist(folder)


def pack_path(folder: Path, packs: Path = PACKS) -> Path:
    """Where the pack of a checklist's folder lies: `track_two/v1` is `track-two-1.json`."""
    return packs / f"{folder.parent.name.replace('_', '-')}-{folder.name.removeprefix('v')}.json"


def packed(folder: Path) -> bytes:
    """The pack of a checklist's folder, a check a line.

    Raises:
        ChecklistBroken: the checklist cannot be loaded.
    """
    checklist = load_checklist(folder)
    pack = checklist.pack()
    checks = [
        json.dumps([check.digest, definition], ensure_ascii=False, separators=(",", ":"))
        for check, definition in zip(checklist.checks, pack["checks"], strict=True)
    ]
    head = json.dumps({"made_from": digest_of_files(folder), "contents": pack["contents"]}, ensure_ascii=False)
    lines = (head.removesuffix("}") + ', "checks": [', ",\n".join(checks), "]}", "")
    return "\n".join(lines).encode()


def digest_of_files(folder: Path) -> str:
    """A SHA-256 in hexadecimal over the names and contents of the table of contents and every file beside it."""
    digest = hashlib.sha256()
    for path in (folder / CONTENTS, *sorted(folder.glob("*/*.yaml"))):
        content = path.read_bytes()
        digest.update(f"{path.relative_to(folder).as_posix()} {len(content)}\n".encode())
        digest.update(content)
    return digest.hexdigest()


def _unpacked(pack: Json) -> Checklist:
    contents = dict(pack["contents"])
    contents["categories"] = [CategoryFile.model_construct(**category) for category in contents["categories"]]
    checks = [Check(_definition(definition), digest) for digest, definition in pack["checks"]]
    return Checklist(ChecklistFile.model_construct(**contents), checks, digest_of(pack["contents"], checks))


def _definition(content: Json) -> CheckFile:
    """The definition as validation would give it; its words, clauses and examples are built by hand."""
    built = {name: _word(value) if name in JUDGES else value for name, value in content.items()}
    built["weight"] = Weight(content["weight"])
    built["say"] = Statements.model_construct(**content["say"])
    built["sources"] = [Source.model_construct(**source) for source in content["sources"]]
    built["examples"] = [_example(example) for example in content.get("examples", ())]
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
