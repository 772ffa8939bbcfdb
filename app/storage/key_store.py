"""Where wrapped keys lie, apart from what they open: a small second database; it knows no key that opens anything.

On SQLite what is removed is gone from the file at once. PostgreSQL keeps old versions of a row until it has vacuumed,
and its log and backups longer.
"""

from collections.abc import Iterator, Sequence
from typing import Final, Self

from sqlalchemy import (
    Column,
    Connection,
    LargeBinary,
    MetaData,
    String,
    Table,
    Update,
    bindparam,
    delete,
    select,
    text,
    update,
)

from app.storage import engines
from app.storage.database import Database
from app.storage.prepared import Prepared, insert_unless_there
from app.storage.views import NOTHING

Pair = tuple[str, bytes]

AT_ONCE: Final = 500  # values in one statement; engines have a ceiling

_TABLES: Final = MetaData()  # of their own: they are in another database than all other tables
_KEYS: Final = Table(
    "wrapped_keys",
    _TABLES,
    Column("subject", String(36), primary_key=True),
    Column("wrapped", LargeBinary, nullable=False),
    sqlite_with_rowid=False,
)
_SECRETS: Final = Table(
    "secrets",
    _TABLES,
    Column("name", String(100), primary_key=True),
    Column("wrapped", LargeBinary, nullable=False),
    sqlite_with_rowid=False,
)
_GET: Final = Prepared(select(_KEYS.c.wrapped).where(_KEYS.c.subject == bindparam("subject")))
_SECRET: Final = Prepared(select(_SECRETS.c.wrapped).where(_SECRETS.c.name == bindparam("name")))
_ADD_SECRET: Final = insert_unless_there(_SECRETS)
_PAGE: Final = Prepared(
    select(_KEYS.c.subject, _KEYS.c.wrapped)
    .where(_KEYS.c.subject > bindparam("after"))
    .order_by(_KEYS.c.subject)
    .limit(bindparam("most"))
)
_REPLACE: Final = update(_KEYS).where(_KEYS.c.subject == bindparam("which"))
_REPLACE_SECRET: Final = update(_SECRETS).where(_SECRETS.c.name == bindparam("which"))


class KeyStore:
    """An open key store. Make one with `KeyStore.open`, and close it. Its tables are made when they are not there.

    Every method raises `Unavailable` when the store is out of reach or too busy; nothing was changed then.
    """

    def __init__(self, database: Database) -> None:
        self._database = database

    @classmethod
    def open(cls, url: str) -> Self:
        """Opens `sqlite:///path` or `postgresql://…`. The first connection is made by the first question.

        Raises:
            BadInput: when the address is neither.
        """
        return cls(Database.open(url))

    async def get(self, subject: str) -> bytes | None:
        """The wrapped key of this subject."""
        await self._make_tables()
        row = await self._database.read(NOTHING, lambda connection: _GET.row(connection, {"subject": subject}))
        return None if row is None else row[0]

    async def many(self, subjects: Sequence[str]) -> dict[str, bytes]:
        """The wrapped keys of these subjects, without those that are not there."""
        await self._make_tables()

        def read(connection: Connection) -> dict[str, bytes]:
            wanted = (select(_KEYS).where(_KEYS.c.subject.in_(part)) for part in _parts(subjects))
            return {subject: wrapped for query in wanted for subject, wrapped in connection.execute(query).all()}

        return await self._database.read(NOTHING, read)

    async def add(self, pairs: Sequence[Pair]) -> None:
        """Keeps new wrapped keys by subject, all or none. A subject that has one already keeps it, and none is added.

        Raises:
            IntegrityError: when a subject has a key; whoever calls makes random subjects.
        """
        await self._make_tables()
        rows = [{"subject": subject, "wrapped": wrapped} for subject, wrapped in pairs]
        if rows:
            await self._database.write(NOTHING, lambda connection: connection.execute(_KEYS.insert(), rows))

    async def remove(self, subjects: Sequence[str]) -> None:
        """Destroys the keys of these subjects. On SQLite nothing of them is left in its files."""
        await self._make_tables()

        def write(connection: Connection) -> None:
            for part in _parts(subjects):
                connection.execute(delete(_KEYS).where(_KEYS.c.subject.in_(part)))

        await self._database.write(NOTHING, write)
        await self._database.forget_overwritten()

    async def page(self, after: str, most: int) -> list[Pair]:
        """So many subjects with their wrapped keys, those that follow this one; the first ones follow ""."""
        await self._make_tables()
        given = {"after": after, "most": most}
        rows = await self._database.read(NOTHING, lambda connection: _PAGE.rows(connection, given))
        return [(subject, wrapped) for subject, wrapped in rows]

    async def replace(self, pairs: Sequence[Pair]) -> None:
        """Wraps keys anew, all of them or none. What was removed meanwhile does not come back."""
        await self._replace(_REPLACE, pairs)

    async def secret(self, name: str) -> bytes | None:
        """A secret of the service itself, wrapped."""
        await self._make_tables()
        row = await self._database.read(NOTHING, lambda connection: _SECRET.row(connection, {"name": name}))
        return None if row is None else row[0]

    async def add_secret(self, name: str, wrapped: bytes) -> None:
        """Keeps a wrapped secret, unless there is one of this name."""
        await self._make_tables()
        given = {"name": name, "wrapped": wrapped}
        await self._database.write(NOTHING, lambda connection: _ADD_SECRET.count(connection, given))

    async def replace_secrets(self, pairs: Sequence[Pair]) -> None:
        """Wraps secrets anew, all of them or none."""
        await self._replace(_REPLACE_SECRET, pairs)

    async def weak_settings(self) -> tuple[str, ...]:
        """What is in force here and could lose a key that was kept, or keep one that was removed, by name."""
        return await self._database.read(NOTHING, engines.weak_settings)

    async def close(self) -> None:
        """Finishes what was begun, and lets go of every connection."""
        await self._database.close()

    async def _make_tables(self) -> None:
        await self._database.write_once("tables of the key store", _make)

    async def _replace(self, statement: Update, pairs: Sequence[Pair]) -> None:
        await self._make_tables()
        rows = [{"which": which, "wrapped": wrapped} for which, wrapped in pairs]
        if rows:
            await self._database.write(NOTHING, lambda connection: connection.execute(statement, rows))
        await self._database.forget_overwritten()


def _make(connection: Connection) -> None:
    """Makes what is not there, also when several processes find that at once."""
    if connection.dialect.name == "postgresql":
        connection.execute(text("SELECT pg_advisory_xact_lock(hashtext('goodoffices key store'))"))
    _TABLES.create_all(connection)


def _parts(values: Sequence[str]) -> Iterator[Sequence[str]]:
    return (values[place : place + AT_ONCE] for place in range(0, len(values), AT_ONCE))
