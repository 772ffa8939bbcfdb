"""The cases that taught a check: what was done, what followed, where it is told; knows no design and judges none."""

from __future__ import annotations

from collections.abc import Mapping
from functools import cache
from pathlib import Path
from typing import Annotated

from app.checklist.catalogue import SHIPPED_FOLDERS
from app.checklist.definition import CheckId, Prose, Strict
from app.checklist.pack_files import SHIPPED
from app.domain.errors import ChecklistBroken, Fault
from app.domain.modelling import Field, StringConstraints

FOLDER = "precedents"
PrecedentId = Annotated[str, StringConstraints(pattern=r"^[a-z0-9]+(-[a-z0-9]+)*$")]
Pages = Annotated[str, StringConstraints(pattern=r"^[1-9][0-9]*(-[1-9][0-9]*)?$")]


class PrecedentFile(Strict):
    """One case that the study tells, in our own words."""

    id: PrecedentId
    name: Prose = Field(description="What the case is called in the texts.")
    done: Prose = Field(description="What was done, by whom.")
    followed: Prose = Field(description="What followed, as far as the study tells.")
    pages: list[Pages] = Field(min_length=1, description="Pages of A09, such as 37 or 9-10.")
    checks: list[CheckId] = Field(min_length=1, description="The checks that it speaks to.")
    note: Prose | None = Field(None, description="Whose account it is, or what a reader should keep in mind.")


def load_precedents(folder: Path) -> tuple[PrecedentFile, ...]:
    """The precedents in a checklist's folder, by id; a folder without any gives none.

    Raises:
        ChecklistBroken: with a fault (file and line) for everything that is wrong in any of the files.
    """
    faults: list[Fault] = []
    found: list[PrecedentFile] = []
    for path in sorted((folder / FOLDER).glob("*.yaml")):
        try:
            found.append(_precedent(path, folder))
        except ChecklistBroken as broken:
            faults.extend(broken.faults)
    if faults:
        raise ChecklistBroken(faults=tuple(faults))
    return tuple(found)


@cache
def shipped_precedents() -> Mapping[str, PrecedentFile]:
    """The precedents that come with the shipped checklists, loaded once, by id and in the order of their ids."""
    found = [precedent for folder in SHIPPED_FOLDERS for precedent in load_precedents(SHIPPED / folder)]
    return {precedent.id: precedent for precedent in sorted(found, key=lambda one: one.id)}


def _precedent(path: Path, folder: Path) -> PrecedentFile:
    from app.checklist.loader import read_file  # late: so are the precedents

    precedent = read_file(path, PrecedentFile, folder)
    if precedent.id != path.stem:
        place = f"{path.relative_to(folder.parent).as_posix()}:1"
        raise ChecklistBroken(faults=(Fault(place, f"The id {precedent.id} belongs in {precedent.id}.yaml."),))
    return precedent
