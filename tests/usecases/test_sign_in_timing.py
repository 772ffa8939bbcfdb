"""Nobody can tell by the time it takes whether an organisation or a person exists: each path does as much.

That is one hash, two commits that wait for the disk, and for a person who does not exist the same link of the trail.

The time itself is told and not asserted: on a shared machine it says more about the neighbours.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from statistics import median
from time import perf_counter
from typing import Any, Final

import argon2
import pytest

from app.domain.errors import Unauthenticated
from app.security import passwords
from app.security.api_keys import sign_in_digest
from app.security.audit_chain import mac
from app.security.passwords import hash_password
from app.storage import audit, people
from app.storage.database import Connection, Database
from app.storage.views import View, of
from app.usecases import password_pool, sessions, sign_in_attempts
from app.usecases.office import Office
from app.usecases.sessions import Credentials
from app.usecases.sign_in_attempts import MOST_BY_NAME, WINDOW
from tests.security.figures import tell
from tests.usecases.house import House

PASSWORD: Final = "seven grey herons asleep"
WRONG: Final = "seven grey herons awake"
UNKNOWN: Final = "0b8d8d0a-6d1e-4b6f-9a55-0d6c2f1fdead"
ROUNDS: Final = 9
ATTEMPTS: Final = {"first": 1, "second": 2, "last": MOST_BY_NAME}  # of the first and the last the trail tells


@dataclass
class Work:
    """What was done for an attempt.

    Attributes:
        done: the verifications and hashes of argon2, each with its parameters.
        commits: transactions that changed something, so that the disk is waited for.
        links: entries that were chained to an audit trail, those that were undone too.
    """

    done: list[str] = field(default_factory=list)
    commits: int = 0
    links: int = 0


@contextmanager
def watched() -> Iterator[Work]:
    """Writes down what argon2, the database and the trail are asked for meanwhile."""
    work = Work()
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(Database, "write", _counting_commits(work, Database.write))
        patch.setattr("app.storage.audit.mac", _counting_links(work, mac))
        for name in ("verify", "hash"):
            patch.setattr(argon2.PasswordHasher, name, _noting(work, name, getattr(argon2.PasswordHasher, name)))
        yield work


def _noting(work: Work, name: str, real: Any) -> Any:
    def noting(self: argon2.PasswordHasher, first: Any, *rest: Any, **more: Any) -> Any:
        parameters = first if name == "verify" else ""
        parameters = parameters.decode() if isinstance(parameters, bytes) else parameters
        work.done.append(f"{name} {'$'.join(parameters.split('$')[:4])}")
        return real(self, first, *rest, **more)

    return noting


def _counting_commits(work: Work, real: Any) -> Any:
    async def write(self: Database, view: View, asked: Any) -> Any:
        def watching(connection: Connection) -> tuple[Any, bool]:
            before = _changes(connection)
            return asked(connection), _changes(connection) != before

        value, changed = await real(self, view, watching)
        work.commits += changed
        return value

    return write


def _changes(connection: Connection) -> Any:
    """Something that is another thing once the transaction has changed a row."""
    if connection.dialect.name == "postgresql":
        return connection.exec_driver_sql("SELECT pg_current_xact_id_if_assigned()::text").scalar()
    driver: Any = connection.connection.dbapi_connection
    return driver.total_changes


def _counting_links(work: Work, real: Any) -> Any:
    def counting(*given: Any) -> Any:
        work.links += 1
        return real(*given)

    return counting


@pytest.fixture
async def paths(house: House) -> dict[str, Credentials]:
    """Each way in which signing in can fail."""
    await store_password(house, "anna", PASSWORD)
    here = house.principal.organisation_id
    wrong = Credentials(here, "anna", WRONG, "127.0.0.1")
    return {
        "a wrong password": wrong,
        "an unknown person": replace(wrong, sign_in_name="nobody"),
        "an unknown organisation": replace(wrong, organisation_id=UNKNOWN),
        "what is no id": replace(wrong, organisation_id="hill house"),
    }


async def store_password(house: House, sign_in_name: str, password: str | None) -> None:
    """Gives the first person a name to sign in with, and a password."""
    office, organisation = house.office, house.principal.organisation_id
    key = await office.vault.organisation(organisation)
    hashed = None if password is None else hash_password(password)
    digest = sign_in_digest(office.vault.pepper, organisation, sign_in_name)

    def write(connection: Connection) -> None:
        person = people.find(connection, key, house.principal.person_id)
        people.change(connection, key, replace(person, sign_in_name=sign_in_name, password=hashed), digest)

    await office.database.write(of(organisation), write)


async def work_of(office: Office, given: Credentials) -> Work:
    """What is done while this fails to sign in."""
    with watched() as work, pytest.raises(Unauthenticated):
        await sessions.sign_in(office, given)
    return work


def later(office: Office) -> None:
    """Lets the window pass that attempts are counted in."""
    now = office.allowances.clock()
    office.allowances.clock = lambda: now + WINDOW.total_seconds() + 1


async def work_by_attempt(office: Office, given: Credentials) -> dict[str, tuple[int, int]]:
    """The commits and the links of the attempts of a window that are told of, and of one that is not."""
    works = [await work_of(office, given) for _ in range(MOST_BY_NAME)]
    return {name: (works[number - 1].commits, works[number - 1].links) for name, number in ATTEMPTS.items()}


async def differences(office: Office, paths: dict[str, Credentials]) -> dict[str, list[str]]:
    """The paths that do anything else than one verification with the parameters of today."""
    passwords.dummy_hash()  # made once in a process, with the first password of all
    one = [f"verify $argon2id$v=19$m={passwords.MEMORY_IN_KIB},t={passwords.PASSES},p={passwords.LANES}"]
    found = {name: (await work_of(office, given)).done for name, given in paths.items()}
    return {name: work for name, work in found.items() if work != one}


async def test_every_path_verifies_once_with_the_same_parameters(house: House, paths: dict[str, Credentials]) -> None:
    assert await differences(house.office, paths) == {}
    await store_password(house, "anna", None)
    assert await differences(house.office, paths) == {}


async def test_every_path_waits_for_the_disk_as_often(
    quick_passwords: None, house: House, paths: dict[str, Credentials]
) -> None:
    for name, given in paths.items():
        found = await work_by_attempt(house.office, replace(given, address=name))
        assert {attempt: commits for attempt, (commits, _) in found.items()} == dict.fromkeys(ATTEMPTS, 2), name


async def test_a_link_of_the_trail_is_made_for_nobody_too(
    quick_passwords: None, house: House, paths: dict[str, Credentials]
) -> None:
    for name in ("a wrong password", "an unknown person"):
        found = await work_by_attempt(house.office, paths[name])
        assert {attempt: links for attempt, (_, links) in found.items()} == {"first": 1, "second": 0, "last": 1}, name


async def tell_times(house: House, paths: dict[str, Credentials], hashes: str, rounds: int) -> None:
    """Tells how long the first attempt of a window takes, of which the trail tells, and the second, path by path."""
    passwords.dummy_hash()
    times: dict[str, dict[str, list[float]]] = {kind: {name: [] for name in paths} for kind in ("first", "second")}
    for _ in range(rounds):
        for by_path in times.values():
            for name, took in by_path.items():
                took.append(await milliseconds_of(house.office, replace(paths[name], address="10.0.0.1")))
        later(house.office)
    for kind, by_path in times.items():
        known = median(by_path.pop("a wrong password"))
        apart = ", ".join(f"{name} {median(took) - known:+.1f} ms" for name, took in by_path.items())
        engine = house.places.database.partition(":")[0]
        tell(
            f"S9 sign-in on {engine} with {hashes}, {kind} attempt of {rounds} windows, in turn: "
            f"a wrong password takes {known:.1f} ms; apart from it: {apart}"
        )


async def milliseconds_of(office: Office, given: Credentials) -> float:
    """How long it takes to fail."""
    began = perf_counter()
    with pytest.raises(Unauthenticated):
        await sessions.sign_in(office, given)
    return (perf_counter() - began) * 1000


async def test_the_milliseconds_apart_are_told(house: House, paths: dict[str, Credentials]) -> None:
    await tell_times(house, paths, "hashes of today", ROUNDS)


async def test_the_milliseconds_apart_beside_the_hash_are_told(
    quick_passwords: None, house: House, paths: dict[str, Credentials]
) -> None:
    await store_password(house, "anna", PASSWORD)
    await tell_times(house, paths, "hashes of nearly no work", 5 * ROUNDS)


class TestTheHarness:
    async def test_finds_a_service_without_a_dummy_hash(
        self, house: House, paths: dict[str, Credentials], monkeypatch: pytest.MonkeyPatch
    ) -> None:
        def hasty(password: str, hashed: str | None) -> bool:
            return hashed is not None and passwords.verify(password, hashed)

        monkeypatch.setattr(password_pool, "_fits", hasty)
        assert set(await differences(house.office, paths)) == {*paths} - {"a wrong password"}

    async def test_finds_one_that_turns_unknown_organisations_away_at_the_door(
        self, house: House, paths: dict[str, Credentials], monkeypatch: pytest.MonkeyPatch
    ) -> None:
        candidate = sessions._candidate

        async def hasty(office: Office, given: Credentials) -> Any:
            found = await candidate(office, given)
            if found.key is None:
                raise Unauthenticated(sessions.WRONG)
            return found

        monkeypatch.setattr(sessions, "_candidate", hasty)
        assert set(await differences(house.office, paths)) == {"an unknown organisation", "what is no id"}

    async def test_finds_one_whose_dummy_hash_is_a_cheaper_one(
        self, house: House, paths: dict[str, Credentials], monkeypatch: pytest.MonkeyPatch
    ) -> None:
        cheap = argon2.PasswordHasher(time_cost=1, memory_cost=64, parallelism=1).hash("nothing")
        monkeypatch.setattr(password_pool, "dummy_hash", lambda: cheap)
        assert set(await differences(house.office, paths)) == {*paths} - {"a wrong password"}

    async def test_finds_one_that_writes_nothing_for_an_unknown_organisation(
        self, quick_passwords: None, house: House, paths: dict[str, Credentials], monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.setattr(sessions, "do_as_much", lambda _connection, **_given: None)
        found = {name: await work_of(house.office, given) for name, given in paths.items()}
        assert {name: work.commits for name, work in found.items() if work.commits != 2} == {
            "an unknown organisation": 0,
            "what is no id": 0,
        }

    async def test_finds_one_that_makes_no_link_for_nobody(
        self, quick_passwords: None, house: House, paths: dict[str, Credentials], monkeypatch: pytest.MonkeyPatch
    ) -> None:
        append = audit.append

        def hasty(connection: Connection, organisation_id: str, key: bytes, entry: Any) -> int:
            nobodys = entry.person == sign_in_attempts._NOBODY
            return 0 if nobodys else append(connection, organisation_id, key, entry)

        monkeypatch.setattr(audit, "append", hasty)
        found = [await work_of(house.office, paths[name]) for name in ("a wrong password", "an unknown person")]
        assert [work.links for work in found] == [1, 0]
