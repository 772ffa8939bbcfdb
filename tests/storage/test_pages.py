"""Pages of a long list: complete, in order, and never more work than promised."""

from dataclasses import asdict
from typing import Any

import pytest
from sqlalchemy import Connection, event, insert, text

from app.domain.revision import Initiative
from app.storage.database import Database
from app.storage.initiatives import INITIATIVES
from app.storage.pages import MOST_EXAMINED, Cursor, Direction, Letter, Page, Selection, page
from tests.storage.builders import CHECKLIST, NOON, OURS, THEIRS, numbered, store

MORE = MOST_EXAMINED * 6 // 5  # than one page looks at
EVERYTHING = Selection()
WITH_CONCERNS = Selection(letters=((Letter(CHECKLIST.digest, 0, "c"),),))


async def add(database: Database, *added: Initiative, organisation_id: str = OURS) -> None:
    """Stores initiatives without revisions, in one write."""

    def work(connection: Connection) -> None:
        rows = [asdict(initiative) | {"organisation_id": organisation_id} for initiative in added]
        connection.execute(insert(INITIATIVES), rows)

    await store(database)
    await database.write(work)


async def read(
    database: Database, selection: Selection = EVERYTHING, cursor: str | None = None, limit: int = 10
) -> Page[Initiative]:
    place = None if cursor is None else Cursor.read(cursor)
    return await database.read(lambda connection: page(connection, OURS, selection, place, limit))


async def walk(database: Database, selection: Selection, limit: int) -> list[list[Initiative]]:
    """Every page from the first to the last."""
    pages = [await read(database, selection, limit=limit)]
    while pages[-1].next is not None:
        pages.append(await read(database, selection, pages[-1].next, limit))
    return [list(each.items) for each in pages]


async def test_a_list_without_anything_is_one_empty_page(database: Database) -> None:
    await store(database)
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
        seen: list[str] = []
        explain = "EXPLAIN QUERY PLAN " if connection.dialect.name == "sqlite" else "EXPLAIN "

        def note(_connection: Any, cursor: Any, statement: str, parameters: Any, *_rest: object) -> None:
            if statement.startswith("SELECT"):
                plan = cursor.connection.cursor().execute(explain + statement, parameters)
                seen.extend(str(line) for line in plan.fetchall())

        if connection.dialect.name == "postgresql":  # on a table as small as this it would rather not use an index
            connection.execute(text("SET LOCAL enable_seqscan = off"))
            connection.execute(text("SET LOCAL enable_sort = off"))
        event.listen(connection, "after_cursor_execute", note)
        for cursor in cursors:
            page(connection, OURS, selection, cursor, 10)
        return "\n".join(seen)

    plan = await database.write(plans)
    assert "ix_initiatives_organisation_id_updated_at_id" in plan
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
