"""Looking at an initiative's earlier designs; changes nothing."""

from base64 import urlsafe_b64decode, urlsafe_b64encode

from app.domain.errors import BadInput
from app.domain.revision import Revision, StoredDesign
from app.storage import initiatives, revisions
from app.storage.initiatives import NEVER_REACHED
from app.storage.pages import Page
from app.usecases.authority import Granted, key_of, let_in
from app.usecases.office import Access, Office

DEFAULT_LIMIT = 50
LARGEST_LIMIT = 200


async def get(office: Office, access: Access, initiative_id: str, number: int) -> StoredDesign:
    """The revision of that number with its document.

    Raises:
        NotFound: there is no such initiative or no such revision.
    """
    key = await key_of(office, access, initiative_id)

    def read(granted: Granted) -> StoredDesign:
        granted.revision = min(number, NEVER_REACHED)
        return revisions.find(granted.connection, key, granted.revision)

    return await let_in(office, access, read, key.subject)


async def page(
    office: Office,
    access: Access,
    initiative_id: str,
    cursor: str | None = None,
    limit: int = DEFAULT_LIMIT,
) -> Page[Revision]:
    """A page of the initiative's revisions, newest first, without their documents.

    Args:
        cursor: `next` or `previous` of another page; None for the first.
        limit: 1 to 200 revisions at most.

    Raises:
        NotFound: there is no such initiative.
        BadInput: the cursor is not one that this list gave.
    """
    key = await key_of(office, access, initiative_id)
    below = NEVER_REACHED if cursor is None else _number(cursor)
    most = max(1, min(limit, LARGEST_LIMIT))

    def read(granted: Granted) -> Page[Revision]:
        newest = initiatives.find(granted.connection, key).revision
        items = revisions.page(granted.connection, key, below, most)
        following = _cursor(items[-1].number) if items and items[-1].number > 1 else None
        previous = _cursor(min(below + most, newest + 1)) if below <= newest else None
        return Page(items, following, previous)

    return await let_in(office, access, read, key.subject)


def _cursor(number: int) -> str:
    return urlsafe_b64encode(f"below {number}".encode()).decode().rstrip("=")


def _number(cursor: str) -> int:
    try:
        word, number = urlsafe_b64decode(cursor + "=" * (-len(cursor) % 4)).decode().split(" ")
        if word == "below" and 1 <= int(number) <= NEVER_REACHED:
            return int(number)
    except ValueError:
        pass
    raise BadInput("The cursor is not one that this list gave.")
