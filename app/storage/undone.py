"""A part of a transaction that is kept or undone by itself; knows no table and not why."""

from collections.abc import Iterator
from contextlib import contextmanager

from sqlalchemy import Connection


@contextmanager
def kept_if(connection: Connection, kept: bool) -> Iterator[None]:
    """Undoes what is done within, unless it is to be kept: the work is the same either way."""
    with connection.begin_nested() as part:
        yield
        if not kept:
            part.rollback()
