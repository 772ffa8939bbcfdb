"""Empty machines to restore a backup to, and how the operator takes and restores one; asserts nothing."""

from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from sqlalchemy import make_url

from app.checklist.catalogue import shipped_catalogue
from app.usecases.backing_up import Backup, back_up
from app.usecases.opening import Places
from app.usecases.restoring import Restored, restore
from app.usecases.start_checks import Start
from tests.durability.serving import House
from tests.engines import APPLICATION_ROLE, PostgresqlServer


@dataclass(frozen=True, slots=True)
class Taken:
    """A backup, and where its halves lie."""

    backup: Backup
    data: Path
    keys: Path


def start_of(places: Places) -> Start:
    """What an operator's command goes by; nothing of it depends on who runs the tests."""
    return Start(
        host=None,
        public=False,
        data_folder=None,
        database=places.database,
        key_store=places.key_store,
        key_store_named=True,
        key_file=Path("none") / "master.key",
        master_keys=places.master_keys,
    )


def taken(house: House, folder: Path, name: str = "") -> Taken:
    """A backup in two new folders."""
    data, keys = folder / f"data{name}", folder / f"keys{name}"
    return Taken(back_up(start_of(house.places), data, keys), data, keys)


@dataclass(frozen=True, slots=True)
class Machine:
    """A machine where nothing is yet; only the master keys were brought there.

    Attributes:
        house: as the service will find it.
        owner: the same places for whoever owns the tables.
    """

    house: House
    owner: Places


@contextmanager
def empty_machine(databases: Any, folder: Path, house: House) -> Iterator[Machine]:
    """One for this house."""
    with ExitStack() as stack:
        key_store = stack.enter_context(databases.empty(folder))
        if isinstance(databases, PostgresqlServer):
            owned = stack.enter_context(databases.empty(folder, databases.role("NOSUPERUSER NOBYPASSRLS")))
            served = make_url(owned).set(username=APPLICATION_ROLE).render_as_string(hide_password=False)
        else:
            owned = served = stack.enter_context(databases.empty(folder))
        keys = house.places.master_keys
        yield Machine(House(Places(served, key_store, keys), house.founded), Places(owned, key_store, keys))


async def restored(machine: Machine, data: Path, keys: Path) -> Restored:
    """What came of restoring these halves there."""
    return await restore(start_of(machine.owner), data, keys, shipped_catalogue(), APPLICATION_ROLE)
