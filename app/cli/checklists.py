"""Which checklist a user means: a shipped one by name, or a folder of their own; knows no command."""

from __future__ import annotations

from pathlib import Path

from app.checklist.catalogue import SHIPPED, SHIPPED_FOLDERS, shipped_catalogue
from app.checklist.checklist import Checklist
from app.checklist.loader import CONTENTS, load_checklist
from app.domain.errors import UnknownChecklist


def checklist_of(reference: str) -> Checklist:
    """The checklist of a name (track-two), of a name and version (track-two@1), or in a folder.

    Raises:
        UnknownChecklist: there is none; it names those that there are.
        ChecklistBroken: the folder's files cannot be used.
    """
    if is_folder(reference):
        return load_checklist(Path(reference))
    try:
        return shipped_catalogue().find(reference)
    except UnknownChecklist:
        known = ", ".join(checklist.reference for checklist in shipped_catalogue().all())
        raise UnknownChecklist(
            f"There is no checklist of that name, nor a folder with a {CONTENTS}. There is {known}."
        ) from None


def is_folder(reference: str) -> bool:
    """Whether it names a folder that holds a checklist."""
    return (Path(reference) / CONTENTS).is_file()


def newest_shipped_folder() -> Path:
    """The folder of the shipped checklist that is worked on."""
    return SHIPPED / SHIPPED_FOLDERS[-1]
