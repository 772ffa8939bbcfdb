"""Whether the tables have the shape that this version expects, and how to give it to them; knows no row."""

from pathlib import Path
from typing import TYPE_CHECKING

from sqlalchemy import Connection, inspect, text

from app.domain.errors import BadInput, Unavailable
from app.storage import row_security
from app.storage.engines import connect
from app.storage.failures import honest_failures

if TYPE_CHECKING:
    from alembic.config import Config

# Kept here because asking alembic takes longer than starting; a test compares the two.
REVISIONS = ("0002", "0003", "0004", "0005", "0006")
HEAD = REVISIONS[-1]

MADE_BY_ANOTHER = "The tables were made by another version of Good Offices ({})."
OUTDATED = {
    "0001": (
        "That one came before the first release and kept designs unencrypted. Keep its database, "
        "and start with an empty data folder or an empty database."
    )
}
NOT_GRANTED = (
    "The database's tables are not granted to the role of this service. Its owner must run: "
    "goodoffices migrate --application-role …"
)
LATER = "Use the version that made them, or a later one; this one changes nothing here."

# Beside this file in an installed package, at the top of a work tree.
_PLACES = (Path(__file__).parent / "migration_scripts", Path(__file__).parents[2] / "migrations")


def migrate(url: str, revision: str = "head", application_role: str | None = None) -> None:
    """Gives the database the shape of that migration, all of it or nothing.

    Args:
        url: the address, on PostgreSQL that of the owner of the tables.
        revision: which shape, that of an earlier migration too; "base" is without tables.
        application_role: who may use the tables then, on PostgreSQL, which holds that role to row-level security.

    Raises:
        Unavailable: when the database is out of reach or busy.
        BadInput: when the address is not one of SQLite or PostgreSQL, another version made the tables, or there is
            no such role.
    """
    engine = connect(url)
    try:
        with honest_failures():
            connection = engine.connect()
            connection.begin()
            _alone(connection)
        with connection:
            _refuse_other_versions(connection)
            if revision != "head" or not is_at_head(connection):
                _run(connection, revision)
            if application_role is not None and revision == "head":
                row_security.grant(connection, application_role)
            connection.commit()
    finally:
        engine.dispose()


def _run(connection: Connection, revision: str) -> None:
    from alembic import command  # late: it takes as long to import as a tenth of a start

    run = command.downgrade if _is_earlier(connection, revision) else command.upgrade
    run(alembic_settings(connection), revision)


def _is_earlier(connection: Connection, revision: str) -> bool:
    """Whether the tables are already past that migration."""
    order = ("base", *REVISIONS)
    made_by = versions(connection) or ["base"]
    return revision == "base" or (revision in order and order.index(revision) < order.index(made_by[0]))


def _refuse_other_versions(connection: Connection) -> None:
    """Tables that this version cannot bring up to date are left as they are."""
    for made_by in versions(connection):
        if made_by in OUTDATED:
            raise BadInput(f"{MADE_BY_ANOTHER.format(made_by)} {OUTDATED[made_by]}")
        if made_by not in REVISIONS:
            raise BadInput(f"{MADE_BY_ANOTHER.format('not known here')} {LATER}")


def _alone(connection: Connection) -> None:
    """Lets nobody else migrate meanwhile, for as long as it takes; SQLite has one writer anyway."""
    if connection.dialect.name == "postgresql":
        connection.execute(text("SELECT pg_advisory_xact_lock(hashtext('goodoffices migrations'))"))
        connection.execute(text("SET LOCAL statement_timeout = 0"))


def alembic_settings(connection: Connection | None = None) -> "Config":
    """What alembic needs to know; with a connection it works in that connection's transaction."""
    from alembic.config import Config

    settings = Config()
    settings.set_main_option("script_location", str(next(place for place in _PLACES if place.is_dir())))
    settings.attributes["connection"] = connection
    return settings


def is_at_head(connection: Connection) -> bool:
    """Whether the tables are those of this version.

    Raises:
        Unavailable: when the role of this connection may not even look.
    """
    return versions(connection) == [HEAD]


def versions(connection: Connection) -> list[str]:
    """Which migration made the tables; empty when there are none.

    Raises:
        Unavailable: as `is_at_head`.
    """
    if not inspect(connection).has_table("alembic_version"):
        return []
    if not row_security.may_look(connection, "alembic_version"):
        raise Unavailable(NOT_GRANTED)
    return list(connection.scalars(text("SELECT version_num FROM alembic_version")))
