"""Who holds an initiative makes everybody else wait, on the engine where others could come in between."""

from collections.abc import Callable
from concurrent.futures import Future, ThreadPoolExecutor
from concurrent.futures import TimeoutError as StillWaiting
from pathlib import Path
from threading import Event

import pytest
from sqlalchemy import Engine

from app.domain.access import InitiativeRole, OrganisationRole
from app.domain.errors import NotFound
from app.storage import grants, people, views
from app.storage.database import Connection, Database
from app.storage.engines import connect
from app.storage.grants import Grant
from app.storage.people import Person
from tests.engines import PostgresqlServer
from tests.storage.builders import NOON, OURS, RIVER, THEIRS, key_of, numbered, store

ANNA, BEN = "0b8d8d0a-6d1e-4b6f-9a55-0d6c2f1f00a1", "0b8d8d0a-6d1e-4b6f-9a55-0d6c2f1f00b2"
OWNER, VIEWER = InitiativeRole.OWNER, InitiativeRole.VIEWER
A_MOMENT = 0.3
LONG = 30.0


def adding_people(connection: Connection) -> None:
    for identity in (ANNA, BEN):
        person = Person(identity, "Somebody", None, None, OrganisationRole.MEMBER, 0, NOON)
        people.add(connection, key_of(OURS), person, None)


async def give(database: Database, initiative_id: str, person_id: str, role: InitiativeRole = OWNER) -> None:
    def write(connection: Connection) -> None:
        grants.add(connection, OURS, initiative_id, Grant(person_id, role, ANNA, NOON), NOON)

    await database.write(views.of(OURS), write)


async def test_holding_tells_when_the_initiative_last_changed(database: Database) -> None:
    river = numbered(7)
    await store(database, river)
    found = await database.write(views.of(OURS), lambda connection: grants.hold(connection, OURS, river.id))
    assert found == river.updated_at


async def test_what_is_not_there_or_anothers_cannot_be_held(database: Database) -> None:
    await store(database, RIVER)
    for organisation, initiative in ((OURS, numbered(8).id), (THEIRS, RIVER.id)):

        def hold(connection: Connection, where: str = organisation, what: str = initiative) -> None:
            grants.hold(connection, where, what)

        with pytest.raises(NotFound):
            await database.write(views.of(organisation), hold)


async def test_owned_alone_is_what_would_have_no_owner(database: Database) -> None:
    alone, shared, watched = numbered(1), numbered(2), numbered(3)
    await store(database, alone, shared, watched)
    await database.write(views.of(OURS), adding_people)
    for initiative, person, role in (
        (alone, ANNA, OWNER),
        (alone, BEN, VIEWER),
        (shared, ANNA, OWNER),
        (shared, BEN, OWNER),
        (watched, ANNA, VIEWER),
        (watched, BEN, OWNER),
    ):
        await give(database, initiative.id, person, role)

    def ask(connection: Connection) -> list[list[str]]:
        return [grants.owned_alone(connection, OURS, person) for person in (ANNA, BEN)]

    assert await database.write(views.of(OURS), ask) == [[alone.id], [watched.id]]


class TestPostgresql:
    """Two transactions side by side, which SQLite never has."""

    def waits(self, engine: Engine, second: str) -> bool:
        """Whether the second work waits until the first, which holds the river, is over."""
        held, let_go = Event(), Event()

        def first() -> None:
            with engine.begin() as connection:
                views.show(connection, views.of(OURS))
                grants.hold(connection, OURS, RIVER.id)
                held.set()
                let_go.wait(LONG)

        def then() -> None:
            held.wait(LONG)
            with engine.begin() as connection:
                views.show(connection, views.of(OURS))
                WORKS[second](connection)

        with ThreadPoolExecutor(2) as threads:
            one, other = threads.submit(first), threads.submit(then)
            waited = is_waiting(other)
            let_go.set()
            one.result(LONG)
            other.result(LONG)
        return waited

    @pytest.mark.parametrize(
        ("second", "expected"),
        [("hold it too", True), ("remove an owner of it", True), ("read who has a role", False)],
    )
    async def test_whoever_changes_roles_waits_and_whoever_reads_does_not(
        self, postgresql_server: PostgresqlServer, tmp_path: Path, second: str, expected: bool
    ) -> None:
        with postgresql_server.database(tmp_path) as addresses:
            database = Database.open(addresses.application)
            await store(database, RIVER)
            await database.write(views.of(OURS), adding_people)
            await give(database, RIVER.id, ANNA)
            await database.close()
            engine = connect(addresses.application)
            assert self.waits(engine, second) is expected
            engine.dispose()


WORKS: dict[str, Callable[[Connection], object]] = {
    "hold it too": lambda connection: grants.hold(connection, OURS, RIVER.id),
    "remove an owner of it": lambda connection: grants.owned_alone(connection, OURS, ANNA),
    "read who has a role": lambda connection: grants.of_initiative(connection, OURS, RIVER.id),
}


def is_waiting(work: Future[None]) -> bool:
    try:
        work.result(A_MOMENT)
    except StillWaiting:
        return True
    return False
