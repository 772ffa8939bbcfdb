"""Taking a backup of the data and one of the key store, to two places, while the service runs; knows no master key."""

import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Final

from app.domain.errors import BadInput, Unavailable
from app.storage import snapshots
from app.storage.migrations import REVISIONS
from app.storage.sqlite_copies import make_durable
from app.usecases import manifests
from app.usecases.manifests import Kind, Manifest
from app.usecases.start_checks import Start, before_anything
from app.usecases.start_rules import refuse

ONE_PLACE: Final = (
    "The keys must go to another place than the data: whoever finds both, and the master keys, can read everything. "
    "Name two folders of which neither lies in the other."
)
BESIDE_DATA: Final = "A backup in the folder of the data is lost with it. Name a folder elsewhere, on another disk."
IS_THERE: Final = (
    "There is something in that place already, and it is left as it is. Name a folder that is not there: {}"
)
NOT_MADE: Final = "A folder cannot be made there: {}. Is the folder that it lies in there, and may you write to it?"
NOT_WRITTEN: Final = "The backup could not be written, and is taken away again. Is there room for it?"
NO_TABLES: Final = "There are no tables of Good Offices, so there is nothing to back up."


@dataclass(frozen=True, slots=True)
class Backup:
    """Both halves, and how long they took."""

    data: Manifest
    keys: Manifest
    seconds: float


def back_up(start: Start, output: Path, keys: Path) -> Backup:
    """Takes both: first the data, then the key store, so that every key of what is in the data is in it.

    Killed in between, it leaves folders without a manifest, which nothing takes for backups.

    Raises:
        UnsafeStart: what can be seen before anything is opened breaks a rule, such as a mistyped setting.
        BadInput: a place cannot be used, or there is nothing to back up; nothing was made.
        Unavailable: it could not be done; what was made is taken away.
        Damaged: the database is not whole.
    """
    began = datetime.now(UTC)
    refuse(before_anything(start), start.accepted)
    _check_places(start, output, keys)
    if snapshots.migration_of(start.database) not in REVISIONS:
        raise BadInput(NO_TABLES)
    with _new_folder(output), _new_folder(keys):
        data = _take(start.database, output, "data", began)
        wrapped = _take(start.key_store, keys, "keys", datetime.now(UTC))
    return Backup(data, wrapped, (datetime.now(UTC) - began).total_seconds())


def _take(url: str, folder: Path, kind: Kind, made_at: datetime) -> Manifest:
    snapshot = snapshots.take(url, folder)
    try:
        return manifests.finish(folder, kind, made_at, snapshot)
    except OSError as error:
        raise Unavailable(NOT_WRITTEN) from error


def _check_places(start: Start, output: Path, keys: Path) -> None:
    one, other = output.resolve(), keys.resolve()
    if one == other or one in other.parents or other in one.parents:
        raise BadInput(ONE_PLACE)
    if start.data_folder is not None and any(_lies_in(place, start.data_folder) for place in (one, other)):
        raise BadInput(BESIDE_DATA)


def _lies_in(place: Path, folder: Path) -> bool:
    return folder.resolve() in (place, *place.parents)


@contextmanager
def _new_folder(folder: Path) -> Iterator[None]:
    """A new folder for its owner alone; it goes again if not all of it could be written."""
    try:
        folder.mkdir(mode=0o700)
    except FileExistsError:
        raise BadInput(IS_THERE.format(folder)) from None
    except OSError as error:
        raise BadInput(NOT_MADE.format(error.strerror)) from None
    try:
        yield
        make_durable(folder.parent)
    except BaseException:
        shutil.rmtree(folder, ignore_errors=True)
        raise
