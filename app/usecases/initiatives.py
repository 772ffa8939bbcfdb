"""Creating, finding, listing and deleting initiatives; knows no request and no statement."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import UTC, datetime

from app.checklist.catalogue import Catalogue
from app.checklist.evaluate import evaluate
from app.checklist.outcome import Outcome, State
from app.domain.access import InitiativeRole
from app.domain.design import Design, design_json, parse_design
from app.domain.errors import Conflict
from app.domain.review import ReviewMark, standing
from app.domain.revision import ANYTHING, Cause, Expected, Initiative, Revision, StoredDesign
from app.security.permissions import PERMISSIONS
from app.storage import grants, initiatives, portfolio, quotas, retries, reviews, revisions, shreds
from app.storage.grants import Grant
from app.storage.initiatives import SealedInitiative
from app.storage.pages import Cursor, Page, Selection
from app.storage.pages import page as stored_page
from app.storage.retries import Effect, Retry
from app.usecases import checklists
from app.usecases.authority import Granted, key_of, let_in, peek
from app.usecases.codes import letters_of_category, letters_of_check
from app.usecases.identity import known_form
from app.usecases.judged import Current, Judged, judged, look, standing_of
from app.usecases.office import Access, Office
from app.usecases.retries import REPLAYED, once
from app.usecases.shredding import finish

DEFAULT_LIMIT = 50
LARGEST_LIMIT = 200
FULL = "Your organisation stores as many initiatives as it may. Delete some, or ask whoever runs this service for more."


@dataclass(frozen=True, slots=True)
class Filters:
    """Which initiatives to list: those for which everything that is given holds.

    Attributes:
        lifecycle: the stage of the design.
        categories: ids of categories, each with the state that it must be in (waivers left aside).
        checks: ids of checks, each with the outcome that it must have.
        checklist: the checklist that the ids are of, with or without a version; None for the one that is adopted.
    """

    lifecycle: str | None = None
    categories: tuple[tuple[str, State], ...] = ()
    checks: tuple[tuple[str, Outcome], ...] = ()
    checklist: str | None = None


EVERYTHING = Filters()


async def create(office: Office, access: Access, design: Design, retry: Retry | None = None) -> Judged:
    """Stores a new initiative with this design as revision 1, judged by the checklist that is adopted.

    Whoever asks becomes its owner.

    Raises:
        RetryMismatch, RetryInFlight, Gone: as `once`.
        Forbidden: the key's scopes do not allow it.
        Conflict: the organisation stores as many as it may.
        Unavailable: nothing was stored.
    """

    async def do() -> Judged:
        return await _create(office, access, design, retry)

    async def replay(effect: Effect) -> Judged:
        return await answered_then(office, access, effect)

    return await once(office, access, retry, do, replay)


async def get(office: Office, access: Access, initiative_id: str) -> Judged:
    """The initiative with its newest revision and its feedback.

    Raises:
        NotFound, Forbidden: there is none of that id, or the caller may not read it.
    """
    key = await key_of(office, access, initiative_id)

    def read(granted: Granted) -> Current:
        found = look(granted, key)
        granted.revision = found.initiative.revision
        return found

    return await judged(office, await let_in(office, access, read, key.subject))


async def current(office: Office, access: Access, initiative_id: str) -> Initiative:
    """What a writer's If-Match is compared with, for nobody to see; not audited, as the write is.

    Raises:
        NotFound, Forbidden: there is none of that id, or the caller may not change it.
    """
    key = await key_of(office, access, initiative_id)
    return await peek(office, access, lambda granted: initiatives.find(granted.connection, key), key.subject)


async def page(
    office: Office,
    access: Access,
    filters: Filters = EVERYTHING,
    cursor: str | None = None,
    limit: int = DEFAULT_LIMIT,
) -> Page[Initiative]:
    """A page of the initiatives on which the caller has a role, the one that changed last first.

    Args:
        cursor: `next` or `previous` of another page; None for the first.
        limit: 1 to 200 initiatives at most. A page may hold fewer and still have a next one.

    Raises:
        BadInput: a filter or the cursor is not one that exists.
        UnknownChecklist: there is no such checklist.
    """
    selection = _selection(office.catalogue, filters)
    place = None if cursor is None else Cursor.read(cursor)
    most = max(1, min(limit, LARGEST_LIMIT))

    def read(granted: Granted) -> tuple[Page[SealedInitiative], Mapping[str, tuple[ReviewMark, ...]]]:
        who = (granted.organisation_id, granted.principal.person_id)
        listed = stored_page(granted.connection, *who, selection, place, most)
        identities = [item.id for item in listed.items]
        return listed, reviews.marks_of_several(granted.connection, granted.organisation_id, identities)

    found, marks = await let_in(office, access, read)
    keys = await office.vault.keys(access.organisation_id, [item.id for item in found.items])
    # What came back from an old backup after its key was destroyed cannot be shown any more.
    items = tuple(
        replace(item.opened(keys[item.id]), review=standing(marks.get(item.id, ())))
        for item in found.items
        if item.id in keys
    )
    return Page(items, found.next, found.previous)


async def delete(office: Office, access: Access, initiative_id: str, expected: Expected = ANYTHING) -> None:
    """Deletes the initiative with everything that hangs on it, and destroys its key: no backup opens it again.

    Raises:
        NotFound, Forbidden: there is none of that id, or the caller may not delete it.
        Stale: it is not what was expected.
        Unavailable: it was not deleted; or it was, and its key is destroyed when the service starts next.
    """
    identity = known_form(initiative_id)

    def write(granted: Granted) -> None:
        organisation = granted.organisation_id
        before = portfolio.held(granted.connection, organisation, identity)
        initiatives.delete_with_everything(granted.connection, organisation, identity, expected)
        quotas.remove_initiative(granted.connection, organisation)
        shreds.ask_for(granted.connection, organisation, [identity], granted.now)
        portfolio.moved(granted.connection, organisation, before, None, granted.now.date())

    await let_in(office, access, write, identity)
    await finish(office, access.organisation_id)


async def answered_then(office: Office, access: Access, effect: Effect) -> Judged:
    """What was answered when the revision was made: it, and the waivers that had been given by then.

    Raises:
        NotFound: the initiative was deleted since, or is not the caller's any more.
    """
    asked = replace(access, permission=PERMISSIONS["initiative.change"])
    key = await key_of(office, asked, effect.subject_id)

    def read(granted: Granted) -> Current:
        now = look(granted, key)
        granted.revision, granted.detail = effect.revision, REPLAYED
        stored = revisions.find(granted.connection, key, effect.revision)
        earlier = tuple(waiver for waiver in now.waivers if waiver.given_at < effect.created_at)
        then = replace(_as_it_was(now.initiative, stored), review=standing(now.reviews, effect.created_at))
        return Current(then, stored, earlier)

    answer = await judged(office, await let_in(office, asked, read, key.subject))
    return replace(answer, changed=True, replayed=True)


async def _create(office: Office, access: Access, design: Design, retry: Retry | None) -> Judged:
    checklist = office.catalogue.adopted
    evaluation = evaluate(design, checklist)
    await checklists.keep(office, checklist)
    key = await office.vault.new_key(access.organisation_id)
    now = datetime.now(UTC)
    initiative = Initiative(
        id=key.subject,
        title=design.title,
        lifecycle=design.stage or "idea",
        revision=1,
        version=0,
        checklist_digest=checklist.digest,
        codes=evaluation.codes,
        created_at=now,
        updated_at=now,
    )
    revision = Revision(initiative.id, 1, Cause.CREATED, None, now, checklist.digest, evaluation.codes)
    stored = StoredDesign(revision, design_json(design))

    def write(granted: Granted) -> None:
        connection, person = granted.connection, granted.principal.person_id
        if retry is not None:
            effect = Effect(retry.request_digest, initiative.id, 1, now)
            retries.add(connection, key.organisation, retry.key_digest, effect)
        if not quotas.add_initiative(connection, key.organisation, office.allowances.rules.most_initiatives):
            raise Conflict(FULL)
        initiatives.add(connection, key, initiative, office.program)
        revisions.add(connection, key, stored)
        grants.add(connection, key.organisation, key.subject, Grant(person, InitiativeRole.OWNER, person, now), now)
        portfolio.moved(connection, key.organisation, None, standing_of(evaluation), now.date())
        granted.subject, granted.revision = initiative.id, 1

    await let_in(office, access, write)
    return Judged(initiative, stored, evaluation, changed=True)


def _as_it_was(initiative: Initiative, stored: StoredDesign) -> Initiative:
    design, revision = parse_design(stored.document), stored.revision
    return Initiative(
        id=initiative.id,
        title=design.title,
        lifecycle=design.stage or "idea",
        revision=revision.number,
        version=0,
        checklist_digest=revision.checklist_digest,
        codes=revision.codes,
        created_at=initiative.created_at,
        updated_at=revision.created_at,
    )


def _selection(catalogue: Catalogue, filters: Filters) -> Selection:
    wanted = catalogue.adopted if filters.checklist is None else catalogue.find(filters.checklist)
    if not filters.categories and not filters.checks:
        return Selection(filters.lifecycle)
    exact = "@" in (filters.checklist or "")
    versions = [wanted] if exact else [one for one in catalogue.all() if one.name == wanted.name]
    categories = (letters_of_category(versions, category, state) for category, state in filters.categories)
    checks = (letters_of_check(versions, check, outcome) for check, outcome in filters.checks)
    return Selection(filters.lifecycle, (*categories, *checks))
