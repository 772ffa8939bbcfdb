"""What a writer must have read before it may write: the state that is there, by its tag; knows no noun."""

from collections.abc import Collection
from typing import Final

from app.domain.errors import Stale

WHATEVER: Final = "*"  # a tag that matches any state


def check_known(tags: Collection[str], current: str) -> None:
    """Sees to it that the caller knows the present state.

    Args:
        tags: the states that the caller knows.
        current: the one that is there.

    Raises:
        Stale: the caller knows another one.
    """
    if WHATEVER not in tags and current not in tags:
        raise Stale(current)
