"""Every list and every look at the portfolio goes along an index, sorts nothing and reads no table whole.

Each engine chooses by itself, among many organisations with many rows: nothing is switched off. Every statement of the
storage that puts rows in order or limits them is found by itself: a new list cannot be forgotten here.
"""

import ast
import re
from collections.abc import Callable, Iterator
from contextlib import suppress
from datetime import date
from functools import partial
from pathlib import Path

import pytest
from sqlalchemy import Connection, text
from sqlalchemy.dialects import sqlite

from app import storage
from app.domain.errors import Damaged
from app.storage import (
    api_keys,
    audit,
    break_glass,
    given,
    jobs,
    people,
    portfolio,
    recounting,
    reviews,
    revisions,
    threads,
    waivers,
)
from app.storage.initiatives import NEVER_REACHED
from app.storage.pages import Cursor, Direction, Letter, Selection, page
from app.storage.tallies import Judgement
from tests.engines import ENGINES, Addresses
from tests.storage.builders import key_of
from tests.storage.plans import BUSY, DIGESTS, SOMEBODY, every_statement, filled, plan_of, plan_of_statement
from tests.storage.rows import NOON, OURS

DIGEST = DIGESTS[0]
CURSORS = {
    "the first": None,
    "a later": Cursor(Direction.AFTER, NOON.replace(minute=40), BUSY),
    "an earlier": Cursor(Direction.BEFORE, NOON.replace(minute=40), BUSY),
}
SELECTIONS = {
    "everything": Selection(),
    "of a lifecycle": Selection(lifecycle="closed"),
    "with a finding": Selection(letters=((Letter(DIGEST, 0, "c"), Letter(DIGESTS[1], 0, "c")),)),
}
OF_ALL, OF_ONE = key_of(OURS, OURS), key_of(BUSY, OURS)
FIRST_DAY, LAST_DAY = NOON.date(), date.max
MOVE = (Judgement(DIGEST, "ck"), Judgement(DIGESTS[1], "kc"))

Work = Callable[[Connection], object]

# A full recount is not among them: it reads everything that an organisation has, which is what it is for.
PORTFOLIO: dict[str, Work] = {
    "the portfolio": lambda connection: portfolio.find(connection, OURS, DIGEST),
    "the portfolio to change it": lambda connection: portfolio.hold(connection, OURS, DIGEST),
    "how many each checklist judged": lambda connection: portfolio.designs(connection, OURS),
    "the days": lambda connection: portfolio.days(connection, OURS, DIGEST, (FIRST_DAY, LAST_DAY), 31),
    "the newest codes": lambda connection: portfolio.newest(connection, OURS, 200),
    "a judgement to change it": lambda connection: portfolio.held(connection, OURS, BUSY),
    "a move between checklists": lambda connection: portfolio.moved(connection, OURS, *MOVE, FIRST_DAY),
    "marking waivers": lambda connection: portfolio.marked(connection, OF_ONE, MOVE[0], "w-", FIRST_DAY),
    "what is to be recounted": lambda connection: recounting.stored(connection, OURS),
    "the newest day": lambda connection: recounting.newest_day(connection, OURS, DIGEST),
}
INITIATIVES: dict[str, Work] = {
    f"{which} page of initiatives {selected}": partial(
        page, organisation_id=OURS, person_id=SOMEBODY, selection=selection, cursor=cursor, limit=20
    )
    for selected, selection in SELECTIONS.items()
    for which, cursor in CURSORS.items()
}
LISTS: dict[str, Callable[[Connection, Cursor | None], object]] = {
    "people": lambda connection, cursor: people.page(connection, OF_ALL, cursor, 20),
    "api keys": lambda connection, cursor: api_keys.page(connection, OF_ALL, None, cursor, 20),
    "a person's api keys": lambda connection, cursor: api_keys.page(connection, OF_ALL, SOMEBODY, cursor, 20),
    "reviews": lambda connection, cursor: reviews.page(connection, OF_ONE, cursor, 20),
    "threads": lambda connection, cursor: threads.page(connection, OF_ONE, threads.ThreadFilter(), cursor, 20),
    "jobs": lambda connection, cursor: jobs.page(
        connection, OURS, None if cursor is None else (cursor.updated_at, cursor.id), 20
    ),
    "break-glass requests": lambda connection, cursor: break_glass.LIST.page(
        connection, OF_ALL, {"organisation": OURS}, cursor, 20
    ),
}
PAGES: dict[str, Work] = {
    f"{which} page of {name}": partial(lambda work, cursor, connection: work(connection, cursor), work, cursor)
    for name, work in LISTS.items()
    for which, cursor in CURSORS.items()
}
BY_NUMBER: dict[str, Work] = {
    "a page of revisions": lambda connection: revisions.page(connection, OF_ONE, 900, 20),
    "a page of the audit trail": lambda connection: audit.page(connection, OURS, below=900, most=20),
    "a page of one subject's audit trail": lambda connection: audit.page(
        connection, OURS, subject=BUSY, below=NEVER_REACHED, most=20
    ),
    "what was first done to a person's keys": lambda connection: audit.first_of_keys(connection, OURS, SOMEBODY),
    "what the trail says of initiatives": lambda connection: list(given.told(connection, OURS, BUSY, BUSY, ["x", "y"])),
    "the waivers of an initiative": lambda connection: waivers.of_initiative(connection, OF_ONE),
}
# What puts in order or limits for statements elsewhere: it is tried with these, or by the works above.
PARTS = {
    *("audit_pages._PART", "newest_first.NewestFirst", "notices._part", "pages._SELECT", "pages.in_order"),
    *("readers._counted", "expired._forgetting", "given._TOLD"),
}
ON_PURPOSE = {
    "reviews._MARKS_OF_SEVERAL": "the reviews of the initiatives of one page",
    "table_files._check_empty": "a look whether there is a row",
    "table_files._write_table": "a backup reads every table, in the order of its primary key",
}
# These put in order what an index has found, or are for whoever reads everything.
SORTED_ON_PURPOSE = {
    "grants._ALL": "the few roles on one initiative",
    "grants._HOLD_OWNED": "what one person owns, in the order in which everybody holds it",
    "grants._OWNED_ALONE": "what one person owns, when they leave",
    "jobs._RUNNING": "one of each organisation at most",
    "organisations._ALL": "every organisation, for the operator",
    "people._ALL": "all people of an organisation, for one answer that names them",
    "readers._COUNT": "persons and operations, counted from what an index has found and a limit holds",
    "recounting._WITH_WAIVERS": "a recount reads everything that an organisation has",
    "reviews._MARKS": "the reviews of one initiative",
}
OF_ANOTHER_DATABASE = {"key_store._PAGE"}  # two columns, in the order of the primary key
ORDERED = re.compile(r"\b(ORDER BY|LIMIT|OFFSET)\b")
STATEMENTS = {
    name: statement
    for name, statement in every_statement().items()
    if ORDERED.search(statement._text(sqlite.dialect()).text) and name not in OF_ANOTHER_DATABASE
}
WORKS = {**PORTFOLIO, **INITIATIVES, **PAGES, **BY_NUMBER}
# What SQLite and PostgreSQL call reading a table from end to end, and putting rows in order.
FORBIDDEN = re.compile(r"\bSCAN\b|TEMP B-TREE|Seq Scan|\bSort\b")
INDEX = re.compile(r"USING (COVERING )?INDEX|USING (COVERING )?PRIMARY KEY|Index (Only )?Scan")


