"""A database with enough rows that an engine chooses its indexes by itself, and how it carries out what it is asked."""

import gc
import random
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import replace
from datetime import date, timedelta
from importlib import import_module
from pathlib import Path
from typing import Any
from uuid import UUID

from sqlalchemy import Connection, event, insert, text
from sqlalchemy.types import NullType

from app import storage
from app.storage.engines import connect
from app.storage.newest_first import NewestFirst
from app.storage.prepared import Prepared
from app.storage.schema import every_table
from app.storage.views import of, show
from tests.storage.rows import NOON, OURS, opened, row

DIGESTS = tuple(f"{number:064x}" for number in range(1, 21))
PEOPLE = tuple(f"7a000000-0000-4000-8000-{number:012}" for number in range(200))
SOMEBODY = PEOPLE[7]  # to whom everything belongs that belongs to a person
INITIATIVES = 6_000  # of ours; the others have a few each, so that there are many organisations
BUSY = str(UUID(int=1))  # the initiative on which everything hangs that hangs on one
ALL_ORGANISATIONS = 2_000  # most of them have nothing
OTHERS = tuple(f"0b8d8d0a-6d1e-4b6f-9a55-0d6c2f1f{number:04}" for number in range(2, 60))
TABLES = every_table().tables
A_WEEK = timedelta(days=7)
EXPLAIN = {"sqlite": "EXPLAIN QUERY PLAN ", "postgresql": "EXPLAIN "}


def filled(owner_url: str) -> None:
    """Puts the rows there and lets the engine count them."""
    chance = random.Random(1)
    with opened(owner_url) as connection:
        some = row(TABLES["checklists"], "")
        digests = (*DIGESTS, *(f"{number:064x}" for number in range(100, 1_000)))
        connection.execute(insert(TABLES["checklists"]), [some | {"digest": digest} for digest in digests])
        for name in ("organisations", "audit_heads"):
            ids = [str(UUID(int=number)) for number in range(ALL_ORGANISATIONS)]
            connection.execute(insert(TABLES[name]), [row(TABLES[name], organisation) for organisation in ids])
        for organisation in (OURS, *OTHERS):
            _fill(connection, organisation, chance, 1 if organisation == OURS else 60)
    engine = connect(owner_url)
    with engine.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
        connection.execute(text("ANALYZE"))
    engine.dispose()


