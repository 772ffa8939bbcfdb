"""A role past the owners takes two admins, and no owner is left in the dark."""

import asyncio
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from uuid import uuid4

import pytest
from sqlalchemy import text

from app.domain.access import InitiativeRole
from app.domain.errors import BadInput, Conflict, Damaged, Forbidden, Gone, NotFound, RetryMismatch
from app.storage import break_glass as stored
from app.storage.break_glass import BreakGlassRequest, State
from app.storage.database import Connection
from app.storage.views import of
from app.usecases import break_glass, initiatives, notices, roles
from app.usecases.break_glass import OPEN_FOR, BreakGlass, Wish
from app.usecases.notices import Told
from tests.usecases.builders import NOBODYS
from tests.usecases.house import House
from tests.usecases.sharing import (
    ADMIN,
    EDITOR,
    MEMBER,
    OWNER,
    VIEWER,
    Shared,
    change_rank,
    id_of,
    remove,
    roles_on,
    shared,
)

REASON = "Its only owner is ill, and the meeting is on Thursday."


class Scene:
    """Olga owns an initiative; Anna and Ben are admins without a role on it; Carl is a member.

    Anna founded the organisation.
    """

    def __init__(self, anna: House, olga: House, ben: House, carl: House, initiative: str) -> None:
        self.anna, self.olga, self.ben, self.carl, self.initiative = anna, olga, ben, carl, initiative
        self.organisation = anna.principal.organisation_id

    @classmethod
    async def set(cls, house: House) -> "Scene":
        river = await shared(house)
        olga, ben, carl = await river.join("Olga", OWNER), await river.join("Ben", rank=ADMIN), await river.join("Carl")
        await house.ask(roles.leave, river.id)
        return cls(house, olga, ben, carl, river.id)

    def wish(self, role: InitiativeRole = OWNER, person: House | None = None) -> Wish:
        return Wish(self.initiative, id_of(person or self.carl), role, REASON)

    async def ask(self, role: InitiativeRole = OWNER, person: House | None = None) -> BreakGlass:
        """What Anna asks for: that Carl, or somebody else, gets a role."""
        return await self.anna.ask(break_glass.ask, self.organisation, self.wish(role, person))

    async def decide(self, admin: House, asked: BreakGlass, decision: State = State.APPROVED) -> BreakGlass:
        return await admin.ask(break_glass.decide, self.organisation, asked.request.id, decision)

    async def roles(self) -> dict[str, str]:
        return await roles_on(self.anna, self.initiative)

    async def told(self, person: House) -> list[tuple[str, str | None]]:
        """The notices of a person with the state of what they are about."""
        page = await person.ask(notices.page, None, 50)
        return [(it.notice.kind, None if it.about is None else it.about.state) for it in page.items]

    async def asked_before(self, age: timedelta) -> str:
        """A request that Anna made so long ago."""
        key = await self.anna.office.vault.organisation(self.organisation)
        moment = datetime.now(UTC) - age
        old = BreakGlassRequest(
            id=str(uuid4()),
            initiative_id=self.initiative,
            person_id=id_of(self.carl),
            role=OWNER,
            state=State.PENDING,
            reason=REASON,
            requested_by=id_of(self.anna),
            requested_at=moment,
            expires_at=moment + OPEN_FOR,
        )

        def write(connection: Connection) -> None:
            stored.add(connection, key, old)

        await self.anna.database.write(of(self.organisation), write)
        return old.id


@pytest.fixture
async def scene(house: House) -> Scene:
    return await Scene.set(house)


