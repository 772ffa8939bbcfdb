"""How much each caller may ask for and each organisation may store; knows no request and no header.

What a key or session has used up is counted in the database, so that several processes agree. A process takes a small
part of what is left at a time, a lease, and serves from it: a request costs no commit of its own, and what all the
processes allow together never exceeds the quota. What a process took and did not use is lost until the window ends.
"""

import asyncio
import time
from collections import OrderedDict
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import UTC, datetime
from functools import cached_property
from ipaddress import IPv6Address, ip_address
from typing import Final

from app.domain.errors import BadInput
from app.storage import counters
from app.storage.counters import Count
from app.storage.database import Connection, Database
from app.storage.views import of
from app.usecases.fixed_windows import (
    MOST_REMEMBERED,
    Policy,
    Remaining,
    Remembered,
    Verdict,
    longest_wait,
    seconds_until,
)

LEASE: Final = 20  # a process takes a twentieth of what is left
CALLERS_NETWORK: Final = (
    64  # a home or an office has that much of IPv6, and could send each request from another address
)


@dataclass(frozen=True, slots=True)
class Rules:
    """What the operator allows.

    Attributes:
        requests: of each key and session: `600/minute;20000/day`.
        anonymous: of each address, for what anybody may ask and takes some work.
        most_initiatives: that an organisation may store.
    """

    requests: str = "600/minute;20000/day"
    anonymous: str = "120/minute"
    most_initiatives: int = 100_000


def policies(text: str) -> tuple[Policy, ...]:
    """The policies that a text such as `600/minute;20000/day` speaks of.

    Raises:
        BadInput: it cannot be read, allows nothing, or names a window twice.
    """
    from limits import parse_many  # late: it takes a tenth of a start, and is needed with the first request

    try:
        items = parse_many(text)
    except ValueError:
        raise BadInput("A rate limit is written as 600/minute;20000/day.") from None
    found = tuple(
        Policy(_name(item.GRANULARITY.name, item.multiples), item.amount, item.get_expiry()) for item in items
    )
    if any(policy.quota < 1 or policy.seconds < 1 for policy in found):
        raise BadInput("A rate limit allows at least one request.")
    if len({policy.seconds for policy in found}) < len(found):
        raise BadInput("Each rate limit has a window of its own: not two for a minute.")
    return tuple(sorted(found, key=lambda policy: policy.seconds))


def _name(granularity: str, multiples: int) -> str:
    return granularity if multiples == 1 else f"{multiples}-{granularity}s"


def network_of(address: str) -> str:
    """Whoever can send from this address can as well send from these: the address itself, or its network of IPv6."""
    try:
        found = ip_address(address)
    except ValueError:
        return address
    if not isinstance(found, IPv6Address):
        return str(found)
    if found.ipv4_mapped is not None:
        return str(found.ipv4_mapped)
    return str(IPv6Address(int(found) >> (128 - CALLERS_NETWORK) << (128 - CALLERS_NETWORK)))


@dataclass(slots=True)
class Lease:
    """What a process may still serve of a policy's window without asking the database.

    Attributes:
        in_hand: as many it may serve.
        left: as many were left to all processes when it last asked.
    """

    ends_at: float = 0.0
    in_hand: int = 0
    left: int = 0

    def wanting(self, now: float) -> bool:
        """Whether there is a reason to ask the database."""
        return self.ends_at <= now or (self.in_hand == 0 and self.left > 0)


@dataclass(slots=True)
class Leases:
    """The leases of one caller, one for each policy; only one task at a time asks the database for more."""

    each: list[Lease]
    asking: asyncio.Lock = field(default_factory=asyncio.Lock)


