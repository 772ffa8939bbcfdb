"""Pages of a long list: complete, in order, and never more work than promised."""

from dataclasses import asdict
from functools import partial

import pytest
from sqlalchemy import Connection, insert, select, text

from app.domain.revision import Initiative
from app.storage import views
from app.storage.database import Database
from app.storage.grants import GRANTS
from app.storage.initiatives import INITIATIVES, TITLE
from app.storage.pages import MOST_EXAMINED, Cursor, Direction, Letter, Page, Selection, page
from app.storage.people import PEOPLE
from tests.storage.builders import CHECKLIST, NOON, OURS, THEIRS, key_of, numbered, store
from tests.storage.plans import noted

MORE = MOST_EXAMINED * 6 // 5  # than one page looks at
ANNA, BRUNO = "7a000000-0000-4000-8000-000000000001", "7a000000-0000-4000-8000-000000000002"
EVERYTHING = Selection()
WITH_CONCERNS = Selection(letters=((Letter(CHECKLIST.digest, 0, "c"),),))


def sealed(initiative: Initiative, organisation_id: str) -> dict[str, object]:
    key = key_of(initiative.id, organisation_id)
    title = key.seal_text(TITLE, initiative.revision, initiative.title)
    return asdict(initiative) | {"organisation_id": organisation_id, "title": title}


def granted(initiative: Initiative, organisation_id: str, person_id: str) -> dict[str, object]:
    return {
        "organisation_id": organisation_id,
        "initiative_id": initiative.id,
        "person_id": person_id,
        "role": "viewer",
        "given_by": person_id,
        "given_at": NOON,
        "changed_at": initiative.updated_at,
    }


async def add(
    database: Database, *added: Initiative, organisation_id: str = OURS, readers: tuple[str, ...] = (ANNA,)
) -> None:
    """Stores initiatives without revisions, in one write, for these to read."""

    roles = [granted(initiative, organisation_id, reader) for initiative in added for reader in readers]

    def work(connection: Connection) -> None:
        connection.execute(insert(INITIATIVES), [sealed(initiative, organisation_id) for initiative in added])
        if roles:
            connection.execute(insert(GRANTS), roles)

    await prepare(database, organisation_id)
    await database.write(views.of(organisation_id), work)


async def prepare(database: Database, organisation_id: str = OURS) -> None:
    """An organisation with two people, unless they are there."""

    def work(connection: Connection) -> None:
        if connection.scalar(select(PEOPLE.c.id).where(PEOPLE.c.organisation_id == organisation_id).limit(1)) is None:
            common = {"organisation_id": organisation_id, "name": b"", "role": "member", "version": 0}
            connection.execute(insert(PEOPLE), [{"id": id_, "created_at": NOON, **common} for id_ in (ANNA, BRUNO)])

    await store(database, organisation_id=organisation_id)
    await database.write(views.of(organisation_id), work)


async def read(
    database: Database,
    selection: Selection = EVERYTHING,
    cursor: str | None = None,
    limit: int = 10,
    reader: str = ANNA,
) -> Page[Initiative]:
    place = None if cursor is None else Cursor.read(cursor)
    look = partial(page, organisation_id=OURS, person_id=reader, selection=selection, cursor=place, limit=limit)
    found = await database.read(views.of(OURS), look)
    return Page(tuple(item.opened(key_of(item.id)) for item in found.items), found.next, found.previous)


async def walk(database: Database, selection: Selection, limit: int, reader: str = ANNA) -> list[list[Initiative]]:
    """Every page from the first to the last."""
    pages = [await read(database, selection, limit=limit, reader=reader)]
    while pages[-1].next is not None:
        pages.append(await read(database, selection, pages[-1].next, limit, reader))
    return [list(each.items) for each in pages]


async def test_a_list_without_anything_is_one_empty_page(database: Database) -> None:
    await prepare(database)
    assert await read(database) == Page((), None, None)


async def test_initiatives_that_changed_in_the_same_moment_are_each_listed_once(database: Database) -> None:
    same_moment = [numbered(number, updated_at=NOON) for number in range(1, 24)]
    await add(database, *same_moment)
    pages = await walk(database, EVERYTHING, limit=5)
    assert [len(each) for each in pages] == [5, 5, 5, 5, 3]
    assert {one.id for each in pages for one in each} == {one.id for one in same_moment}


