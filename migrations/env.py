"""How alembic runs our migrations: on a connection that it is given, or at GOODOFFICES_DATABASE_URL."""

import os

from alembic import context
from sqlalchemy import Connection

from app.storage.engines import connect
from app.storage.schema import every_table


def run_on(connection: Connection) -> None:
    context.configure(connection=connection, target_metadata=every_table(), transactional_ddl=True)
    with context.begin_transaction():
        context.run_migrations()


def run() -> None:
    given = context.config.attributes.get("connection")
    if given is not None:
        run_on(given)
        return
    with connect(os.environ["GOODOFFICES_DATABASE_URL"]).begin() as connection:
        run_on(connection)


run()
