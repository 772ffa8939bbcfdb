"""Two organisations with everything in them that a request can name, and everybody who may or may not ask for it."""

from collections.abc import Awaitable, Mapping
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import uuid4

import httpx
from fastapi import FastAPI

from app.domain.access import EVERY_SCOPE, InitiativeRole, OrganisationRole, Scope
from app.security.api_keys import digest, new_api_key, new_session_token
from app.security.browsers import COOKIE
from app.storage import api_keys, jobs, notices, sessions
from app.storage.database import Connection
from app.storage.jobs import PARTS, Job, JobState
from app.storage.notices import Notice
from app.storage.sessions import Session
from app.storage.views import of
from tests.api.described import Operation, operations
from tests.api.houses import A_DAY, ADDRESS, House, Someone, office_of, speaking_to

CHECK, APPROVED_CHECK = "purpose.stated", "purpose.specific"
# What is not secret, or is a name in a place that is.
OPEN = {"number": "1", "name": "track-two", "precedent_id": "oslo", "check_id": CHECK}
PARENTS = ("organisation_id", "initiative_id")  # who has nothing to do with one, cannot tell whether it is there
LATEST = {"If-Match": "*"}
Values = Mapping[str, str]


@dataclass(frozen=True, slots=True)
class Asker:
    """Somebody who asks, with all that the rules go by.

    Attributes:
        known: whether the credential holds.
        house: the organisation, empty for somebody unknown.
        role, on_initiative: in the organisation, and on the initiatives of the scene.
        own: the ids of a key, a session and a notice of theirs.
        by_session: whether they are signed in instead of sending a key.
    """

    name: str
    http: httpx.AsyncClient
    known: bool = False
    house: str = ""
    role: OrganisationRole | None = None
    on_initiative: InitiativeRole | None = None
    scopes: frozenset[Scope] = frozenset()
    own: Values = field(default_factory=dict)
    by_session: bool = False


@dataclass(frozen=True, slots=True)
class Things:
    """What a request can name in an organisation.

    Attributes:
        plain: an initiative with waivers and a conversation, and whatever belongs to the organisation.
        reviewed: the same where a revision is under review, as no second one can be submitted then, and no request for
            a role waits for its decision.
    """

    plain: Values
    reviewed: Values

    def of(self, operation: Operation) -> Values:
        """What the operation is asked about."""
        if operation.name == "withdraw_approval":
            return {**self.plain, "check_id": APPROVED_CHECK}
        in_the_way = operation.name == "request_break_glass"  # one that waits for a decision
        return self.reviewed if in_the_way or "review_id" in operation.named else self.plain


@dataclass(frozen=True, slots=True)
class Scene:
    """Hill House with its people and their things, what else is in it, and Lake House next door; nobody who asks is the
    second owner or the second admin."""

    app: FastAPI
    here: Things
    elsewhere: Things
    next_door: Things
    askers: tuple[Asker, ...]
    second_owner: httpx.AsyncClient
    second_admin: httpx.AsyncClient

    def asker(self, name: str) -> Asker:
        """Whoever goes by that name."""
        return next(asker for asker in self.askers if asker.name == name)


