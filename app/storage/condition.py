"""What state a database is really in, asked once at the start; judges nothing."""

from dataclasses import dataclass

from sqlalchemy import Connection

from app.storage.engines import weak_settings
from app.storage.migrations import HEAD, REVISIONS, versions
from app.storage.row_security import faults


@dataclass(frozen=True, slots=True)
class Condition:
    """What was found.

    Attributes:
        versions: which migration made the tables; empty when there are none.
        weak: names of settings in force that could lose an acknowledged write, or keep what was deleted.
        faults: names of what lets this role see past its view; asked only of tables that are those of this version.
    """

    versions: tuple[str, ...]
    weak: tuple[str, ...]
    faults: tuple[str, ...]

    @property
    def at_head(self) -> bool:
        """Whether the tables are those of this version."""
        return self.versions == (HEAD,)

    @property
    def unknown(self) -> bool:
        """Whether another version made the tables."""
        return not set(self.versions) <= set(REVISIONS)


def condition(connection: Connection) -> Condition:
    """The state of the database behind this connection."""
    made_by = tuple(versions(connection))
    return Condition(made_by, weak_settings(connection), faults(connection) if made_by == (HEAD,) else ())
