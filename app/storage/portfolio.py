"""How an organisation's designs stand, counted in the transaction of every change; knows no checklist's contents.

A change holds its initiative first, then the counts of the checklists it leaves and enters in the order of their
digests, then the head of the audit trail: in this order nobody waits for somebody who waits for them. Whoever changes
several initiatives in one transaction holds all of them, by their ids, before they count the first.
"""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import replace
from datetime import date

from sqlalchemy import Connection, bindparam, insert, select, update

from app.security.sealing import DataKey
from app.storage.initiatives import INITIATIVES
from app.storage.portfolio_tables import PortfolioDayRow, PortfolioRow
from app.storage.prepared import Prepared, insert_unless_there
from app.storage.tables import table_of
from app.storage.tallies import Judgement, Tally

Move = tuple[Judgement | None, Judgement | None]  # how an initiative was judged, and how it is now

PORTFOLIOS = table_of(PortfolioRow)
DAYS = table_of(PortfolioDayRow)

_INITIATIVE = (INITIATIVES.c.organisation_id == bindparam("organisation")) & (
    INITIATIVES.c.id == bindparam("initiative")
)
_JUDGEMENT = INITIATIVES.c["checklist_digest", "codes", "waived"]
_JUDGEMENT_OF = Prepared(select(*_JUDGEMENT).where(_INITIATIVE))
_HOLD_JUDGEMENT = Prepared(select(*_JUDGEMENT).where(_INITIATIVE).with_for_update())
_MARK = Prepared(update(INITIATIVES).where(_INITIATIVE).values(waived=bindparam("new_waived")))
_OURS = PORTFOLIOS.c.organisation_id == bindparam("organisation")
_HERE = _OURS & (PORTFOLIOS.c.checklist_digest == bindparam("digest"))
_FIND = Prepared(select(*PORTFOLIOS.c["designs", "counts"]).where(_HERE))
_HOLD = Prepared(select(*PORTFOLIOS.c["designs", "counts"]).where(_HERE).with_for_update())
_ADD = insert_unless_there(PORTFOLIOS)
_PUT = Prepared(
    update(PORTFOLIOS).where(_HERE).values(designs=bindparam("new_designs"), counts=bindparam("new_counts"))
)
_DESIGNS = Prepared(select(*PORTFOLIOS.c["checklist_digest", "designs"]).where(_OURS))
_DAYS_OF = (DAYS.c.organisation_id == bindparam("organisation")) & (DAYS.c.checklist_digest == bindparam("digest"))
_ADD_DAY = Prepared(insert(DAYS))
# Two hosts need not agree when midnight is: a day that has begun for one is not left behind by the other.
_PUT_DAY = Prepared(
    update(DAYS)
    .where(_DAYS_OF, DAYS.c.day >= bindparam("today"))
    .values(designs=bindparam("new_designs"), counts=bindparam("new_counts"))
)
_DAYS = Prepared(
    select(*DAYS.c["day", "designs", "counts"])
    .where(_DAYS_OF, DAYS.c.day >= bindparam("first"), DAYS.c.day <= bindparam("last"))
    .order_by(DAYS.c.day)
    .limit(bindparam("most"))
)
_NEWEST = Prepared(
    select(*INITIATIVES.c["checklist_digest", "codes"])
    .where(INITIATIVES.c.organisation_id == bindparam("organisation"))
    .order_by(INITIATIVES.c.updated_at.desc(), INITIATIVES.c.id.desc())
    .limit(bindparam("most"))
)


def look(connection: Connection, key: DataKey) -> Judgement | None:
    """How the initiative is judged at this moment, None if it is not there."""
    row = _JUDGEMENT_OF.row(connection, {"organisation": key.organisation, "initiative": key.subject})
    return None if row is None else Judgement(*row)


def held(connection: Connection, organisation_id: str, initiative_id: str) -> Judgement | None:
    """How the initiative is judged, None if it is not there; nobody else changes it before the transaction ends."""
    row = _HOLD_JUDGEMENT.row(connection, {"organisation": organisation_id, "initiative": initiative_id})
    return None if row is None else Judgement(*row)


def marked(connection: Connection, key: DataKey, before: Judgement, waived: str, day: date) -> None:
    """Keeps, and counts, at which places of the codes of an initiative a waiver stands now."""
    if waived != before.waived:
        place = {"organisation": key.organisation, "initiative": key.subject}
        _MARK.count(connection, {**place, "new_waived": waived})
        moved(connection, key.organisation, before, replace(before, waived=waived), day)


