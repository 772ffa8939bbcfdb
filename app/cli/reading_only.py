"""Whether a command can do with what was packed when it was made, and so without pydantic; knows no command."""

from __future__ import annotations

from pathlib import Path

from app.checklist.pack_files import CONTENTS, is_shipped_packed
from app.cli.names import DEFAULT_CHECKLIST, DEFAULT_FOLDER
from app.domain.modelling import be_light
from app.domain.packed_models import read_pack


def read_only_what_is_packed() -> bool:
    """Spares this process pydantic, if all that judging by the default checklist reads is packed and up to date.

    It holds until the process ends, so it is for a command that does nothing else.
    """
    is_of_the_user = (Path(DEFAULT_CHECKLIST) / CONTENTS).is_file()  # then their folder of that name is meant
    return not is_of_the_user and is_shipped_packed(DEFAULT_FOLDER) and read_pack() is not None and be_light()
