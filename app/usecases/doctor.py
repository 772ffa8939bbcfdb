"""What a service needs to live, looked at from outside: settings, files, databases, keys; `vital_signs` goes deeper."""

import shutil
from collections.abc import AsyncIterator, Iterable, Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Final

from app.checklist.catalogue import Catalogue
from app.domain.errors import GoodOfficesError
from app.security.key_file import read_keys
from app.security.master_keys import MasterKeys
from app.storage import snapshots
from app.storage.addresses import file_of, files_of
from app.storage.condition import condition
from app.storage.database import Database
from app.storage.key_store import KeyStore
from app.storage.migrations import HEAD, REVISIONS
from app.storage.views import NOTHING
from app.usecases import key_rotation, manifests, vital_signs
from app.usecases.opening import Places, close_office, open_office
from app.usecases.start_checks import Start, before_anything, of_database, of_key_store
from app.usecases.start_rules import RULES, Breach
from app.usecases.vault import SECRETS
from app.usecases.vital_signs import Sign

ROOM: Final = 200_000_000  # bytes; less is too little for the log, and for what a night may bring
MASTER_KEYS: Final = "master keys"


@dataclass(frozen=True, slots=True)
class Wanted:
    """What the doctor is asked to do beyond looking.

    Attributes:
        backups: folders that backups lie in.
        backup_age: how old the newest of them may be.
        mend: whether to put right what needs nobody's decision.
    """

    backups: tuple[Path, ...] = ()
    backup_age: timedelta = timedelta(hours=26)
    mend: bool = False


async def examine(start: Start, catalogue: Catalogue, wanted: Wanted) -> list[Sign]:
    """Every sign, healthy or not. What cannot be looked at, as something before it is wrong, is left out."""
    newest = _newest(start)  # before anything is opened, which may touch it
    signs = [*_of_setup(start), *_of_disk(start), *_of_backups(wanted)]
    outside = [sign async for sign in _of_stores(start)]
    signs += outside
    if not all(sign.healthy for sign in outside):
        return signs
    try:
        office = await open_office(Places(start.database, start.key_store, _master_keys(start)), catalogue)
        try:
            signs += [sign async for sign in vital_signs.of_office(office, newest, mend=wanted.mend)]
        finally:
            await close_office(office)
    except GoodOfficesError as error:
        signs.append(Sign("contents", False, error.detail))
    return signs


def _of_setup(start: Start) -> Iterator[Sign]:
    found = list(before_anything(start))
    yield from _of_breaches(found, start)
    if start.master_keys is None and not start.key_file.exists():
        yield Sign(
            "keys-missing", False, f"{RULES['keys-missing'].reason} ({start.key_file})", RULES["keys-missing"].mend
        )
    if not found:
        yield Sign("settings", True, "Settings, folders and modes of files are as they must be.")


def _of_breaches(found: Iterable[Breach], start: Start) -> Iterator[Sign]:
    for breach in found:
        rule, where = RULES[breach.rule], f" ({breach.where})" if breach.where else ""
        accepted = rule.acceptable and rule.name in start.accepted
        says = f"Accepted risk{where}: {rule.reason}" if accepted else f"{rule.reason}{where}"
        yield Sign(rule.name, accepted, says, "" if accepted else rule.mend)


def _of_disk(start: Start) -> Iterator[Sign]:
    """A full disk stops every write, and reads too, as each leaves an entry in the audit trail."""
    places = {folder for folder in (*(file.parent for file in _files(start)), start.data_folder) if folder is not None}
    for folder in sorted(place for place in places if place.is_dir()):
        used = sum(file.stat().st_size for file in _files(start) if file.parent == folder)
        disk = shutil.disk_usage(folder)
        yield Sign(
            "disk",
            disk.free >= max(ROOM, 2 * used),
            f"{disk.free / 1e9:.1f} of {disk.total / 1e9:.1f} GB are free at {folder}; {used / 1e6:.1f} MB are used.",
            "Make room: move backups and other files away. See what is said of a full disk in docs/operation.md.",
        )


def _of_backups(wanted: Wanted) -> Iterator[Sign]:
    if not wanted.backups:
        return
    newest = manifests.newest(wanted.backups)
    if newest is None:
        yield Sign("backups", False, "There is no backup where you said.", "Run goodoffices backup, each day.")
        return
    age = datetime.now(UTC) - newest
    says = f"The newest backup is of {newest:%d %B %Y %H:%M} UTC, {age / timedelta(hours=1):.1f} hours ago."
    yield Sign("backups", age <= wanted.backup_age, says, "Run goodoffices backup, and find out why nobody did.")


async def _of_stores(start: Start) -> AsyncIterator[Sign]:
    """Both databases and the keys, as far as each can be reached. None is made where none is."""
    for name, url in (("data", start.database), ("key store", start.key_store)):
        file = file_of(url)
        if file is not None and not file.is_file():
            yield Sign(name, False, f"It is not there: {file}.", "Start the service once, or restore a backup.")
            return
    for name, look in (("data", _of_data), ("key store", _of_key_store), (MASTER_KEYS, _of_keys)):
        try:
            async for sign in look(start):
                yield sign
        except GoodOfficesError as error:
            yield Sign(name, False, error.detail)


async def _of_data(start: Start) -> AsyncIterator[Sign]:
    database = Database.open(start.database)
    try:
        found = await database.read(NOTHING, condition)
    finally:
        await database.close()
    for sign in _of_breaches(of_database(found), start):
        yield sign
    if found.at_head:
        yield Sign("migrations", True, f"The tables are those of this version ({HEAD}).")


async def _of_key_store(start: Start) -> AsyncIterator[Sign]:
    store = KeyStore.open(start.key_store)
    try:
        weak = await store.weak_settings()
    finally:
        await store.close()
    holds_data = snapshots.migration_of(start.key_store) in REVISIONS
    for sign in _of_breaches(of_key_store(weak, holds_data=holds_data), start):
        yield sign


async def _of_keys(start: Start) -> AsyncIterator[Sign]:
    keys, store = _master_keys(start), KeyStore.open(start.key_store)
    try:
        drill, left = await key_rotation.drill(store, keys), await key_rotation.left(store, keys)
        missing = [name for name in SECRETS if await store.secret(name) is None]
    finally:
        await store.close()
    if missing:
        rule = RULES["key-store-empty"]
        yield Sign(MASTER_KEYS, False, "The key store lacks the service's own secrets. Nobody began it yet?", rule.mend)
        return
    says = f"{drill.opened} of {drill.all} keys open with master key {keys.first}"
    older = len(keys.fingerprints) - 1
    yield Sign(MASTER_KEYS, drill.passed, f"{says} or one of {older} older ones." if older else f"{says}.", _LOST_KEYS)
    if left and drill.passed:
        yield Sign(
            "rotation", False, f"{left} keys are locked with an older master key.", "Run goodoffices keys rotate."
        )


_LOST_KEYS: Final = (
    "Add the master key that is missing as a line of its own to the key file, from its copy; or put the key store back "
    "from a backup."
)


def _master_keys(start: Start) -> MasterKeys:
    return start.master_keys or read_keys(start.key_file)


def _newest(start: Start) -> datetime | None:
    """When a file of the databases was written last, by its own time."""
    times = [datetime.fromtimestamp(file.stat().st_mtime, UTC) for file in _files(start)]
    return max(times, default=None)


def _files(start: Start) -> list[Path]:
    return [*files_of(start.database), *files_of(start.key_store)]
