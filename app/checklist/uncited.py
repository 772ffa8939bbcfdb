"""The pages of the study that no check cites, each with the reason; knows no check and no design."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

from pydantic import Field, StringConstraints

from app.checklist.definition import Prose, Strict
from app.checklist.loader import read_file

FILE = "uncited.yaml"
FIRST_PAGE, LAST_PAGE = 7, 54
"""The pages of the study that can be cited as what it says: before them it introduces itself, after them it asks."""


class UncitedPage(Strict):
    """A page that no check cites."""

    page: Annotated[str, StringConstraints(pattern=r"^[1-9][0-9]*$")]
    reason: Prose = Field(description="Why no check follows from it.")


class UncitedFile(Strict):
    """Every such page of one study, in order."""

    pages: tuple[UncitedPage, ...]


def load_uncited(folder: Path) -> tuple[UncitedPage, ...]:
    """The pages in a checklist's folder that no check cites; a folder without such a file gives none.

    Raises:
        ChecklistBroken: with a fault (file and line) for everything that is wrong in the file.
    """
    path = folder / FILE
    return read_file(path, UncitedFile, folder).pages if path.is_file() else ()
