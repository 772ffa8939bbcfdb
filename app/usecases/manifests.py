"""What a backup says of itself, in a file beside what it holds: of when, of what, how much, and whether it is whole."""

import hashlib
import json
import os
import re
from collections.abc import Iterable
from contextlib import suppress
from dataclasses import asdict, dataclass
from datetime import datetime
from importlib.metadata import version
from pathlib import Path
from typing import Any, Final, Literal

from app.domain.errors import BadInput, Damaged
from app.storage.snapshots import Engine, Snapshot
from app.storage.sqlite_copies import make_durable, make_new

Kind = Literal["data", "keys"]

FORMAT: Final = 1
FILE: Final = "manifest.json"
DIGEST_PIECE: Final = 1 << 20
PLAIN_NAME: Final = re.compile(r"[a-z][a-z_]*\.(db|jsonl)")

NO_BACKUP: Final = "There is no whole backup of the {} in {}: it has no manifest that can be read."
ANOTHER_KIND: Final = "{} holds a backup of the {}. Name the folder of the {} there."
LATER_FORMAT: Final = "The backup was made by a later version of Good Offices. Use that version, or a later one."
ALTERED: Final = (
    "The backup in {} is not what it was when it was made: {} differs. Use another one, and keep this apart."
)


@dataclass(frozen=True, slots=True)
class Manifest:
    """What was put into a folder.

    Attributes:
        made_at: the moment before it was begun: everything that was acknowledged by then is in it.
        version: which version of Good Offices made it.
        migration, rows: as `Snapshot`.
        files: the SHA-256 of each file, in hexadecimal.
    """

    kind: Kind
    made_at: datetime
    version: str
    engine: Engine
    migration: str
    rows: dict[str, int]
    files: dict[str, str]
    format: int = FORMAT

    @property
    def snapshot(self) -> Snapshot:
        """What storage needs to know of it."""
        return Snapshot(self.engine, self.migration, self.rows)


def finish(folder: Path, kind: Kind, made_at: datetime, snapshot: Snapshot) -> Manifest:
    """Writes the manifest, last of all: a folder without one is no backup.

    Raises:
        OSError: it cannot be written.
    """
    files = {file.name: _digest(file) for file in sorted(folder.iterdir())}
    made = Manifest(kind, made_at, version("goodoffices"), snapshot.engine, snapshot.migration, snapshot.rows, files)
    unfinished = folder / f"{FILE}.unfinished"
    make_new(unfinished)
    unfinished.write_text(json.dumps(asdict(made), default=_moment, indent=2) + "\n", encoding="utf-8")
    make_durable(unfinished)
    unfinished.rename(folder / FILE)
    make_durable(folder)
    return made


def read(folder: Path, kind: Kind) -> Manifest:
    """What the folder says of itself.

    Raises:
        BadInput: it is no backup, or one of something else.
    """
    found = _read(folder)
    if found is None:
        raise BadInput(NO_BACKUP.format(kind, folder))
    if found.format != FORMAT:
        raise BadInput(LATER_FORMAT)
    if found.kind != kind:
        raise BadInput(ANOTHER_KIND.format(folder, found.kind, kind))
    return found


def check(folder: Path, manifest: Manifest) -> None:
    """Sees that every file is there and is what it was.

    Raises:
        Damaged: one is not, or there is one more.
    """
    there = {file.name for file in folder.iterdir()} - {FILE}
    for name in sorted(there ^ manifest.files.keys()):
        raise Damaged(ALTERED.format(folder, name))
    for name, digest in manifest.files.items():
        if not PLAIN_NAME.fullmatch(name) or _digest(folder / name) != digest:
            raise Damaged(ALTERED.format(folder, name))


def newest(places: Iterable[Path]) -> datetime | None:
    """When the newest backup was made that lies in one of these folders, or in a folder in one of them."""
    found = []
    for place in places:
        with suppress(OSError):
            folders = [place, *(folder for folder in place.iterdir() if folder.is_dir())]
            found += [one.made_at for one in map(_read, folders) if one is not None]
    return max(found, default=None)


def _read(folder: Path) -> Manifest | None:
    try:
        known: dict[str, Any] = json.loads((folder / FILE).read_bytes())
        return Manifest(**{**known, "made_at": datetime.fromisoformat(known["made_at"])})
    except (OSError, ValueError, KeyError, TypeError):
        return None


def _digest(file: Path) -> str:
    digest = hashlib.sha256()
    descriptor = os.open(file, os.O_RDONLY)
    with os.fdopen(descriptor, "rb") as read_:
        while piece := read_.read(DIGEST_PIECE):
            digest.update(piece)
    return digest.hexdigest()


def _moment(value: Any) -> str:
    return datetime.isoformat(value)
