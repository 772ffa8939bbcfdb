"""Whether the portfolio's counts are right, and how they are put right; for whoever runs the service, not over HTTP."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime
from enum import StrEnum

from app.checklist.evaluate import evaluate
from app.domain.design import parse_design
from app.security.audit_chain import Entry
from app.security.sealing import DataKey
from app.storage import audit, portfolio, recounting, revisions, waivers
from app.storage.database import Connection
from app.storage.tallies import Judgement, Tally
from app.storage.views import of
from app.usecases import checklists
from app.usecases.founding import OPERATOR_ID
from app.usecases.office import Office

MENDED = "mended_portfolio"
Tallies = Mapping[str, Tally]


class What(StrEnum):
    """What can be wrong."""

    WAIVERS = "waivers"  # an initiative is marked otherwise than its waivers stand
    COUNTS = "counts"  # the designs of a checklist are counted wrongly
    DAY = "day"  # its last day has other counts, or has not been yet


@dataclass(frozen=True, slots=True)
class Difference:
    """Something that is stored otherwise than a full recount finds it.

    Attributes:
        subject: the digest of the checklist, or the id of the initiative.
        numbers: how many numbers of it are wrong.
    """

    what: What
    subject: str
    numbers: int = 1


async def recount(office: Office, organisation_id: str) -> tuple[Difference, ...]:
    """Counts every design of the organisation again, and looks at every waiver; changes nothing.

    Raises:
        Damaged: a design with waivers does not verify.
        Unavailable: the database is out of reach.
    """
    return await _of_waivers(office, organisation_id, mend=False) + await _of_counts(office, organisation_id)


async def mend(office: Office, organisation_id: str) -> tuple[Difference, ...]:
    """Puts right what `recount` finds, and returns it. Whoever changes something meanwhile waits for a moment.

    Raises:
        Damaged, Unavailable: as `recount`.
    """
    marks = await _of_waivers(office, organisation_id, mend=True)
    key, now = office.vault.audit_key(organisation_id), datetime.now(UTC)

    def write(connection: Connection) -> tuple[Difference, ...]:
        found = _put_right(connection, organisation_id, now.date())
        if found or marks:
            entry = Entry(0, now, OPERATOR_ID, "", MENDED, organisation_id)
            audit.append(connection, organisation_id, key, entry)
        return found

    return marks + await office.database.write(of(organisation_id), write)


async def _of_counts(office: Office, organisation_id: str) -> tuple[Difference, ...]:
    today = datetime.now(UTC).date()

    def read(connection: Connection) -> tuple[Difference, ...]:
        are, should_be = (look(connection, organisation_id) for look in (recounting.stored, recounting.counted))
        return _differences(connection, organisation_id, are, should_be, today)

    return await office.database.read(of(organisation_id), read)


def _put_right(connection: Connection, organisation_id: str, today: date) -> tuple[Difference, ...]:
    # Held in the order of every change. What nobody can hold yet is counted by whoever stores its first design.
    digests = recounting.digests(connection, organisation_id)
    are = {digest: portfolio.hold(connection, organisation_id, digest) for digest in digests}
    counted = recounting.counted(connection, organisation_id)
    should_be = {digest: tally for digest, tally in counted.items() if digest in are}
    found = _differences(connection, organisation_id, are, should_be, today)
    if found:
        recounting.forget_days_after(connection, organisation_id, today)
    for digest in sorted({one.subject for one in found}):
        portfolio.put(connection, organisation_id, digest, should_be.get(digest, Tally()), today)
    return found


def _differences(
    connection: Connection, organisation_id: str, are: Tallies, should_be: Tallies, today: date
) -> tuple[Difference, ...]:
    found = []
    for digest in sorted({*are, *should_be}):
        right, newest = should_be.get(digest, Tally()), recounting.newest_day(connection, organisation_id, digest)
        day, of_day = (today, Tally()) if newest is None else newest
        wrong = are.get(digest, Tally()).differing(right)
        found += [Difference(What.COUNTS, digest, wrong)] if wrong else []
        wrong = of_day.differing(right) + (day > today)
        found += [Difference(What.DAY, digest, wrong)] if wrong else []
    return tuple(found)


async def _of_waivers(office: Office, organisation_id: str, *, mend: bool) -> tuple[Difference, ...]:
    """Looks at each initiative that has waivers, with its key; what no key opens any more is passed over."""

    def read(connection: Connection) -> list[str]:
        return recounting.with_waivers(connection, organisation_id)

    found = []
    for identity in await office.database.read(of(organisation_id), read):
        key = await office.vault.key(organisation_id, identity)
        if key is not None and await _is_marked_wrongly(office, key, mend=mend):
            found.append(Difference(What.WAIVERS, identity))
    return tuple(found)


async def _is_marked_wrongly(office: Office, key: DataKey, *, mend: bool) -> bool:
    """Whether it is; one that was deleted meanwhile is not."""
    view = of(key.organisation)
    known = await office.database.read(view, lambda connection: portfolio.look(connection, key))
    if known is None:
        return False
    checklist = await checklists.remembered(office, known.checklist_digest)

    def right(connection: Connection, before: Judgement) -> str:
        if before.checklist_digest != checklist.digest:  # changed meanwhile, and marked by whoever did it
            return before.waived
        _, stored = revisions.newest(connection, key)
        return evaluate(parse_design(stored.document), checklist, waivers.of_initiative(connection, key)).marks

    def read(connection: Connection) -> bool:
        before = portfolio.look(connection, key)
        return before is not None and right(connection, before) != before.waived

    def write(connection: Connection) -> bool:
        before = portfolio.held(connection, key.organisation, key.subject)
        if before is None or not read(connection):
            return False
        portfolio.marked(connection, key, before, right(connection, before), datetime.now(UTC).date())
        return True

    return await (office.database.write(view, write) if mend else office.database.read(view, read))
