"""What is stored of every initiative counted again from the first to the last; knows no checklist's contents."""

from collections import defaultdict
from collections.abc import Iterator
from datetime import date

from sqlalchemy import Connection, bindparam, delete, select

from app.storage.initiatives import INITIATIVES
from app.storage.portfolio import DAYS, PORTFOLIOS
from app.storage.prepared import Prepared
from app.storage.tallies import Judgement, Tally
from app.storage.waivers import WAIVERS

PIECE = 1_000  # initiatives that are read at a time

_JUDGED = Prepared(
    select(*INITIATIVES.c["id", "checklist_digest", "codes", "waived"])
    .where(INITIATIVES.c.organisation_id == bindparam("organisation"), INITIATIVES.c.id > bindparam("after"))
    .order_by(INITIATIVES.c.id)
    .limit(PIECE)
)
_WITH_WAIVERS = Prepared(
    select(WAIVERS.c.initiative_id)
    .where(WAIVERS.c.organisation_id == bindparam("organisation"), WAIVERS.c.initiative_id > bindparam("after"))
    .distinct()
    .order_by(WAIVERS.c.initiative_id)
    .limit(PIECE)
)
_STORED = Prepared(
    select(*PORTFOLIOS.c["checklist_digest", "designs", "counts"])
    .where(PORTFOLIOS.c.organisation_id == bindparam("organisation"))
    .order_by(PORTFOLIOS.c.checklist_digest)
)
_JUDGING = Prepared(
    select(INITIATIVES.c.checklist_digest).where(INITIATIVES.c.organisation_id == bindparam("organisation")).distinct()
)
_NEWEST_DAY = Prepared(
    select(*DAYS.c["day", "designs", "counts"])
    .where(DAYS.c.organisation_id == bindparam("organisation"), DAYS.c.checklist_digest == bindparam("digest"))
    .order_by(DAYS.c.day.desc())
    .limit(1)
)
_FORGET = Prepared(
    delete(DAYS).where(DAYS.c.organisation_id == bindparam("organisation"), DAYS.c.day > bindparam("today"))
)


def counted(connection: Connection, organisation_id: str) -> dict[str, Tally]:
    """The counts by checklist as they should be, however many initiatives there are; memory stays as it is."""
    tallies: dict[str, Tally] = {}
    for piece in _pieces(connection, organisation_id):
        by_digest: defaultdict[str, list[Judgement]] = defaultdict(list)
        for _, *judgement in piece:
            by_digest[judgement[0]].append(Judgement(*judgement))
        for digest, judgements in by_digest.items():
            tallies.setdefault(digest, Tally()).add_all(judgements)
    return tallies


def stored(connection: Connection, organisation_id: str) -> dict[str, Tally]:
    """The counts by checklist as they are."""
    rows = _STORED.rows(connection, {"organisation": organisation_id})
    return {digest: Tally(*counts) for digest, *counts in rows}


def digests(connection: Connection, organisation_id: str) -> list[str]:
    """Every checklist that has counts, or should have, in the order in which they are held."""
    whose = {"organisation": organisation_id}
    return sorted({row[0] for statement in (_STORED, _JUDGING) for row in statement.rows(connection, whose)})


def newest_day(connection: Connection, organisation_id: str, digest: str) -> tuple[date, Tally] | None:
    """The last day that has counts of a checklist, with these."""
    row = _NEWEST_DAY.row(connection, {"organisation": organisation_id, "digest": digest})
    return None if row is None else (row[0], Tally(*row[1:]))


def forget_days_after(connection: Connection, organisation_id: str, today: date) -> None:
    """Removes days that have not been yet, as a clock that was wrong may have made them."""
    _FORGET.count(connection, {"organisation": organisation_id, "today": today})


def with_waivers(connection: Connection, organisation_id: str) -> list[str]:
    """The ids of the initiatives that have waivers, or are marked so."""
    marked = [row[0] for piece in _pieces(connection, organisation_id) for row in piece if row[-1]]
    given: list[str] = []
    while True:
        after = given[-1] if given else ""
        rows = _WITH_WAIVERS.rows(connection, {"organisation": organisation_id, "after": after})
        given.extend(row[0] for row in rows)
        if len(rows) < PIECE:
            return sorted({*marked, *given})


def _pieces(connection: Connection, organisation_id: str) -> Iterator[list[tuple[str, str, str, str]]]:
    """Id, checklist, codes and marks of every initiative."""
    after = ""
    while True:
        rows = _JUDGED.rows(connection, {"organisation": organisation_id, "after": after})
        yield [(identity, digest, codes, waived) for identity, digest, codes, waived in rows]
        if len(rows) < PIECE:
            return
        after = rows[-1][0]
