"""What adopting another checklist would change, for one design or for all that are stored; changes nothing."""

import asyncio
from collections.abc import Iterable
from dataclasses import dataclass, field

from app.checklist.catalogue import Catalogue
from app.checklist.check import Check
from app.checklist.checklist import Checklist
from app.checklist.comparison import Turn
from app.checklist.evaluation import Waiver
from app.checklist.preview import Fall, ParameterChange, Part, Preview, Review, Said
from app.domain.design import Design, parse_design
from app.domain.errors import BadInput, NotFound, UnknownChecklist
from app.security.sealing import DataKey
from app.storage import grants
from app.storage.initiatives import SealedInitiative
from app.storage.pages import Cursor, Page, Selection
from app.storage.pages import page as stored_page
from app.usecases import checklists
from app.usecases.authority import Granted, let_in, peek
from app.usecases.judged import Current, look
from app.usecases.office import Access, Office

AT_ONCE = 50
MOST_DESIGNS = 1_000
MOST_NAMED = 20


@dataclass(slots=True)
class CheckPreview:
    """What would become of one check's findings.

    Attributes:
        check: the check, in its new form if it has one.
        because: what is different in it.
        parameters: the values that are.
        turns: how many findings would appear (new), vanish (gone), change or stay the same.
        before, after: what is said, if one design was asked about.
        initiatives: ids of those where something would change, the first few.
    """

    check: Check
    because: tuple[Part, ...]
    parameters: tuple[ParameterChange, ...]
    turns: dict[Turn, int] = field(default_factory=lambda: dict.fromkeys(Turn, 0))
    before: Said | None = None
    after: Said | None = None
    initiatives: list[str] = field(default_factory=list)


@dataclass(slots=True)
class Previewed:
    """What adopting a checklist would change.

    Attributes:
        old: what judges now; None if each design was compared with what judged it.
        new: the checklist that may be adopted.
        examined: how many designs were looked at.
        checks: every check that is not the same in both, by id.
        waivers: how many would not stand, for each reason. None is deleted.
        waived: ids of initiatives with such a waiver, the first few.
        next: the cursor of the designs that were not looked at yet; None at the end.
    """

    old: Checklist | None
    new: Checklist
    examined: int = 0
    checks: dict[str, CheckPreview] = field(default_factory=dict)
    waivers: dict[Fall, int] = field(default_factory=lambda: dict.fromkeys(Fall, 0))
    waived: list[str] = field(default_factory=list)
    next: str | None = None


def of_design(catalogue: Catalogue, design: Design, new: str, old: str | None = None) -> Previewed:
    """What would become of the findings of one design.

    Args:
        design: the design, which is not stored.
        new: the checklist that may be adopted, by name or by name and version.
        old: what judges now; left out, the one that is adopted, or if that is the new one, what this was made from, or
            the version before it.

    Raises:
        UnknownChecklist: there is none of that name.
        BadInput: there is nothing before the new one.
    """
    wanted = catalogue.find(new)
    before = catalogue.find(old) if old is not None else _before(catalogue, wanted)
    review, previewed = Review(before, wanted), Previewed(before, wanted)
    _prepare(previewed, review)
    preview = review.preview(design)
    _count(previewed, preview, None)
    for finding in preview.findings:
        counted = previewed.checks[finding.change.check.id]
        counted.before, counted.after = finding.before, finding.after
    return previewed