class TestAsking:
    async def test_gives_nothing_yet_and_tells_every_owner_at_once(self, scene: Scene) -> None:
        await scene.olga.ask(roles.put, scene.initiative, id_of(scene.carl), OWNER, ["*"])
        asked = await scene.ask(VIEWER, scene.anna)
        assert (asked.state, asked.request.reason) == ("pending", REASON)
        assert asked.request.expires_at - asked.request.requested_at == timedelta(hours=72)
        assert await scene.roles() == {"Olga": "owner", "Carl": "owner"}
        for owner in (scene.olga, scene.carl):
            assert await scene.told(owner) == [("break_glass_requested", "pending")]
        assert await scene.told(scene.ben) == []

    async def test_is_for_admins_only(self, scene: Scene) -> None:
        for person in (scene.carl, scene.olga):
            with pytest.raises(Forbidden):
                await person.ask(break_glass.ask, scene.organisation, scene.wish())

    async def test_in_another_organisation_is_not_found(self, scene: Scene) -> None:
        for nowhere in (scene.anna.theirs.principal.organisation_id, NOBODYS, "not-an-id"):
            with pytest.raises(NotFound):
                await scene.anna.ask(break_glass.ask, nowhere, scene.wish())

    async def test_for_an_initiative_that_is_not_there_is_not_found(self, scene: Scene) -> None:
        theirs = await shared(scene.anna.theirs)
        for nothing in (NOBODYS, theirs.id, "not-an-id"):
            with pytest.raises(NotFound):
                await scene.anna.ask(break_glass.ask, scene.organisation, replace(scene.wish(), initiative_id=nothing))

    async def test_for_somebody_of_no_or_another_organisation_says_where(self, scene: Scene) -> None:
        for nobody in (NOBODYS, id_of(scene.anna.theirs)):
            with pytest.raises(BadInput) as refused:
                await scene.anna.ask(break_glass.ask, scene.organisation, replace(scene.wish(), person_id=nobody))
            assert [fault.pointer for fault in refused.value.faults] == ["/person_id"]

    async def test_needs_a_second_admin_who_gets_nothing_by_it(self, scene: Scene) -> None:
        with pytest.raises(Conflict, match="second admin"):
            await scene.ask(person=scene.ben)
        await change_rank(scene.anna, scene.ben, MEMBER)
        with pytest.raises(Conflict, match="second admin"):
            await scene.ask()
        assert await scene.told(scene.olga) == []

    async def test_twice_for_the_same_person_is_too_much_while_one_waits(self, scene: Scene) -> None:
        first = await scene.ask()
        with pytest.raises(Conflict, match="pending"):
            await scene.ask(VIEWER)
        await scene.decide(scene.ben, first, State.REFUSED)
        assert (await scene.ask()).state == "pending"

    async def test_twice_at_the_same_moment_is_once(self, scene: Scene) -> None:
        answers = await asyncio.gather(*(scene.ask() for _ in range(4)), return_exceptions=True)
        assert sorted(type(it).__name__ for it in answers) == ["BreakGlass", "Conflict", "Conflict", "Conflict"]
        assert await scene.told(scene.olga) == [("break_glass_requested", "pending")]

    async def test_does_not_tell_whether_the_person_has_a_role_already(self, scene: Scene) -> None:
        member, owner = await scene.ask(VIEWER), await scene.ask(VIEWER, scene.olga)
        assert member.state == owner.state == "pending"

    async def test_with_an_idempotency_key_is_done_once_and_answered_alike(self, scene: Scene) -> None:
        retry = scene.anna.retry("a key", b"the request")
        first = await scene.anna.ask(break_glass.ask, scene.organisation, scene.wish(), retry)
        await scene.decide(scene.ben, first)
        again = await scene.anna.ask(break_glass.ask, scene.organisation, scene.wish(), retry)
        assert again == replace(first, replayed=True)
        assert len(await scene.told(scene.olga)) == 2
        other = scene.anna.retry("a key", b"another request")
        with pytest.raises(RetryMismatch):
            await scene.anna.ask(break_glass.ask, scene.organisation, scene.wish(), other)

    async def test_again_with_the_same_key_for_a_deleted_initiative_is_gone(self, scene: Scene) -> None:
        retry = scene.anna.retry("a key", b"the request")
        await scene.anna.ask(break_glass.ask, scene.organisation, scene.wish(), retry)
        await scene.olga.ask(initiatives.delete, scene.initiative)
        with pytest.raises(Gone):
            await scene.anna.ask(break_glass.ask, scene.organisation, scene.wish(), retry)


