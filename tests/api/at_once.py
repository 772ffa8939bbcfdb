"""What takes somebody's rights away, and every path on which they must be gone at the very next request.

Run as a module it tries a few of these on an application of its own, for a mutant, and prints what went wrong.
"""

import asyncio
import json
import sys
import tempfile
from collections.abc import Awaitable, Callable, Collection
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

import httpx
from fastapi import FastAPI
from sqlalchemy import update

from app.domain.access import CredentialKind, InitiativeRole, OrganisationRole, Principal
from app.domain.errors import Forbidden, GoodOfficesError, NotFound, Unauthenticated
from app.security.api_keys import digest
from app.security.permissions import Place
from app.settings import Settings
from app.storage import api_keys
from app.storage.credentials import KEYS
from app.storage.database import Connection
from app.storage.views import of
from app.usecases.authority import Granted, known_by, let_in, peek
from app.usecases.office import Access
from tests.api.access_matrix import Outcome, expected, settings_without_limits
from tests.api.described import Operation, operations
from tests.api.houses import office_of, running
from tests.api.scene import LATEST, Asker, Scene, set_up
from tests.api.stored_state import Stored

SOON = timedelta(seconds=0.2)
ERRORS: dict[Outcome, type[GoodOfficesError]] = {
    Outcome.UNKNOWN: Unauthenticated,
    Outcome.FORBIDDEN: Forbidden,
    Outcome.HIDDEN: NotFound,
}


@dataclass(frozen=True, slots=True)
class Stage:
    """Somebody whose rights are about to end, as they were recognised at the moment before."""

    scene: Scene
    asker: Asker
    principal: Principal

    @property
    def initiatives(self) -> list[str]:
        """The addresses of the initiatives of the scene."""
        things = (self.scene.here.plain, self.scene.here.reviewed)
        return [f"/v1/initiatives/{one['initiative_id']}" for one in things]

    @property
    def organisation(self) -> str:
        """The address of their organisation."""
        return f"/v1/organisations/{self.asker.house}"

    @property
    def key(self) -> str:
        """The address of the key that they send."""
        return f"{self.organisation}/keys/{self.principal.credential_id}"


@dataclass(frozen=True, slots=True)
class Event:
    """Something that takes rights away.

    Attributes:
        whose: the askers that it is tried on.
        happens: makes it happen, by somebody who may.
        left: what its asker is afterwards, by the rules.
    """

    whose: tuple[str, ...]
    happens: Callable[[Stage], Awaitable[None]]
    left: Callable[[Asker], Asker]


@dataclass(slots=True)
class Figures:
    """What a run found: requests to paths that were open before, and whether each was refused after."""

    events: int = 0
    paths: int = 0
    refused: int = 0
    under_way: int = 0
    stopped: int = 0
    failures: list[str] = field(default_factory=list)

    def __str__(self) -> str:
        return (
            f"{self.events} events: {self.refused} of {self.paths} requests refused, and "
            f"{self.stopped} of {self.under_way} that had been let in before and had not begun"
        )


def unknown(asker: Asker) -> Asker:
    """Nobody any more."""
    return replace(asker, known=False)


def without_role(asker: Asker) -> Asker:
    """Somebody with no role on the initiatives."""
    return replace(asker, on_initiative=None)


def as_viewer(asker: Asker) -> Asker:
    """Somebody who may only look."""
    return replace(asker, on_initiative=InitiativeRole.VIEWER)


def as_member(asker: Asker) -> Asker:
    """Somebody who is no admin."""
    return replace(asker, role=OrganisationRole.MEMBER)


async def succeed(asked: Awaitable[httpx.Response]) -> None:
    """Waits for an answer, which must be a success."""
    answer = await asked
    assert answer.is_success, (answer.request.method, answer.request.url.path, answer.status_code, answer.text)


async def revoked(stage: Stage) -> None:
    await succeed(stage.scene.second_admin.delete(stage.key))


async def ended(stage: Stage) -> None:
    """The key's time comes. The clock is not ours to set, so its end is moved to where the clock is."""
    office, end = office_of(stage.scene.app), datetime.now(UTC) + SOON
    ending = update(KEYS).where(KEYS.c.id == stage.principal.credential_id).values(expires_at=end)
    await office.database.write(of(stage.asker.house), lambda connection: connection.execute(ending).close())
    await _still_good_until(stage)


