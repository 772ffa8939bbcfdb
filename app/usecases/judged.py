"""An initiative as somebody sees it: what is stored and what the checklist says of it; knows no request."""

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from app.checklist.catalogue import Catalogue
from app.checklist.evaluate import evaluate
from app.checklist.evaluation import Evaluation, Waiver
from app.domain.design import Design, parse_design
from app.domain.errors import NotFound
from app.domain.revision import Initiative, StoredDesign
from app.storage import revisions, waivers
from app.storage.database import Connection, Database
from app.usecases import checklists

LENGTH_OF_ID = 36


@dataclass(frozen=True, slots=True)
class Judged:
    """A revision of an initiative with its feedback.

    Attributes:
        initiative: the initiative at the time that is answered for.
        stored: the revision and its document.
        evaluation: the findings, with the waivers that stand.
        changed: whether the request changed anything.
        replayed: whether it had been carried out before, and this is its answer again.
    """

    initiative: Initiative
    stored: StoredDesign
    evaluation: Evaluation
    changed: bool = False
    replayed: bool = False


@dataclass(frozen=True, slots=True)
class Current:
    """What is stored of an initiative now, read at one moment."""

    initiative: Initiative
    stored: StoredDesign
    waivers: tuple[Waiver, ...]


def known_form(initiative_id: str) -> str:
    """The id as it is stored.

    Raises:
        NotFound: when it cannot be the id of anything.
    """
    if len(initiative_id) != LENGTH_OF_ID:  # in braces, as a URN or without hyphens it would be a second address
        raise NotFound
    try:
        return str(UUID(initiative_id))
    except ValueError:
        raise NotFound from None


async def current(database: Database, organisation_id: str, initiative_id: str) -> Current:
    """The initiative as it is now.

    Raises:
        NotFound: there is none of that id.
    """
    identity = known_form(initiative_id)
    return await database.read(lambda connection: look(connection, organisation_id, identity))


def look(connection: Connection, organisation_id: str, initiative_id: str) -> Current:
    """As `current`, within a work."""
    initiative, stored = revisions.newest(connection, organisation_id, initiative_id)
    return Current(initiative, stored, waivers.of_initiative(connection, organisation_id, initiative_id))


async def judged(database: Database, catalogue: Catalogue, found: Current) -> Judged:
    """What is stored with the feedback of the checklist that judged it when it was made."""
    checklist = await checklists.remembered(database, catalogue, found.stored.revision.checklist_digest)
    evaluation = evaluate(parse_design(found.stored.document), checklist, found.waivers)
    return Judged(found.initiative, found.stored, evaluation)


def advanced(initiative: Initiative, design: Design, evaluation: Evaluation, now: datetime) -> Initiative:
    """The initiative with a new revision of this design."""
    return Initiative(
        id=initiative.id,
        title=design.title,
        lifecycle=design.stage or "idea",
        revision=initiative.revision + 1,
        version=0,
        checklist_digest=evaluation.checklist.digest,
        codes=evaluation.codes,
        created_at=initiative.created_at,
        updated_at=now,
    )
