"""Opening everything that use cases work with, and letting go of it; knows no setting."""

from dataclasses import dataclass

from app.checklist.catalogue import Catalogue
from app.security.master_keys import MasterKeys
from app.storage.database import Database
from app.storage.key_store import KeyStore
from app.usecases.office import Office
from app.usecases.vault import Vault


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


async def open_office(places: Places, catalogue: Catalogue) -> Office:
    """An office over these places, whose tables are there.

    Raises:
        BadInput: an address cannot be used.
        Damaged: the master keys do not open what is in the key store.
        Unavailable: a database is out of reach.
    """
    store = KeyStore.open(places.key_store)
    try:
        vault = await Vault.open(store, places.master_keys)
        return Office(Database.open(places.database), vault, catalogue)
    except BaseException:
        await store.close()
        raise


async def close_office(office: Office) -> None:
    """Finishes what was begun and lets go of every connection."""
    await office.database.close()
    await office.vault.close()
