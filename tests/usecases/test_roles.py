"""An initiative is shared by its owners alone, and is never without one, whoever leaves at the same moment."""

import asyncio
from collections.abc import Sequence
from datetime import UTC, datetime
from pathlib import Path

import pytest

from app.domain.access import InitiativeRole
from app.domain.errors import BadInput, Conflict, Forbidden, GoodOfficesError, NotFound, Stale
from app.storage import grants
from app.usecases import initiatives, roles
from app.usecases.conditions import WHATEVER
from app.usecases.roles import Roles
from tests.engines import PostgresqlServer
from tests.usecases.builders import CLEAR, NOBODYS
from tests.usecases.house import House, open_house
from tests.usecases.sharing import (
    EDITOR,
    OWNER,
    REVIEWER,
    VIEWER,
    Shared,
    another,
    id_of,
    roles_on,
    shared,
)

ANY = (WHATEVER,)
TIMES = 12  # how often two people try at the same moment


@pytest.fixture
async def river(house: House) -> Shared:
    """An initiative of Anna's."""
    return await shared(house)


def outcomes(answers: Sequence[object]) -> list[str]:
    """What became of things done at the same moment: who succeeded is not told, how many is."""
    unexpected = [it for it in answers if isinstance(it, Exception) and not isinstance(it, GoodOfficesError)]
    assert unexpected == []
    return sorted(type(it).__name__ if isinstance(it, Exception) else "done" for it in answers)


class TestReading:
    async def test_tells_who_has_which_role_and_who_gave_it(self, river: Shared) -> None:
        ben = await river.join("Ben", REVIEWER)
        found = (await ben.ask(roles.listed, river.id)).items
        assert [(it.name, it.role, it.given_by) for it in found] == [
            ("Anna", OWNER, id_of(river.anna)),
            ("Ben", REVIEWER, id_of(river.anna)),
        ]

    async def test_is_not_for_viewers_and_nothing_to_anybody_else(self, river: Shared) -> None:
        with pytest.raises(Forbidden):
            await (await river.join("Vera", VIEWER)).ask(roles.listed, river.id)
        for stranger in (await river.join("Mia"), river.anna.theirs):
            with pytest.raises(NotFound):
                await stranger.ask(roles.listed, river.id)

    async def test_gives_another_tag_to_each_state_and_the_same_to_the_same(self, river: Shared) -> None:
        before = (await river.anna.ask(roles.listed, river.id)).tag
        await river.join("Ben", VIEWER)
        after = [(await river.anna.ask(roles.listed, river.id)).tag for _ in range(2)]
        assert after[0] == after[1] != before


class TestGiving:
    async def test_puts_a_role_in_the_place_of_another_at_once(self, river: Shared) -> None:
        ben = await river.join("Ben", VIEWER)
        await river.anna.ask(roles.put, river.id, id_of(ben), EDITOR, ANY)
        assert await river.roles() == {"Anna": "owner", "Ben": "editor"}
        await ben.ask(roles.listed, river.id)

    async def test_the_same_role_again_keeps_who_gave_it_and_when(self, river: Shared) -> None:
        ben = await river.join("Ben", OWNER)
        before = await river.anna.ask(roles.listed, river.id)
        assert await ben.ask(roles.put, river.id, id_of(ben), OWNER, [before.tag]) == before

    async def test_shows_the_initiative_in_their_list_where_its_last_change_puts_it(self, river: Shared) -> None:
        newer = await shared(river.anna)
        ben = await river.join("Ben", VIEWER)
        await newer.anna.ask(roles.put, newer.id, id_of(ben), VIEWER, ANY)
        await river.anna.ask(roles.put, river.id, id_of(ben), EDITOR, ANY)
        page = await ben.ask(initiatives.page, limit=1)
        following = await ben.ask(initiatives.page, cursor=page.next)
        assert [it.id for it in (*page.items, *following.items)] == [newer.id, river.id]

    async def test_is_for_owners_only(self, river: Shared) -> None:
        for role in (EDITOR, REVIEWER, VIEWER):
            person = await river.join(f"A {role}", role)
            with pytest.raises(Forbidden):
                await person.ask(roles.put, river.id, id_of(person), OWNER, ANY)

    async def test_an_admin_without_a_role_finds_nothing_to_share(self, house: House) -> None:
        ben = await another(house, "Ben")
        theirs = (await ben.ask(initiatives.create, CLEAR)).initiative.id
        with pytest.raises(NotFound):
            await house.ask(roles.put, theirs, id_of(house), OWNER, ANY)
        assert await roles_on(ben, theirs) == {"Ben": "owner"}

    @pytest.mark.parametrize("nobody", [NOBODYS, "not-an-id", NOBODYS.upper()])
    async def test_somebody_who_is_not_there_is_not_found(self, river: Shared, nobody: str) -> None:
        with pytest.raises(NotFound):
            await river.anna.ask(roles.put, river.id, nobody, VIEWER, ANY)

    async def test_somebody_of_another_organisation_is_not_found(self, river: Shared) -> None:
        with pytest.raises(NotFound):
            await river.anna.ask(roles.put, river.id, id_of(river.anna.theirs), VIEWER, ANY)
        assert await river.roles() == {"Anna": "owner"}

    async def test_what_was_changed_meanwhile_is_not_changed(self, river: Shared) -> None:
        ben, carl = await river.join("Ben"), await river.join("Carl")
        read = await river.anna.ask(roles.listed, river.id)
        await river.anna.ask(roles.put, river.id, id_of(ben), VIEWER, [read.tag])
        with pytest.raises(Stale) as stale:
            await river.anna.ask(roles.put, river.id, id_of(carl), VIEWER, [read.tag])
        assert stale.value.current == (await river.anna.ask(roles.listed, river.id)).tag
        assert await river.roles() == {"Anna": "owner", "Ben": "viewer"}

    async def test_leaves_an_entry_with_the_role_and_the_person(self, river: Shared) -> None:
        ben = await river.join("Ben", VIEWER)
        entry = (await river.trail())[0]
        assert (entry.person, entry.subject, entry.detail) == (
            id_of(river.anna),
            river.id,
            f"viewer {id_of(ben)}",
        )


