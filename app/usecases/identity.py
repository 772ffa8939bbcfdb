"""What the id of something looks like; knows nothing that has one."""

from uuid import UUID

from app.domain.errors import NotFound

LENGTH_OF_ID = 36


def known_form(identity: str) -> str:
    """The id as it is stored.

    Raises:
        NotFound: when it cannot be the id of anything.
    """
    if len(identity) != LENGTH_OF_ID:  # in braces, as a URN or without hyphens it would be a second address
        raise NotFound
    try:
        return str(UUID(identity))
    except ValueError:
        raise NotFound from None