class TestDeciding:
    async def test_an_approval_gives_the_role_and_tells_the_owners_of_before(self, scene: Scene) -> None:
        decided = await scene.decide(scene.ben, await scene.ask())
        assert (decided.state, decided.request.decided_by) == ("approved", id_of(scene.ben))
        assert await scene.roles() == {"Olga": "owner", "Carl": "owner"}
        assert await scene.told(scene.olga) == [
            ("break_glass_approved", "approved"),
            ("break_glass_requested", "approved"),
        ]
        assert (await scene.carl.ask(initiatives.get, scene.initiative)).initiative.id == scene.initiative

    async def test_a_refusal_gives_nothing_and_tells_the_owners(self, scene: Scene) -> None:
        assert (await scene.decide(scene.ben, await scene.ask(), State.REFUSED)).state == "refused"
        assert await scene.roles() == {"Olga": "owner"}
        assert [kind for kind, _ in await scene.told(scene.olga)] == ["break_glass_refused", "break_glass_requested"]

    @pytest.mark.parametrize("decision", [State.APPROVED, State.REFUSED])
    async def test_is_not_for_whoever_asked(self, scene: Scene, decision: State) -> None:
        asked = await scene.ask()
        with pytest.raises(Forbidden):
            await scene.decide(scene.anna, asked, decision)

    async def test_is_not_for_whoever_would_get_the_role(self, scene: Scene) -> None:
        asked = await scene.ask()
        await change_rank(scene.anna, scene.carl, ADMIN)
        with pytest.raises(Forbidden):
            await scene.decide(scene.carl, asked)
        assert await scene.roles() == {"Olga": "owner"}

    async def test_is_not_for_members_nor_for_owners(self, scene: Scene) -> None:
        asked = await scene.ask()
        for person in (scene.carl, scene.olga):
            with pytest.raises(Forbidden):
                await scene.decide(person, asked)

    async def test_a_request_of_another_organisation_is_not_found(self, scene: Scene) -> None:
        asked, theirs = await scene.ask(), scene.anna.theirs
        for organisation in (scene.organisation, theirs.principal.organisation_id):
            with pytest.raises(NotFound):
                await theirs.ask(break_glass.decide, organisation, asked.request.id, State.APPROVED)
            with pytest.raises(NotFound):
                await theirs.ask(break_glass.get, organisation, asked.request.id)

    async def test_the_same_again_changes_nothing_and_another_decision_is_refused(self, scene: Scene) -> None:
        asked = await scene.ask()
        first = await scene.decide(scene.ben, asked)
        assert await scene.decide(scene.ben, asked) == first
        assert len(await scene.told(scene.olga)) == 2
        with pytest.raises(Conflict):
            await scene.decide(scene.ben, asked, State.REFUSED)

    async def test_is_done_once_when_two_admins_decide_at_the_same_moment(self, scene: Scene) -> None:
        dora = await Shared(scene.olga, scene.initiative).join("Dora", rank=ADMIN)
        for _ in range(6):
            asked = await scene.ask(EDITOR)
            deciding = (scene.decide(scene.ben, asked), scene.decide(dora, asked, State.REFUSED))
            answers = await asyncio.gather(*deciding, return_exceptions=True)
            assert sorted(type(it).__name__ for it in answers) == ["BreakGlass", "Conflict"]
        kinds = [kind for kind, _ in await scene.told(scene.olga)]
        assert len(kinds) == 12

    async def test_is_too_late_after_72_hours(self, scene: Scene) -> None:
        ended = await scene.asked_before(timedelta(hours=72))
        in_time = await scene.asked_before(timedelta(hours=71, minutes=59))
        with pytest.raises(Conflict, match="ended"):
            await scene.ben.ask(break_glass.decide, scene.organisation, ended, State.APPROVED)
        assert await scene.roles() == {"Olga": "owner"}
        shown = await scene.ben.ask(break_glass.get, scene.organisation, ended)
        assert shown.state == "expired"
        approved = await scene.ben.ask(break_glass.decide, scene.organisation, in_time, State.APPROVED)
        assert approved.state == "approved"

    async def test_one_that_has_ended_stands_in_the_way_of_no_new_one(self, scene: Scene) -> None:
        await scene.asked_before(timedelta(hours=73))
        assert (await scene.ask()).state == "pending"

    async def test_cannot_approve_what_somebody_asked_who_is_no_admin_any_more(self, scene: Scene) -> None:
        dora = await Shared(scene.olga, scene.initiative).join("Dora", rank=ADMIN)
        asked = await scene.ask()
        await change_rank(scene.ben, scene.anna, MEMBER)
        with pytest.raises(Conflict, match="not an admin"):
            await scene.decide(dora, asked)
        assert (await scene.decide(dora, asked, State.REFUSED)).state == "refused"

    @pytest.mark.parametrize(("has", "asked", "then"), [(OWNER, VIEWER, "owner"), (VIEWER, EDITOR, "editor")])
    async def test_an_approval_never_lowers_anybody(
        self, scene: Scene, has: InitiativeRole, asked: InitiativeRole, then: str
    ) -> None:
        await scene.olga.ask(roles.put, scene.initiative, id_of(scene.carl), has, ["*"])
        await scene.decide(scene.ben, await scene.ask(asked))
        assert (await scene.roles())["Carl"] == then

    async def test_a_request_goes_with_its_person_and_with_its_initiative(self, scene: Scene) -> None:
        asked = await scene.ask()
        await remove(scene.anna, scene.carl)
        with pytest.raises(NotFound):
            await scene.decide(scene.ben, asked)
        other = await scene.ask(person=scene.anna)
        await scene.olga.ask(initiatives.delete, scene.initiative)
        with pytest.raises(NotFound):
            await scene.decide(scene.ben, other)

    async def test_leaves_entries_that_owners_find_under_their_initiative(self, scene: Scene) -> None:
        asked = await scene.ask()
        await scene.decide(scene.ben, asked)
        decided, requested, *_ = await Shared(scene.anna, scene.initiative).trail()
        assert (requested.person, requested.detail) == (id_of(scene.anna), f"owner {id_of(scene.carl)}")
        assert (decided.person, decided.detail) == (
            id_of(scene.ben),
            f"approved {asked.request.id} owner {id_of(scene.carl)}",
        )


