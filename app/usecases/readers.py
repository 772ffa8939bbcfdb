"""Who read an initiative and who changed it, as the audit trail tells; knows not which operations only read."""

from dataclasses import dataclass

from app.storage import people, readers
from app.storage.audit import NEVER_REACHED
from app.storage.pages import Page
from app.storage.readers import Dealing
from app.usecases.authority import Granted, let_in
from app.usecases.cursors import cursor_of, place_in
from app.usecases.identity import known_form
from app.usecases.office import Access, Office

LIST = "readers"


@dataclass(frozen=True, slots=True)
class Reader:
    """What one person did by one operation; the name is None for somebody who left, or who runs the service."""

    dealing: Dealing
    name: str | None


async def page(
    office: Office, access: Access, initiative_id: str, cursor: str | None, most: int = readers.MOST_COUNTED
) -> Page[Reader]:
    """What people did to the initiative, what was done last first.

    Args:
        most: how many entries of the trail a page counts.

    Raises:
        NotFound, Forbidden: there is none of that id, or the caller does not own it.
        BadInput: the cursor is not one that this list gave.
    """
    wanted = known_form(initiative_id)
    below = NEVER_REACHED if cursor is None else place_in(LIST, cursor, _number)[0]
    key = await office.vault.organisation(access.organisation_id)

    def read(granted: Granted) -> Page[Reader]:
        found = readers.of_subject(granted.connection, granted.organisation_id, wanted, below, most)
        names = people.names(granted.connection, key, {item.person_id for item in found.items})
        items = tuple(Reader(item, names.get(item.person_id)) for item in found.items)
        return Page(items, None if found.below is None else cursor_of(LIST, found.below), None)

    return await let_in(office, access, read, wanted)


def _number(text: str) -> int:
    number = int(text)
    if not 1 <= number <= NEVER_REACHED:
        raise ValueError("no number of an entry")
    return number
