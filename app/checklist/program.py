"""Which program judges: a fingerprint of all code that an outcome depends on; knows no checklist and no design."""

from __future__ import annotations

import hashlib
import platform
import unicodedata
from functools import cache
from pathlib import Path
from typing import Final

import pydantic

import app.domain

UNKNOWN: Final = ""
"""Of what was judged before fingerprints were kept, or where the code cannot be read. It is never one's own."""
LENGTH: Final = 16
CODE: Final = (Path(__file__).parent, Path(app.domain.__file__ or "").parent)


@cache
def fingerprint() -> str:
    """The fingerprint of the program that runs; ask for it at the start, before somebody can put other code there.

    Beside our own code, what reads a document and compares its texts bears on an outcome: Python, its table of
    characters, and pydantic. What a check asks is not in it: that has digests of its own.
    """
    return fingerprint_of(CODE)


def fingerprint_of(folders: tuple[Path, ...]) -> str:
    """The same of code in these folders."""
    digest = hashlib.sha256(
        f"{platform.python_implementation()} {platform.python_version()} "
        f"{unicodedata.unidata_version} {pydantic.VERSION}\n".encode()
    )
    for folder in folders:
        files = sorted(folder.rglob("*.py"))
        if not files:  # only what was compiled from it is there
            return UNKNOWN
        for path in files:
            content = path.read_bytes()
            digest.update(f"{folder.name}/{path.relative_to(folder).as_posix()} {len(content)}\n".encode())
            digest.update(content)
    return digest.hexdigest()[:LENGTH]
