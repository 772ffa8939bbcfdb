"""The file that the master keys lie in: read, and made where there is none; knows not what they open."""

import os
from pathlib import Path

from app.domain.errors import BadInput
from app.security.master_keys import MasterKeys

MODE = 0o400  # for its owner to read, and for nobody to change by accident


def read_keys(file: Path) -> MasterKeys:
    """The keys in the file.

    Raises:
        BadInput: it is not there, cannot be read, or holds something else; never with what it holds.
    """
    try:
        return MasterKeys.parse(file.read_text(encoding="utf-8"))
    except (OSError, UnicodeDecodeError):
        raise BadInput(
            "The key file cannot be read. Put it back from its backup, or name it in GOODOFFICES_KEY_FILE."
        ) from None


def write_new(file: Path, keys: MasterKeys) -> None:
    """Makes the file with these keys, for its owner alone; the folder too, if it is not there.

    Raises:
        BadInput: it is there already, or cannot be made.
    """
    try:
        file.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
        handle = os.open(file, os.O_WRONLY | os.O_CREAT | os.O_EXCL, MODE)
        with os.fdopen(handle, "w", encoding="utf-8") as made:
            made.write(keys.text())
            made.flush()
            os.fsync(handle)
    except OSError:
        raise BadInput(
            "The key file cannot be made. Name a file that can be in GOODOFFICES_KEY_FILE, outside the data folder."
        ) from None
