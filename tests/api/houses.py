"""The application with organisations and people in it, each of whom speaks to it by a key of their own."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from functools import cache
from uuid import uuid4

import httpx
from fastapi import FastAPI
from pydantic import SecretStr

from app.api.dependencies import Holdings
from app.domain.access import EVERY_SCOPE, InitiativeRole, OrganisationRole, Scope
from app.main import create_app
from app.security.api_keys import digest, new_api_key
from app.security.master_keys import MasterKeys
from app.settings import Settings
from app.storage import api_keys, grants, people
from app.storage.api_keys import ApiKey
from app.storage.database import Connection
from app.storage.grants import Grant
from app.storage.people import Person
from app.storage.views import of
from app.usecases.founding import found
from app.usecases.office import Office

ADDRESS = "http://goodoffices.test"
A_DAY = timedelta(days=1)


@cache
def master_keys() -> SecretStr:
    """The keys of this run: a database that is served a second time opens again."""
    return SecretStr(MasterKeys.generate().text())


@asynccontextmanager
async def running(settings: Settings) -> AsyncIterator[tuple[FastAPI, httpx.AsyncClient]]:
    """The application, begun and ended as a server does it, and somebody without a key who speaks to it."""
    app = create_app(settings.model_copy(update={"master_keys": settings.master_keys or master_keys()}))
    async with app.router.lifespan_context(app), speaking_to(app) as http:
        yield app, http


@asynccontextmanager
async def serving(settings: Settings) -> AsyncIterator[tuple[FastAPI, httpx.AsyncClient]]:
    """The same with an organisation in it; the client sends the key of its first person."""
    async with running(settings) as (app, _):
        yield app, (await House.founded(app)).first.http


def speaking_to(app: FastAPI, api_key: str | None = None) -> httpx.AsyncClient:
    """Somebody with this key, or with none."""
    headers = {} if api_key is None else {"Authorization": f"Bearer {api_key}"}
    return httpx.AsyncClient(transport=httpx.ASGITransport(app), base_url=ADDRESS, headers=headers)


def office_of(app: FastAPI) -> Office:
    """What the application that serves works with."""
    held: Holdings = app.state.holdings
    return held.office


@dataclass(frozen=True, slots=True)
class Someone:
    """A person with one of their keys, and a client that sends it."""

    organisation_id: str
    id: str
    api_key: str
    http: httpx.AsyncClient
    key_id: str = ""


class House:
    """An organisation: its first person is an admin with every scope, and more people can be added."""

    def __init__(self, app: FastAPI, first: Someone) -> None:
        self.app = app
        self.first = first

    @classmethod
    async def founded(cls, app: FastAPI, name: str = "Hill House", first: str = "Anna") -> "House":
        """A new one; whoever founds is the operator."""
        made = await found(office_of(app), name, first)
        return cls(app, Someone(made.organisation_id, made.person_id, made.api_key, speaking_to(app, made.api_key)))

    @property
    def id(self) -> str:
        return self.first.organisation_id

    async def add(
        self,
        name: str = "Ben",
        role: OrganisationRole = OrganisationRole.MEMBER,
        scopes: frozenset[Scope] = EVERY_SCOPE,
        life: timedelta = A_DAY,
    ) -> Someone:
        """Another person with a key; a life that is negative has ended."""
        office, now = office_of(self.app), datetime.now(UTC)
        key = await office.vault.organisation(self.id)
        person = Person(str(uuid4()), name, None, None, role, 0, now)

        def write(connection: Connection) -> None:
            people.add(connection, key, person, None)

        await office.database.write(of(self.id), write)
        return await self.with_key(person.id, scopes, life)

    async def with_key(
        self, person_id: str, scopes: frozenset[Scope] = EVERY_SCOPE, life: timedelta = A_DAY
    ) -> Someone:
        """The person with another key of theirs."""
        office, now, secret = office_of(self.app), datetime.now(UTC), new_api_key()
        key = await office.vault.organisation(self.id)
        row = ApiKey(str(uuid4()), person_id, "Another key", scopes, now, now + life)

        def write(connection: Connection) -> None:
            api_keys.add(connection, key, row, digest(office.vault.pepper, secret))

        await office.database.write(of(self.id), write)
        return Someone(self.id, person_id, secret, speaking_to(self.app, secret), row.id)

    async def grant(self, someone: Someone, initiative_id: str, role: InitiativeRole) -> None:
        """Gives a person a role on an initiative."""
        now = datetime.now(UTC)

        def write(connection: Connection) -> None:
            grants.add(connection, self.id, initiative_id, Grant(someone.id, role, self.first.id, now), now)

        await office_of(self.app).database.write(of(self.id), write)
