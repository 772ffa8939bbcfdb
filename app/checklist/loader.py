"""Reads a checklist's folder of YAML files; what is wrong is told with file, line and what to write instead."""

from __future__ import annotations

import difflib
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any, TypeVar

from app.checklist.check import Check
from app.checklist.checklist import Checklist
from app.checklist.definition import CheckFile, ChecklistFile
from app.checklist.pack_files import CONTENTS
from app.checklist.places import places
from app.checklist.released import LOCK, changes_since
from app.domain.errors import ChecklistBroken, Fault
from app.domain.modelling import BaseModel, ValidationError
from app.domain.pointer import pointer
from app.domain.rules import known_rule
from app.domain.strict_yaml import YamlDocument, YamlRefused, read_yaml

NAMED_IN_PROBLEM = re.compile(r"\{\w+\}|\$\w+|style '\w+'")
File = TypeVar("File", bound=BaseModel)


def load_checklist(folder: Path) -> Checklist:
    """The checklist in a folder: `checklist.yaml`, and for each check `category/name.yaml`.

    Raises:
        ChecklistBroken: with a fault (file and line) for everything that is wrong in any of the files.
    """
    contents = read_file(folder / CONTENTS, ChecklistFile, folder)
    faults: list[Fault] = []
    checks: list[Check] = []
    for check_id in contents.checks:
        try:
            checks.append(load_check(path_of(folder, check_id), folder, contents))
        except ChecklistBroken as broken:
            faults.extend(broken.faults)
    faults.extend(_strays(folder, contents))
    if faults:
        raise ChecklistBroken(faults=tuple(faults))
    checklist = Checklist(contents, checks)
    _refuse_changes_of_a_release(checklist, folder)
    return checklist


def _refuse_changes_of_a_release(checklist: Checklist, folder: Path) -> None:
    try:
        lock = (folder / LOCK).read_text(encoding="utf-8")
    except FileNotFoundError:
        return
    places = (
        (path_of(folder, check) if check else folder / CONTENTS, why) for check, why in changes_since(lock, checklist)
    )
    faults = tuple(_at(path, folder, "line 1", why) for path, why in places)
    if faults:
        raise ChecklistBroken(faults=faults)


def path_of(folder: Path, check_id: str) -> Path:
    """The file of a check: its id is its folder and its name."""
    category, _, name = check_id.partition(".")
    return folder / category / f"{name}.yaml"


def load_check(path: Path, folder: Path, contents: ChecklistFile | None = None) -> Check:
    """One check from its file.

    Raises:
        ChecklistBroken: the file is missing, misspelt, or cannot be compiled.
    """
    definition, document = read_with_lines(path, CheckFile, folder)
    if path_of(folder, definition.id) != path:
        raise _broken(
            path, folder, 1, f"The id {definition.id} belongs in {path_of(folder, definition.id).relative_to(folder)}."
        )
    if contents and definition.category not in {category.id for category in contents.categories}:
        raise _broken(path, folder, 1, f"There is no category {definition.category} in {CONTENTS}.")
    try:
        check = Check(definition)
    except (ValueError, ArithmeticError) as problem:
        told = in_our_words(problem)
        raise _broken(path, folder, document.line_of(place_of_problem(document.content, told)), told) from None
    unknown = tuple(_no_such_field(place, document, path, folder) for place in check.paths if place not in places())
    if unknown:
        raise ChecklistBroken(faults=unknown)
    return check


def _no_such_field(place: str, document: YamlDocument, path: Path, folder: Path) -> Fault:
    near = difflib.get_close_matches(place, places(), n=1)
    hint = f" Did you mean {near[0]}?" if near else ""
    written = _place_with(document.content, place) or _place_with(document.content, place.rpartition("*/")[2])
    return _at(path, folder, f"line {document.line_of(written)}", f"A design has no field {place}.{hint}")


def read_file(path: Path, kind: type[File], folder: Path) -> File:
    """One file as the model it should be.

    Raises:
        ChecklistBroken: with file and line of everything that is wrong.
    """
    return read_with_lines(path, kind, folder)[0]