class TestTakingAway:
    async def test_holds_from_the_next_request_on(self, river: Shared) -> None:
        ben = await river.join("Ben", EDITOR)
        await river.anna.ask(roles.remove, river.id, id_of(ben), ANY)
        with pytest.raises(NotFound):
            await ben.ask(initiatives.get, river.id)
        assert (await ben.ask(initiatives.page)).items == ()

    async def test_somebody_without_a_role_is_not_found(self, river: Shared) -> None:
        ben = await river.join("Ben")
        for nobody in (id_of(ben), NOBODYS, "not-an-id"):
            with pytest.raises(NotFound):
                await river.anna.ask(roles.remove, river.id, nobody, ANY)

    async def test_one_owner_may_take_another_ones_role(self, river: Shared) -> None:
        ben = await river.join("Ben", OWNER)
        await ben.ask(roles.remove, river.id, id_of(river.anna), ANY)
        assert await roles_on(ben, river.id) == {"Ben": "owner"}


class TestLeaving:
    @pytest.mark.parametrize("role", [EDITOR, REVIEWER, VIEWER, OWNER])
    async def test_anybody_may_leave_an_owner_behind(self, river: Shared, role: InitiativeRole) -> None:
        ben = await river.join("Ben", role)
        await ben.ask(roles.leave, river.id)
        assert await river.roles() == {"Anna": "owner"}
        with pytest.raises(NotFound):
            await ben.ask(roles.leave, river.id)

    async def test_the_last_owner_can_neither_leave_nor_be_removed_nor_be_lowered(self, river: Shared) -> None:
        await river.join("Ben", EDITOR)
        anna = id_of(river.anna)
        with pytest.raises(Conflict):
            await river.anna.ask(roles.leave, river.id)
        with pytest.raises(Conflict):
            await river.anna.ask(roles.remove, river.id, anna, ANY)
        with pytest.raises(Conflict):
            await river.anna.ask(roles.put, river.id, anna, EDITOR, ANY)
        assert await river.roles() == {"Anna": "owner", "Ben": "editor"}


