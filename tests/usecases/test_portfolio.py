"""The portfolio counts every design as it is now, whatever was done to it, by whom, and at the same time as what."""

import asyncio
import random
from collections.abc import Callable
from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import Connection, text

from app.domain.errors import BadInput, Stale, UnknownChecklist
from app.storage import organisations, views
from app.storage import portfolio as stored
from app.storage.audit import ENTRIES
from app.storage.tallies import Judgement, Tally
from app.usecases import designs, initiatives, portfolio, waivers
from app.usecases.recounting import MENDED, Difference, What, mend, recount
from tests.usecases.builders import CLEAR, SILENT, VAGUE, VERSION_1
from tests.usecases.house import House
from tests.usecases.portfolios import NEWER, OLDER, WORDS, Doer, Step, counted, true_of

STEPS = st.lists(st.tuples(st.sampled_from(WORDS), st.integers(0, 9), st.integers(0, 9)), min_size=1, max_size=12)
EVERY_DAY = (date.min, date.max)
SEQUENCE: list[Step] = [
    *(("create", 0, how) for how in range(10)),
    *(("waive", which, 1) for which in range(10)),
    ("replace", 0, 3),
    ("replace", 1, 6),
    ("unwaive", 2, 1),
    ("delete", 3, 0),
]

anything = settings(max_examples=12, suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow])


async def differences(house: House) -> tuple[Difference, ...]:
    return await recount(house.office, house.principal.organisation_id)


async def run(house: House, steps: list[Step]) -> list[str]:
    """Does all of it, and returns the ids of what is left."""
    doer = Doer(house)
    for step in steps:
        await doer.do(step)
    return doer.alive


class TestAfterAnySequence:
    @anything
    @given(steps=STEPS, others=STEPS)
    async def test_the_counts_are_those_of_the_designs_that_are_left(
        self, house: House, steps: list[Step], others: list[Step]
    ) -> None:
        alive = await run(house, steps)
        await run(house.theirs, others)
        assert await differences(house) == ()
        assert await differences(house.theirs) == ()
        assert await counted(house) == await true_of(house, alive)
        for identity in alive:
            await house.ask(initiatives.delete, identity)

    async def test_nothing_is_left_when_everything_was_deleted(self, house: House) -> None:
        for identity in await run(house, SEQUENCE):
            await house.ask(initiatives.delete, identity)
        assert not any((await counted(house)).values())
        assert await differences(house) == ()

    async def test_nothing_is_left_of_a_deleted_organisation(self, house: House) -> None:
        await run(house, SEQUENCE)
        await run(house.theirs, SEQUENCE)
        ours = house.principal.organisation_id

        def delete(connection: Connection) -> None:
            organisations.delete_with_everything(connection, ours)

        await house.database.write(views.of(ours), delete)
        assert await house.database.read(views.of(ours), lambda connection: stored.designs(connection, ours)) == {}
        assert await differences(house.theirs) == ()


