"""Where the pack of a checklist lies, and whether it is of the files as they are; knows nothing of what is in it."""

from __future__ import annotations

import hashlib
import json
import os
from functools import cache
from pathlib import Path
from typing import Final

SHIPPED: Final = Path(__file__).parent
PACKS: Final = SHIPPED / "packs"
CONTENTS: Final = "checklist.yaml"


@cache
def is_shipped_packed(folder: str) -> bool:
    """Whether a shipped checklist, by its folder, has a pack of its files; worked out once."""
    return is_packed(SHIPPED / folder, PACKS)


def is_packed(folder: Path, packs: Path = PACKS) -> bool:
    """Whether there is a pack of the files of a checklist's folder as they are."""
    try:
        with pack_path(folder, packs).open("rb") as pack:
            head = pack.readline()
        return bool(json.loads(head + b"]}")["made_from"] == digest_of_files(folder))
    except (OSError, ValueError, KeyError, TypeError):
        return False


def pack_path(folder: Path, packs: Path = PACKS) -> Path:
    """Where the pack of a checklist's folder lies: `track_two/v1` is `track-two-1.json`."""
    return packs / f"{folder.parent.name.replace('_', '-')}-{folder.name.removeprefix('v')}.json"


def digest_of_files(folder: Path) -> str:
    """A SHA-256 in hexadecimal over the names and contents of the table of contents and every file beside it."""
    digest = hashlib.sha256()
    for name in (CONTENTS, *_files_of_checks(folder)):
        with open(f"{folder}/{name}", "rb", buffering=0) as file:  # noqa: PTH123
            content = file.read()
        digest.update(f"{name} {len(content)}\n".encode())
        digest.update(content)
    return digest.hexdigest()


def _files_of_checks(folder: Path) -> list[str]:
    """As `folder.glob("*/*.yaml")`, for which a command would wait twice as long."""
    categories = [entry.name for entry in os.scandir(folder) if entry.is_dir()]
    files = [(category, name) for category in categories for name in os.listdir(folder / category)]  # noqa: PTH208
    return ["/".join(file) for file in sorted(files) if file[1].endswith(".yaml")]
