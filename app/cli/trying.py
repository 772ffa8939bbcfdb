"""The command `checks test`: whether the questions of a folder work as their examples say; judges no design."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

from app.checklist.catalogue import shipped_catalogue
from app.checklist.check import Check
from app.checklist.checklist import Checklist
from app.checklist.examples import failures, shortfalls
from app.checklist.loader import path_of
from app.checklist.overlay import shifts
from app.checklist.own import OwnChecklist, load_own, read_own
from app.cli.checklists import is_folder, newest_shipped_folder
from app.cli.exit_codes import ExitCode
from app.cli.terminal import write_text
from app.domain.errors import BadInput, ChecklistBroken
from app.domain.pointer import pointer
from app.domain.strict_yaml import YamlDocument, read_yaml


def run_examples(folder: Path | None) -> ExitCode:
    """Run every example of the checks in a folder; write file, line and reason of each that fails.

    A folder of several checklists and overlays is tried one by one; what is wrong in one is told at the end.

    Raises:
        ChecklistBroken: a checklist cannot be loaded; the faults name file and line.
    """
    folder = folder or newest_shipped_folder()
    if not folder.is_dir():
        raise BadInput(f"There is no folder {folder}.")
    if is_folder(str(folder)):
        lines, summary = _tried(folder, load_own(folder))
        write_text("\n".join([*lines, summary, ""]))
        return ExitCode.FINDINGS if lines else ExitCode.NOTHING_TO_ATTEND_TO
    return _run_all(folder)


def _run_all(directory: Path) -> ExitCode:
    own = read_own(directory, shipped_catalogue())
    failed = False
    for one in own.checklists:
        lines, summary = _tried(one.path, one.checklist) if one.base is None else _tried_overlay(one, one.base)
        failed = failed or bool(lines)
        write_text("\n".join([*lines, f"{one.checklist.reference}: {summary}", ""]))
    if own.faults:
        raise ChecklistBroken("Some checklists cannot be used; the others were tried.", faults=tuple(own.faults))
    return ExitCode.FINDINGS if failed else ExitCode.NOTHING_TO_ATTEND_TO


def _tried(folder: Path, checklist: Checklist) -> tuple[list[str], str]:
    """A line for each failure, and how many checks and examples there were."""
    lines = [line for check in checklist.checks for line in _failure_lines(check, folder)]
    return lines, _summary(checklist, lines)


def _summary(checklist: Checklist, lines: list[str]) -> str:
    examples = sum(len(check.definition.examples) for check in checklist.checks)
    return f"{len(checklist.checks)} checks, {examples} examples, {len(lines)} failures"


def _failure_lines(check: Check, folder: Path) -> Iterator[str]:
    found = list(failures(check))
    if not found:
        return
    path = path_of(folder, check.id)
    document = read_yaml(path.read_text(encoding="utf-8"))
    for failure in found:
        place = pointer("examples") if failure.example is None else pointer("examples", failure.example)
        yield f"{path}:{document.line_of(place)}: {check.id}: {failure.text}"


def _tried_overlay(own: OwnChecklist, base: Checklist) -> tuple[list[str], str]:
    """The failures of its own examples; those of the other checklist that come out otherwise are explained."""
    document = own.document or read_yaml(own.path.read_text(encoding="utf-8"))
    lines = list(_own_failures(own, document))
    explained = [
        f"{own.path}:{_line_of_change(document, check)}: {check}: {told}" for check, told in shifts(own.checklist, base)
    ]
    if explained:
        write_text(
            "\n".join(
                [f"As you asked, {own.checklist.reference} judges otherwise than {base.reference}:", *explained, ""]
            )
        )
    return lines, f"{_summary(own.checklist, lines)}, {len(explained)} examples of {base.reference} explained"


def _own_failures(own: OwnChecklist, document: YamlDocument) -> Iterator[str]:
    for check_id, given in (document.content.get("examples") or {}).items():
        check = own.checklist.check(check_id)
        for number, example in enumerate(check.definition.examples[: len(given)]):
            for shortfall in shortfalls(check, example):
                line = document.line_of(pointer("examples", check_id, number))
                yield f"{own.path}:{line}: {check_id}: {example.name}: {shortfall}"


def _line_of_change(document: YamlDocument, check_id: str) -> int:
    places = (pointer(key, check_id) for key in ("parameters", "texts"))
    return document.line_of(next((place for place in places if place in document.lines), ""))
