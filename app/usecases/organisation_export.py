"""Everything of one organisation, opened, as lines of JSON: what it needs to leave, or to be looked into; no file."""

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import asdict
from datetime import UTC, datetime
from functools import partial
from typing import Any, Final, TypeVar

from pydantic_core import from_json, to_json

from app.domain.errors import NotFound
from app.security.audit_chain import Entry
from app.security.sealing import DataKey
from app.storage import (
    api_keys,
    audit,
    break_glass,
    grants,
    initiatives,
    known,
    notices,
    organisations,
    people,
    reviews,
    revisions,
    threads,
    waivers,
)
from app.storage.database import Connection
from app.storage.notices import NoticePlace
from app.storage.pages import Cursor, Page
from app.storage.people import Person
from app.storage.views import of
from app.usecases.founding import OPERATOR_ID, every_organisation
from app.usecases.identity import known_form
from app.usecases.office import Office

Item = TypeVar("Item")
Line = tuple[str, dict[str, Any]]

FORMAT: Final = "goodoffices-organisation-1"
AT_ONCE: Final = 200

# What is not part of an export: it ends by itself, is a secret, or follows from the rest.
LEFT_OUT: Final = (
    *("sessions", "counters", "idempotency_keys", "shreds", "audit_heads", "evaluations"),
    *("portfolios", "portfolio_days", "jobs", "job_pieces"),
)


async def export(office: Office, organisation_id: str, write: Callable[[bytes], object]) -> int:
    """Writes the organisation as it is at one moment, a line at a time; returns how many lines. It is audited first.

    The first line says what it is, the last one how many lines precede it: without that line it is not whole.

    Raises:
        NotFound: there is no such organisation.
        Damaged: something does not verify.
        Unavailable: a database is out of reach.
    """
    identity = known_form(organisation_id)
    if identity not in await every_organisation(office):
        raise NotFound
    await _record(office, identity)
    while True:
        before = await office.database.read(
            of(identity), partial(organisations.initiatives_of, organisation_id=identity)
        )
        keys = {identity: await office.vault.organisation(identity), **await office.vault.keys(identity, before)}
        work = partial(_written, organisation_id=identity, keys=keys, known_before=before, write=write)
        written = await office.database.read(of(identity), work)
        if written is not None:
            return written


async def _record(office: Office, organisation_id: str) -> None:
    key = office.vault.audit_key(organisation_id)
    entry = Entry(0, datetime.now(UTC), OPERATOR_ID, "", "export_organisation", organisation_id)
    await office.database.write(of(organisation_id), lambda found: audit.append(found, organisation_id, key, entry))


def _written(
    connection: Connection,
    organisation_id: str,
    keys: Mapping[str, DataKey],
    known_before: Iterable[str],
    write: Callable[[bytes], object],
) -> int | None:
    """How many lines were written; None, and nothing written, if there is an initiative whose key was not looked up."""
    present = organisations.initiatives_of(connection, organisation_id)
    if not set(present) <= set(known_before):
        return None
    lines = 0
    for kind, content in _lines(connection, keys[organisation_id], keys, present):
        write(to_json({"kind": kind, **content}) + b"\n")
        lines += 1
    write(to_json({"kind": "end", "lines": lines}) + b"\n")
    return lines + 1


def _lines(connection: Connection, key: DataKey, keys: Mapping[str, DataKey], present: Iterable[str]) -> Iterator[Line]:
    yield "export", {"format": FORMAT, "organisation_id": key.organisation, "at": datetime.now(UTC)}
    yield "organisation", asdict(organisations.find(connection, key))
    everybody = people.of_organisation(connection, key)
    yield from (("person", _without_password(person)) for person in everybody)
    for person in everybody:
        yield from (("api_key", asdict(one)) for one in api_keys.of_person(connection, key, person.id))
        yield from (("notice", asdict(one)) for one in _notices(connection, key.organisation, person.id))
    yield from (("break_glass_request", asdict(one)) for one in _requests(connection, key))
    checklists: set[str] = set()
    for identity in present:
        if identity in keys:
            yield from _initiative(connection, keys[identity], checklists)
        else:
            yield "unreadable_initiative", {"id": identity}  # back from a backup after its key was destroyed
    yield from (("checklist", _checklist(connection, digest)) for digest in sorted(checklists))
    for entry, mac in audit.forward(connection, key.organisation):
        yield "audit_entry", asdict(entry) | {"mac": mac}


def _initiative(connection: Connection, key: DataKey, checklists: set[str]) -> Iterator[Line]:
    initiative = initiatives.find(connection, key)
    whose = {"initiative_id": initiative.id}
    yield "initiative", {name: value for name, value in asdict(initiative).items() if name != "review"}
    yield from (
        ("role", whose | asdict(one)) for one in grants.of_initiative(connection, key.organisation, key.subject)
    )
    for number in range(1, initiative.revision + 1):
        stored = revisions.find(connection, key, number)
        checklists.add(stored.revision.checklist_digest)
        yield "revision", asdict(stored.revision) | {"design": from_json(stored.document)}
    yield from (("waiver", whose | asdict(one)) for one in waivers.of_initiative(connection, key))
    yield from (("review", whose | asdict(one)) for one in _reviews(connection, key))
    for thread in _threads(connection, key):
        said = [asdict(comment) for comment in threads.comments(connection, key, thread)]
        yield "thread", whose | asdict(thread) | {"comments": said}


def _reviews(connection: Connection, key: DataKey) -> Iterator[Any]:
    return _paged(lambda cursor: reviews.page(connection, key, cursor, AT_ONCE))


def _threads(connection: Connection, key: DataKey) -> Iterator[Any]:
    return _paged(lambda cursor: threads.page(connection, key, threads.EVERY_THREAD, cursor, AT_ONCE))


def _paged(page_at: Callable[[Cursor | None], Page[Item]]) -> Iterator[Item]:
    cursor = None
    while True:
        page = page_at(cursor)
        yield from page.items
        if page.next is None:
            return
        cursor = Cursor.read(page.next)


def _notices(connection: Connection, organisation_id: str, person_id: str) -> Iterator[notices.Notice]:
    after = None
    while found := notices.page(connection, organisation_id, person_id, after, AT_ONCE):
        yield from found
        last = found[-1]
        after = NoticePlace(last.read_at is not None, last.created_at, last.id)


def _requests(connection: Connection, key: DataKey) -> Iterator[break_glass.BreakGlassRequest]:
    here = {"organisation": key.organisation}
    return _paged(lambda cursor: break_glass.LIST.page(connection, key, here, cursor, AT_ONCE))


def _without_password(person: Person) -> dict[str, Any]:
    return {name: value for name, value in asdict(person).items() if name != "password"}


def _checklist(connection: Connection, digest: str) -> dict[str, Any]:
    kept = known.find_checklist(connection, digest)
    return asdict(kept) | {"pack": from_json(kept.pack)}
