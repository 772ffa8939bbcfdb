"""Several processes on one database never serve more than is allowed in a window, and a request costs no commit."""

import asyncio
from collections import Counter
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from functools import partial
from typing import Any, Final

import pytest

from app.domain.errors import BadInput, Conflict, Unavailable
from app.storage import counters
from app.storage.counters import Count
from app.storage.database import Connection, Database
from app.storage.views import NOTHING, of
from app.usecases import allowances, initiatives
from app.usecases.allowances import Allowances, Caller, Rules, network_of, part_of, policies, share_of
from app.usecases.fixed_windows import Policy, Remembered, Verdict
from tests.engines import APPLICATION_ROLE
from tests.security.figures import tell
from tests.storage.rows import opened
from tests.usecases.builders import design
from tests.usecases.house import House

A_MINUTE: Final = 60
NOON: Final = datetime(2027, 3, 1, 12, 0, tzinfo=UTC).timestamp()
RULES: Final = Rules(requests="40/minute;100/day")


class Time:
    """A clock that stands still until it is told."""

    def __init__(self) -> None:
        self.now = NOON

    def __call__(self) -> float:
        return self.now


def caller_of(house: House) -> Caller:
    return Caller(house.principal.organisation_id, house.principal.credential_id)


class Processes:
    """Several processes that serve one caller from one database.

    Args:
        databases: one for each process.
        late: by how many seconds the clock of each process is behind.
    """

    def __init__(self, house: House, databases: list[Database], late: tuple[int, ...] = (0, 0)) -> None:
        self.clock = Time()
        self._who = caller_of(house)
        self._databases = databases
        self._each = [Allowances(RULES, partial(self._moment, seconds)) for seconds in late]

    def _moment(self, late: int) -> float:
        return self.clock() - late

    async def ask(self, times: int, *, writes: bool = True) -> int:
        """So many requests at once, dealt out in turn; how many were served."""
        asked = [self._each[number % len(self._each)] for number in range(times)]
        where = [self._databases[number % len(self._databases)] for number in range(times)]
        verdicts = await asyncio.gather(
            *[one.take(database, self._who, writes=writes) for one, database in zip(asked, where, strict=True)],
            return_exceptions=True,
        )
        assert {type(verdict) for verdict in verdicts} <= {Verdict, Unavailable}
        return sum(isinstance(verdict, Verdict) and verdict.allowed for verdict in verdicts)

    async def faults(self) -> list[str]:
        """Asks too often in each of three minutes, and says what was wrong with what was served."""
        served = []
        for _ in range(3):
            served.append(await self.ask(30) + await self.ask(60))
            self.clock.now += A_MINUTE
        tell(f"allowance 40/minute;100/day, {len(self._each)} processes, 90 requests a minute: served {served}")
        found = [f"{each} in a minute" for each in served if each > 40]
        found += [f"{sum(served)} in a day"] if sum(served) > 100 else []
        return found + [f"only {each} in a minute" for each in served[:2] if each < 36]


@pytest.fixture
async def processes(house: House) -> AsyncIterator[Processes]:
    async with house.elsewhere(2) as others:
        yield Processes(house, [other.database for other in others])


