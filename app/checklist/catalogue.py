"""The checklists that are loaded, by name, version and digest; knows where the shipped ones lie, and no design."""

from __future__ import annotations

from collections.abc import Iterable
from functools import cache

from app.checklist.checklist import Checklist
from app.checklist.pack_files import SHIPPED, is_shipped_packed
from app.checklist.packs import load_packed, unpacked
from app.domain.errors import UnknownChecklist

__all__ = ["DEFAULT", "SHIPPED", "SHIPPED_FOLDERS", "Catalogue", "shipped_catalogue", "shipped_checklist"]

SHIPPED_FOLDERS = ("track_two/v1", "disclosure/v1")
DEFAULT = "track-two"


class Catalogue:
    """Every loaded checklist. The newest version of a name is the one meant where no version is given."""

    def __init__(self, checklists: Iterable[Checklist], adopted: str = DEFAULT) -> None:
        self._all = tuple(sorted(checklists, key=lambda one: (one.name, one.version)))
        self._adopted = adopted

    @property
    def adopted(self) -> Checklist:
        """The checklist that judges what is stored, and where none is named.

        Raises:
            UnknownChecklist: there is none of the name that was adopted.
        """
        return self.find(self._adopted)

    def all(self) -> tuple[Checklist, ...]:
        """Every checklist, by name and version."""
        return self._all

    def find(self, reference: str) -> Checklist:
        """The checklist of a name (`track-two`, its newest version) or of a name and version (`track-two@1`).

        Raises:
            UnknownChecklist: there is none.
        """
        name, at, version = reference.partition("@")
        found = [one for one in self._all if one.name == name and (not at or str(one.version) == version)]
        if not found:
            raise UnknownChecklist
        return found[-1]

    def by_digest(self, digest: str) -> Checklist | None:
        """The loaded checklist of that digest, or None."""
        return next((one for one in self._all if one.digest == digest), None)


@cache
def shipped_catalogue() -> Catalogue:
    """The checklists that come with the product, loaded once."""
    return Catalogue(map(_shipped, SHIPPED_FOLDERS))


def shipped_checklist(reference: str) -> Checklist:
    """The shipped checklist of a name, or of a name and version; no other one is loaded for it.

    Raises:
        UnknownChecklist: there is none.
    """
    name, at, version = reference.partition("@")
    wanted = f"{name.replace('-', '_')}/v{version}"
    found = [each for each in SHIPPED_FOLDERS if each == wanted or (not at and each.startswith(wanted))]
    if not found or "_" in name:
        raise UnknownChecklist
    return _shipped(found[-1])


@cache
def _shipped(folder: str) -> Checklist:
    return unpacked(SHIPPED / folder) if is_shipped_packed(folder) else load_packed(SHIPPED / folder)
