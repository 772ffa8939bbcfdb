"""The commands `backup` and `restore`: what they are told to do, and what they say of it."""

from __future__ import annotations

import time
from pathlib import Path

from app.checklist.catalogue import shipped_catalogue
from app.cli.exit_codes import ExitCode
from app.cli.operating import Given, carried_out, settings_of
from app.cli.terminal import write_text
from app.starting import start_of
from app.usecases import backing_up, restoring
from app.usecases.manifests import Manifest
from app.usecases.restoring import Restored
from app.usecases.wholeness import Wholeness

MASTER_KEYS = (
    "The master keys are in neither folder. Without a copy of the key file, kept in a third place, nobody can read "
    "this backup.\n"
)


def back_up(output: Path, keys: Path, given: Given) -> None:
    """Takes both halves of a backup to two new folders, and says what is in them.

    Raises:
        BadInput, Unavailable, Damaged: nothing is left of it.
    """
    start = start_of(settings_of(given), listens=False)
    taken = backing_up.back_up(start, output, keys)
    write_text(
        f"data  {output}: {_said(taken.data)}\nkeys  {keys}: {_said(taken.keys)}\n"
        f"It took {taken.seconds:.1f} s. Move the two folders to two different places.\n{MASTER_KEYS}"
    )


def restore(folder: Path, keys: Path, given: Given) -> ExitCode:
    """Puts a backup back where nothing is, opens everything in it, and says how much of it opens.

    Raises:
        UnsafeStart, BadInput, Conflict, Damaged, Unavailable: as `restoring.restore`.
    """
    settings, began = settings_of(given), time.monotonic()
    start = start_of(settings, listens=False)
    done = carried_out(restoring.restore(start, folder, keys, shipped_catalogue(), settings.application_role))
    trails = "".join(_told(one) for one in done.organisations)
    write_text(
        f"Restored in {time.monotonic() - began:.1f} s: the data of {done.data.made_at:%d %B %Y %H:%M} UTC, the key "
        f"store of {done.wrapped.made_at:%d %B %Y %H:%M} UTC.\n"
        f"{done.keys_opened} of {done.keys} keys open with these master keys.\n"
        f"{done.opened} of {done.initiatives} initiatives open.\n{trails}{_next(done)}"
    )
    return ExitCode.NOTHING_TO_ATTEND_TO if done.sound else ExitCode.FINDINGS


def _said(manifest: Manifest) -> str:
    rows, files = sum(manifest.rows.values()), len(manifest.files)
    return f"{rows} rows of {len(manifest.rows)} tables in {files} {'file' if files == 1 else 'files'}"


def _told(found: Wholeness) -> str:
    end = "stands" if not found.faults else "DOES NOT STAND"
    lines = [f"{found.organisation_id}: {found.opened} of {found.initiatives} open, its audit trail {end}."]
    lines += [
        f"  {each}: it has no key. It was deleted since, or made after the key store was copied." for each in found.shut
    ]
    lines += [f"  {each}: it was altered, and does not open." for each in found.damaged]
    return "\n".join(lines + ([] if found.opens else ["  its own key does not open."])) + "\n"


def _next(done: Restored) -> str:
    if done.sound:
        return "Start the service: goodoffices serve\n"
    return "Something was altered. Keep this backup apart, and look for one that is whole.\n"