@pytest.fixture(scope="module", params=ENGINES)
def many(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Addresses]:
    """Many rows of many organisations, which the engine has counted."""
    source = {"sqlite": "sqlite_files", "postgresql": "postgresql_server"}[request.param]
    with request.getfixturevalue(source).database(tmp_path_factory.mktemp("many")) as addresses:
        filled(addresses.owner)
        yield addresses


@pytest.mark.parametrize("work", WORKS.values(), ids=WORKS)
def test_it_goes_along_an_index(many: Addresses, work: Work) -> None:
    def done(connection: Connection) -> None:
        with suppress(Damaged, ValueError):  # nothing that was made up can be opened; it was asked for by then
            work(connection)

    plan = plan_of(many.application, done)
    assert INDEX.search(plan), plan
    assert not FORBIDDEN.search(plan), plan


@pytest.mark.parametrize("name", STATEMENTS)
def test_every_statement_that_orders_or_limits_goes_along_an_index(many: Addresses, name: str) -> None:
    plan = plan_of_statement(many.application, STATEMENTS[name])
    sorted_or_whole = FORBIDDEN.search(plan)
    assert bool(sorted_or_whole or not INDEX.search(plan)) <= (name in SORTED_ON_PURPOSE), plan


def test_what_may_be_sorted_is_there() -> None:
    assert set(SORTED_ON_PURPOSE) <= set(STATEMENTS)


def test_no_list_is_made_where_it_is_not_seen() -> None:
    """What is put in order or limited is a statement that was found, or named above."""
    made = {name for file in Path(storage.__path__[0]).glob("*.py") for name in _orders_or_limits(file)}
    found = {name for name in made if any(known.partition(" ")[0].startswith(name) for known in every_statement())}
    assert made - found == PARTS | set(ON_PURPOSE)


def _orders_or_limits(file: Path) -> Iterator[str]:
    """What a module defines that calls what puts in order or limits."""
    for whole in ast.parse(file.read_text(encoding="utf-8")).body:
        calls = (call.func for call in ast.walk(whole) if isinstance(call, ast.Call))
        if any(isinstance(call, ast.Attribute) and call.attr in {"order_by", "limit"} for call in calls):
            target = whole.targets[0] if isinstance(whole, ast.Assign) else getattr(whole, "target", None)
            yield f"{file.stem}.{getattr(whole, 'name', None) or ast.unparse(target or whole)}"


def test_a_plan_that_sorts_or_reads_everything_is_seen(many: Addresses) -> None:
    """The two rules above are not empty."""

    def unordered(connection: Connection) -> None:
        connection.execute(text("SELECT codes FROM initiatives ORDER BY codes"))

    assert FORBIDDEN.search(plan_of(many.application, unordered))
