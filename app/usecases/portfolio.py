"""How the designs of an organisation stand, in numbers: no title and no id is in any of it; knows no request."""

from collections.abc import Sequence
from datetime import date

from app.checklist.checklist import Checklist
from app.checklist.outcome import OUTCOME_CODES, STATE_CODES
from app.checklist.portfolio import CategoryCounts, CheckCounts, Clusters, Counted, Day, Days, pairs
from app.domain.errors import BadInput
from app.storage import portfolio
from app.storage.tallies import Tally
from app.usecases.authority import Granted, let_in
from app.usecases.cursors import cursor_of, place_in
from app.usecases.office import Access, Office

LIST = "portfolio-days"
MOST_COMPARED = 2_000  # designs that one answer about clusters looks at


async def counts(office: Office, access: Access, reference: str | None = None) -> Counted:
    """The counts as they are now.

    Args:
        reference: a checklist by name, or by name and version; None for the one that is adopted.

    Raises:
        Forbidden: the caller is no admin.
        UnknownChecklist: there is no such checklist.
    """
    checklist = _wanted(office, reference)

    def read(granted: Granted) -> tuple[Tally, int]:
        where = (granted.connection, granted.organisation_id)
        return portfolio.find(*where, checklist.digest), sum(portfolio.designs(*where).values())

    tally, every = await let_in(office, access, read)
    return _counted(checklist, tally, max(0, every - tally.designs))


async def days(
    office: Office,
    access: Access,
    reference: str | None,
    between: tuple[date, date],
    cursor: str | None,
    limit: int,
) -> tuple[Days, str | None]:
    """The counts of each day on which something changed, oldest first, and the cursor of the next page.

    Args:
        between: the first and the last day.

    Raises:
        Forbidden, UnknownChecklist: as `counts`.
        BadInput: the range ends before it begins, or the cursor is not one that this list gave.
    """
    checklist = _wanted(office, reference)
    first, last = between
    if first > last:
        raise BadInput("The range ends before it begins.")
    begin = first if cursor is None else max(first, place_in(LIST, cursor, date.fromisoformat)[0])

    def read(granted: Granted) -> Sequence[tuple[date, Tally]]:
        where = (granted.connection, granted.organisation_id, checklist.digest)
        return portfolio.days(*where, (begin, last), limit + 1)

    found = await let_in(office, access, read)
    items = tuple(Day(day, _counted(checklist, tally)) for day, tally in found[:limit])
    following = cursor_of(LIST, found[limit][0].isoformat()) if len(found) > limit else None
    return Days(checklist, items), following


async def clusters(office: Office, access: Access, reference: str | None, most: int) -> Clusters:
    """Which concerns occur together in the newest designs, in two of them at least; waivers are left aside.

    Args:
        most: how many pairs.

    Raises:
        Forbidden, UnknownChecklist: as `counts`.
    """
    checklist = _wanted(office, reference)

    def read(granted: Granted) -> tuple[list[str], int]:
        where = (granted.connection, granted.organisation_id)
        newest = portfolio.newest(*where, MOST_COMPARED)
        designs = portfolio.find(*where, checklist.digest).designs
        return [codes for digest, codes in newest if digest == checklist.digest], designs

    codes, designs = await let_in(office, access, read)
    return Clusters(checklist, designs, len(codes), tuple(pairs(checklist, codes, most)))


def _wanted(office: Office, reference: str | None) -> Checklist:
    return office.catalogue.adopted if reference is None else office.catalogue.find(reference)


def _counted(checklist: Checklist, tally: Tally, elsewhere: int = 0) -> Counted:
    first = len(checklist.categories)
    categories = tuple(
        CategoryCounts(
            category,
            **{state.value: tally.count(place, letter) for state, letter in STATE_CODES.items()},
            waived=tally.waived(place),
        )
        for place, category in enumerate(checklist.categories)
    )
    checks = tuple(
        CheckCounts(
            check,
            **{outcome.value: tally.count(place, letter) for outcome, letter in OUTCOME_CODES.items()},
            waived=tally.waived(place),
        )
        for place, check in enumerate(checklist.checks, first)
    )
    return Counted(checklist, tally.designs, categories, checks, elsewhere)
