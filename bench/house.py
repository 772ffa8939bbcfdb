"""An organisation with an API key, made in a folder before the service is started there."""

from __future__ import annotations

import asyncio
from dataclasses import dataclass
from pathlib import Path

from app.checklist.catalogue import shipped_catalogue
from app.security.key_file import read_keys, write_new
from app.security.master_keys import MasterKeys
from app.storage.migrations import migrate
from app.usecases.founding import Founded, found
from app.usecases.opening import Places, close_office, open_office

NO_LIMIT = "100000000/minute"  # what is measured is the service and not its patience


@dataclass(frozen=True, slots=True)
class House:
    """Where a service keeps everything, and who may ask it.

    Attributes:
        data: its data folder.
        key_file: its master keys, which lie apart from the data.
        founded: the organisation with the API key.
    """

    data: Path
    key_file: Path
    founded: Founded

    @property
    def authorization(self) -> dict[str, str]:
        """The header that says who asks."""
        return {"Authorization": f"Bearer {self.founded.api_key}"}

    @property
    def header(self) -> str:
        """The same as a line of a request."""
        return f"Authorization: Bearer {self.founded.api_key}\r\n"

    @property
    def surroundings(self) -> dict[str, str]:
        """The environment in which the service finds it."""
        return {
            "GOODOFFICES_DATA_DIR": str(self.data),
            "GOODOFFICES_KEY_FILE": str(self.key_file),
            "GOODOFFICES_RATE_LIMITS": NO_LIMIT,
            "GOODOFFICES_ANONYMOUS_RATE_LIMITS": NO_LIMIT,
        }


def made(folder: Path) -> House:
    """A new house in this folder."""
    data, key_file = folder / "data", folder / "key" / "master.key"
    data.mkdir(mode=0o700)
    write_new(key_file, MasterKeys.generate())
    places = places_in(data, key_file)
    migrate(places.database)
    return House(data, key_file, asyncio.run(_founded(places)))


def places_in(data: Path, key_file: Path) -> Places:
    """The same for use cases in this process."""
    return Places(f"sqlite:///{data / 'goodoffices.db'}", f"sqlite:///{data / 'keys.db'}", read_keys(key_file))


async def _founded(places: Places) -> Founded:
    office = await open_office(places, shipped_catalogue())
    try:
        return await found(office, "Hill House", "Anna")
    finally:
        await close_office(office)
