"""Whether what is stored can be read: every initiative opened with its key, every trail followed; changes nothing."""

from collections.abc import Mapping
from dataclasses import dataclass
from functools import partial

from app.domain.errors import Damaged, NotFound
from app.security.sealing import DataKey
from app.storage import organisations, revisions
from app.storage.database import Connection
from app.storage.views import of
from app.usecases import audit_trail
from app.usecases.office import Office

AT_ONCE = 200  # initiatives that are opened in one look at the database


@dataclass(frozen=True, slots=True)
class Wholeness:
    """What was found of one organisation.

    Attributes:
        initiatives: how many there are.
        shut: those without a key: deleted since, or made after the key store was copied.
        damaged: those whose key, title or newest revision does not verify.
        entries, faults: of the audit trail.
        opens: whether what belongs to the organisation itself can be read.
    """

    organisation_id: str
    initiatives: int
    shut: tuple[str, ...]
    damaged: tuple[str, ...]
    entries: int
    faults: int
    opens: bool

    @property
    def opened(self) -> int:
        """How many initiatives can be read."""
        return self.initiatives - len(self.shut) - len(self.damaged)

    @property
    def sound(self) -> bool:
        """Whether nothing was altered. A key that is not there is no alteration."""
        return self.opens and not self.damaged and not self.faults


async def looked_at(office: Office, organisation_id: str) -> Wholeness:
    """Opens everything of the organisation as it is now, and follows its trail.

    Raises:
        Unavailable: a database is out of reach.
    """
    view = of(organisation_id)
    identities = await office.database.read(
        view, lambda connection: organisations.initiatives_of(connection, view.organisation)
    )
    shut: list[str] = []
    damaged: list[str] = []
    for start in range(0, len(identities), AT_ONCE):
        piece = identities[start : start + AT_ONCE]
        keys = await _keys(office, organisation_id, piece)
        shut += [each for each in piece if each not in keys]
        damaged += await office.database.read(view, partial(_damaged, keys=keys))
    trail = await audit_trail.verify(office, organisation_id)
    opens = await _opens(office, organisation_id)
    return Wholeness(
        organisation_id, len(identities), tuple(shut), tuple(damaged), trail.entries, len(trail.faults), opens
    )


async def _keys(office: Office, organisation_id: str, subjects: list[str]) -> Mapping[str, DataKey | None]:
    """The keys that are there; None for one that does not verify."""
    try:
        return await office.vault.keys(organisation_id, subjects)
    except Damaged:
        found: dict[str, DataKey | None] = {}
    for subject in subjects:
        try:
            key = await office.vault.key(organisation_id, subject)
        except Damaged:
            found[subject] = None
        else:
            found |= {} if key is None else {subject: key}
    return found


def _damaged(connection: Connection, keys: Mapping[str, DataKey | None]) -> list[str]:
    return [subject for subject, key in keys.items() if key is None or not _can_be_read(connection, key)]


def _can_be_read(connection: Connection, key: DataKey) -> bool:
    """Whether it can; one that was deleted a moment ago need not."""
    try:
        revisions.newest(connection, key)
    except Damaged:
        return False
    except NotFound:
        return True
    return True


async def _opens(office: Office, organisation_id: str) -> bool:
    try:
        key = await office.vault.organisation(organisation_id)
        await office.database.read(of(organisation_id), lambda connection: organisations.find(connection, key))
    except Damaged:
        return False
    return True