async def set_up(app: FastAPI) -> Scene:
    """The scene, in an application where it was not set up before."""
    hill, lake = await House.founded(app), await House.founded(app, "Lake House", "Lena")
    cast = await _cast(hill)
    ben, ines = await lake.add("Ben"), await lake.add("Ines", OrganisationRole.ADMIN)
    going, ended = await _job(hill, JobState.RUNNING), await _job(lake, JobState.DONE)
    here = await _things(hill, cast["owner"], cast["second admin"], cast["target"], going)
    elsewhere = await _things(hill, cast["second owner"], cast["second admin"], cast["target"], going)
    next_door = await _things(lake, lake.first, ines, ben, ended)
    for things in (here.plain, here.reviewed):
        for role in InitiativeRole:
            await hill.grant(cast[role], things["initiative_id"], role)
        await hill.grant(cast["second owner"], things["initiative_id"], InitiativeRole.OWNER)
        await hill.grant(cast["target"], things["initiative_id"], InitiativeRole.VIEWER)
    approval = f"/v1/initiatives/{here.plain['initiative_id']}/waivers/{APPROVED_CHECK}/approval"
    await _done(cast["second owner"].http.put(approval, headers=LATEST))
    await _with_password(hill)
    stranger = await _asker("stranger", lake, lake.first, OrganisationRole.ADMIN)
    askers = (*await _unknown(hill, cast), *await _known(hill, cast), stranger)
    seconds = (cast["second owner"].http, cast["second admin"].http)
    return Scene(app, here, elsewhere, next_door, askers, *seconds)


async def _cast(house: House) -> dict[str, Someone]:
    """Hill House's people; beside the first one is a second admin, who asks where two are needed."""
    cast = {"admin": house.first, "second admin": await house.add("Ada", OrganisationRole.ADMIN)}
    for name in ("second owner", "target", "member", *InitiativeRole):
        cast[str(name)] = await house.add(str(name))
    return cast


async def _things(house: House, owner: Someone, admin: Someone, target: Someone, job: str) -> Things:
    plain, reviewed = await _initiative(owner.http), await _initiative(owner.http)
    review = await _done(owner.http.post(f"/v1/initiatives/{reviewed['initiative_id']}/reviews", json={}))
    wish = {"initiative_id": plain["initiative_id"], "person_id": target.id, "role": "editor", "reason": "Illness."}
    request = await _done(admin.http.post(f"/v1/organisations/{house.id}/break-glass", json=wish))
    shared = {
        **OPEN,
        **await _own(house, target.id),
        "organisation_id": house.id,
        "person_id": target.id,
        "to": target.id,
        "request_id": request["id"],
        "job_id": job,
    }
    return Things({**shared, **plain}, {**shared, **reviewed, "review_id": review["id"]})


async def _initiative(owner: httpx.AsyncClient) -> dict[str, str]:
    """A new initiative with two waivers and a conversation."""
    identity = (await _done(owner.post("/v1/initiatives", json={"design": {"title": "River dialogue"}})))["id"]
    address = f"/v1/initiatives/{identity}"
    for check in (CHECK, APPROVED_CHECK):
        waiver = {"reason": "It is agreed orally.", "by": "Olga"}
        await _done(owner.put(f"{address}/waivers/{check}", json=waiver, headers=LATEST))
    thread = await _done(owner.post(f"{address}/threads", json={"about": "whole", "text": "Is it ready?"}))
    return {"initiative_id": identity, "thread_id": thread["id"]}


async def _own(house: House, person_id: str, scopes: frozenset[Scope] = EVERY_SCOPE) -> dict[str, str]:
    """Another key of the person's, and a notice that they were given."""
    key = (await house.with_key(person_id, scopes)).key_id
    session, _ = await _signed_in(house, person_id)
    notice = Notice(str(uuid4()), person_id, "break_glass_requested", str(uuid4()), str(uuid4()), datetime.now(UTC))

    def write(connection: Connection) -> None:
        notices.add(connection, house.id, [notice])

    await office_of(house.app).database.write(of(house.id), write)
    return {"key_id": key, "session_id": session, "notice_id": notice.id}


async def _signed_in(house: House, person_id: str, life: timedelta = A_DAY) -> tuple[str, httpx.AsyncClient]:
    """A session of the person's, by its id, and the browser that has it open at a page of ours."""
    office, token, now = office_of(house.app), new_session_token(), datetime.now(UTC)
    session = Session(str(uuid4()), person_id, now, now + life)

    def write(connection: Connection) -> None:
        sessions.add(connection, house.id, session, digest(office.vault.pepper, token))

    await office.database.write(of(house.id), write)
    browser = speaking_to(house.app)
    browser.headers.update({"Cookie": f"{COOKIE}={token}", "Sec-Fetch-Site": "same-origin", "Origin": ADDRESS})
    return session.id, browser


