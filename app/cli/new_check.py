"""The command `checks new`: a check's first file, every key explained, and its line in the table of contents."""

from __future__ import annotations

import json
import os
import re
from pathlib import Path
from string import Template
from typing import Final

from app.checklist.definition import ChecklistFile
from app.checklist.editor_schema import check_schema
from app.checklist.loader import path_of, read_file
from app.checklist.pack_files import CONTENTS
from app.checklist.released import LOCK
from app.cli.checklists import newest_shipped_folder
from app.cli.terminal import write_text
from app.domain.errors import BadInput
from app.domain.pointer import pointer
from app.domain.strict_yaml import read_yaml

SCHEMA: Final = Path("openapi/check.schema.json")
CHECK_ID: Final = re.compile(r"[a-z_]+\.[a-z0-9]+(-[a-z0-9]+)*")


def new_check(check_id: str, folder: Path | None) -> None:
    """Write the first file of a check and list it after the last check of its category.

    Raises:
        BadInput: the version is released, the id is not one, its category does not exist, or it is taken.
        ChecklistBroken: the table of contents cannot be read.
    """
    folder = folder or newest_shipped_folder()
    contents = read_file(folder / CONTENTS, ChecklistFile, folder)
    if (folder / LOCK).exists():
        released = f"{contents.name}@{contents.version} is released, so it cannot change."
        raise BadInput(f"{released} Begin the next version first: goodoffices checks next-version {folder}")
    path = path_of(folder, check_id)
    _refuse_unusable(check_id, contents, path)
    path.parent.mkdir(exist_ok=True)
    path.write_text(_skeleton(check_id, _schema_for(path, folder)), encoding="utf-8")
    table = folder / CONTENTS
    table.write_text(_with_line(table.read_text(encoding="utf-8"), check_id, contents), encoding="utf-8")
    write_text(f"{path}\nFill it in, then run: goodoffices checks test {folder}\n")


def _refuse_unusable(check_id: str, contents: ChecklistFile, path: Path) -> None:
    categories = [category.id for category in contents.categories]
    if not CHECK_ID.fullmatch(check_id):
        raise BadInput("An id is a category, a dot, and lower-case words with hyphens, such as purpose.well-timed.")
    if check_id.partition(".")[0] not in categories:
        raise BadInput(f"The category must be one of {', '.join(categories)}.")
    if path.exists() or check_id in contents.checks:
        raise BadInput(f"There is a check {check_id} already.")


def _with_line(table: str, check_id: str, contents: ChecklistFile) -> str:
    """The table of contents with one line more; every other line stays as it is."""
    lines = table.splitlines(keepends=True)
    category = check_id.partition(".")[0]
    same = [index for index, listed in enumerate(contents.checks) if listed.startswith(f"{category}.")]
    if not contents.checks:
        return table.replace("checks: []", "checks:").rstrip() + f"\n  - {check_id}\n"
    last = same[-1] if same else len(contents.checks) - 1
    number = read_yaml(table).line_of(pointer("checks", last))
    before = lines[number - 1]
    indentation = before[: len(before) - len(before.lstrip())]
    lines[number - 1] = before.rstrip("\n") + "\n"
    lines.insert(number, f"{indentation}- {check_id}\n")
    return "".join(lines)


def _skeleton(check_id: str, schema: str) -> str:
    template = (Path(__file__).parent / "new_check.yaml").read_text(encoding="utf-8")
    return Template(template).substitute(id=check_id, category=check_id.partition(".")[0], schema=schema)


def _schema_for(path: Path, folder: Path) -> str:
    """Where the schema for editors lies, as seen from the file: in this project, else beside the table of contents."""
    for above in folder.resolve().parents:
        if (above / SCHEMA).is_file():
            return Path(os.path.relpath(above / SCHEMA, path.resolve().parent)).as_posix()
    beside = folder / SCHEMA.name
    beside.write_text(json.dumps(check_schema(), indent=2, ensure_ascii=False) + "\n", encoding="utf-8")
    return f"../{beside.name}"
