"""The use cases run on both engines."""

from tests.engines import database, engine_url, postgresql_server, sqlite_files

__all__ = ["database", "engine_url", "postgresql_server", "sqlite_files"]
