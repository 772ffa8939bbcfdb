"""Opening everything that use cases work with, safely or not at all, and letting go of it; knows no setting."""

import asyncio
import fcntl
import os
import time
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass

from app.checklist.catalogue import Catalogue
from app.domain.errors import BadInput, Damaged, Unavailable
from app.security.key_file import KeyFile, clear, make_folder, write_new
from app.security.master_keys import MasterKeys
from app.storage import organisations
from app.storage.addresses import folder_of, is_postgresql
from app.storage.condition import condition
from app.storage.database import Database
from app.storage.key_store import KeyStore
from app.storage.migrations import migrate, versions
from app.storage.views import NOTHING, OPERATOR
from app.usecases.allowances import Allowances, Rules
from app.usecases.office import Office
from app.usecases.start_checks import Start, before_anything, of_database, of_key_store
from app.usecases.start_rules import Breach, Rule, refuse
from app.usecases.vault import SECRETS, Vault

SAMPLE = 500  # keys that a start looks at
LONGEST_WAIT = 60.0  # seconds that a start waits for another one
PAUSE = 0.1  # seconds between two looks whether it has ended


@dataclass(frozen=True, slots=True)
class Places:
    """Where an office keeps things, and what opens them.

    Attributes:
        database: the address of the data.
        key_store: the address of the wrapped keys; never the same.
        master_keys: what unwraps them.
    """

    database: str
    key_store: str
    master_keys: MasterKeys


@dataclass(frozen=True, slots=True)
class KeyHolder:
    """The key store with what opens it.

    Attributes:
        newest: gives the master keys as they are now.
    """

    store: KeyStore
    newest: Callable[[], MasterKeys]


async def open_office(places: Places, catalogue: Catalogue, rules: Rules | None = None) -> Office:
    """An office over these places, whose tables are there.

    Raises:
        BadInput: an address cannot be used.
        Damaged: the master keys do not open what is in the key store.
        Unavailable: a database is out of reach.
    """
    store = KeyStore.open(places.key_store)
    try:
        vault = await Vault.open(store, lambda: places.master_keys)
        return Office(Database.open(places.database), vault, catalogue, Allowances(rules))
    except BaseException:
        await store.close()
        raise


async def close_office(office: Office) -> None:
    """Finishes what was begun and lets go of every connection."""
    await office.passwords.close()
    await office.database.close()
    await office.vault.close()


@asynccontextmanager
async def starting_alone(
    start: Start, tell: Callable[[], None], told_to_stop: Callable[[], bool], longest: float = LONGEST_WAIT
) -> AsyncIterator[None]:
    """Lets nobody else start on the same embedded database meanwhile: two that start for the first time at once
    would make two organisations, and keys that do not open what the other one has locked.

    Args:
        tell: is called once if somebody else starts and is waited for.
        told_to_stop: whether there is no sense in waiting any more.
        longest: seconds.

    Raises:
        UnsafeStart: a rule is broken.
        BadInput: the folder cannot be locked.
        Unavailable: the other one took too long, or this one was told to stop.
    """
    refuse(before_anything(start), start.accepted)
    if start.data_folder is not None:
        make_folder(start.data_folder)
    folder = folder_of(start.database)
    if folder is None or not folder.is_dir():
        yield
        return
    handle = os.open(folder, os.O_RDONLY)  # no key file lies in it, so nobody else locks it
    try:
        if not _locked(handle):
            tell()
            await _lock(handle, told_to_stop, time.monotonic() + longest)
        yield
    finally:
        os.close(handle)


async def _lock(handle: int, told_to_stop: Callable[[], bool], until: float) -> None:
    while not _locked(handle):
        if told_to_stop():
            raise Unavailable("Told to stop while something else was starting on the same data. Nothing was done.")
        if time.monotonic() > until:
            raise Unavailable(
                "Something else has been starting on the same data for too long. Look what it waits for, or end it, "
                "and try again."
            )
        await asyncio.sleep(PAUSE)


def _locked(handle: int) -> bool:
    """Whether the folder is ours now. Nothing waits in here: a thread that waits cannot be told to stop."""
    try:
        fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        return False
    except OSError as error:
        raise BadInput(
            f"The folder of the database cannot be locked: {error.strerror}. It has to be on a disk of this machine."
        ) from None
    return True


