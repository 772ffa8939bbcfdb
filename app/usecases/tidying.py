"""What nobody asks for but must be done now and then: forgetting what has ended, and keys of what was deleted."""

import asyncio
from collections.abc import Callable
from datetime import UTC, datetime
from functools import partial
from typing import Final

from app.domain.errors import Unavailable
from app.storage.expired import forget
from app.storage.views import of
from app.usecases.founding import every_organisation
from app.usecases.office import Office
from app.usecases.shredding import carry_out_everywhere

EVERY_SECONDS: Final = 3_600.0
AT_ONCE: Final = 200  # rows of a kind in one transaction
MOST_TURNS: Final = 50  # transactions for one organisation before the next one's turn


async def keep_tidy(office: Office, tell: Callable[[Unavailable], None], every: float = EVERY_SECONDS) -> None:
    """Tidies up at once and then every hour, until it is cancelled.

    Args:
        tell: is told when a database was out of reach; the next turn comes all the same.
    """
    while True:
        try:
            await carry_out_everywhere(office)
            await forget_what_ended(office)
        except Unavailable as unavailable:
            tell(unavailable)
        await asyncio.sleep(every)


async def forget_what_ended(office: Office) -> None:
    """Forgets retries after a week, sessions and allowances once they have ended, in every organisation.

    Raises:
        Unavailable: a database is out of reach; what was forgotten stays so.
    """
    for organisation in await every_organisation(office):
        work = partial(forget, organisation_id=organisation, now=datetime.now(UTC), most=AT_ONCE)
        for _ in range(MOST_TURNS):
            if not await office.database.write(of(organisation), work):
                break
