"""How often somebody may try a password: a throttle, not a lock, and what the trail tells of it; knows no password.

A wrong password leaves an entry the first time in a window, and when no more are judged; a sign-in that is right tells
how many were wrong before it. So nobody can fill the trail with them.

Where a person or an organisation does not exist, what would be done for one that does is done all the same and leaves
nothing, as whoever tries could read off the time it takes which of them exist.
"""

from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from typing import Final
from uuid import uuid4

from app.security.audit_chain import Entry
from app.storage import audit, counters, shreds
from app.storage.counters import Count
from app.storage.database import Connection
from app.storage.undone import kept_if
from app.usecases.fixed_windows import Remembered, longest_wait

WINDOW: Final = timedelta(minutes=15)  # from the first attempt that fails
MOST_BY_NAME: Final = 10
MOST_FROM_ADDRESS: Final = 50  # more, as a whole office may come from one address
_MINUTES: Final = WINDOW // timedelta(minutes=1)
_TOLD: Final = (1, MOST_BY_NAME)  # which of the attempts that fail in a window leave an entry
_NOBODY: Final = "00000000-0000-4000-8000-000000000000"
_NOBODYS_ENTRY: Final = Entry(0, datetime(2000, 1, 1, tzinfo=UTC), _NOBODY, "", "failed_sign_in", _NOBODY)  # undone

Counted = tuple[tuple[str, int], ...]  # counters with the most that each allows, in the order in which they are held


@dataclass(frozen=True, slots=True)
class Attempts:
    """What attempts are counted by, as digests: who it may be, and where it comes from."""

    sign_in_digest: str
    address_digest: str

    @property
    def counted(self) -> Counted:
        """What counts them."""
        by_address, by_name = f"address {self.address_digest}", f"sign-in {self.sign_in_digest}"
        return (by_address, MOST_FROM_ADDRESS), (by_name, MOST_BY_NAME)


def proofs_of(person_id: str) -> Counted:
    """What counts how often whoever is known already shows a person's present password."""
    return ((f"present password {person_id}", MOST_BY_NAME),)


def count_here(connection: Connection, organisation_id: str, counted: Counted, now: datetime) -> int:
    """Counts an attempt in the organisation's rows, or says after how many seconds the next one is allowed."""
    fresh = Count(0, now + WINDOW)
    found = [(name, most, counters.hold(connection, organisation_id, name, fresh)) for name, most in counted]
    counts = [(name, most, fresh if count.ends_at <= now else count) for name, most, count in found]
    wait = longest_wait([count.ends_at.timestamp() for _, most, count in counts if count.used >= most], now.timestamp())
    if wait == 0:
        for name, _, count in counts:
            counters.put(connection, organisation_id, name, Count(count.used + 1, count.ends_at))
    return wait


def count_in_memory(remembered: Remembered, organisation_id: str, counted: Counted, now: datetime) -> int:
    """The same in the memory of this process, for an organisation that does not exist and has no rows."""
    moment, end = now.timestamp(), (now + WINDOW).timestamp()
    windows = [(remembered.window(f"{organisation_id} {name}", moment, end), most) for name, most in counted]
    wait = longest_wait([window.ends_at for window, most in windows if window.used >= most], moment)
    if wait == 0:
        for window, _ in windows:
            window.used += 1
    return wait


def give_back(connection: Connection, organisation_id: str, counted: Counted) -> None:
    """Takes an attempt back that was right."""
    for name, _ in counted:
        counters.take_one(connection, organisation_id, name)


def note_failure(
    connection: Connection, organisation_id: str, counted: Counted, key: bytes, entry: Entry | None, now: datetime
) -> None:
    """Counts an attempt that was wrong, and tells of it in the audit trail unless that was done in this window.

    Args:
        key: of the trail.
        entry: what is told; None where the name is nobody's: then one is entered all the same, and undone.
    """
    name, fresh = f"failed {counted[-1][0]}", Count(0, now + WINDOW)
    held = counters.hold(connection, organisation_id, name, fresh)  # from here on nobody else counts the same number
    before = fresh if held.ends_at <= now else held
    number = before.used + 1
    counters.put(connection, organisation_id, name, Count(number, before.ends_at))
    if number in _TOLD:
        told = replace(entry or _NOBODYS_ENTRY, detail=f"{number} in {_MINUTES} minutes")
        with kept_if(connection, entry is not None):
            audit.append(connection, organisation_id, key, told)


def note_in_memory(remembered: Remembered, organisation_id: str, counted: Counted, now: datetime) -> bool:
    """Counts the same in the memory of this process; whether an organisation that exists would be told of it."""
    name, end = f"{organisation_id} failed {counted[-1][0]}", (now + WINDOW).timestamp()
    window = remembered.window(name, now.timestamp(), end)
    window.used += 1
    return window.used in _TOLD


def do_as_much(connection: Connection, organisation_id: str, times: int, now: datetime) -> None:
    """Writes and takes away again, so many times, what means nothing and belongs to nobody.

    The commit waits for the disk then, as it does where an attempt is counted. An organisation that does not exist has
    no rows to count in; what is asked for here is the one thing that outlives an organisation.
    """
    for _ in range(times):
        nothing = [str(uuid4())]
        shreds.ask_for(connection, organisation_id, nothing, now)
        shreds.waiting(connection, organisation_id)
        shreds.done(connection, organisation_id, nothing)


def failures(connection: Connection, organisation_id: str, counted: Counted, now: datetime) -> int:
    """How many attempts were wrong in the present window; more may be by the next moment."""
    found = counters.look(connection, organisation_id, f"failed {counted[-1][0]}", Count(0, now))
    return found.used if found.ends_at > now else 0
