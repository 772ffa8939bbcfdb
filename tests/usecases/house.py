"""Two organisations on a fresh database, each with a person, and how they ask for things; knows no noun."""

from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass, replace
from typing import Any, Concatenate, ParamSpec, TypeVar

from app.checklist.catalogue import Catalogue
from app.domain.access import CredentialKind, Principal
from app.security.api_keys import digest
from app.security.master_keys import MasterKeys
from app.security.permissions import PERMISSIONS
from app.storage.database import Database
from app.storage.retries import Retry
from app.usecases import changes, designs, feedback, initiatives, portfolio, previews, revisions, waivers
from app.usecases.authority import known_by
from app.usecases.founding import found
from app.usecases.office import Access, Office
from app.usecases.opening import Places, close_office, open_office
from app.usecases.retries import retry_of
from tests.usecases.builders import SHIPPED

Asked = ParamSpec("Asked")
Answer = TypeVar("Answer")
UseCase = Callable[Concatenate[Office, Access, Asked], Awaitable[Answer]]

# What an operation over HTTP would declare for each use case.
NEEDS: dict[Callable[..., Any], str] = {
    initiatives.create: "initiatives.create",
    initiatives.get: "initiative.read",
    initiatives.page: "initiatives.list",
    initiatives.delete: "initiative.delete",
    designs.replace: "initiative.change",
    designs.patch: "initiative.change",
    designs.restore: "initiative.change",
    revisions.get: "initiative.read",
    revisions.page: "initiative.read",
    feedback.of_revision: "initiative.read",
    changes.between: "initiative.read",
    previews.of_stored: "initiatives.list",
    portfolio.counts: "portfolio.read",
    portfolio.days: "portfolio.read",
    portfolio.clusters: "portfolio.read",
    waivers.put: "waiver.give",
    waivers.delete: "waiver.give",
}


@dataclass(frozen=True)
class House:
    """Somebody of an organisation, who asks for things.

    Attributes:
        places: where everything is kept.
        other: somebody of another organisation on the same database; None if this is already that one.
    """

    office: Office
    places: Places
    principal: Principal
    other: Principal | None = None

    @property
    def database(self) -> Database:
        """The database that everything is kept in."""
        return self.office.database

    @property
    def theirs(self) -> "House":
        """The same database as somebody of the other organisation sees it."""
        assert self.other is not None
        return replace(self, principal=self.other, other=None)

    def using(self, catalogue: Catalogue) -> "House":
        """The same house with other checklists, as after an upgrade."""
        return replace(self, office=replace(self.office, catalogue=catalogue))

    @asynccontextmanager
    async def elsewhere(self, processes: int = 1) -> AsyncIterator[list["House"]]:
        """The same as so many other processes see it."""
        offices = [await open_office(self.places, self.office.catalogue) for _ in range(processes)]
        yield [replace(self, office=office) for office in offices]
        for office in offices:
            await close_office(office)

    def may(self, permission: str) -> Access:
        """What an operation that needs this permission gives to its use case."""
        return Access(self.principal, PERMISSIONS[permission], f"test_{permission.replace('.', '_')}")

    async def ask(self, use_case: UseCase[Asked, Answer], /, *given: Asked.args, **more: Asked.kwargs) -> Answer:
        """What the use case answers to this person."""
        return await use_case(self.office, self.may(NEEDS[use_case]), *given, **more)

    def retry(self, key: str, *request: bytes) -> Retry:
        """What is kept of a request with this Idempotency-Key."""
        return retry_of(self.office, self.may("initiatives.create"), key, *request)


@asynccontextmanager
async def open_house(engine_url: str, key_store_url: str) -> AsyncIterator[House]:
    """A house on this database."""
    places = Places(engine_url, key_store_url, MasterKeys.generate())
    office = await open_office(places, SHIPPED)
    ours, theirs = [await someone(office, name) for name in ("Hill House", "Lake House")]
    yield House(office, places, ours, theirs)
    await close_office(office)


async def someone(office: Office, organisation: str) -> Principal:
    """The first person of a new organisation."""
    made = await found(office, organisation, "Anna")
    return await known_by(office, CredentialKind.API_KEY, digest(office.vault.pepper, made.api_key))
