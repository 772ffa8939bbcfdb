"""Creating, finding, listing and deleting initiatives; knows no request and no statement."""

from dataclasses import dataclass, replace
from datetime import UTC, datetime
from uuid import uuid4

from app.checklist.catalogue import Catalogue
from app.checklist.evaluate import evaluate
from app.checklist.outcome import Outcome, State
from app.domain.design import Design, design_json, parse_design
from app.domain.revision import ANYTHING, Cause, Expected, Initiative, Revision, StoredDesign
from app.storage import initiatives, retries, revisions
from app.storage.database import Connection, Database
from app.storage.pages import Cursor, Page, Selection
from app.storage.pages import page as stored_page
from app.storage.retries import Effect, Retry
from app.usecases import checklists
from app.usecases.codes import letters_of_category, letters_of_check
from app.usecases.judged import Current, Judged, current, judged, known_form, look
from app.usecases.retries import once

DEFAULT_LIMIT = 50
LARGEST_LIMIT = 200


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


async def create(
    database: Database,
    catalogue: Catalogue,
    organisation_id: str,
    design: Design,
    retry: Retry | None = None,
) -> Judged:
    """Stores a new initiative with this design as revision 1, judged by the checklist that is adopted.

    Raises:
        RetryMismatch, RetryInFlight, Gone: as `once`.
        Unavailable: nothing was stored.
    """

    async def do() -> Judged:
        return await _create(database, catalogue, organisation_id, design, retry)

    async def replay(effect: Effect) -> Judged:
        return await answered_then(database, catalogue, organisation_id, effect)

    return await once(database, organisation_id, retry, do, replay)


async def get(database: Database, catalogue: Catalogue, organisation_id: str, initiative_id: str) -> Judged:
    """The initiative with its newest revision and its feedback.

    Raises:
        NotFound: there is none of that id.
    """
    return await judged(database, catalogue, await current(database, organisation_id, initiative_id))


async def page(
    database: Database,
    catalogue: Catalogue,
    organisation_id: str,
    filters: Filters = EVERYTHING,
    cursor: str | None = None,
    limit: int = DEFAULT_LIMIT,
) -> Page[Initiative]:
    """A page of the organisation's initiatives, the one that changed last first.

    Args:
        cursor: `next` or `previous` of another page; None for the first.
        limit: 1 to 200 initiatives at most. A page may hold fewer and still have a next one.

    Raises:
        BadInput: a filter or the cursor is not one that exists.
        UnknownChecklist: there is no such checklist.
    """
    selection = _selection(catalogue, filters)
    place = None if cursor is None else Cursor.read(cursor)
    most = max(1, min(limit, LARGEST_LIMIT))
    return await database.read(lambda connection: stored_page(connection, organisation_id, selection, place, most))


async def delete(database: Database, organisation_id: str, initiative_id: str, expected: Expected = ANYTHING) -> None:
    """Deletes the initiative with every revision, evaluation and waiver.

    Raises:
        NotFound: there is none of that id.
        Stale: it is not what was expected.
    """
    identity = known_form(initiative_id)
    await database.write(
        lambda connection: initiatives.delete_with_everything(connection, organisation_id, identity, expected)
    )


async def answered_then(database: Database, catalogue: Catalogue, organisation_id: str, effect: Effect) -> Judged:
    """What was answered when the revision was made: it, and the waivers that had been given by then.

    Raises:
        NotFound: the initiative was deleted since.
    """

    def read(connection: Connection) -> Current:
        now = look(connection, organisation_id, effect.initiative_id)
        stored = revisions.find(connection, organisation_id, effect.initiative_id, effect.revision)
        earlier = tuple(waiver for waiver in now.waivers if waiver.given_at < effect.created_at)
        return Current(_as_it_was(now.initiative, stored), stored, earlier)

    answer = await judged(database, catalogue, await database.read(read))
    return replace(answer, changed=True, replayed=True)


async def _create(
    database: Database, catalogue: Catalogue, organisation_id: str, design: Design, retry: Retry | None
) -> Judged:
    checklist = catalogue.adopted
    evaluation = evaluate(design, checklist)
    now = datetime.now(UTC)
    initiative = Initiative(
        id=str(uuid4()),  # random: the newer kind would tell when an initiative began
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
    await checklists.keep(database, organisation_id, checklist)

    def write(connection: Connection) -> None:
        if retry is not None:
            effect = Effect(retry.request_digest, initiative.id, 1, now)
            retries.add(connection, organisation_id, retry.key_digest, effect)
        initiatives.add(connection, organisation_id, initiative)
        revisions.add(connection, organisation_id, stored)

    await database.write(write)
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
