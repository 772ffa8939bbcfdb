"""How much each caller may ask for and each organisation may store; knows no request and no header.

What a key or session has used up is counted in the database, so that several processes agree. A process takes a small
part of what is left at a time, a lease, and serves from it: a request costs no commit of its own, and what all the
processes allow together never exceeds the quota. What a process took and did not use is lost until the window ends.

While the database can be read but not written, as on a full disk, nothing can be counted in it. Whoever only reads is
served all the same: each process gives out a share of what was left by itself, and counts it as soon as it can. As
many processes as there are shares do not exceed the quota even then; one that was begun again counts as another, as
what it had not counted yet is forgotten with it.
"""

import asyncio
import time
from collections import OrderedDict
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import UTC, datetime
from functools import cached_property, partial
from ipaddress import IPv6Address, ip_address
from typing import Final, NamedTuple

from app.domain.errors import BadInput, Unavailable
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

PARTS: Final = 20  # a process takes a twentieth of what is left
SHARES: Final = 4  # a process gives out a quarter of what was left while nothing can be counted
CALLERS_NETWORK: Final = 64  # bits; whoever has a network of IPv6 could send each request from another address of it


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
        owed: as many it gave out by itself in this window, which are not counted yet.
    """

    ends_at: float = 0.0
    in_hand: int = 0
    left: int = 0
    owed: int = 0

    def wanting(self, now: float, writes: bool) -> bool:
        """Whether there is a reason to ask the database; who writes is served only from what is counted."""
        return self.ends_at <= now or (self.in_hand == 0 and self.left > 0) or (writes and self.owed > 0)

    def owed_until(self, ends_at: float) -> int:
        """As many are still to be counted in the window with this end."""
        return self.owed if self.ends_at == ends_at else 0

    def owes(self, now: float) -> bool:
        """Whether it gave out what is not counted yet, in a window that has not ended."""
        return self.owed > 0 and self.ends_at > now

    def put(self, more: "Lease") -> None:
        """Adds what the database said."""
        in_hand = self.in_hand if self.ends_at == more.ends_at else 0
        self.ends_at, self.in_hand, self.left = more.ends_at, in_hand + more.in_hand, more.left
        self.owed = more.owed


class Caller(NamedTuple):
    """Whose requests are counted."""

    organisation_id: str
    credential_id: str


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

    async def take(self, database: Database, caller: Caller, *, writes: bool = True) -> Verdict:
        """One more request of this key or session.

        Args:
            writes: whether it leaves anything in the database, an audit entry for one. While nothing can be written
                it would be in vain.

        Raises:
            Unavailable: what is left cannot be asked for just now.
        """
        leases = self._leases_of(caller.credential_id)
        now = self.clock()
        while _wanting(leases.each, now, writes):
            async with leases.asking:  # while one asks, others may use up what it gets, so we look again
                await self._ask(database, caller, leases, writes)
            now = self.clock()
        return _served(self.requests, leases.each, now)

    def _leases_of(self, credential_id: str) -> Leases:
        leases = self._leases.get(credential_id)
        if leases is None:
            if len(self._leases) >= MOST_REMEMBERED:
                self._forget_one()
            leases = self._leases[credential_id] = Leases([Lease() for _ in self.requests])
        else:
            self._leases.move_to_end(credential_id)
        return leases

    def _forget_one(self) -> None:
        """Forgets who has not asked for longest; what they had in hand is lost, and nothing is allowed twice.

        Whoever owes would be given a share anew, so they stay, unless everybody owes: memory has an end.
        """
        now, oldest = self.clock(), next(iter(self._leases))
        settled = (who for who, leases in self._leases.items() if not any(lease.owes(now) for lease in leases.each))
        del self._leases[next(settled, oldest)]

    async def _ask(self, database: Database, caller: Caller, leases: Leases, writes: bool) -> None:
        now, each = self.clock(), zip(self.requests, leases.each, strict=True)
        wanting = [(policy, lease) for policy, lease in each if lease.wanting(now, writes)]
        if not wanting:  # somebody asked while we waited
            return

        def work(take: Take, connection: Connection) -> list[Lease]:
            return [take(connection, caller, policy, lease, now) for policy, lease in wanting]

        try:
            got = await database.write(of(caller.organisation_id), partial(work, taken))
        except Unavailable:
            if writes:
                raise
            got = await database.read(of(caller.organisation_id), partial(work, given_out))
        for (_, lease), more in zip(wanting, got, strict=True):
            lease.put(more)


def _wanting(leases: list[Lease], now: float, writes: bool) -> bool:
    for lease in leases:  # noqa: SIM110 - asked with each request, and a generator takes three times as long
        if lease.wanting(now, writes):
            return True
    return False


def _served(asked: tuple[Policy, ...], leases: list[Lease], now: float) -> Verdict:
    wait = longest_wait([lease.ends_at for lease in leases if lease.in_hand < 1], now)
    remaining = []
    for policy, lease in zip(asked, leases, strict=True):
        lease.in_hand -= 0 if wait else 1
        remaining.append(Remaining(policy, lease.in_hand + lease.left, seconds_until(lease.ends_at, now)))
    return Verdict(tuple(remaining), wait)


def taken(connection: Connection, caller: Caller, policy: Policy, lease: Lease, now: float) -> Lease:
    """A part of what is left of the policy's window, counted as used before anybody is served from it.

    A process whose clock is behind finds a window that has not begun for it, and counts in that one.
    """
    counter, fresh = _counter(caller, policy), _fresh(policy, now)
    count = _present(counters.hold(connection, caller.organisation_id, counter, fresh), fresh)
    owed = lease.owed_until(count.ends_at.timestamp())
    left = policy.quota - count.used - owed
    in_hand = part_of(left)
    if in_hand + owed > 0:
        used = Count(count.used + owed + in_hand, count.ends_at)
        counters.put(connection, caller.organisation_id, counter, used)
    return Lease(count.ends_at.timestamp(), in_hand, max(0, left - in_hand))


def given_out(connection: Connection, caller: Caller, policy: Policy, lease: Lease, now: float) -> Lease:
    """A part of this process's share of what is left of the policy's window, where nothing can be counted.

    Raises:
        Unavailable: its share is used up, though more is left.
    """
    fresh = _fresh(policy, now)
    count = _present(counters.look(connection, caller.organisation_id, _counter(caller, policy), fresh), fresh)
    ends_at, left = count.ends_at.timestamp(), policy.quota - count.used
    owed = lease.owed_until(ends_at)
    in_hand = max(0, min(part_of(left), share_of(left) - owed))
    if left > owed and in_hand < 1:
        raise Unavailable
    return Lease(ends_at, in_hand, max(0, left - owed - in_hand), owed + in_hand)


Take = Callable[[Connection, Caller, Policy, Lease, float], Lease]


def _counter(caller: Caller, policy: Policy) -> str:
    return f"requests {caller.credential_id} {policy.seconds}"


def _fresh(policy: Policy, now: float) -> Count:
    return Count(0, datetime.fromtimestamp(policy.end_of_window(now), UTC))


def _present(count: Count, fresh: Count) -> Count:
    return fresh if count.ends_at < fresh.ends_at else count


def part_of(left: int) -> int:
    """How many of what is left a process takes at a time."""
    return min(left, max(1, left // PARTS)) if left > 0 else 0


def share_of(left: int) -> int:
    """How many of what is left a process gives out where nothing can be counted."""
    return max(0, left) // SHARES
