"""A database with enough rows that an engine chooses its indexes by itself, and how it carries out what it is asked."""

import random
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import timedelta
from typing import Any
from uuid import UUID

from sqlalchemy import Connection, event, insert, text

from app.storage.engines import connect
from app.storage.schema import every_table
from app.storage.views import of, show
from tests.storage.rows import NOON, OURS, opened, row

DIGESTS = tuple(f"{number:064x}" for number in range(1, 21))
PEOPLE = tuple(f"7a000000-0000-4000-8000-{number:012}" for number in range(200))
INITIATIVES = 6_000  # of ours; the others have a few each, so that there are many organisations
BUSY = str(UUID(int=1))  # the initiative on which everything hangs that hangs on one
OTHERS = tuple(f"0b8d8d0a-6d1e-4b6f-9a55-0d6c2f1f{number:04}" for number in range(2, 60))
TABLES = every_table().tables


def filled(owner_url: str) -> None:
    """Puts the rows there and lets the engine count them."""
    chance = random.Random(1)
    with opened(owner_url) as connection:
        for digest in DIGESTS:
            connection.execute(insert(TABLES["checklists"]).values(row(TABLES["checklists"], "") | {"digest": digest}))
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
    people = PEOPLE[: max(3, len(PEOPLE) // fewer)]
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
    add("audit_entries", [{"number": n, "subject_id": str(UUID(int=n % 50))} for n, _, _ in some(5_000)])
    add("waivers", [{"initiative_id": str(UUID(int=1 + n // 4)), "check_id": f"x.{n}"} for n, _, _ in some(4_000)])
    of_busy = {"initiative_id": BUSY}
    add("reviews", [of_busy | {"id": id_, "submitted_at": moment} for _, id_, moment in some(2_000)])
    add("threads", [of_busy | {"id": id_, "created_at": moment} for _, id_, moment in some(2_000)])
    add("comments", [of_busy | {"thread_id": id_, "number": n} for _, id_, _ in some(2_000) for n in (1, 2)])
    owned = {"person_id": people[0]}
    add("notices", [owned | {"id": id_, "created_at": moment} for _, id_, moment in some(2_000)])
    asked = owned | of_busy | {"requested_by": people[0]}
    add("break_glass_requests", [asked | {"id": id_, "requested_at": moment} for _, id_, moment in some(2_000)])
    keys = (("api_keys", "created_at"), ("sessions", "created_at"))
    for name, moment_column in keys:
        add(name, [owned | {"id": id_, moment_column: moment} for _, id_, moment in some(1_000)])
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
    explain = "EXPLAIN QUERY PLAN " if connection.dialect.name == "sqlite" else "EXPLAIN "
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


def plan_of(application_url: str, work: Callable[[Connection], object]) -> str:
    """How the engine does it for one of ours, who is held to row-level security; nothing of it is kept."""
    engine = connect(application_url)
    try:
        with engine.connect() as connection, connection.begin() as transaction:
            show(connection, of(OURS))
            with noted(connection) as seen:
                work(connection)
            transaction.rollback()
    finally:
        engine.dispose()
    return "\n".join(seen)
