"""Whether the tables have the shape that this version expects, and how to give it to them; knows no row."""

from pathlib import Path
from typing import TYPE_CHECKING

from sqlalchemy import Connection, inspect, text

from app.storage.engines import connect
from app.storage.failures import honest_failures

if TYPE_CHECKING:
    from alembic.config import Config

HEAD = "0001"  # kept here because asking alembic takes longer than starting; a test compares the two

# Beside this file in an installed package, at the top of a work tree.
_PLACES = (Path(__file__).parent / "migration_scripts", Path(__file__).parents[2] / "migrations")


def migrate(url: str, revision: str = "head") -> None:
    """Gives the database the shape of that migration, all of it or nothing.

    Raises:
        Unavailable: when the database is out of reach or busy.
        BadInput: when the address is not one of SQLite or PostgreSQL.
    """
    engine = connect(url)
    try:
        with honest_failures():
            connection = engine.connect()
            connection.begin()
            _alone(connection)
        with connection:
            if revision == "head" and is_at_head(connection):
                return
            from alembic import command  # late: it takes as long to import as a tenth of a start

            run = command.downgrade if revision == "base" else command.upgrade
            run(alembic_settings(connection), revision)
            connection.commit()
    finally:
        engine.dispose()


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
    """Whether the tables are those of this version."""
    if not inspect(connection).has_table("alembic_version"):
        return False
    return connection.scalars(text("SELECT version_num FROM alembic_version")).all() == [HEAD]
