"""Nobody can tell by the time it takes whether an organisation or a person exists: each path does the same work.

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
from app.security.passwords import hash_password
from app.storage import people
from app.storage.database import Connection
from app.storage.views import of
from app.usecases import password_pool, sessions
from app.usecases.office import Office
from app.usecases.sessions import Credentials
from tests.security.figures import tell
from tests.usecases.house import House

PASSWORD: Final = "seven grey herons asleep"
WRONG: Final = "seven grey herons awake"
UNKNOWN: Final = "0b8d8d0a-6d1e-4b6f-9a55-0d6c2f1fdead"
ROUNDS: Final = 9  # below the throttle


@dataclass
class Work:
    """The verifications and hashes that argon2 did, each with its parameters."""

    done: list[str] = field(default_factory=list)


@contextmanager
def watched() -> Iterator[Work]:
    """Writes down what argon2 is asked for meanwhile."""
    work = Work()
    with pytest.MonkeyPatch.context() as patch:
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


async def work_of(office: Office, given: Credentials) -> list[str]:
    """What argon2 does while this fails to sign in."""
    with watched() as work, pytest.raises(Unauthenticated):
        await sessions.sign_in(office, given)
    return work.done


async def differences(office: Office, paths: dict[str, Credentials]) -> dict[str, list[str]]:
    """The paths that do anything else than one verification with the parameters of today."""
    passwords.dummy_hash()  # made once in a process, with the first password of all
    one = [f"verify $argon2id$v=19$m={passwords.MEMORY_IN_KIB},t={passwords.PASSES},p={passwords.LANES}"]
    found = {name: await work_of(office, given) for name, given in paths.items()}
    return {name: work for name, work in found.items() if work != one}


async def test_every_path_verifies_once_with_the_same_parameters(house: House, paths: dict[str, Credentials]) -> None:
    assert await differences(house.office, paths) == {}
    await store_password(house, "anna", None)
    assert await differences(house.office, paths) == {}


async def test_the_milliseconds_apart_are_told(house: House, paths: dict[str, Credentials]) -> None:
    passwords.dummy_hash()
    times: dict[str, list[float]] = {name: [] for name in paths}
    for round_ in range(ROUNDS):
        for name, given in paths.items():
            began = perf_counter()
            with pytest.raises(Unauthenticated):
                await sessions.sign_in(house.office, replace(given, address=f"10.0.0.{round_}"))
            times[name].append((perf_counter() - began) * 1000)
    known = median(times.pop("a wrong password"))
    apart = ", ".join(f"{name} {median(each) - known:+.1f} ms" for name, each in times.items())
    tell(f"S9 sign-in: a wrong password takes {known:.1f} ms; apart from it: {apart}; {ROUNDS} rounds, interleaved")


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