async def replaced(stage: Stage) -> None:
    await succeed(stage.asker.http.post(f"{stage.key}/rotation", json={"grace_hours": 0}))


async def replaced_with_grace(stage: Stage) -> None:
    """A new key is made, and the old one's time comes when its grace is over; that is brought forward."""
    await succeed(stage.asker.http.post(f"{stage.key}/rotation", json={"grace_hours": 24}))
    end = datetime.now(UTC) + SOON

    def bring_forward(connection: Connection) -> None:
        api_keys.revoke(connection, stage.asker.house, stage.principal.credential_id, end)

    await office_of(stage.scene.app).database.write(of(stage.asker.house), bring_forward)
    await _still_good_until(stage)


async def _still_good_until(stage: Stage) -> None:
    await succeed(stage.asker.http.get("/v1/me"))
    await asyncio.sleep(2 * SOON.total_seconds())


async def signed_out(stage: Stage) -> None:
    await succeed(stage.asker.http.delete("/v1/sessions/current"))


async def session_ended(stage: Stage) -> None:
    """From another device of the same person."""
    owner = stage.scene.asker("owner").http
    await succeed(owner.delete(f"/v1/sessions/{stage.principal.credential_id}"))


async def removed(stage: Stage) -> None:
    member = f"{stage.organisation}/members/{stage.principal.person_id}"
    await succeed(stage.scene.second_admin.delete(member, headers=LATEST))


async def left(stage: Stage) -> None:
    await succeed(stage.asker.http.delete("/v1/me", headers=LATEST))


async def demoted(stage: Stage) -> None:
    member = f"{stage.organisation}/members/{stage.principal.person_id}"
    await succeed(stage.scene.second_admin.patch(member, json={"role": "member"}, headers=LATEST))


async def lowered(stage: Stage) -> None:
    for address in stage.initiatives:
        role = f"{address}/roles/{stage.principal.person_id}"
        await succeed(stage.scene.second_owner.put(role, json={"role": "viewer"}, headers=LATEST))


async def taken(stage: Stage) -> None:
    for address in stage.initiatives:
        role = f"{address}/roles/{stage.principal.person_id}"
        await succeed(stage.scene.second_owner.delete(role, headers=LATEST))


async def handed_over(stage: Stage) -> None:
    for address in stage.initiatives:
        body = {"to": stage.scene.here.plain["to"], "keep": None}
        await succeed(stage.asker.http.post(f"{address}/transfer", json=body, headers=LATEST))


async def given_up(stage: Stage) -> None:
    for address in stage.initiatives:
        await succeed(stage.asker.http.post(f"{address}/leave"))


async def initiative_deleted(stage: Stage) -> None:
    for address in stage.initiatives:
        await succeed(stage.scene.second_owner.delete(address, headers=LATEST))


async def organisation_deleted(stage: Stage) -> None:
    await succeed(stage.scene.second_admin.delete(stage.organisation, headers=LATEST))


BOTH = ("owner", "admin")
EVENTS = {
    "a key is revoked": Event(BOTH, revoked, unknown),
    "a key ends": Event(BOTH, ended, unknown),
    "a key is replaced": Event(BOTH, replaced, unknown),
    "the grace of a replaced key ends": Event(BOTH, replaced_with_grace, unknown),
    "somebody signs out": Event(("owner signed in", "admin signed in"), signed_out, unknown),
    "a session is ended from elsewhere": Event(("owner signed in",), session_ended, unknown),
    "a person is removed": Event((*BOTH, "owner signed in", "viewer"), removed, unknown),
    "a person leaves": Event(("owner", "reviewer"), left, unknown),
    "an admin becomes a member": Event(("admin", "admin signed in"), demoted, as_member),
    "a role is lowered": Event(("owner", "editor", "reviewer", "owner signed in"), lowered, as_viewer),
    "a role is taken": Event(("owner", "editor", "reviewer", "viewer", "owner signed in"), taken, without_role),
    "an initiative is handed over": Event(("owner", "owner signed in"), handed_over, without_role),
    "a role is given up": Event(("owner", "editor", "viewer"), given_up, without_role),
    "an initiative is deleted": Event(("owner", "editor", "reviewer", "viewer"), initiative_deleted, without_role),
    "an organisation is deleted": Event((*BOTH, "owner signed in"), organisation_deleted, unknown),
}