class TestHandingOver:
    @pytest.mark.parametrize(("keep", "left"), [(None, {}), (VIEWER, {"Anna": "viewer"})])
    async def test_makes_somebody_else_the_owner_in_one_step(
        self, river: Shared, keep: InitiativeRole | None, left: dict[str, str]
    ) -> None:
        ben = await river.join("Ben", VIEWER)
        await river.anna.ask(roles.transfer, river.id, id_of(ben), keep, ANY)
        assert await roles_on(ben, river.id) == {"Ben": "owner", **left}
        with pytest.raises(NotFound if keep is None else Forbidden):
            await river.anna.ask(roles.put, river.id, id_of(river.anna), OWNER, ANY)

    async def test_goes_to_somebody_else_of_the_organisation(self, river: Shared) -> None:
        for to in (id_of(river.anna), NOBODYS, id_of(river.anna.theirs)):
            with pytest.raises(BadInput) as refused:
                await river.anna.ask(roles.transfer, river.id, to, None, ANY)
            assert [fault.pointer for fault in refused.value.faults] == ["/to"]
        assert await river.roles() == {"Anna": "owner"}

    async def test_is_for_owners_who_know_the_present_state(self, river: Shared) -> None:
        ben = await river.join("Ben", EDITOR)
        with pytest.raises(Forbidden):
            await ben.ask(roles.transfer, river.id, id_of(ben), None, ANY)
        with pytest.raises(Stale):
            await river.anna.ask(roles.transfer, river.id, id_of(ben), None, ["an old tag"])


class TestAtTheSameMoment:
    """Two people change the same roles; whoever comes second sees what the first one did."""

    async def owned_by_two(self, house: House) -> tuple[Shared, House]:
        river = await shared(house)
        return river, await river.join("Ben", OWNER)

    async def test_two_owners_leave_and_one_stays(self, house: House) -> None:
        for _ in range(TIMES):
            river, ben = await self.owned_by_two(house)
            leaving = (river.anna.ask(roles.leave, river.id), ben.ask(roles.leave, river.id))
            assert outcomes(await asyncio.gather(*leaving, return_exceptions=True)) == ["Conflict", "done"]
            assert list((await river.roles()).values()) == ["owner"]

    async def test_two_owners_remove_each_other_and_one_stays(self, house: House) -> None:
        for _ in range(TIMES):
            river, ben = await self.owned_by_two(house)
            removing = (
                river.anna.ask(roles.remove, river.id, id_of(ben), ANY),
                ben.ask(roles.remove, river.id, id_of(river.anna), ANY),
            )
            assert outcomes(await asyncio.gather(*removing, return_exceptions=True)) == ["NotFound", "done"]
            assert list((await river.roles()).values()) == ["owner"]

    async def test_two_owners_lower_each_other_and_one_stays(self, house: House) -> None:
        for _ in range(TIMES):
            river, ben = await self.owned_by_two(house)
            lowering = (
                river.anna.ask(roles.put, river.id, id_of(ben), VIEWER, ANY),
                ben.ask(roles.put, river.id, id_of(river.anna), VIEWER, ANY),
            )
            assert outcomes(await asyncio.gather(*lowering, return_exceptions=True)) == ["Forbidden", "done"]
            assert sorted((await river.roles()).values()) == ["owner", "viewer"]

    async def test_an_initiative_is_handed_over_once(self, house: House) -> None:
        for _ in range(TIMES):
            river = await shared(house)
            ben, carl = await river.join("Ben"), await river.join("Carl")
            handing = (river.anna.ask(roles.transfer, river.id, id_of(to), None, ANY) for to in (ben, carl))
            assert outcomes(await asyncio.gather(*handing, return_exceptions=True)) == ["NotFound", "done"]
            assert list((await river.roles()).values()) == ["owner"]

    async def test_nobodys_change_is_lost_when_both_know_the_same_state(self, river: Shared) -> None:
        people = [await river.join(name) for name in ("Ben", "Carl", "Dora", "Emil")]
        tag = (await river.anna.ask(roles.listed, river.id)).tag

        async def give(person: House) -> Roles:
            return await river.anna.ask(roles.put, river.id, id_of(person), VIEWER, [tag])

        answers = await asyncio.gather(*map(give, people), return_exceptions=True)
        assert outcomes(answers) == ["Stale", "Stale", "Stale", "done"]
        assert len(await river.roles()) == 2


async def test_the_race_is_lost_where_nobody_holds_the_initiative(
    postgresql_server: PostgresqlServer, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Sees to it that the tests above notice it: without the hold, both owners leave before long."""
    monkeypatch.setattr(grants, "hold", lambda *_: datetime.now(UTC))
    left: list[dict[str, str]] = []
    with postgresql_server.database(tmp_path) as addresses, postgresql_server.empty(tmp_path) as keys:
        async with open_house(addresses.application, keys) as house:
            while {} not in left and len(left) < 5 * TIMES:
                river = await shared(house)
                ben = await river.join("Ben", OWNER)
                leaving = (river.anna.ask(roles.leave, river.id), ben.ask(roles.leave, river.id))
                await asyncio.gather(*leaving, return_exceptions=True)
                left.append(await river.roles())
    assert {} in left
