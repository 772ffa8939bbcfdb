"""So many in so long: policies, windows of time that all processes share, and counts in memory; knows no database."""

from collections import OrderedDict
from dataclasses import dataclass
from math import ceil, floor
from typing import NamedTuple

MOST_REMEMBERED = 10_000


class Policy(NamedTuple):
    """A quota for each window of so many seconds; windows follow one another from the epoch on, for everybody alike.

    Attributes:
        name: what the caller is told that it is called.
    """

    name: str
    quota: int
    seconds: int

    def end_of_window(self, now: float) -> float:
        """When the window of this moment ends."""
        return float((floor(now / self.seconds) + 1) * self.seconds)


class Remaining(NamedTuple):  # tuples, as one is made with each request
    """What is left of a policy's present window, as far as this process knows, and for how many seconds."""

    policy: Policy
    left: int
    seconds: int


class Verdict(NamedTuple):
    """Whether one more is allowed.

    Attributes:
        remaining: what is left of each policy.
        wait: after how many seconds to ask again; 0 where this one is allowed.
    """

    remaining: tuple[Remaining, ...]
    wait: int

    @property
    def allowed(self) -> bool:
        """Whether this one is."""
        return self.wait == 0


@dataclass(slots=True)
class Window:
    """How many there were in a window, and when it ends."""

    used: int
    ends_at: float


class Remembered:
    """Windows of this process alone, by name; the name that was not used for longest goes when there are too many.

    Args:
        most: how many are remembered.
    """

    def __init__(self, most: int = MOST_REMEMBERED) -> None:
        self._most = most
        self._windows: OrderedDict[str, Window] = OrderedDict()

    def __len__(self) -> int:
        return len(self._windows)

    def window(self, name: str, now: float, ends_at: float) -> Window:
        """The window of that name, a fresh one with this end if there is none or it has ended."""
        window = self._windows.get(name)
        if window is None or window.ends_at <= now:
            window = self._windows[name] = Window(0, ends_at)
        self._windows.move_to_end(name)
        if len(self._windows) > self._most:
            self._windows.popitem(last=False)
        return window

    def take(self, name: str, policies: tuple[Policy, ...], now: float) -> Verdict:
        """Counts one more under every policy, unless one of them has none left: then nothing is counted."""
        windows = [self.window(f"{policy.seconds} {name}", now, policy.end_of_window(now)) for policy in policies]
        wait = longest_wait(
            [window.ends_at for policy, window in zip(policies, windows, strict=True) if window.used >= policy.quota],
            now,
        )
        for window in windows:
            window.used += 0 if wait else 1
        remaining = (
            Remaining(policy, max(0, policy.quota - window.used), seconds_until(window.ends_at, now))
            for policy, window in zip(policies, windows, strict=True)
        )
        return Verdict(tuple(remaining), wait)


def seconds_until(moment: float, now: float) -> int:
    """Whole seconds, at least one: who waits so long finds a new window."""
    return max(1, ceil(moment - now))


def longest_wait(ends: list[float], now: float) -> int:
    """How long to wait until all these windows have ended; 0 where there are none."""
    return seconds_until(max(ends), now) if ends else 0