def read_with_lines(path: Path, kind: type[File], folder: Path) -> tuple[File, YamlDocument]:
    """One file as the model it should be, and the document, which knows its lines.

    Raises:
        ChecklistBroken: with file and line of everything that is wrong.
    """
    try:
        document = read_yaml(path.read_text(encoding="utf-8"))
    except YamlRefused as refused:
        raise ChecklistBroken(
            faults=tuple(_at(path, folder, fault.pointer, fault.detail) for fault in refused.faults)
        ) from None
    except (OSError, UnicodeError):
        raise _broken(path, folder, 1, "The file is missing or cannot be read as UTF-8 text.") from None
    try:
        return kind.model_validate(document.content), document
    except ValidationError as problem:
        raise ChecklistBroken(faults=tuple(_faults(problem, document, path, folder))) from None


def in_our_words(problem: Exception) -> str:
    """What kept a definition from being compiled, as a sentence for whoever wrote it."""
    return "A number cannot be divided by 0." if isinstance(problem, ArithmeticError) else str(problem)


def place_of_problem(content: Any, problem: str) -> str:
    """A JSON Pointer to the text that a problem speaks of: the first that has the figure or the parameter it names."""
    named = NAMED_IN_PROBLEM.search(problem)
    return _place_with(content, named[0].rstrip("}").replace("style '", ":").rstrip("'")) if named else ""


def _place_with(here: Any, piece: str, place: str = "") -> str:
    if isinstance(here, str):
        return place if piece in here else ""
    parts = here.items() if isinstance(here, dict) else enumerate(here) if isinstance(here, list) else ()
    return next(filter(None, (_place_with(part, piece, place + pointer(step)) for step, part in parts)), "")


def _faults(problem: ValidationError, document: YamlDocument, path: Path, folder: Path) -> Iterator[Fault]:
    for error in problem.errors():
        place = _place_in(document.content, error["loc"])
        line = document.line_of(pointer(*place))
        yield _at(path, folder, f"line {line}", _advice(error))


def _place_in(content: Any, location: tuple[int | str, ...]) -> list[int | str]:
    """The steps of a pydantic location that are places in the file: the names of words in between are not."""
    place: list[int | str] = []
    here = content
    for step in location:
        if _is_there(here, step):
            here = here[step]
            place.append(step)
        elif not (isinstance(here, dict) and here.get("op") == step):
            break
    return place


def _is_there(here: Any, step: int | str) -> bool:
    if isinstance(here, list):
        return isinstance(step, int) and step < len(here)
    return isinstance(here, dict) and step in here


def _advice(error: Any) -> str:
    if error["type"] == "union_tag_invalid":
        return _no_such_word(str(error["ctx"]["tag"]), str(error["ctx"]["expected_tags"]))
    if error["type"] == "union_tag_not_found":
        return "A predicate starts with op and one of the words of the vocabulary."
    if error["type"] == "extra_forbidden":
        return f"There is no key {error['loc'][-1]!r} here. Check the spelling."
    if error["type"] == "missing":
        return f"The key {error['loc'][-1]!r} is missing."
    return known_rule(error) or str(error["msg"]).removeprefix("Value error, ")


def _no_such_word(word: str, listed: str) -> str:
    words = [name.strip(" '") for name in listed.split(",")]
    near = difflib.get_close_matches(word, words, n=1)
    hint = f" Did you mean {near[0]!r}?" if near else ""
    return f"There is no word {word!r}.{hint} The words are: {', '.join(words)}."


def _strays(folder: Path, contents: ChecklistFile) -> Iterator[Fault]:
    """Check files that the table of contents does not list: adding a check is a file and a line."""
    listed = {path_of(folder, check_id) for check_id in contents.checks}
    for category in contents.categories:
        for path in sorted((folder / category.id).glob("*.yaml")):
            if path not in listed:
                yield _at(path, folder, "line 1", f"This check is not listed in {CONTENTS}.")


def _at(path: Path, folder: Path, line: str, detail: str) -> Fault:
    return Fault(f"{path.relative_to(folder.parent).as_posix()}:{line.removeprefix('line ')}", detail)


def _broken(path: Path, folder: Path, line: int, detail: str) -> ChecklistBroken:
    return ChecklistBroken(faults=(_at(path, folder, str(line), detail),))