class TestAForgottenStep:
    """Each mutant leaves out one thing; the recount finds it, and mends it."""

    def forget_before(self, real: Callable[..., None]) -> Callable[..., None]:
        def moved(connection: Any, organisation: str, before: Any, after: Any, day: date) -> None:
            real(connection, organisation, None, after, day)

        return moved

    def forget_after(self, real: Callable[..., None]) -> Callable[..., None]:
        def moved(connection: Any, organisation: str, before: Any, after: Any, day: date) -> None:
            real(connection, organisation, before, None, day)

        return moved

    def forget_marks(self, real: Callable[..., None]) -> Callable[..., None]:
        def marked(connection: Any, key: Any, before: Any, waived: str, day: date) -> None:
            """Neither kept nor counted."""

        return marked

    @pytest.mark.parametrize(
        ("name", "mutant", "what"),
        [
            ("moved", "forget_before", {What.COUNTS, What.DAY}),
            ("moved", "forget_after", {What.COUNTS, What.DAY}),
            ("marked", "forget_marks", {What.WAIVERS}),
        ],
    )
    async def test_is_found_and_mended(
        self, house: House, monkeypatch: pytest.MonkeyPatch, name: str, mutant: str, what: set[What]
    ) -> None:
        with monkeypatch.context() as patched:
            patched.setattr(stored, name, getattr(self, mutant)(getattr(stored, name)))
            alive = await run(house, SEQUENCE)
        found = await differences(house)
        assert {one.what for one in found} == what
        assert set(await mend(house.office, house.principal.organisation_id)) >= set(found)
        assert await differences(house) == ()
        assert await counted(house) == await true_of(house, alive)
        assert await actions(house, MENDED) == 1

    async def test_mending_what_is_right_changes_nothing(self, house: House) -> None:
        await run(house, SEQUENCE)
        assert await mend(house.office, house.principal.organisation_id) == ()
        assert await actions(house, MENDED) == 0

    async def test_a_day_that_has_not_been_yet_is_found_and_mended(self, house: House) -> None:
        await run(house, SEQUENCE)
        ours, digest = house.principal.organisation_id, VERSION_1.digest
        today = datetime.now(UTC).date()

        def run_ahead(connection: Connection) -> None:
            tally = stored.hold(connection, ours, digest)
            stored.put(connection, ours, digest, tally, today + timedelta(days=400))

        await house.database.write(views.of(ours), run_ahead)
        assert await differences(house) == (Difference(What.DAY, digest, 1),)
        await mend(house.office, ours)
        days, _ = await house.ask(portfolio.days, "track-two@1", EVERY_DAY, None, 10)
        assert [each.day for each in days.items] == [today]
        assert await differences(house) == ()


async def actions(house: House, action: str) -> int:
    """How many entries of this action the trail has."""
    ours = house.principal.organisation_id

    def read(connection: Connection) -> int:
        rows = connection.execute(ENTRIES.select().where(ENTRIES.c.organisation_id == ours)).all()
        return sum(row.action == action for row in rows)

    return await house.database.read(views.of(ours), read)


class TestAtTheSameTime:
    async def test_writers_in_several_processes_neither_wait_for_ever_nor_miscount(self, house: House) -> None:
        chance = random.Random(7)
        shared = await run(house, SEQUENCE)

        async def work(other: House) -> None:
            doer = Doer(other, list(shared))
            for _ in range(12):
                step = (chance.choice(WORDS), chance.randrange(10), chance.randrange(10))
                try:
                    await doer.do(step)
                except (Stale, ValueError):  # somebody was faster
                    continue

        async with house.elsewhere(3) as others:
            await asyncio.gather(*(work(other) for other in others for _ in range(2)))
        assert await differences(house) == ()

    async def test_mending_while_others_write_miscounts_nothing(self, house: House) -> None:
        async def work() -> None:
            await run(house, SEQUENCE)

        async def mend_again_and_again() -> None:
            for _ in range(5):
                assert await mend(house.office, house.principal.organisation_id) == ()
                await asyncio.sleep(0.01)

        await asyncio.gather(work(), work(), mend_again_and_again())
        assert await differences(house) == ()


