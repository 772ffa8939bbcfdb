"""An initiative as somebody sees it: what is stored and what the checklist says of it; knows no request."""

from dataclasses import dataclass
from datetime import datetime

from app.checklist.evaluate import evaluate
from app.checklist.evaluation import Evaluation, Waiver
from app.domain.design import Design, parse_design
from app.domain.revision import Initiative, StoredDesign
from app.security.sealing import DataKey
from app.storage import revisions, waivers
from app.usecases import checklists
from app.usecases.authority import Granted
from app.usecases.office import Office


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


def look(granted: Granted, key: DataKey) -> Current:
    """The initiative as it is now.

    Raises:
        NotFound: there is none of that id.
        Damaged: what is stored does not verify.
    """
    initiative, stored = revisions.newest(granted.connection, key)
    return Current(initiative, stored, waivers.of_initiative(granted.connection, key))


async def judged(office: Office, found: Current) -> Judged:
    """What is stored with the feedback of the checklist that judged it when it was made."""
    checklist = await checklists.remembered(office, found.stored.revision.checklist_digest)
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