class Allowances:
    """What callers have left, as this process knows it.

    Args:
        rules: what the operator allows.
        clock: seconds since the epoch; tests have their own.
    """

    def __init__(self, rules: Rules | None = None, clock: Callable[[], float] = time.time) -> None:
        self.rules = rules or Rules()
        self.clock = clock
        self.remembered = Remembered()
        self._leases: OrderedDict[str, Leases] = OrderedDict()

    @cached_property
    def requests(self) -> tuple[Policy, ...]:
        """The policies for each key and session, the shortest window first."""
        return policies(self.rules.requests)

    @cached_property
    def anonymous(self) -> tuple[Policy, ...]:
        """The policies for each address."""
        return policies(self.rules.anonymous)

    def take_from_address(self, address: str) -> Verdict:
        """One more request of somebody who need not be known."""
        return self.remembered.take(f"address {network_of(address)}", self.anonymous, self.clock())

    async def take(self, database: Database, organisation_id: str, credential_id: str) -> Verdict:
        """One more request of this key or session.

        Raises:
            Unavailable: what is left cannot be asked for just now.
        """
        leases = self._leases_of(credential_id)
        now = self.clock()
        while _wanting(leases.each, now):
            async with leases.asking:  # while one asks, others may use up what it gets, so we look again
                await self._ask(database, organisation_id, credential_id, leases)
            now = self.clock()
        return _served(self.requests, leases.each, now)

    def _leases_of(self, credential_id: str) -> Leases:
        leases = self._leases.get(credential_id)
        if leases is None:
            leases = self._leases[credential_id] = Leases([Lease() for _ in self.requests])
            if len(self._leases) > MOST_REMEMBERED:  # what it had in hand is lost, and nothing is allowed twice
                self._leases.popitem(last=False)
        else:
            self._leases.move_to_end(credential_id)
        return leases

    async def _ask(self, database: Database, organisation_id: str, credential_id: str, leases: Leases) -> None:
        now, each = self.clock(), zip(self.requests, leases.each, strict=True)
        wanting = [(policy, lease) for policy, lease in each if lease.wanting(now)]
        if not wanting:  # somebody asked while we waited
            return
        asked = [policy for policy, _ in wanting]

        def work(connection: Connection) -> list[Lease]:
            return [taken(connection, organisation_id, credential_id, policy, now) for policy in asked]

        for (_, lease), more in zip(wanting, await database.write(of(organisation_id), work), strict=True):
            in_hand = lease.in_hand if lease.ends_at == more.ends_at else 0
            lease.ends_at, lease.in_hand, lease.left = more.ends_at, in_hand + more.in_hand, more.left


def _wanting(leases: list[Lease], now: float) -> bool:
    for lease in leases:  # noqa: SIM110 - asked with each request, and a generator takes three times as long
        if lease.wanting(now):
            return True
    return False


def _served(asked: tuple[Policy, ...], leases: list[Lease], now: float) -> Verdict:
    wait = longest_wait([lease.ends_at for lease in leases if lease.in_hand < 1], now)
    remaining = []
    for policy, lease in zip(asked, leases, strict=True):
        lease.in_hand -= 0 if wait else 1
        remaining.append(Remaining(policy, lease.in_hand + lease.left, seconds_until(lease.ends_at, now)))
    return Verdict(tuple(remaining), wait)


def taken(connection: Connection, organisation_id: str, credential_id: str, policy: Policy, now: float) -> Lease:
    """A part of what is left of the policy's window, counted as used before anybody is served from it.

    A process whose clock is behind finds a window that has not begun for it, and counts in that one.
    """
    counter = f"requests {credential_id} {policy.seconds}"
    fresh = Count(0, datetime.fromtimestamp(policy.end_of_window(now), UTC))
    count = counters.hold(connection, organisation_id, counter, fresh)
    if count.ends_at < fresh.ends_at:
        count = fresh
    in_hand = part_of(policy.quota - count.used)
    if in_hand > 0:
        counters.put(connection, organisation_id, counter, Count(count.used + in_hand, count.ends_at))
    return Lease(count.ends_at.timestamp(), in_hand, max(0, policy.quota - count.used - in_hand))


def part_of(left: int) -> int:
    """How many of what is left a process takes at a time."""
    return min(left, max(1, left // LEASE)) if left > 0 else 0
