"""Feedback on a design, stored or not; stores nothing."""

from collections.abc import Iterable
from dataclasses import replace

from app.checklist.catalogue import Catalogue
from app.checklist.evaluate import evaluate
from app.checklist.evaluation import Evaluation
from app.domain.design import Design, parse_design
from app.storage import revisions
from app.storage.initiatives import NEVER_REACHED
from app.usecases.authority import Granted, key_of, let_in
from app.usecases.judged import Current, Judged, judged, look
from app.usecases.office import Access, Office


def judge(catalogue: Catalogue, design: Design, checklist: str | None = None) -> Evaluation:
    """What a checklist says of a design; nothing is stored. Without a name it is the one that is adopted.

    Raises:
        UnknownChecklist: there is no such checklist.
    """
    return evaluate(design, catalogue.adopted if checklist is None else catalogue.find(checklist))


async def of_revision(
    office: Office,
    access: Access,
    initiative_id: str,
    number: int | None = None,
    checklist: str | None = None,
) -> Judged:
    """The feedback on a stored revision, with the waivers as they stand for it.

    Args:
        number: the revision; None for the newest.
        checklist: judge by this one instead of the one that judged the revision when it was made.

    Raises:
        NotFound, Forbidden: there is no such initiative or revision, or the caller may not read it.
        UnknownChecklist: there is no such checklist.
    """
    found = await _found(office, access, initiative_id, number)
    if checklist is None:
        return await judged(office, found)
    return _judged_by(office.catalogue, found, checklist)


async def by_several(
    office: Office,
    access: Access,
    initiative_id: str,
    number: int | None,
    names: Iterable[str],
) -> tuple[Judged, ...]:
    """The same revision judged by each of several checklists.

    Raises:
        NotFound, UnknownChecklist: as `of_revision`.
    """
    found = await _found(office, access, initiative_id, number)
    return tuple(_judged_by(office.catalogue, found, name) for name in names)


async def _found(office: Office, access: Access, initiative_id: str, number: int | None) -> Current:
    key = await key_of(office, access, initiative_id)

    def read(granted: Granted) -> Current:
        now = look(granted, key)
        granted.revision = now.initiative.revision if number is None else min(number, NEVER_REACHED)
        if number is None or number == now.initiative.revision:
            return now
        return replace(now, stored=revisions.find(granted.connection, key, granted.revision))

    return await let_in(office, access, read, key.subject)


def _judged_by(catalogue: Catalogue, found: Current, checklist: str) -> Judged:
    evaluation = evaluate(parse_design(found.stored.document), catalogue.find(checklist), found.waivers)
    return Judged(found.initiative, found.stored, evaluation, signed_off=found.signed_off)
