"""How an open office is: trails, keys, clock, deletions, counts, jobs; and what of it is put right without anybody."""

import asyncio
from collections.abc import AsyncIterator, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from functools import partial
from typing import Final

from app.storage import jobs, shreds, signs
from app.storage.views import NOTHING, OPERATOR, of
from app.usecases import given_roles, recounting, shredding
from app.usecases.founding import every_organisation
from app.usecases.office import Office
from app.usecases.wholeness import Wholeness, looked_at

DELETION: Final = "delete_initiative"  # what the audit trail calls it
OFF: Final = timedelta(seconds=5)  # how far clocks may be apart
MOMENT: Final = 2.0  # seconds in which a deletion that is under way ends
NAMED: Final = 20  # in one line
MENDED: Final = "It was put right."
BY_MEND: Final = "Run goodoffices doctor --mend."


@dataclass(frozen=True, slots=True)
class Sign:
    """Something that was looked at.

    Attributes:
        name: of what.
        says: what was found; never contents.
        mend: what to do where it is not healthy.
    """

    name: str
    healthy: bool
    says: str
    mend: str = ""


async def of_office(office: Office, written: datetime | None, *, mend: bool) -> AsyncIterator[Sign]:
    """Every sign of an open office.

    Args:
        written: the time of the newest file of the databases, which must not lie ahead; None where there are none.
        mend: whether to put right what can be.

    Raises:
        Unavailable: a database is out of reach.
        Damaged: what must be opened to count again does not verify.
    """
    organisations = await every_organisation(office)
    found = [await looked_at(office, identity) for identity in organisations]
    yield _of_trails(found)
    yield await _of_roles(office, organisations)
    yield _of_contents(found)
    yield _of_spare_keys(found, await office.vault.size())
    yield await _of_clock(office, organisations, written)
    yield await _of_deletions(office, mend=mend)
    yield await _of_keys_that_came_back(office, organisations, mend=mend)
    yield await _of_counts(office, organisations, mend=mend)
    yield await _of_jobs(office)


def _of_trails(found: Sequence[Wholeness]) -> Sign:
    broken = [one.organisation_id for one in found if one.faults]
    entries = sum(one.entries for one in found)
    if not broken:
        whose = "one organisation" if len(found) == 1 else f"{len(found)} organisations"
        return Sign("audit", True, f"{entries} entries of {whose} stand.")
    return Sign(
        "audit",
        False,
        f"{len(broken)} audit trails do not stand: {', '.join(broken)}.",
        "Somebody changed the database. Keep a copy of it as it is, run goodoffices audit verify with the checkpoints "
        "that you kept, and go on as docs/operation.md says of an incident.",
    )


async def _of_roles(office: Office, organisations: Sequence[str]) -> Sign:
    """A role that nobody gave: whoever has the database can write one, and not the entry of its giving."""
    found = [each for identity in organisations for each in await given_roles.without_entry(office, identity)]
    if not found:
        return Sign("roles", True, "Every role on an initiative was given by somebody, as the audit trail tells.")
    named = "; ".join(f"{each.person_id} is {each.role} on {each.initiative_id}" for each in found[:NAMED])
    more = f"; and {len(found) - NAMED} more" if len(found) > NAMED else ""
    return Sign(
        "roles",
        False,
        f"The audit trail does not tell who gave these: {named}{more}.",
        "Somebody wrote them into the database. Keep a copy of it as it is, have an owner take the roles away (DELETE "
        "/v1/initiatives/…/roles/…), look in the trail for what these persons read, and do as docs/operation.md says "
        "of an incident.",
    )


def _of_contents(found: Sequence[Wholeness]) -> Sign:
    initiatives, opened = sum(one.initiatives for one in found), sum(one.opened for one in found)
    says = f"{opened} of {initiatives} initiatives open."
    altered = [each for one in found for each in (*one.damaged, *([] if one.opens else [one.organisation_id]))]
    shut = [each for one in found for each in one.shut]
    if altered:
        return Sign(
            "contents", False, f"{says} Altered: {', '.join(altered)}.", "Restore a backup from before, elsewhere."
        )
    if shut:
        return Sign(
            "contents",
            False,
            f"{says} Without a key: {', '.join(shut)}.",
            "If they were deleted and came back with an old backup of the data, they stay shut, as they must. If not, "
            "the key store is older than the data: put its newest backup back.",
        )
    return Sign("contents", True, says)


