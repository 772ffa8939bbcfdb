"""How often somebody may try to sign in: a throttle, not a lock; knows no password and no person."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final

from app.storage import counters
from app.storage.counters import Count
from app.storage.database import Connection
from app.usecases.fixed_windows import Remembered, longest_wait

WINDOW: Final = timedelta(minutes=15)  # from the first attempt that fails
MOST_BY_NAME: Final = 10
MOST_FROM_ADDRESS: Final = 50  # more, as a whole office may come from one address


@dataclass(frozen=True, slots=True)
class Attempts:
    """What attempts are counted by, as digests: who it may be, and where it comes from."""

    sign_in_digest: str
    address_digest: str

    @property
    def counted(self) -> tuple[tuple[str, int], ...]:
        """The counters with the most that each allows, in the order in which they are held."""
        by_address, by_name = f"address {self.address_digest}", f"sign-in {self.sign_in_digest}"
        return (by_address, MOST_FROM_ADDRESS), (by_name, MOST_BY_NAME)


def count_here(connection: Connection, organisation_id: str, attempts: Attempts, now: datetime) -> int:
    """Counts an attempt in the organisation's rows, or says after how many seconds the next one is allowed."""
    fresh = Count(0, now + WINDOW)
    found = [(name, most, counters.hold(connection, organisation_id, name, fresh)) for name, most in attempts.counted]
    counts = [(name, most, fresh if count.ends_at <= now else count) for name, most, count in found]
    wait = longest_wait([count.ends_at.timestamp() for _, most, count in counts if count.used >= most], now.timestamp())
    if wait == 0:
        for name, _, count in counts:
            counters.put(connection, organisation_id, name, Count(count.used + 1, count.ends_at))
    return wait


def count_in_memory(remembered: Remembered, organisation_id: str, attempts: Attempts, now: datetime) -> int:
    """The same in the memory of this process, for an organisation that does not exist and has no rows."""
    moment, end = now.timestamp(), (now + WINDOW).timestamp()
    windows = [(remembered.window(f"{organisation_id} {name}", moment, end), most) for name, most in attempts.counted]
    wait = longest_wait([window.ends_at for window, most in windows if window.used >= most], moment)
    if wait == 0:
        for window, _ in windows:
            window.used += 1
    return wait


def give_back(connection: Connection, organisation_id: str, attempts: Attempts) -> None:
    """Takes an attempt back that was right."""
    for name, _ in attempts.counted:
        counters.take_one(connection, organisation_id, name)
