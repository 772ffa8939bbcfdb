"""Putting a backup back on an empty machine, and seeing that it opens there; never writes over anything."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from app.checklist.catalogue import Catalogue
from app.domain.errors import BadInput, Conflict, Damaged
from app.security.key_file import read_keys
from app.security.master_keys import MasterKeys
from app.storage import snapshots
from app.storage.addresses import is_postgresql
from app.storage.key_store import KeyStore
from app.storage.migrations import REVISIONS
from app.usecases import key_rotation, manifests
from app.usecases.founding import every_organisation
from app.usecases.manifests import Manifest
from app.usecases.opening import Places, close_office, open_office
from app.usecases.start_checks import Start, before_anything
from app.usecases.start_rules import refuse
from app.usecases.vault import SECRETS
from app.usecases.wholeness import Wholeness, looked_at

OTHER_KEYS: Final = (
    "The master keys do not open this backup of the key store, so nothing was restored. Use the key file of that time; "
    "an older master key is added as a line of its own."
)
LATER_TABLES: Final = "The backup is of a later version of Good Offices. Use that version, or a later one."
INCOMPLETE_KEYS: Final = "The backup of the key store lacks the secrets of the service. Use another one."


@dataclass(frozen=True, slots=True)
class Restored:
    """What was put back, and how much of it can be read.

    Attributes:
        keys_opened, keys: how many wrapped keys the master keys open, of how many.
    """

    data: Manifest
    wrapped: Manifest
    keys_opened: int
    keys: int
    organisations: tuple[Wholeness, ...]

    @property
    def initiatives(self) -> int:
        """How many there are."""
        return sum(one.initiatives for one in self.organisations)

    @property
    def opened(self) -> int:
        """How many of them can be read."""
        return sum(one.opened for one in self.organisations)

    @property
    def sound(self) -> bool:
        """Whether every key opens, and nothing was altered."""
        return self.keys_opened == self.keys and all(one.sound for one in self.organisations)


async def restore(
    start: Start, folder: Path, keys: Path, catalogue: Catalogue, application_role: str | None = None
) -> Restored:
    """Puts both halves back, brings the tables up to date, and opens everything.

    Raises:
        UnsafeStart, BadInput, Conflict: the machine, or a place, is not as it must be; nothing was changed.
        Damaged: the backup is not whole; nothing was changed.
        Unavailable: a database is out of reach.
    """
    refuse(before_anything(start), start.accepted)
    data, wrapped = manifests.read(folder, "data"), manifests.read(keys, "keys")
    if data.migration not in REVISIONS:
        raise BadInput(LATER_TABLES)
    for place, manifest in ((folder, data), (keys, wrapped)):
        manifests.check(place, manifest)
    master_keys = start.master_keys or read_keys(start.key_file)
    _check_opens(keys, wrapped, master_keys)
    for url, manifest in ((start.database, data), (start.key_store, wrapped)):
        snapshots.check_place(url, manifest.engine)
    with _staged(start):
        await _make_key_tables(start.key_store)
        key_store = snapshots.stage(start.key_store, keys, wrapped.snapshot)
        database = snapshots.stage(start.database, folder, data.snapshot)
        snapshots.bring_up_to_date(database, data.migration, application_role)
        drill = await _drill(key_store, master_keys)
        found = await _look(Places(database, key_store, master_keys), catalogue)
        snapshots.settle(start.key_store)  # first: data without their keys could begin an empty key store
        snapshots.settle(start.database)
    return Restored(data, wrapped, drill.opened, drill.all, found)


def _check_opens(folder: Path, manifest: Manifest, master_keys: MasterKeys) -> None:
    """Sees that the service's own secrets are there and open; what else stays shut is told at the end."""
    secrets = dict(snapshots.pairs(folder, manifest.engine, "secrets"))
    if not secrets.keys() >= set(SECRETS):
        raise BadInput(INCOMPLETE_KEYS)
    try:
        for name in SECRETS:
            master_keys.unwrap(name, secrets[name])
    except Damaged:
        raise Conflict(OTHER_KEYS) from None


@contextmanager
def _staged(start: Start) -> Iterator[None]:
    """Leaves nothing unfinished beside the real files, neither before nor after."""
    for url in (start.database, start.key_store):
        snapshots.forget_staged(url)
    try:
        yield
    finally:
        for url in (start.database, start.key_store):
            snapshots.forget_staged(url)


async def _make_key_tables(url: str) -> None:
    """The key store of PostgreSQL has no migrations: its tables come with the first question."""
    if is_postgresql(url):
        store = KeyStore.open(url)
        try:
            await store.page("", 1)
        finally:
            await store.close()


async def _drill(url: str, master_keys: MasterKeys) -> key_rotation.Drill:
    store = KeyStore.open(url)
    try:
        return await key_rotation.drill(store, master_keys)
    finally:
        await store.close()


async def _look(places: Places, catalogue: Catalogue) -> tuple[Wholeness, ...]:
    office = await open_office(places, catalogue)
    try:
        return tuple([await looked_at(office, identity) for identity in await every_organisation(office)])
    finally:
        await close_office(office)
