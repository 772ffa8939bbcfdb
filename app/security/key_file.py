"""The file that the master keys lie in: read, made where there is none, changed whole; knows not what they open."""

import fcntl
import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from app.domain.errors import BadInput, Conflict
from app.security.master_keys import MasterKeys

MODE = 0o400  # for its owner to read, and for nobody to change by accident
UNFINISHED = ".unfinished"  # what a file is called until all of it is on the disk

UNREADABLE = "The key file cannot be read. Put it back from its backup, or name it in GOODOFFICES_KEY_FILE."
UNWRITABLE = "The key file cannot be made. Name a file that can be in GOODOFFICES_KEY_FILE, outside the data folder."
ANOTHER = "The key file was changed by somebody else meanwhile. Nothing was written; try again."


class KeyFile:
    """The keys of a file as they are at each moment: it is read again when it was changed, as by a rotation."""

    def __init__(self, file: Path) -> None:
        self._file = file
        self._known: tuple[tuple[int, ...], MasterKeys] | None = None

    def keys(self) -> MasterKeys:
        """The keys; those that were read last while the file cannot be read.

        Raises:
            BadInput: it cannot be read, and never could.
        """
        try:
            seen = _look(self._file)
            if self._known is None or self._known[0] != seen:
                self._known = (seen, read_keys(self._file))
        except (OSError, BadInput):
            if self._known is None:
                raise BadInput(UNREADABLE) from None
        return self._known[1]


def read_keys(file: Path) -> MasterKeys:
    """The keys in the file.

    Raises:
        BadInput: it is not there, cannot be read, or holds something else; never with what it holds.
    """
    try:
        text = file.read_text(encoding="utf-8")
    except (OSError, UnicodeDecodeError):
        raise BadInput(UNREADABLE) from None
    return MasterKeys.parse(text)


def write_new(file: Path, keys: MasterKeys) -> None:
    """Makes the file with these keys, whole or not at all, for its owner alone; the folder too, if it is not there.

    Raises:
        BadInput: it is there already, or cannot be made.
    """
    try:
        make_folder(file.parent)
        with _alone(file) as unfinished:
            _write(unfinished, keys)
            os.link(unfinished, file)  # unlike a renaming, it takes the place of nothing
    except OSError:
        raise BadInput(UNWRITABLE) from None


def change(file: Path, known: MasterKeys, keys: MasterKeys) -> None:
    """Puts these keys in the place of those that are known, whole or not at all.

    Raises:
        Conflict: other keys are in the file.
        BadInput: it cannot be written.
    """
    try:
        with _alone(file) as unfinished:
            if read_keys(file).fingerprints != known.fingerprints:
                raise Conflict(ANOTHER)
            _write(unfinished, keys)
            unfinished.replace(file)
    except OSError:
        raise BadInput(UNWRITABLE) from None


def clear(file: Path) -> None:
    """Removes what a process that was killed while it wrote the file has left beside it: it holds keys too."""
    if _unfinished(file).exists():
        with _alone(file):
            pass  # entering and leaving is what removes it


@contextmanager
def _alone(file: Path) -> Iterator[Path]:
    """Lets nobody else write the file meanwhile; gives the name of one to write first, and removes what is left of it.

    What a process that was killed has left behind goes the same way.
    """
    unfinished = _unfinished(file)
    folder = os.open(file.parent, os.O_RDONLY)
    try:
        fcntl.flock(folder, fcntl.LOCK_EX)
        unfinished.unlink(missing_ok=True)
        yield unfinished
    finally:
        unfinished.unlink(missing_ok=True)
        os.fsync(folder)
        os.close(folder)


def make_folder(folder: Path) -> None:
    """Makes a folder where there is none, for its owner alone, so that a power cut takes neither it nor one above it.

    Raises:
        OSError: it cannot be made.
    """
    missing = [place for place in (folder, *folder.parents) if not place.exists()]
    folder.mkdir(parents=True, exist_ok=True, mode=0o700)
    for place in reversed(missing):
        handle = os.open(place.parent, os.O_RDONLY)
        try:
            os.fsync(handle)  # a name is on the disk for certain only when the folder that it stands in is
        finally:
            os.close(handle)


def _unfinished(file: Path) -> Path:
    return file.with_name(file.name + UNFINISHED)


def _write(file: Path, keys: MasterKeys) -> None:
    handle = os.open(file, os.O_WRONLY | os.O_CREAT | os.O_EXCL, MODE)
    with os.fdopen(handle, "w", encoding="utf-8") as made:
        made.write(keys.text())
        made.flush()
        os.fsync(handle)


def _look(file: Path) -> tuple[int, ...]:
    """What changes whenever the file does, since it is always replaced whole."""
    found = file.stat()
    return found.st_ino, found.st_mtime_ns, found.st_size