class TestReading:
    async def test_is_for_admins_newest_first_page_by_page(self, scene: Scene) -> None:
        made = [(await scene.ask(person=it)).request.id for it in (scene.carl, scene.olga, scene.anna)]
        first = await scene.ben.ask(break_glass.page, scene.organisation, None, 2)
        second = await scene.ben.ask(break_glass.page, scene.organisation, first.next, 2)
        assert [it.request.id for it in (*first.items, *second.items)] == made[::-1]
        assert second.next is None
        with pytest.raises(Forbidden):
            await scene.olga.ask(break_glass.page, scene.organisation, None, 2)
        with pytest.raises(BadInput):
            await scene.ben.ask(break_glass.page, scene.organisation, "bm90aGluZw", 2)

    async def test_shows_the_reason_and_the_names_to_admins_and_owners(self, scene: Scene) -> None:
        asked = await scene.ask()
        shown = await scene.ben.ask(break_glass.get, scene.organisation, asked.request.id)
        about = (await scene.olga.ask(notices.page, None, 5)).items[0].about
        assert about == shown == asked
        assert shown.names == {id_of(scene.anna): "Anna", id_of(scene.carl): "Carl"}

    async def test_a_reason_moved_to_another_request_does_not_open(self, scene: Scene) -> None:
        one, other = await scene.ask(), await scene.ask(person=scene.olga)
        given = {"one": one.request.id, "other": other.request.id}
        swap = """UPDATE break_glass_requests SET reason =
            (SELECT reason FROM break_glass_requests WHERE id = :one) WHERE id = :other"""

        def write(connection: Connection) -> None:
            connection.execute(text(swap), given)

        await scene.anna.database.write(of(scene.organisation), write)
        with pytest.raises(Damaged):
            await scene.ben.ask(break_glass.get, scene.organisation, other.request.id)


class TestNotices:
    async def test_come_unread_first_and_then_newest_first(self, scene: Scene) -> None:
        for person in (scene.carl, scene.anna):
            await scene.ask(person=person)
        newest, oldest = (await scene.olga.ask(notices.page, None, 5)).items
        await scene.olga.ask(notices.mark_read, newest.notice.id)
        await scene.ask(person=scene.olga)
        pages: list[Told] = []
        cursor = None
        for _ in range(3):
            page = await scene.olga.ask(notices.page, cursor, 1)
            pages += page.items
            cursor = page.next
        assert cursor is None
        assert [it.notice.id for it in pages][1:] == [oldest.notice.id, newest.notice.id]
        assert [it.notice.read_at is None for it in pages] == [True, True, False]

    async def test_are_marked_once_and_by_their_own_person_only(self, scene: Scene) -> None:
        await scene.ask()
        notice = (await scene.olga.ask(notices.page, None, 5)).items[0].notice
        for other in (scene.anna, scene.carl, scene.anna.theirs):
            with pytest.raises(NotFound):
                await other.ask(notices.mark_read, notice.id)
        for nothing in (NOBODYS, "not-an-id"):
            with pytest.raises(NotFound):
                await scene.olga.ask(notices.mark_read, nothing)
        moments = []
        for _ in range(2):
            await scene.olga.ask(notices.mark_read, notice.id)
            moments.append((await scene.olga.ask(notices.page, None, 5)).items[0].notice.read_at)
        assert moments[0] == moments[1] is not None

    async def test_stay_with_a_former_owner_but_show_no_more_than_that_it_happened(self, scene: Scene) -> None:
        await scene.decide(scene.ben, await scene.ask())
        await scene.carl.ask(roles.remove, scene.initiative, id_of(scene.olga), ["*"])
        assert await scene.told(scene.olga) == [("break_glass_approved", None), ("break_glass_requested", None)]

    async def test_outlive_their_initiative(self, scene: Scene) -> None:
        await scene.ask()
        await scene.olga.ask(initiatives.delete, scene.initiative)
        assert await scene.told(scene.olga) == [("break_glass_requested", None)]

    @pytest.mark.parametrize("cursor", ["bm90aGluZw", "!", "bm90aWNlcyAxIDIgMw", ""])
    async def test_know_their_own_cursors_only(self, scene: Scene, cursor: str) -> None:
        with pytest.raises(BadInput):
            await scene.olga.ask(notices.page, cursor, 5)
