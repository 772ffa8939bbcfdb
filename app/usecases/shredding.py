"""Destroying the keys of what was deleted; knows not what it was."""

from app.domain.errors import Unavailable
from app.storage import shreds
from app.storage.database import Connection
from app.storage.views import OPERATOR, of
from app.usecases.office import Office

KEYS_LEFT = "It is deleted. Its keys could not be destroyed just now; that is done when the service starts again."


async def carry_out(office: Office, organisation_id: str) -> int:
    """Destroys the keys whose deletion was committed, and returns how many.

    The wish is stored with the deletion and forgotten only after the key is gone, so that a process that is killed in
    between leaves it to the next one.
    """
    waiting = await office.database.read(
        of(organisation_id), lambda connection: shreds.waiting(connection, organisation_id)
    )
    if not waiting:
        return 0
    await office.vault.shred(waiting)

    def forget(connection: Connection) -> None:
        shreds.done(connection, organisation_id, waiting)

    await office.database.write(of(organisation_id), forget)
    return len(waiting)


async def finish(office: Office, organisation_id: str) -> None:
    """As `carry_out`, for whoever has just deleted something.

    Raises:
        Unavailable: it was deleted, and its keys are destroyed when the service starts next.
    """
    try:
        await carry_out(office, organisation_id)
    except Unavailable:
        raise Unavailable(KEYS_LEFT) from None


async def carry_out_everywhere(office: Office) -> int:
    """As `carry_out`, for every organisation that has any waiting; done when the service starts."""
    organisations = await office.database.read(OPERATOR, shreds.organisations)
    return sum([await carry_out(office, organisation) for organisation in organisations])
