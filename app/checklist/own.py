"""Checklists of an organisation's own: folders of checks, and overlays of other checklists, all in one directory."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING

from app.checklist.catalogue import DEFAULT, Catalogue, shipped_catalogue
from app.checklist.checklist import Checklist
from app.checklist.pack_files import CONTENTS
from app.domain.errors import BadInput, ChecklistBroken, Fault, UnknownChecklist

if TYPE_CHECKING:
    from app.domain.strict_yaml import YamlDocument

ENDINGS = frozenset({".yaml", ".yml"})


@dataclass(frozen=True, slots=True)
class OwnChecklist:
    """A checklist of somebody's own.

    Attributes:
        path: the folder of its checks, or the overlay's file.
        checklist: the checklist.
        base: the checklist that it was made from; None for one of checks of its own.
        document: the overlay's file with its lines; None likewise.
    """

    path: Path
    checklist: Checklist
    base: Checklist | None = None
    document: YamlDocument | None = None


@dataclass(slots=True)
class Own:
    """What a directory holds: the checklists that can be used, and all that is wrong in the others."""

    checklists: list[OwnChecklist] = field(default_factory=list)
    faults: list[Fault] = field(default_factory=list)


def catalogue_with(directory: Path | None, adopted: str = DEFAULT) -> Catalogue:
    """The shipped checklists, and those in a directory of somebody's own.

    Args:
        directory: where the own ones are, if there are any.
        adopted: the checklist that judges where none is named.

    Raises:
        ChecklistBroken: a file in it cannot be used; the faults name each file and line, and what to write instead.
        BadInput: there is no checklist of the name that is adopted.
    """
    shipped = shipped_catalogue()
    own = Own() if directory is None else read_own(directory, shipped)
    if own.faults:
        raise ChecklistBroken(
            "A checklist of your own cannot be used. Nothing was started, and no other checklist was touched.",
            faults=tuple(own.faults),
        )
    catalogue = Catalogue([*shipped.all(), *(one.checklist for one in own.checklists)], adopted)
    try:
        _ = catalogue.adopted
    except UnknownChecklist:
        there = ", ".join(checklist.reference for checklist in catalogue.all())
        raise BadInput(f"There is no checklist of the name that is adopted. There is {there}.") from None
    return catalogue


def read_own(directory: Path, shipped: Catalogue) -> Own:
    """Every checklist in a directory; what is wrong in one keeps no other from being read.

    A directory that is itself the folder of a checklist holds that one.
    """
    own = Own()
    if not directory.is_dir():
        own.faults.append(Fault(str(directory), "There is no folder of this name."))
        return own
    for folder in _folders(directory, own):
        try:
            _add(own, OwnChecklist(folder, load_own(folder)), shipped)
        except ChecklistBroken as broken:
            own.faults.extend(broken.faults)
    bases = Catalogue([*shipped.all(), *(one.checklist for one in own.checklists)])
    for path in _overlay_files(directory):
        try:
            _add(own, _overlaid(path, bases), shipped)
        except ChecklistBroken as broken:
            own.faults.extend(broken.faults)
    return own


def _folders(directory: Path, own: Own) -> Iterator[Path]:
    """The folders with a table of contents: the directory, those in it, and those in them (one for each version)."""
    if (directory / CONTENTS).is_file():
        yield directory
        return
    for folder in _folders_in(directory):
        found = [each for each in (folder, *_folders_in(folder)) if (each / CONTENTS).is_file()]
        if not found and any(path.suffix in ENDINGS for path in folder.rglob("*")):
            own.faults.append(Fault(str(folder), f"There are YAML files here, and no {CONTENTS} that lists them."))
        yield from found


def _folders_in(folder: Path) -> list[Path]:
    return sorted(path for path in folder.iterdir() if path.is_dir() and not path.name.startswith("."))


def _overlay_files(directory: Path) -> list[Path]:
    if (directory / CONTENTS).is_file():
        return []
    return sorted(path for path in directory.iterdir() if path.suffix in ENDINGS and path.is_file())


def _add(own: Own, new: OwnChecklist, shipped: Catalogue) -> None:
    checklist, place = new.checklist, _line(new, "/name")
    if checklist.name in {one.name for one in shipped.all()}:
        told = f"The name {checklist.name} belongs to a checklist of the product. Give yours a name of its own."
        raise ChecklistBroken(faults=(Fault(place, told),))
    twin = next((one for one in own.checklists if one.checklist.reference == checklist.reference), None)
    if twin is not None:
        told = f"There are two checklists {checklist.reference}; the other is {twin.path}. Give one another version."
        raise ChecklistBroken(faults=(Fault(place, told),))
    own.checklists.append(new)


def load_own(folder: Path) -> Checklist:
    """The checklist in a folder; its faults name each file by its whole path.

    Raises:
        ChecklistBroken: as `load_checklist`.
    """
    from app.checklist.loader import load_checklist  # late: few have checklists of their own

    try:
        return load_checklist(folder)
    except ChecklistBroken as broken:
        faults = tuple(Fault(str(folder.parent / fault.pointer), fault.detail) for fault in broken.faults)
        raise ChecklistBroken(faults=faults) from None


def _overlaid(path: Path, bases: Catalogue) -> OwnChecklist:
    from app.checklist.loader import read_with_lines
    from app.checklist.overlay import OverlayFile, overlaid

    try:
        overlay, document = read_with_lines(path, OverlayFile, path.parent)
    except ChecklistBroken as broken:
        raise ChecklistBroken(
            faults=tuple(Fault(str(path.parent.parent / fault.pointer), fault.detail) for fault in broken.faults)
        ) from None
    try:
        base = bases.find(overlay.overlays)
        return OwnChecklist(path, overlaid(overlay, base), base, document)
    except UnknownChecklist:
        there = ", ".join(one.reference for one in bases.all())
        told = f"There is no checklist {overlay.overlays} with checks of its own to be made from. There is {there}."
        raise ChecklistBroken(faults=(Fault(f"{path}:{document.line_of('/overlays')}", told),)) from None
    except ChecklistBroken as broken:
        faults = (Fault(f"{path}:{document.line_of(fault.pointer)}", fault.detail) for fault in broken.faults)
        raise ChecklistBroken(faults=tuple(faults)) from None


def _line(own: OwnChecklist, place: str) -> str:
    return f"{own.path / CONTENTS}:1" if own.document is None else f"{own.path}:{own.document.line_of(place)}"