async def of_stored(
    office: Office,
    access: Access,
    new: str,
    old: str | None = None,
    *,
    cursor: str | None = None,
    limit: int = MOST_DESIGNS,
) -> Previewed:
    """What would become of the findings on the newest revision of each design that the caller may read.

    Args:
        new: the checklist that may be adopted.
        old: what judges now; left out, for each design the checklist that judged it.
        cursor: `next` of an earlier preview, to go on from there.
        limit: how many designs are looked at, 1 to 1,000.

    Raises:
        UnknownChecklist: there is none of that name.
        BadInput: the cursor is not one that a preview gave.
    """
    wanted = office.catalogue.find(new)
    before = office.catalogue.find(old) if old is not None else None
    previewed = Previewed(before, wanted, next=cursor)
    reviews: dict[str, Review] = {}
    if before is not None:
        _prepare(previewed, Review(before, wanted))
    left = max(1, min(limit, MOST_DESIGNS))
    while left:
        found, previewed.next = await _some(office, access, previewed.next, min(left, AT_ONCE))
        for each in found:
            judge = before or await checklists.remembered(office, each.initiative.checklist_digest)
            if judge.digest not in reviews:
                reviews[judge.digest] = Review(judge, wanted)
                _prepare(previewed, reviews[judge.digest])
        # In a thread, so that others are answered in the meantime.
        await asyncio.to_thread(_count_all, previewed, found, reviews)
        left = left - len(found) if previewed.next else 0
    return previewed


async def _some(office: Office, access: Access, cursor: str | None, most: int) -> tuple[list[Current], str | None]:
    """Some stored designs with their waivers, and where the next ones begin."""
    place = None if cursor is None else Cursor.read(cursor)

    def list_them(granted: Granted) -> Page[SealedInitiative]:
        who = (granted.organisation_id, granted.principal.person_id)
        return stored_page(granted.connection, *who, Selection(), place, most)

    page = await let_in(office, access, list_them)
    keys = await office.vault.keys(access.organisation_id, [item.id for item in page.items])

    def read(granted: Granted) -> list[Current]:
        # A role may have been taken since the list was made.
        held = grants.of_person(granted.connection, granted.organisation_id, granted.principal.person_id, keys)
        found = (_unless_deleted(granted, key) for key in keys.values() if key.subject in held)
        return [each for each in found if each is not None]

    return await peek(office, access, read), page.next


def _unless_deleted(granted: Granted, key: DataKey) -> Current | None:
    """The initiative, None if somebody has deleted it since it was listed."""
    try:
        return look(granted, key)
    except NotFound:
        return None


def _count_all(previewed: Previewed, found: Iterable[Current], reviews: dict[str, Review]) -> None:
    for each in found:
        judge = previewed.old.digest if previewed.old else each.initiative.checklist_digest
        _count(previewed, _preview(reviews[judge], each.stored.document, each.waivers), each.initiative.id)


def _preview(review: Review, document: bytes, waivers: tuple[Waiver, ...]) -> Preview:
    if not review.changes and not waivers:
        return Preview((), ())
    return review.preview(parse_design(document), waivers)


def _prepare(previewed: Previewed, review: Review) -> None:
    """Makes room for every check that differs, whether or not it would change a finding."""
    for change in review.changes:
        known = previewed.checks.get(change.check.id)
        if known is None:
            previewed.checks[change.check.id] = CheckPreview(change.check, change.because, change.parameters)
        else:
            known.because = tuple(part for part in Part if part in {*known.because, *change.because})


def _count(previewed: Previewed, preview: Preview, initiative_id: str | None) -> None:
    previewed.examined += 1
    for finding in preview.findings:
        counted = previewed.checks[finding.change.check.id]
        counted.turns[finding.turn] += 1
        if finding.turn is not Turn.SAME:
            _name(counted.initiatives, initiative_id)
    for _, fall in preview.waivers:
        previewed.waivers[fall] += 1
        _name(previewed.waived, initiative_id)


def _name(names: list[str], initiative_id: str | None) -> None:
    if initiative_id is not None and len(names) < MOST_NAMED and initiative_id not in names:
        names.append(initiative_id)


def _before(catalogue: Catalogue, new: Checklist) -> Checklist:
    if catalogue.adopted.digest != new.digest:
        return catalogue.adopted
    try:
        return catalogue.find(new.origin.checklist if new.origin else f"{new.name}@{new.version - 1}")
    except UnknownChecklist:
        raise BadInput(f"Nothing comes before {new.reference}. Say in from= what to compare it with.") from None