async def test_a_page_that_ends_exactly_at_the_end_has_no_next(database: Database) -> None:
    await add(database, *map(numbered, range(1, 11)))
    assert (await read(database, limit=10)).next is None


async def test_other_organisations_are_never_on_a_page(database: Database) -> None:
    await add(database, *map(numbered, range(1, 11)))
    await add(database, *map(numbered, range(11, 21)), organisation_id=THEIRS)
    pages = await walk(database, EVERYTHING, limit=4)
    assert [int(one.id[-2:], 16) for each in pages for one in each] == list(range(10, 0, -1))


async def test_only_those_on_which_the_person_has_a_role_are_on_a_page(database: Database) -> None:
    await add(database, *map(numbered, range(1, 6)))
    await add(database, *map(numbered, range(6, 11)), readers=(BRUNO,))
    await add(database, numbered(11), readers=(ANNA, BRUNO))
    await add(database, numbered(12), readers=())
    for reader, expected in ((ANNA, [11, 5, 4, 3, 2, 1]), (BRUNO, [11, 10, 9, 8, 7, 6])):
        pages = await walk(database, EVERYTHING, limit=4, reader=reader)
        assert [int(one.id[-2:], 16) for each in pages for one in each] == expected


async def test_a_filter_with_two_versions_of_a_checklist_finds_either(database: Database) -> None:
    await add(database, numbered(1, codes="ok"), numbered(2, codes="co"), numbered(3, codes="cc"))
    either = Selection(letters=((Letter("d" * 64, 0, "o"), Letter(CHECKLIST.digest, 1, "c")),))
    assert [one.codes for one in (await read(database, either)).items] == ["cc"]
    other_place = Selection(letters=((Letter(CHECKLIST.digest, 0, "c"), Letter(CHECKLIST.digest, 1, "k")),))
    assert [one.codes for one in (await read(database, other_place)).items] == ["cc", "co", "ok"]


@pytest.mark.parametrize("found_at", [(1, 2, 3), (1, MORE - 1), (MORE, MORE // 2, 1), ()])
async def test_a_rare_finding_is_found_over_several_short_pages(database: Database, found_at: tuple[int, ...]) -> None:
    codes = dict.fromkeys(found_at, "c")
    await add(database, *(numbered(number, codes=codes.get(number, "k")) for number in range(1, MORE + 1)))
    pages = await walk(database, WITH_CONCERNS, limit=2)
    assert [int(one.id[-4:], 16) for each in pages for one in each] == sorted(found_at, reverse=True)
    assert len(pages) <= MORE // MOST_EXAMINED + 1 + len(found_at) // 2


@pytest.mark.parametrize("selection", [EVERYTHING, WITH_CONCERNS, Selection(lifecycle="closed")])
async def test_a_page_is_read_along_the_index_and_never_sorted(database: Database, selection: Selection) -> None:
    await add(database, *map(numbered, range(1, MORE + 1)))
    cursors = [None, Cursor(Direction.AFTER, NOON, numbered(1).id), Cursor(Direction.BEFORE, NOON, numbered(1).id)]

    def plans(connection: Connection) -> str:
        if connection.dialect.name == "postgresql":  # on a table as small as this it would rather not use an index
            connection.execute(text("SET LOCAL enable_seqscan = off"))
            connection.execute(text("SET LOCAL enable_sort = off"))
        with noted(connection) as seen:
            for cursor in cursors:
                page(connection, OURS, ANNA, selection, cursor, 10)
        return "\n".join(seen)

    plan = await database.write(views.of(OURS), plans)
    assert "ix_grants_organisation_id_person_id_changed_at_initiative_id" in plan
    assert not [word for word in ("TEMP B-TREE", "Sort", "Seq Scan", "SCAN initiatives") if word in plan]


async def test_a_short_page_leads_back_to_where_it_came_from(database: Database) -> None:
    await add(
        database, *(numbered(number, codes="c" if number == MORE - 100 else "k") for number in range(1, MORE + 1))
    )
    first = await read(database, WITH_CONCERNS)
    assert [one.codes for one in first.items] == ["c"]
    second = await read(database, WITH_CONCERNS, first.next)
    assert (second.items, second.next) == ((), None)
    back = await read(database, WITH_CONCERNS, second.previous)
    assert back.items == first.items