def moved(
    connection: Connection, organisation_id: str, before: Judgement | None, after: Judgement | None, day: date
) -> None:
    """Counts that an initiative is judged otherwise now. Do it late, and once: it holds the counts until the commit.

    Args:
        before: how it was judged, as `held` in this transaction; None for a new one.
        after: how it is judged now; None for one that is deleted.
        day: today.
    """
    moved_together(connection, organisation_id, [(before, after)], day)


def moved_together(connection: Connection, organisation_id: str, moves: Iterable[Move], day: date) -> None:
    """As `moved`, for several initiatives in one transaction, which holds all of them before it counts the first."""
    changes: defaultdict[str, list[Move]] = defaultdict(list)
    for move in moves:
        for digest, part in _parts(*move):
            changes[digest].append(part)
    for digest in sorted(changes):
        tally = hold(connection, organisation_id, digest)
        _count(tally, changes[digest])
        put(connection, organisation_id, digest, tally, day)


def hold(connection: Connection, organisation_id: str, digest: str) -> Tally:
    """The counts, made if they are not there; nobody else changes them before the transaction ends."""
    where = {"organisation": organisation_id, "digest": digest}
    row = _HOLD.row(connection, where)
    if row is None:
        empty = {"organisation_id": organisation_id, "checklist_digest": digest, "designs": 0, "counts": b""}
        _ADD.count(connection, empty)
        row = _HOLD.row(connection, where)
    return Tally() if row is None else Tally(*row)


def put(connection: Connection, organisation_id: str, digest: str, tally: Tally, day: date) -> None:
    """Puts these counts in the place of those of today and of now, for whoever holds them."""
    where: dict[str, object] = {"organisation": organisation_id, "digest": digest}
    values = {"new_designs": tally.designs, "new_counts": tally.packed()}
    _PUT.count(connection, {**where, **values})
    if _PUT_DAY.count(connection, {**where, **values, "today": day}) == 0:
        row = {"organisation_id": organisation_id, "checklist_digest": digest, "day": day}
        _ADD_DAY.count(connection, {**row, "designs": tally.designs, "counts": values["new_counts"]})


def find(connection: Connection, organisation_id: str, digest: str) -> Tally:
    """The counts of the designs that this checklist judged."""
    row = _FIND.row(connection, {"organisation": organisation_id, "digest": digest})
    return Tally() if row is None else Tally(*row)


def designs(connection: Connection, organisation_id: str) -> Mapping[str, int]:
    """How many designs each checklist judged that ever judged one."""
    return dict(_DESIGNS.rows(connection, {"organisation": organisation_id}))


def days(
    connection: Connection, organisation_id: str, digest: str, between: tuple[date, date], most: int
) -> list[tuple[date, Tally]]:
    """The counts at the end of each day on which they changed, both ends of the range included, oldest first."""
    first, last = between
    given = {"organisation": organisation_id, "digest": digest, "first": first, "last": last, "most": most}
    return [(day, Tally(*counts)) for day, *counts in _DAYS.rows(connection, given)]


def newest(connection: Connection, organisation_id: str, most: int) -> list[tuple[str, str]]:
    """Digest of the checklist and codes of those initiatives that changed last, so many at most."""
    given = {"organisation": organisation_id, "most": most}
    return [(digest, codes) for digest, codes in _NEWEST.rows(connection, given)]


def _parts(before: Judgement | None, after: Judgement | None) -> Iterator[tuple[str, Move]]:
    """What a move is to each checklist that it touches."""
    if before == after:
        return
    if before is not None and after is not None and before.checklist_digest == after.checklist_digest:
        yield before.checklist_digest, (before, after)
        return
    if before is not None:
        yield before.checklist_digest, (before, None)
    if after is not None:
        yield after.checklist_digest, (None, after)


def _count(tally: Tally, moves: list[Move]) -> None:
    if len(moves) > 1:  # so many at once are counted by the place
        tally.take_all([before for before, _ in moves if before is not None])
        tally.add_all([after for _, after in moves if after is not None])
        return
    for before, after in moves:
        if before is not None and after is not None:
            tally.change(before, after)
        elif before is not None:
            tally.take(before)
        elif after is not None:
            tally.add(after)
