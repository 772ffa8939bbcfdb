"""An initiative as somebody sees it: what is stored and what the checklist says of it; knows no request."""

from dataclasses import dataclass, replace
from datetime import datetime

from app.checklist.evaluate import evaluate
from app.checklist.evaluation import Evaluation, Waiver
from app.domain.design import Design, parse_design
from app.domain.review import ReviewMark, SignedOff, signed_off, standing
from app.domain.revision import Expected, Initiative, StoredDesign
from app.security.sealing import DataKey
from app.storage import grants, initiatives, reviews, revisions, waivers
from app.storage.tallies import Judgement
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
        signed_off: the sign-off that a report on this revision tells of.
    """

    initiative: Initiative
    stored: StoredDesign
    evaluation: Evaluation
    changed: bool = False
    replayed: bool = False
    signed_off: SignedOff | None = None


@dataclass(frozen=True, slots=True)
class Current:
    """What is stored of an initiative now, read at one moment; its reviews without their words."""

    initiative: Initiative
    stored: StoredDesign
    waivers: tuple[Waiver, ...]
    reviews: tuple[ReviewMark, ...] = ()

    @property
    def signed_off(self) -> SignedOff | None:
        """The sign-off that a report on this revision tells of."""
        return signed_off(self.reviews, self.stored.revision.number)


def look(granted: Granted, key: DataKey) -> Current:
    """The initiative as it is now.

    Raises:
        NotFound: there is none of that id.
        Damaged: what is stored does not verify.
    """
    return current(granted, key, *revisions.newest(granted.connection, key))


def current(granted: Granted, key: DataKey, initiative: Initiative, stored: StoredDesign) -> Current:
    """The same for whoever has read the initiative and the revision already."""
    marks = reviews.marks(granted.connection, key.organisation, key.subject)
    given = waivers.of_initiative(granted.connection, key)
    return Current(replace(initiative, review=standing(marks)), stored, given, marks)


def touch(granted: Granted, key: DataKey, expected: Expected) -> Initiative:
    """Counts a change beside the design, so that the initiative comes first in every list that it is in.

    Nobody else changes the initiative before the transaction ends.

    Raises:
        NotFound: there is none of that id.
        Stale: something else is stored than was expected.
    """
    touched = initiatives.touch(granted.connection, key, expected, granted.now)
    grants.touch(granted.connection, key.organisation, key.subject, granted.now)
    return touched


def standing_of(evaluation: Evaluation) -> Judgement:
    """How a design that is judged so counts in the portfolio."""
    return Judgement(evaluation.checklist.digest, evaluation.codes, evaluation.marks)


async def judged(office: Office, found: Current) -> Judged:
    """What is stored with the feedback of the checklist that judged it when it was made."""
    checklist = await checklists.remembered(office, found.stored.revision.checklist_digest)
    evaluation = evaluate(parse_design(found.stored.document), checklist, found.waivers)
    return Judged(found.initiative, found.stored, evaluation, signed_off=found.signed_off)


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
        review=initiative.review,
    )
