"""Which checklist judged what is stored: the loaded one, or the one that was kept when it was; judges nothing."""

import json
from functools import lru_cache

from app.checklist.checklist import Checklist, from_pack
from app.storage import known
from app.storage.database import Connection
from app.storage.views import NOTHING
from app.usecases.office import Office


async def remembered(office: Office, digest: str) -> Checklist:
    """The checklist of that digest, even when this version of the product comes with a newer one only.

    Raises:
        UnknownChecklist: when it is neither loaded nor was ever used here.
    """
    loaded = office.catalogue.by_digest(digest)
    if loaded is not None:
        return loaded
    kept = await office.database.read(NOTHING, lambda connection: known.find_checklist(connection, digest))
    return _rebuilt(digest, kept.pack)


@lru_cache(maxsize=8)
def _rebuilt(digest: str, pack: bytes) -> Checklist:
    """Made again once: it takes much longer than judging by it, and is the same each time."""
    return from_pack(json.loads(pack), digest)


async def keep(office: Office, checklist: Checklist) -> None:
    """Makes sure that the checklist is stored before anything refers to it."""

    def work(connection: Connection) -> None:
        known.keep_checklist(connection, _stored(checklist))

    await office.database.write_once(checklist.digest, work)


def _stored(checklist: Checklist) -> known.StoredChecklist:
    pack = json.dumps(checklist.pack(), separators=(",", ":")).encode()
    return known.StoredChecklist(checklist.digest, checklist.name, checklist.version, pack)
