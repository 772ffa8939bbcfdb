"""Reads a design from a YAML or JSON file, and knows the line of each place in it; judges nothing."""

from __future__ import annotations

import json
import os
import stat
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property
from typing import Any, BinaryIO, Final, NoReturn

from app.domain.design import Design, design_from, parse_design
from app.domain.errors import DesignRefused, Fault
from app.domain.strict_yaml import YamlDocument, YamlRefused, read_yaml

LARGEST_FILE: Final = 256 * 1024
STANDARD_INPUT: Final = "-"
NO_DESIGN: Final = (
    "A design is a list of fields with their answers; it has at least a title, such as `title: Our talks`."
)


@dataclass(frozen=True, slots=True)
class FileFault:
    """One thing wrong in a file: the line (None where it is not known), the JSON Pointer, and the rule."""

    line: int | None
    pointer: str
    detail: str


class FileRefused(Exception):
    """The file is no design; each fault says where and why."""

    def __init__(self, *faults: FileFault) -> None:
        self.faults = faults
        super().__init__()


class SourceText:
    """The text of a design file, in which places can be found."""

    def __init__(self, text: str) -> None:
        self.text = text

    @cached_property
    def _document(self) -> YamlDocument | None:
        try:
            return read_yaml(self.text)
        except YamlRefused:
            return None

    def line_of(self, pointer: str) -> int:
        """The line, from 1, of the place that a JSON Pointer names, or of the nearest place around it."""
        return self._document.line_of(pointer) if self._document else 1

    def line_if_known(self, pointer: str) -> int | None:
        """The same; None where the lines of the text are not known."""
        return self._document.line_of(pointer) if self._document else None


@dataclass(frozen=True, slots=True)
class DesignFile:
    """A design with the text that it was read from."""

    design: Design
    source: SourceText


def read_design(name: str) -> DesignFile:
    """The design in a file, or in standard input for `-`; YAML or JSON, whichever the content is.

    Raises:
        FileRefused: it cannot be opened, is too large, is neither YAML nor JSON, or is no design.
    """
    source = SourceText(_text(_content(name)))
    try:
        return DesignFile(_design(source), source)
    except DesignRefused as refused:
        raise FileRefused(*(_at_line(fault, source) for fault in refused.faults)) from None
    except YamlRefused as refused:
        raise FileRefused(*(_of_yaml(fault) for fault in refused.faults)) from None


def _content(name: str) -> bytes:
    try:
        if name == STANDARD_INPUT:
            return _bounded(sys.stdin.buffer)
        if stat.S_ISDIR(os.stat(name).st_mode):  # noqa: PTH116 - the name may be no valid path
            _refuse("This is a folder. Name the files in it.")
        with open(name, "rb") as file:  # noqa: PTH123
            return _bounded(file)
    except (OSError, ValueError) as problem:
        _refuse(f"The file cannot be read: {getattr(problem, 'strerror', None) or 'its name is not one'}.")


def _bounded(file: BinaryIO) -> bytes:
    content = file.read(LARGEST_FILE + 1)
    if len(content) > LARGEST_FILE:
        _refuse(f"The file is larger than {LARGEST_FILE // 1024} KB, the most that the service takes too.")
    return content


def _text(content: bytes) -> str:
    try:
        return content.decode("utf-8-sig")
    except UnicodeDecodeError as problem:
        line = content.count(b"\n", 0, problem.start) + 1
        _refuse("The file is not UTF-8 text. Save it as UTF-8.", line)


def _design(source: SourceText) -> Design:
    if source.text.lstrip()[:1] in ("{", "["):
        try:
            _look_at_json(source.text)
        except json.JSONDecodeError as problem:
            return _from_yaml_instead_of_json(source, problem)
        return parse_design(source.text)
    return _from_yaml(read_yaml(source.text))


def _from_yaml(document: YamlDocument) -> Design:
    if not isinstance(document.content, dict):
        _refuse(NO_DESIGN)
    return design_from(document.content)


def _from_yaml_instead_of_json(source: SourceText, problem: json.JSONDecodeError) -> Design:
    """YAML may begin as JSON does; if it is neither, what is wrong is told of the JSON."""
    try:
        document = read_yaml(source.text)
    except YamlRefused:
        _refuse(f"This is not valid JSON: {problem.msg}.", problem.lineno)
    return _from_yaml(document)


def _look_at_json(text: str) -> None:
    """Refuses what two readers of JSON could take for two different things."""
    try:
        found = json.loads(text, object_pairs_hook=_without_repeats, parse_constant=_no_number)
    except RecursionError:
        _refuse("The document is nested too deeply.")
    except json.JSONDecodeError:
        raise
    except ValueError:  # a number of thousands of digits
        _refuse("The document holds a number that is too long.")
    if not isinstance(found, dict):
        _refuse(NO_DESIGN)


def _without_repeats(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    mapping = dict(pairs)
    if len(mapping) < len(pairs):
        keys = [key for key, _ in pairs]
        repeated = next(key for key in keys if keys.count(key) > 1)
        _refuse(f"The key {repeated[:60]!r} stands twice.")
    return mapping


def _no_number(name: str) -> NoReturn:
    _refuse(f"{name} is no number in JSON.")


def _at_line(fault: Fault, source: SourceText) -> FileFault:
    return FileFault(source.line_if_known(fault.pointer), fault.pointer, fault.detail)


def _of_yaml(fault: Fault) -> FileFault:
    return FileFault(int(fault.pointer.removeprefix("line ")), "", fault.detail)


def _refuse(detail: str, line: int | None = None) -> NoReturn:
    raise FileRefused(FileFault(line, "", detail))


def shown(name: str) -> str:
    """A file's name as text: what is not UTF-8 in it is replaced."""
    return os.fsencode(name).decode("utf-8", errors="replace")


def fault_lines(name: str, faults: tuple[FileFault, ...]) -> Iterator[str]:
    """Each fault as `file:line: /pointer: rule`, as compilers write."""
    for fault in faults:
        place = shown(name) if fault.line is None else f"{shown(name)}:{fault.line}"
        yield ": ".join(part for part in (place, fault.pointer, fault.detail) if part)
