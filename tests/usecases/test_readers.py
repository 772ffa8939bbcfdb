"""Owners see who read their initiative and who changed it; nobody else does."""

import pytest

from app.domain.errors import BadInput, Forbidden, NotFound
from app.usecases import initiatives, readers, roles
from app.usecases.readers import Reader
from tests.usecases.builders import NOBODYS
from tests.usecases.house import House
from tests.usecases.sharing import EDITOR, REVIEWER, VIEWER, Shared, id_of, remove, shared


@pytest.fixture
async def river(house: House) -> Shared:
    return await shared(house)


def told(items: tuple[Reader, ...]) -> list[tuple[str | None, str, int]]:
    """Who did what how often, the last thing first."""
    return [(it.name, it.dealing.action, it.dealing.times) for it in items]


async def test_tells_who_did_what_how_often_and_when(river: Shared) -> None:
    ben = await river.join("Ben", VIEWER)
    for _ in range(3):
        await ben.ask(initiatives.get, river.id)
    found = (await river.anna.ask(readers.page, river.id, None)).items
    assert told(found) == [
        ("Ben", "test_initiative_read", 3),
        ("Anna", "test_roles_change", 1),
        ("Anna", "test_initiatives_create", 1),
    ]
    read = [it for it in await river.trail() if it.person == id_of(ben)]
    assert (found[0].dealing.first_at, found[0].dealing.last_at) == (read[-1].at, read[0].at)


async def test_tells_of_whoever_looked_who_read(river: Shared) -> None:
    await river.anna.ask(readers.page, river.id, None)
    found = (await river.anna.ask(readers.page, river.id, None)).items
    assert ("Anna", "test_readers_read", 1) in told(found)


async def test_does_not_tell_of_other_initiatives(river: Shared) -> None:
    other = await shared(river.anna)
    await river.anna.ask(initiatives.get, other.id)
    found = (await river.anna.ask(readers.page, river.id, None)).items
    assert told(found) == [("Anna", "test_initiatives_create", 1)]


async def test_somebody_who_left_is_told_of_without_a_name(river: Shared) -> None:
    ben = await river.join("Ben", VIEWER)
    await ben.ask(initiatives.get, river.id)
    await remove(river.anna, ben)
    found = (await river.anna.ask(readers.page, river.id, None)).items
    assert [it.name for it in found if it.dealing.person_id == id_of(ben)] == [None]


async def test_counts_a_long_trail_a_piece_at_a_time(river: Shared) -> None:
    for _ in range(4):
        await river.anna.ask(initiatives.get, river.id)
    first = await river.anna.ask(readers.page, river.id, None, 3)
    second = await river.anna.ask(readers.page, river.id, first.next, 3)
    assert told(first.items) == [("Anna", "test_initiative_read", 3)]
    assert told(second.items) == [("Anna", "test_initiative_read", 1), ("Anna", "test_initiatives_create", 1)]
    assert second.next is None


async def test_is_for_owners_only(river: Shared) -> None:
    for role in (EDITOR, REVIEWER, VIEWER):
        person = await river.join(f"A {role}", role)
        with pytest.raises(Forbidden):
            await person.ask(readers.page, river.id, None)
    for stranger in (await river.join("Mia"), river.anna.theirs):
        with pytest.raises(NotFound):
            await stranger.ask(readers.page, river.id, None)
    with pytest.raises(NotFound):
        await river.anna.ask(readers.page, NOBODYS, None)


async def test_one_who_gave_it_away_does_not_see_it_any_more(river: Shared) -> None:
    ben = await river.join("Ben")
    await river.anna.ask(roles.transfer, river.id, id_of(ben), VIEWER, ["*"])
    with pytest.raises(Forbidden):
        await river.anna.ask(readers.page, river.id, None)


@pytest.mark.parametrize("cursor", ["bm90aGluZw", "!", "cmVhZGVycyAw", "cmVhZGVycyA5OTk5OTk5OTk5OTk"])
async def test_a_cursor_that_it_did_not_give_is_refused(river: Shared, cursor: str) -> None:
    with pytest.raises(BadInput):
        await river.anna.ask(readers.page, river.id, cursor)