async def open_safely(
    start: Start, catalogue: Catalogue, rules: Rules | None = None, *, make_keys: bool = False
) -> tuple[Office, tuple[Rule, ...]]:
    """An office that keeps every start rule, and those rules whose risk the operator accepts.

    An embedded database gets its tables.

    Args:
        rules: how much may be asked for.
        make_keys: whether master keys are made when there are none and nothing was locked yet.

    Raises:
        UnsafeStart: a rule is broken; it was found before anything was changed that the rule protects.
        BadInput: an address or the key file cannot be used.
        Unavailable: a database is out of reach.
    """
    accepted = set(refuse(before_anything(start), start.accepted))
    if start.data_folder is not None:
        make_folder(start.data_folder)
    database = Database.open(start.database)
    try:
        accepted.update(refuse(await _state_of(database, start), start.accepted))
        locked = bool(await database.read(OPERATOR, organisations.every_id))
        holder, more = await open_key_store(start, make_keys=make_keys, locked=locked)
    except BaseException:
        await database.close()
        raise
    try:
        vault = await Vault.open(holder.store, holder.newest)
    except BaseException:
        await database.close()
        await holder.store.close()
        raise
    office = Office(database, vault, catalogue, Allowances(rules))
    return office, tuple(sorted(accepted.union(more), key=lambda rule: rule.name))


async def open_key_store(
    start: Start, *, make_keys: bool = False, locked: bool = False
) -> tuple[KeyHolder, tuple[Rule, ...]]:
    """The key store with master keys that open it, and those rules whose risk the operator accepts.

    Args:
        make_keys: as `open_safely`.
        locked: whether there are data that only keys of this key store open.

    Raises:
        UnsafeStart, BadInput, Unavailable: as `open_safely`.
    """
    refuse(before_anything(start), start.accepted)
    holds_data = is_postgresql(start.key_store) and bool(await _versions_in(start.key_store))
    store = KeyStore.open(start.key_store)
    try:
        accepted = refuse(of_key_store(await store.weak_settings(), holds_data=holds_data), start.accepted)
        if locked and not await _is_used(store):
            refuse([Breach("key-store-empty")])
        newest = await _master_keys(start, store, make_keys=make_keys)
        refuse([] if await _opens(store, newest()) else [Breach("keys-do-not-open")])
    except BaseException:
        await store.close()
        raise
    return KeyHolder(store, newest), accepted


async def _state_of(database: Database, start: Start) -> list[Breach]:
    found = await database.read(NOTHING, condition)
    if not (is_postgresql(start.database) or found.at_head or found.unknown):
        await asyncio.to_thread(migrate, start.database)
        found = await database.read(NOTHING, condition)
    return list(of_database(found))


async def _versions_in(url: str) -> list[str]:
    database = Database.open(url)
    try:
        return await database.read(NOTHING, versions)
    finally:
        await database.close()


async def _master_keys(start: Start, store: KeyStore, *, make_keys: bool) -> Callable[[], MasterKeys]:
    """Where the newest master keys come from. None are made while there is anything that other ones have locked."""
    given = start.master_keys
    if given is not None:
        return lambda: given
    if not start.key_file.exists():
        if not make_keys or await _is_used(store):
            refuse([Breach("keys-missing", str(start.key_file))])
        write_new(start.key_file, MasterKeys.generate())
    clear(start.key_file)
    return KeyFile(start.key_file).keys


async def _is_used(store: KeyStore) -> bool:
    return bool(await store.page("", 1)) or any([await store.secret(name) for name in SECRETS])


async def _opens(store: KeyStore, keys: MasterKeys) -> bool:
    """Whether the keys open the service's own secrets, and the first of the others; `keys check` tries every one."""
    try:
        for name in SECRETS:
            wrapped = await store.secret(name)
            if wrapped is not None:
                keys.unwrap(name, wrapped)
    except Damaged:
        return False
    return all(keys.knows(wrapped) for _, wrapped in await store.page("", SAMPLE))