def _of_spare_keys(found: Sequence[Wholeness], keys: int) -> Sign:
    """Keys without an initiative are no fault: each process makes some ahead, and leaves what it did not use."""
    used = sum(one.initiatives - len(one.shut) + 1 for one in found)
    return Sign("spare keys", True, f"{max(0, keys - used)} of {keys} keys open nothing: they were made ahead.")


async def _of_clock(office: Office, organisations: Sequence[str], written: datetime | None) -> Sign:
    """Keys, sessions and leases end by it; an entry of the future shows that it went wrong, now or then."""
    theirs, now = await office.database.read(NOTHING, signs.clock), datetime.now(UTC)
    moments = [] if written is None else [written]
    for identity in organisations:
        newest = await office.database.read(of(identity), partial(signs.newest_entry, organisation_id=identity))
        moments += [] if newest is None else [newest]
    ahead = max(moments, default=now) - now
    if ahead > OFF:
        return Sign(
            "clock", False, f"Something was stored {ahead} after now.", "Set the clock right, and keep it so by NTP."
        )
    if theirs is not None and abs(theirs - now) > OFF:
        return Sign("clock", False, f"PostgreSQL's clock is {theirs - now} off ours.", "Set both right, by NTP.")
    return Sign("clock", True, f"It is {now:%d %B %Y %H:%M:%S} UTC, and nothing was stored after that.")


async def _of_deletions(office: Office, *, mend: bool) -> Sign:
    """Keys that a deletion asked to be destroyed, and are still there."""
    waiting = await _waiting(office)
    if waiting:
        await asyncio.sleep(MOMENT)
        waiting &= await _waiting(office)
    if not waiting:
        return Sign("deletions", True, "No key waits to be destroyed.")
    if mend:
        done = await shredding.carry_out_everywhere(office)
        return Sign("deletions", True, f"{done} keys of what was deleted were destroyed. {MENDED}")
    return Sign("deletions", False, f"{len(waiting)} keys of what was deleted are still there.", BY_MEND)


async def _waiting(office: Office) -> set[str]:
    found: set[str] = set()
    for identity in await office.database.read(OPERATOR, shreds.organisations):
        found.update(await office.database.read(of(identity), partial(shreds.waiting, organisation_id=identity)))
    return found


async def _of_keys_that_came_back(office: Office, organisations: Sequence[str], *, mend: bool) -> Sign:
    """Keys of what the trail says was deleted, as an old backup of the key store brings them back."""
    found: list[str] = []
    for identity in organisations:
        look = partial(signs.subjects_of, organisation_id=identity, action=DELETION)
        found += await office.vault.held(await office.database.read(of(identity), look))
    if not found:
        return Sign("destroyed keys", True, "No key of a deleted initiative is there.")
    if mend:
        await office.vault.shred(found)
        return Sign("destroyed keys", True, f"{len(found)} keys of deleted initiatives were destroyed again. {MENDED}")
    return Sign("destroyed keys", False, f"{len(found)} keys of deleted initiatives are there again.", BY_MEND)


async def _of_counts(office: Office, organisations: Sequence[str], *, mend: bool) -> Sign:
    count = recounting.mend if mend else recounting.recount
    wrong = sum([len(await count(office, identity)) for identity in organisations])
    if not wrong:
        return Sign("portfolio", True, "Every count is what a full recount finds.")
    if mend:
        return Sign("portfolio", True, f"{wrong} counts were wrong. {MENDED}")
    return Sign("portfolio", False, f"{wrong} counts are not what a full recount finds.", BY_MEND)


async def _of_jobs(office: Office) -> Sign:
    running, now, idle = await office.database.read(OPERATOR, jobs.running), datetime.now(UTC), []
    for organisation, job in running:
        look = partial(signs.leased_until, organisation_id=organisation, job_id=job)
        until = await office.database.read(of(organisation), look)
        if until is not None and until < now:
            idle.append(job)
    if idle:
        return Sign(
            "jobs", False, f"Nobody works at {', '.join(idle)}.", "Start the service: it goes on where the job stopped."
        )
    return Sign("jobs", True, f"{len(running)} jobs are under way, and none is left lying.")