async def run(app: FastAPI, owner_url: str, key_store_url: str, names: Collection[str] = ()) -> Figures:
    """These events, or all, one after the other from the same state."""
    scene, figures = await set_up(app), Figures()
    with Stored(owner_url, key_store_url) as stored:
        rows, keys = stored.rows(), stored.keys()
        for name in names or EVENTS:
            for whose in EVENTS[name].whose:
                await _try(scene, figures, name, scene.asker(whose))
                stored.put_back(rows, keys)
    return figures


async def _try(scene: Scene, figures: Figures, name: str, asker: Asker) -> None:
    event, figures.events = EVENTS[name], figures.events + 1
    stage = Stage(scene, asker, await _recognised(scene, asker))
    after = event.left(asker)
    lost = [one for one in operations() if _is_lost(one, scene, asker, after)]
    assert lost, f"{name}: {asker.name} loses nothing"
    for address in ("/v1/me", *(stage.initiatives if asker.on_initiative else ())):
        await succeed(asker.http.get(address))
    await event.happens(stage)
    for operation in lost:
        outcome = expected(operation, after, scene)
        await _ask(figures, stage, operation, outcome, name)
        await _go_on(figures, stage, operation, outcome, name)


def _is_lost(operation: Operation, scene: Scene, before: Asker, after: Asker) -> bool:
    allowed = expected(operation, before, scene) is Outcome.ALLOWED
    return operation.permission is not None and allowed and expected(operation, after, scene) is not Outcome.ALLOWED


async def _recognised(scene: Scene, asker: Asker) -> Principal:
    office, headers = office_of(scene.app), asker.http.headers
    kind = CredentialKind.SESSION if asker.by_session else CredentialKind.API_KEY
    shown = headers["cookie"].partition("=")[2] if asker.by_session else headers["authorization"].partition(" ")[2]
    return await known_by(office, kind, digest(office.vault.pepper, shown))


async def _ask(figures: Figures, stage: Stage, operation: Operation, outcome: Outcome, name: str) -> None:
    values = {**stage.scene.here.of(operation), **stage.asker.own}
    answer = await stage.asker.http.send(operation.request(stage.asker.http, values))
    figures.paths += 1
    if answer.status_code == outcome:
        figures.refused += 1
    else:
        figures.failures.append(f"{name}: {operation.name} by {stage.asker.name} got {answer.status_code}")


async def _go_on(figures: Figures, stage: Stage, operation: Operation, outcome: Outcome, name: str) -> None:
    """A request that had been let in before it happened, and comes to its transaction only now."""
    assert operation.permission is not None
    access = Access(stage.principal, operation.permission, operation.name)
    on_initiative = operation.permission.place is Place.INITIATIVE
    subject = stage.scene.here.of(operation)["initiative_id"] if on_initiative else ""
    for door in (let_in, peek):
        figures.under_way += 1
        try:
            await door(office_of(stage.scene.app), access, _work, subject)
            figures.failures.append(f"{name}: {operation.name} by {stage.asker.name} went on with {door.__name__}")
        except ERRORS[outcome]:
            figures.stopped += 1


def _work(granted: Granted) -> None:
    """Whatever the operation would do."""


async def tried(names: Collection[str]) -> Figures:
    """These events on an application of its own, which keeps everything in files."""
    with tempfile.TemporaryDirectory() as folder:
        settings = settings_without_limits(Settings(data_dir=Path(folder), access_log=False))
        async with running(settings) as (app, _):
            return await run(app, settings.store, settings.key_store, names)


def main() -> None:
    """Prints what was not refused after the events that are named."""
    figures = asyncio.run(tried(sys.argv[1:]))
    sys.stdout.write(json.dumps({"paths": figures.paths, "failures": figures.failures}))


if __name__ == "__main__":
    main()