async def _with_password(house: House) -> None:
    """Somebody who can sign in as the document shows it."""
    shown = next(operation.body for operation in operations() if operation.name == "sign_in")
    person = {"name": "Benedict", "sign_in_name": shown["sign_in_name"], "password": shown["password"]}
    await _done(house.first.http.post(f"/v1/organisations/{house.id}/members", json=person))


async def _job(house: House, state: JobState) -> str:
    """A job of the organisation; one that runs is in the hands of a worker that is somewhere else."""
    checklist = office_of(house.app).catalogue.adopted
    now, identity = datetime.now(UTC), str(uuid4())
    about = (checklist.reference, checklist.digest)
    job = Job(
        identity, house.first.id, "judge_again", *about, state, 0, now, None if state is JobState.RUNNING else now
    )

    def write(connection: Connection) -> None:
        jobs.add(connection, house.id, job)
        for _ in range(PARTS):
            jobs.lease(connection, house.id, identity, "somewhere else", now, now + A_DAY)

    await office_of(house.app).database.write(of(house.id), write)
    return identity


async def _unknown(house: House, cast: dict[str, Someone]) -> list[Asker]:
    """Everybody whose credential does not hold; each is or was an owner's."""
    owner = cast["owner"]
    typo = owner.api_key[:-1] + ("A" if owner.api_key[-1] != "A" else "B")
    revoked, expired = await house.with_key(owner.id), await house.with_key(owner.id, life=timedelta(seconds=-1))

    def revoke(connection: Connection) -> None:
        api_keys.revoke(connection, house.id, revoked.key_id, datetime.now(UTC))

    await office_of(house.app).database.write(of(house.id), revoke)
    keys = {
        "anonymous": None,
        "malformed key": typo,
        "unheard-of key": new_api_key(),
        "revoked key": revoked.api_key,
        "expired key": expired.api_key,
    }
    _, gone = await _signed_in(house, owner.id, timedelta(seconds=-1))
    return [*(Asker(name, speaking_to(house.app, key)) for name, key in keys.items()), Asker("ended session", gone)]


async def _known(house: House, cast: dict[str, Someone]) -> list[Asker]:
    """Everybody of Hill House, and owner and admin again with a key for one thing only."""
    admin, member, owner = OrganisationRole.ADMIN, OrganisationRole.MEMBER, InitiativeRole.OWNER
    askers = [await _asker("admin", house, cast["admin"], admin)]
    askers.append(await _asker("member", house, cast["member"], member))
    askers += [await _asker(each, house, cast[each], member, each) for each in InitiativeRole]
    for name, role, on_initiative in (("admin", admin, None), ("owner", member, owner)):
        asker = await _asker(f"{name} signed in", house, cast[name], role, on_initiative)
        askers.append(replace(asker, http=(await _signed_in(house, cast[name].id))[1], by_session=True))
    for scope in Scope:
        only = frozenset({scope})
        for name, role, on_initiative in (("admin", admin, None), ("owner", member, owner)):
            narrow = await house.with_key(cast[name].id, only)
            askers.append(await _asker(f"{name} with {scope} only", house, narrow, role, on_initiative, only))
    return askers


async def _asker(
    name: str,
    house: House,
    someone: Someone,
    role: OrganisationRole,
    on_initiative: InitiativeRole | None = None,
    scopes: frozenset[Scope] = EVERY_SCOPE,
) -> Asker:
    own = await _own(house, someone.id, scopes)
    return Asker(name, someone.http, True, house.id, role, on_initiative, scopes, own)


async def _done(asked: Awaitable[httpx.Response]) -> Any:
    answer = await asked
    assert answer.is_success, (answer.request.method, answer.request.url.path, answer.status_code, answer.text)
    return answer.json() if answer.content else None
