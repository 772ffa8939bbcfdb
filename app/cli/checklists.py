"""Which checklist a user means: a shipped one by name, or a folder of their own; knows no command."""

from __future__ import annotations

from pathlib import Path

from app.checklist.catalogue import SHIPPED_FOLDERS, Catalogue, shipped_catalogue, shipped_checklist
from app.checklist.checklist import Checklist
from app.checklist.pack_files import CONTENTS, SHIPPED
from app.domain.errors import UnknownChecklist


def checklist_of(reference: str, directory: Path | None = None) -> Checklist:
    """The checklist of a name (track-two), of a name and version (track-two@1), or in a folder.

    Args:
        reference: what the user said.
        directory: where the user's own checklists are, if there are any.

    Raises:
        UnknownChecklist: there is none; it names those that there are.
        ChecklistBroken: the folder's files, or any in the directory, cannot be used.
    """
    own = None if directory is None else _with_own(directory)
    if is_folder(reference):
        from app.checklist.loader import load_checklist

        return load_checklist(Path(reference))
    try:
        return shipped_checklist(reference) if own is None else own.find(reference)
    except UnknownChecklist:
        known = ", ".join(checklist.reference for checklist in (own or shipped_catalogue()).all())
        raise UnknownChecklist(
            f"There is no checklist of that name, nor a folder with a {CONTENTS}. There is {known}."
        ) from None


def _with_own(directory: Path) -> Catalogue:
    from app.checklist.own import catalogue_with

    return catalogue_with(directory)


def is_folder(reference: str) -> bool:
    """Whether it names a folder that holds a checklist."""
    return (Path(reference) / CONTENTS).is_file()


def newest_shipped_folder() -> Path:
    """The folder of the newest version of the checklist that the product is about."""
    return SHIPPED / [folder for folder in SHIPPED_FOLDERS if folder.startswith("track_two/")][-1]
