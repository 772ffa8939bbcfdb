"""The commands `checks release` and `checks next-version`: how a version ends and the next begins; judges nothing."""

from __future__ import annotations

import re
import shutil
from pathlib import Path

from app.checklist.loader import load_checklist
from app.checklist.pack_files import CONTENTS
from app.checklist.released import LOCK, lock_text
from app.cli.checklists import newest_shipped_folder
from app.cli.terminal import write_text
from app.cli.trying import run_examples
from app.domain.errors import BadInput
from app.domain.pointer import pointer
from app.domain.strict_yaml import read_yaml


def release(folder: Path | None) -> None:
    """Write the lock of a version whose examples all come out as they say.

    Raises:
        BadInput: it was released already, or an example fails.
        ChecklistBroken: it cannot be loaded, or it was released and has changed since.
    """
    folder = folder or newest_shipped_folder()
    checklist = load_checklist(folder)
    if (folder / LOCK).exists():
        raise BadInput(f"{checklist.reference} was released already, and it is as it was then.")
    if run_examples(folder):
        raise BadInput("A version whose examples fail is not released.")
    (folder / LOCK).write_text(lock_text(checklist), encoding="utf-8")
    write_text(f"{folder / LOCK}\n{checklist.reference} is released. What changes from now on is another version.\n")


def begin_next_version(folder: Path | None) -> None:
    """Copy the folder of a version to that of the next, which is not released yet.

    Raises:
        BadInput: the folder is not named for its version, or the next one is there.
        ChecklistBroken: the version cannot be loaded, or it was released and has changed since.
    """
    folder = folder or newest_shipped_folder()
    checklist = load_checklist(folder)
    if folder.resolve().name != f"v{checklist.version}":
        raise BadInput(f"The folder of {checklist.reference} should be named v{checklist.version}.")
    following = folder.resolve().parent / f"v{checklist.version + 1}"
    if following.exists():
        raise BadInput(f"There is a folder {following} already.")
    shutil.copytree(folder, following, ignore=shutil.ignore_patterns(LOCK))
    table = following / CONTENTS
    table.write_text(_with_version(table.read_text(encoding="utf-8"), checklist.version + 1), encoding="utf-8")
    write_text(f"{following}\nThis is version {checklist.version + 1}, and it may change until it is released.\n")


def _with_version(table: str, version: int) -> str:
    lines = table.splitlines(keepends=True)
    number = read_yaml(table).line_of(pointer("version")) - 1
    lines[number] = re.sub(r"(version:\s*)\S+", rf"\g<1>{version}", lines[number], count=1)
    return "".join(lines)