class TestWhatIsAnswered:
    async def test_every_design_of_the_organisation_is_counted_and_no_other_one(self, house: House) -> None:
        for each in (VAGUE, VAGUE, CLEAR, SILENT):
            await house.ask(initiatives.create, each)
        await house.theirs.ask(initiatives.create, CLEAR)
        told = await house.ask(portfolio.counts)
        assert (told.designs, told.elsewhere, told.checklist) == (4, 0, VERSION_1)
        purpose, funding = told.categories
        assert (purpose.clear, purpose.open, purpose.concerns) == (1, 1, 2)
        assert (funding.clear, funding.open, funding.concerns) == (0, 4, 0)
        stated = told.checks[0]
        assert (stated.met, stated.concern, stated.open, stated.not_applicable, stated.waived) == (1, 2, 1, 0, 0)

    async def test_a_waiver_is_counted_until_it_falls_and_again_when_it_stands_again(self, house: House) -> None:
        async def waived() -> int:
            told = await house.ask(portfolio.counts)
            purpose, funding = told.categories
            assert (purpose.waived, funding.waived) == (told.checks[0].waived, 0)
            return told.checks[0].waived

        identity = (await house.ask(initiatives.create, VAGUE)).initiative.id
        assert await waived() == 0
        await house.ask(waivers.put, identity, "purpose.stated", reason="Known to both")
        assert await waived() == 1
        await house.ask(designs.replace, identity, CLEAR)
        assert await waived() == 0
        await house.ask(designs.restore, identity, 1)
        assert await waived() == 1
        await house.ask(waivers.delete, identity, "purpose.stated")
        assert await waived() == 0

    async def test_what_an_older_version_judged_is_counted_there_until_it_changes(self, house: House) -> None:
        identity = (await house.using(OLDER).ask(initiatives.create, CLEAR)).initiative.id
        newer = house.using(NEWER)
        assert [each.designs for each in (await newer.ask(portfolio.counts), await house.ask(portfolio.counts))] == [
            0,
            1,
        ]
        assert (await newer.ask(portfolio.counts)).elsewhere == 1
        await newer.ask(designs.replace, identity, VAGUE)
        told = await newer.ask(portfolio.counts)
        assert (told.designs, told.elsewhere, told.checklist.version) == (1, 0, 2)

    async def test_a_checklist_without_designs_is_all_zeros(self, house: House) -> None:
        told = await house.ask(portfolio.counts)
        assert (told.designs, told.categories[0].clear, told.checks[1].open) == (0, 0, 0)

    async def test_days_come_oldest_first_a_page_at_a_time(self, house: House) -> None:
        ours, digest = house.principal.organisation_id, VERSION_1.digest
        await house.ask(initiatives.create, VAGUE)
        await house.ask(initiatives.create, VAGUE)
        judged = Judgement(digest, "coco")

        def earlier(connection: Connection) -> None:
            connection.execute(text("DELETE FROM portfolio_days"))
            for number in range(1, 8):
                tally = Tally()
                tally.add_all([judged] * number)
                stored.put(connection, ours, digest, tally, date(2026, 3, number))

        await house.database.write(views.of(ours), earlier)
        seen, cursor = [], None
        while True:
            days, cursor = await house.ask(portfolio.days, None, (date(2026, 3, 2), date(2026, 3, 6)), cursor, 2)
            seen += [(each.day.day, each.counted.designs) for each in days.items]
            if cursor is None:
                break
        assert seen == [(2, 2), (3, 3), (4, 4), (5, 5), (6, 6)]

    async def test_a_host_whose_midnight_comes_later_leaves_no_day_behind(self, house: House) -> None:
        ours, digest = house.principal.organisation_id, VERSION_1.digest
        await house.ask(initiatives.create, VAGUE)
        tomorrow = datetime.now(UTC).date() + timedelta(days=1)

        def ahead(connection: Connection) -> None:
            stored.put(connection, ours, digest, stored.hold(connection, ours, digest), tomorrow)

        await house.database.write(views.of(ours), ahead)
        await house.ask(initiatives.create, VAGUE)
        days, _ = await house.ask(portfolio.days, None, EVERY_DAY, None, 10)
        assert [each.counted.designs for each in days.items][-1] == 2

    async def test_pairs_are_looked_for_among_the_newest_designs_of_the_checklist(
        self, house: House, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        for catalogue in (OLDER, NEWER, NEWER):
            await house.using(catalogue).ask(initiatives.create, VAGUE)
        told = await house.using(NEWER).ask(portfolio.clusters, "track-two@2", 10)
        assert (told.designs, told.compared, told.items) == (2, 2, ())
        monkeypatch.setattr(portfolio, "MOST_COMPARED", 1)
        told = await house.using(NEWER).ask(portfolio.clusters, "track-two@2", 10)
        assert (told.designs, told.compared) == (2, 1)

    async def test_only_what_exists_can_be_asked_for(self, house: House) -> None:
        with pytest.raises(UnknownChecklist):
            await house.ask(portfolio.counts, "nobodys")
        with pytest.raises(BadInput):
            await house.ask(portfolio.days, None, (date(2026, 3, 2), date(2026, 3, 1)), None, 2)
        with pytest.raises(BadInput):
            await house.ask(portfolio.days, None, EVERY_DAY, "nonsense", 2)