class TestSeveralProcesses:
    async def test_serve_no_more_than_is_allowed_in_any_window(self, processes: Processes) -> None:
        assert await processes.faults() == []

    async def test_serve_all_that_is_allowed_where_only_one_is_asked(self, house: House) -> None:
        alone = Processes(house, [house.database], late=(0,))
        assert [await alone.ask(1) for _ in range(45)] == [1] * 40 + [0] * 5
        alone.clock.now += A_MINUTE
        assert await alone.ask(90) == 40
        alone.clock.now += A_MINUTE
        assert await alone.ask(90) == 20
        alone.clock.now += 24 * 60 * A_MINUTE
        assert await alone.ask(90) == 40

    async def test_agree_though_the_clock_of_one_is_late(self, house: House) -> None:
        both = Processes(house, [house.database] * 2, late=(0, 7))
        both.clock.now += 3  # for the second one it is not noon yet
        assert await both.ask(200) <= 40
        both.clock.now += 10
        assert await both.ask(200) == 0

    async def test_ask_the_database_far_less_often_than_they_serve(
        self, house: House, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        asked: Counter[str] = Counter()
        write = Database.write

        async def counted(self: Database, *given: Any) -> Any:
            asked["writes"] += 1
            return await write(self, *given)

        monkeypatch.setattr(Database, "write", counted)
        office_like = Allowances(Rules(requests="600/minute"), Time())
        for _ in range(500):
            assert (await office_like.take(house.database, caller_of(house))).allowed
        assert asked["writes"] < 40
        for _ in range(300):
            await office_like.take(house.database, caller_of(house))
        spent = asked["writes"]
        assert spent < 100
        assert not (await office_like.take(house.database, caller_of(house))).allowed
        assert asked["writes"] == spent  # what is used up is known without asking
        tell(f"allowance 600/minute: 801 requests of one caller cost {spent} transactions")


class TestTheHarness:
    async def test_finds_a_lease_that_is_larger_than_what_is_left(
        self, processes: Processes, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.setattr(allowances, "part_of", lambda left: max(0, left) // 20 + 5)
        assert any("in a minute" in fault for fault in await processes.faults())

    async def test_finds_a_window_that_never_begins_anew(
        self, processes: Processes, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        def endless(connection: Connection, organisation_id: str, counter: str, fresh: Count) -> Count:
            return Count(real(connection, organisation_id, counter, fresh).used, fresh.ends_at)

        real = counters.hold
        monkeypatch.setattr(counters, "hold", endless)
        assert "only 0 in a minute" in await processes.faults()

    async def test_finds_a_count_that_each_process_keeps_for_itself(
        self, processes: Processes, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.setattr(counters, "hold", lambda _connection, _who, _counter, fresh: fresh)
        assert any("in a minute" in fault for fault in await processes.faults())


async def test_a_counter_that_cannot_be_written_is_unavailable(house: House) -> None:
    async with house.elsewhere(1) as [other]:
        closed = other.database
    with pytest.raises(Unavailable):
        await Allowances().take(closed, caller_of(house))
    with pytest.raises(Unavailable):
        await Allowances().take(closed, caller_of(house), writes=False)


class Unwritable:
    """Databases that can be read and, for a time, not written: as on a full disk, or a server that only reads.

    Args:
        databases: one for each process.
        owner_url: of the same database.
    """

    def __init__(self, databases: list[Database], owner_url: str) -> None:
        self._databases, self._owner_url = databases, owner_url

    @asynccontextmanager
    async def now(self) -> AsyncIterator[None]:
        await self._change("PRAGMA query_only = ON", f"REVOKE INSERT, UPDATE ON counters FROM {APPLICATION_ROLE}")
        yield
        await self._change("PRAGMA query_only = OFF", f"GRANT INSERT, UPDATE ON counters TO {APPLICATION_ROLE}")

    async def _change(self, pragma: str, statement: str) -> None:
        if self._owner_url.startswith("sqlite"):
            for database in self._databases:
                await database.read(NOTHING, lambda _connection: None)  # who reads has a connection of their own
                writing = database._engine.execution_options(outside_transactions=True)
                with writing.connect() as connection:
                    connection.exec_driver_sql(pragma).close()
        else:
            with opened(self._owner_url) as connection:
                connection.exec_driver_sql(statement)


class TestWhileNothingCanBeWritten:
    """40 a minute: each process may give out 10 by itself where all of them are left."""

    @pytest.fixture
    async def both(self, house: House, owner_url: str) -> AsyncIterator[tuple[Processes, Unwritable]]:
        async with house.elsewhere(2) as others:
            databases = [other.database for other in others]
            yield Processes(house, databases), Unwritable(databases, owner_url)

    async def test_who_only_reads_is_served_a_share_by_each_process_in_every_window(
        self, both: tuple[Processes, Unwritable]
    ) -> None:
        processes, unwritable = both
        async with unwritable.now():
            served = []
            for _ in range(3):
                served.append([await processes.ask(4, writes=False), await processes.ask(60, writes=False)])
                processes.clock.now += A_MINUTE
        tell(f"allowance 40/minute, 2 processes, nothing can be written, 64 reads a minute: served {served}")
        assert served == [[4, 16], [4, 16], [4, 6]]  # then a quarter of the day's 100 is given out by each

    async def test_who_writes_is_not_served(self, both: tuple[Processes, Unwritable]) -> None:
        processes, unwritable = both
        async with unwritable.now():
            assert await processes.ask(8) == 0
            assert await processes.ask(2, writes=False) == 2
            assert await processes.ask(2) == 0  # what is in hand by now is for those who read

    async def test_what_was_given_out_is_counted_as_soon_as_that_is_possible(
        self, both: tuple[Processes, Unwritable]
    ) -> None:
        processes, unwritable = both
        async with unwritable.now():
            assert await processes.ask(60, writes=False) == 20
        assert await processes.ask(60) == 20
        assert await processes.ask(60, writes=False) == 0
        processes.clock.now += A_MINUTE
        assert await processes.ask(60) == 40

    async def test_nobody_is_given_more_than_was_left(self, both: tuple[Processes, Unwritable]) -> None:
        processes, unwritable = both
        used = await processes.ask(38)
        async with unwritable.now():
            used += await processes.ask(60, writes=False)
        assert used <= 40
        assert used + await processes.ask(60) == 40

    async def test_whoever_owes_is_remembered_however_many_others_come(
        self, house: House, owner_url: str, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.setattr(allowances, "MOST_REMEMBERED", 3)
        async with house.elsewhere(1) as [other]:
            clock, unwritable = Time(), Unwritable([other.database], owner_url)
            process = Allowances(Rules("40/minute"), clock)

            async def served(credential: str, times: int) -> int:
                who = caller_of(house)._replace(credential_id=credential)
                asked = [process.take(other.database, who, writes=False) for _ in range(times)]
                verdicts = await asyncio.gather(*asked, return_exceptions=True)
                return sum(isinstance(verdict, Verdict) and verdict.allowed for verdict in verdicts)

            async with unwritable.now():
                assert await served("owing", 60) == 10
            assert [await served(f"caller {number}", 1) for number in range(5)] == [1] * 5
            async with unwritable.now():
                assert await served("owing", 60) == 0
                clock.now += A_MINUTE
                assert await served("owing", 60) == 10
                assert [await served(f"caller {number}", 1) for number in range(5)] == [1] * 5
            assert len(process._leases) == 3  # memory has an end even where everybody owes

    async def test_one_who_is_at_the_end_of_the_day_is_told_to_wait(self, both: tuple[Processes, Unwritable]) -> None:
        processes, unwritable = both
        for _ in range(3):
            await processes.ask(60)
            processes.clock.now += A_MINUTE
        async with unwritable.now():
            assert await processes.ask(8, writes=False) == 0

    @pytest.mark.parametrize(("left", "share"), [(600, 150), (7, 1), (3, 0), (0, 0), (-5, 0)])
    def test_a_share_is_a_quarter_of_what_is_left(self, left: int, share: int) -> None:
        assert share_of(left) == share


class TestPolicies:
    def test_are_read_as_operators_write_them(self) -> None:
        assert policies("20000/day; 600 per minute,5/10 seconds") == (
            Policy("10-seconds", 5, 10),
            Policy("minute", 600, 60),
            Policy("day", 20_000, 86_400),
        )

    @pytest.mark.parametrize("text", ["", "a lot", "600", "600/fortnight", "0/minute", "5/minute;6/minute", "-1/day"])
    def test_that_cannot_be_read_are_refused(self, text: str) -> None:
        with pytest.raises(BadInput):
            policies(text)

    @pytest.mark.parametrize(("left", "part"), [(600, 30), (40, 2), (39, 1), (1, 1), (0, 0), (-5, 0)])
    def test_lease_a_twentieth_of_what_is_left(self, left: int, part: int) -> None:
        assert part_of(left) == part


class TestAddresses:
    def test_may_ask_so_often_each(self) -> None:
        clock = Time()
        allowed = Allowances(Rules(anonymous="3/minute"), clock)
        asked = [allowed.take_from_address("192.0.2.1") for _ in range(4)]
        assert [verdict.allowed for verdict in asked] == [True, True, True, False]
        assert (asked[-1].wait, [item.left for item in asked[0].remaining]) == (60, [2])
        assert allowed.take_from_address("192.0.2.2").allowed
        clock.now += A_MINUTE
        assert allowed.take_from_address("192.0.2.1").allowed

    @pytest.mark.parametrize(
        ("address", "network"),
        [
            ("192.0.2.1", "192.0.2.1"),
            ("::ffff:192.0.2.1", "192.0.2.1"),
            ("2001:db8:1:2:3:4:5:6", "2001:db8:1:2::"),
            ("2001:db8:1:2::", "2001:db8:1:2::"),
            ("", ""),
        ],
    )
    def test_of_one_network_count_as_one(self, address: str, network: str) -> None:
        assert network_of(address) == network

    def test_take_no_more_memory_however_many_there_are(self) -> None:
        remembered = Remembered(most=10)
        for number in range(1_000):
            remembered.take(f"address {number}", (Policy("minute", 5, 60),), NOON)
        assert len(remembered) == 10


class TestWhatAnOrganisationMayStore:
    @pytest.fixture
    def small(self, house: House) -> House:
        """A house that may store three initiatives."""
        office = replace(house.office, allowances=Allowances(Rules(most_initiatives=3)))
        return replace(house, office=office)

    async def test_is_counted_with_each_that_comes_and_goes(self, small: House) -> None:
        first, *_ = [await small.ask(initiatives.create, design()) for _ in range(3)]
        for _ in range(2):
            with pytest.raises(Conflict):
                await small.ask(initiatives.create, design())
        await small.ask(initiatives.delete, first.initiative.id)
        await small.ask(initiatives.create, design())
        with pytest.raises(Conflict):
            await small.ask(initiatives.create, design())
        await small.theirs.ask(initiatives.create, design())

    async def test_is_the_same_for_all_who_create_at_once(self, small: House) -> None:
        made = await asyncio.gather(
            *[small.ask(initiatives.create, design()) for _ in range(8)], return_exceptions=True
        )
        assert Counter(type(each).__name__ for each in made) == {"Judged": 3, "Conflict": 5}

    async def test_counts_what_was_stored_before_anybody_counted(self, small: House) -> None:
        for _ in range(3):
            await small.ask(initiatives.create, design())
        organisation = small.principal.organisation_id

        def forget(connection: Connection) -> None:
            connection.execute(counters.COUNTERS.delete().where(counters.COUNTERS.c.organisation_id == organisation))

        await small.database.write(of(organisation), forget)
        with pytest.raises(Conflict):
            await small.ask(initiatives.create, design())

    async def test_is_not_forgotten_with_what_has_ended(self, small: House) -> None:
        await small.ask(initiatives.create, design())
        organisation = small.principal.organisation_id
        counted = {"organisation": organisation, "counter": "initiatives"}
        row = await small.database.read(of(organisation), lambda connection: counters._LOOK.row(connection, counted))
        assert row is not None
        assert row[1] - datetime.now(UTC) > timedelta(days=365 * 1_000)
