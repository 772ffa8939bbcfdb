"""The commands `keys …`: another master key, the old ones dropped, copies tried; shows fingerprints and no key."""

from __future__ import annotations

import asyncio
import os
from pathlib import Path
from typing import Final

from app.cli.exit_codes import ExitCode
from app.cli.operating import Given, carried_out, key_holder, locked_key_store, settings_of
from app.cli.terminal import write_text
from app.domain.errors import BadInput, Conflict
from app.security import key_file
from app.security.master_keys import MasterKeys
from app.settings import Settings
from app.storage.key_store import KeyStore
from app.usecases import key_rotation

# A service that runs looks at the key file before it wraps new keys; what it had begun by then is stored by then.
SETTLING_SECONDS: Final = 10.0

RESUMED = "A rotation was not finished, so no other master key was made. It went on, "
IN_USE = (
    "{} are still locked with older master keys, so none was dropped. Run goodoffices keys rotate; it goes on where "
    "it stopped. If this comes again, a service runs that was given its master keys otherwise: restart it with these."
)
RETIRED = (
    "Master key {} is the only one now. Copy the key file again. Older copies open only backups of the key store from "
    "before: keep one of them, sealed, as long as you keep such backups, and destroy the others.\n"
)
NO_SUCH_COPY = "The file that --file names is not there, or cannot be read."
BY_VARIABLE = "The master keys come from GOODOFFICES_MASTER_KEYS, and only you can change that. "


def rotate(given: Given) -> None:
    """Puts a new master key first in the key file, and wraps everything again with it. The old ones stay.

    Killed in between, it can be run again: it goes on, and makes no other key.

    Raises:
        UnsafeStart, BadInput, Unavailable: what was wrapped again stays so; everything still opens.
    """
    settings = settings_of(given)

    async def work() -> None:
        async with key_holder(settings) as holder:
            keys, told = await _with_new_first(settings, holder.store, holder.newest())
            count = await key_rotation.wrap_again(holder.store, keys)
            write_text(
                f"{told}{count} keys are locked with master key {keys.first} now. {_older(keys)}"
                "Copy the master keys again, to where your copy of them is kept.\n"
            )

    carried_out(work())


async def _with_new_first(settings: Settings, store: KeyStore, keys: MasterKeys) -> tuple[MasterKeys, str]:
    if settings.master_keys is not None:
        return (
            keys,
            BY_VARIABLE + "Put a new one first there, keep the old ones behind it, restart every service, "
            "and run this again: it locks with the first. ",
        )
    if await key_rotation.left(store, keys):
        return keys, RESUMED
    changed = keys.with_new_first()
    key_file.change(settings.key_file, keys, changed)
    return changed, ""


def _older(keys: MasterKeys) -> str:
    older = len(keys.fingerprints) - 1
    return f"{older} older stay until goodoffices keys retire. " if older else ""


def retire(given: Given) -> None:
    """Drops all master keys but the first, once nothing is locked with them.

    Raises:
        Conflict: something still is; nothing was dropped.
        UnsafeStart, BadInput, Unavailable: nothing was dropped.
    """
    settings = settings_of(given)

    async def work() -> None:
        async with key_holder(settings) as holder:
            await _retire(settings, holder.store, holder.newest())

    carried_out(work())


async def _retire(settings: Settings, store: KeyStore, keys: MasterKeys) -> None:
    if count := await key_rotation.left(store, keys):
        raise Conflict(IN_USE.format(count))
    if settings.master_keys is not None:
        write_text(BY_VARIABLE + f"Nothing is locked with any but {keys.first}: take the others out.\n")
        return
    only = keys.only_first()
    if only.fingerprints != keys.fingerprints:
        key_file.change(settings.key_file, keys, only)
        await asyncio.sleep(SETTLING_SECONDS)
        if count := await key_rotation.left(store, only):
            key_file.change(settings.key_file, only, keys)
            raise Conflict(IN_USE.format(count))
    write_text(RETIRED.format(only.first))


def check(file: Path | None, given: Given) -> ExitCode:
    """Tries whether the master keys, or a copy of them, open every key in the key store; says of how many.

    Raises:
        BadInput: the file cannot be read, or holds no master keys.
        UnsafeStart, Unavailable: nothing was tried.
    """
    settings = settings_of(given)
    if file is None and settings.master_keys is not None:
        keys = MasterKeys.parse(settings.master_keys.get_secret_value())
    else:
        if file is not None and not os.access(file, os.R_OK):
            raise BadInput(NO_SUCH_COPY)
        keys = key_file.read_keys(file or settings.key_file)

    async def work() -> key_rotation.Drill:
        async with locked_key_store(settings) as store:
            return await key_rotation.drill(store, keys)

    found = carried_out(work())
    write_text(f"{found.opened} of {found.all} keys open with {', '.join(keys.fingerprints)}.\n")
    return ExitCode.NOTHING_TO_ATTEND_TO if found.passed else ExitCode.FINDINGS