def _fill(connection: Connection, organisation: str, chance: random.Random, fewer: int) -> None:
    def add(name: str, rows: list[dict[str, Any]]) -> None:
        table = TABLES[name]
        usual = row(table, organisation)
        connection.execute(insert(table), [usual | each for each in rows])

    def some(number: int) -> Iterator[tuple[int, str, Any]]:
        for n in range(1, max(3, number // fewer)):
            yield n, str(UUID(int=n)), NOON + timedelta(seconds=n)

    add("organisations", [{}])
    people = PEOPLE if fewer == 1 else PEOPLE[20:80]
    add("people", [{"id": id_, "created_at": NOON + timedelta(seconds=n)} for n, id_ in enumerate(people)])
    add(
        "initiatives",
        [
            {
                "id": id_,
                "updated_at": moment,
                "checklist_digest": chance.choice(DIGESTS),
                "codes": chance.choice(("ck", "ko")),
            }
            for _, id_, moment in some(INITIATIVES)
        ],
    )
    add(
        "grants",
        [
            {"initiative_id": id_, "person_id": person, "changed_at": moment, "given_by": person}
            for _, id_, moment in some(INITIATIVES)
            for person in chance.sample(people, 2)
        ],
    )
    add("revisions", [{"initiative_id": BUSY, "number": n, "checklist_digest": DIGESTS[0]} for n, _, _ in some(2_000)])
    add(
        "evaluations",
        [{"initiative_id": BUSY, "revision": n, "checklist_digest": DIGESTS[0]} for n, _, _ in some(2_000)],
    )
    add("audit_heads", [{}])
    add("audit_entries", [{"number": n, "subject_id": str(UUID(int=n % 50))} for n, _, _ in some(5_000)])
    add("waivers", [{"initiative_id": str(UUID(int=1 + n // 4)), "check_id": f"x.{n}"} for n, _, _ in some(4_000)])
    of_busy = {"initiative_id": BUSY}
    on = [{"initiative_id": str(UUID(int=number))} for number in range(1, 3)]
    add("reviews", [on[n % 10 > 0] | {"id": id_, "submitted_at": moment} for n, id_, moment in some(2_000)])
    add("threads", [of_busy | {"id": id_, "created_at": moment} for _, id_, moment in some(2_000)])
    add("comments", [of_busy | {"thread_id": id_, "number": n} for _, id_, _ in some(2_000) for n in (1, 2)])
    owner = SOMEBODY if fewer == 1 else people[0]
    owned = {"person_id": owner}
    read = {"read_at": NOON}
    add("notices", [owned | {"id": id_, "created_at": moment} | read for _, id_, moment in some(2_000)])
    add("notices", [owned | {"id": str(UUID(int=n, version=4)), "read_at": None} for n, _, _ in some(30)])
    asked = owned | of_busy | {"requested_by": owner}
    add("break_glass_requests", [asked | {"id": id_, "requested_at": moment} for _, id_, moment in some(2_000)])
    spread = [
        {"person_id": chance.choice(people), "id": id_, "created_at": moment, "expires_at": moment + A_WEEK}
        for _, id_, moment in some(2_000)
    ]
    theirs = [owned | {"id": str(UUID(int=n, version=4)), "expires_at": NOON + A_WEEK} for n, _, _ in some(30)]
    for name in ("api_keys", "sessions"):
        add(name, spread + [{"created_at": NOON} | each for each in theirs])
    add("shreds", [{"subject_id": id_} for _, id_, _ in some(1_000)])
    add("counters", [{"name": f"requests {n}", "expires_at": moment} for n, _, moment in some(2_000)])
    add("idempotency_keys", [{"key_digest": f"{n:064x}", "created_at": moment} for n, _, moment in some(2_000)])
    state = {"state": "done"}
    add("jobs", [state | {"id": id_, "created_at": moment} for _, id_, moment in some(1_000)])
    add("job_pieces", [{"job_id": id_, "number": n} for _, id_, _ in some(1_000) for n in range(4)])
    counts = {"designs": 1, "counts": b"\1\0\0\0" * 60}
    add("portfolios", [counts | {"checklist_digest": digest} for digest in DIGESTS])
    add(
        "portfolio_days",
        [
            counts | {"checklist_digest": digest, "day": (NOON + timedelta(days=n)).date()}
            for digest in DIGESTS[: 20 // min(fewer, 10)]
            for n in range(400 // min(fewer, 20))
        ],
    )


@contextmanager
def noted(connection: Connection) -> Iterator[list[str]]:
    """The plans of all statements that are run meanwhile, a line a step; there once it ends."""
    seen: list[str] = []
    with statements(connection) as told:
        yield seen
    explain = EXPLAIN[connection.dialect.name]
    driver: Any = connection.connection.dbapi_connection
    for statement, parameters in told:
        if statement.split(maxsplit=1)[0] in {"SELECT", "UPDATE", "DELETE"}:
            plan = driver.cursor().execute(explain + statement, parameters)
            seen.extend(str(line[-1]) for line in plan.fetchall())


@contextmanager
def statements(connection: Connection) -> Iterator[list[tuple[str, Any]]]:
    """Every statement that is run meanwhile with its values; on SQLite, whose driver is asked, they stand in it."""
    told: list[tuple[str, Any]] = []
    if connection.dialect.name == "sqlite":
        driver: Any = connection.connection.dbapi_connection
        driver.set_trace_callback(lambda statement: told.append((statement, ())))
        yield told
        driver.set_trace_callback(None)
        return

    def note(_connection: Any, _cursor: Any, statement: str, parameters: Any, *_rest: object) -> None:
        told.append((statement, parameters))

    event.listen(connection, "after_cursor_execute", note)
    yield told
    event.remove(connection, "after_cursor_execute", note)


def every_statement() -> dict[str, Prepared]:
    """Every statement of the storage that was made beforehand, by its module and name; none can be left out."""
    found: dict[str, Prepared] = {}
    for module in (import_module(f"{storage.__name__}.{name.stem}") for name in Path(storage.__path__[0]).glob("*.py")):
        values = {name: value for name, value in vars(module).items() if not name.startswith("__")}
        found.update((f"{module.__name__.rpartition('.')[2]}{name}", made) for name, made in _within(values))
    known = set(map(id, found.values()))
    assert all(id(made) in known for made in gc.get_objects() if isinstance(made, Prepared))
    return found


def _within(value: object) -> Iterator[tuple[str, Prepared]]:
    """The statements in this, where they are found."""
    if isinstance(value, Prepared):
        yield "", value
    elif isinstance(value, NewestFirst):
        yield from _within(value._statements)
    elif isinstance(value, dict | tuple):
        each = value.items() if isinstance(value, dict) else enumerate(value)
        for place, one in each:
            yield from ((f".{place}{more}", made) for more, made in _within(one))


def plan_of_statement(application_url: str, statement: Prepared) -> str:
    """How the engine would do it, as `plan_of`, with values that occur."""

    def work(connection: Connection) -> str:
        whole = statement._statement
        bound = (whole(connection.dialect.name) if callable(whole) else whole).compile(dialect=connection.dialect)
        values = {name: _value(name, bound.binds[name].type) for name, value in bound.params.items() if value is None}
        made = statement._text(connection.dialect)
        explaining = Prepared(None)
        explaining._texts[connection.dialect.name] = replace(made, text=EXPLAIN[connection.dialect.name] + made.text)
        return "\n".join(str(line[-1]) for line in explaining._run(connection, values))

    return _seen(application_url, work)


def _value(name: str, kind: Any) -> object:
    """What a statement may be asked with: of the busiest, and otherwise anything of its type."""
    by_name = {"organisation": OURS, "person": SOMEBODY, "digest": DIGESTS[0], "most": 20, "least_revision": 0}
    if name in by_name or isinstance(kind, NullType):  # which has a word in a list of words
        return by_name.get(name, name)
    by_type: dict[type, object] = {str: BUSY, int: 900, bool: False, date: NOON.date()}
    return by_type.get(kind.python_type, NOON.replace(minute=40))


def plan_of(application_url: str, work: Callable[[Connection], object]) -> str:
    """How the engine does it for one of ours, who is held to row-level security; nothing of it is kept."""

    def noting(connection: Connection) -> str:
        with noted(connection) as seen:
            work(connection)
        return "\n".join(seen)

    return _seen(application_url, noting)


def _seen(application_url: str, work: Callable[[Connection], str]) -> str:
    engine = connect(application_url)
    try:
        with engine.connect() as connection, connection.begin() as transaction:
            show(connection, of(OURS))
            found = work(connection)
            transaction.rollback()
            return found
    finally:
        engine.dispose()
