"""A database of the version before gets its designs counted, also where nobody sees two organisations at once."""

import json
from collections.abc import Iterator
from pathlib import Path

import pytest
from sqlalchemy import Connection, Table, insert, inspect, select

from app.storage.initiatives import INITIATIVES
from app.storage.migrations import HEAD, migrate, versions
from app.storage.recounting import counted, newest_day, stored
from app.storage.schema import every_table
from app.storage.tallies import Judgement, Tally
from app.storage.views import NOTHING, of, show
from tests.engines import PostgresqlServer
from tests.storage.rows import OURS, TABLES, THEIRS, opened, row

OLDER, NEWER = "a" * 64, "b" * 64
PACK = {"contents": {"categories": [{"id": "purpose"}]}, "checks": [{"id": "purpose.stated"}, {"id": "funding.named"}]}
# The codes of each design, in the order of their ids; the first three are judged by the older checklist.
DESIGNS = ("kmo", "cco", "omn", "kcc", "kmm")
LATER = ("waived", "program")  # columns
# Which design has a waiver of which check, given under which version of the checklist.
GIVEN = ((0, "purpose.stated", 1), (0, "funding.named", 1), (1, "purpose.stated", 1), (1, "funding.named", 9))
MARKS = ("--w", "-w-", "", "", "")


def identity(organisation: str, number: int) -> str:
    return f"{organisation[:-6]}{number:02}{organisation[-4:]}"


def fill(connection: Connection, organisation: str, designs: int) -> None:
    """So many of the designs, as the version before stored them."""

    def add(table: Table, **changes: object) -> None:
        values = row(table, organisation) | changes
        connection.execute(insert(table).values({name: value for name, value in values.items() if name not in LATER}))

    show(connection, of(organisation))
    add(TABLES["organisations"])
    for number, codes in enumerate(DESIGNS[:designs]):
        digest = OLDER if number < 3 else NEWER
        add(INITIATIVES, id=identity(organisation, number), codes=codes, checklist_digest=digest)
    for number, check, version in GIVEN:
        given = {"check_id": check, "checklist": "track-two", "checklist_version": version}
        add(TABLES["waivers"], initiative_id=identity(organisation, number), **given)
    show(connection, NOTHING)


def fill_the_version_before(url: str) -> None:
    migrate(url, "0002")
    with opened(url) as connection:
        for digest, version in ((OLDER, 1), (NEWER, 2)):
            values = {"digest": digest, "name": "track-two", "version": version, "pack": json.dumps(PACK).encode()}
            connection.execute(insert(every_table().tables["checklists"]).values(values))
        fill(connection, OURS, 5)
        fill(connection, THEIRS, 4)


@pytest.fixture(params=["sqlite", "postgresql", "an owner held to row security"])
def before(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[str]:
    """A filled database of the version before: on PostgreSQL its owner may see everything, or no more than anybody."""
    if request.param == "sqlite":
        url = f"sqlite:///{tmp_path}/before.sqlite3"
        fill_the_version_before(url)
        yield url
        return
    server: PostgresqlServer = request.getfixturevalue("postgresql_server")
    owner = server.role("SUPERUSER" if request.param == "postgresql" else "NOSUPERUSER NOBYPASSRLS")
    with server.empty(tmp_path, owner) as url:
        fill_the_version_before(url)
        yield url


def judgements(designs: int) -> list[Judgement]:
    """What is expected of the first so many designs."""
    digests = [OLDER] * 3 + [NEWER] * 2
    return [Judgement(*one) for one in zip(digests, DESIGNS, MARKS, strict=True)][:designs]


def tallies(designs: int) -> dict[str, Tally]:
    made = {OLDER: Tally(), NEWER: Tally()}
    for each in judgements(designs):
        made[each.checklist_digest].add(each)
    return made


def test_every_organisation_is_counted_from_what_is_stored(before: str) -> None:
    migrate(before)
    with opened(before) as connection:
        assert versions(connection) == [HEAD]
        for organisation, designs in ((OURS, 5), (THEIRS, 4)):
            show(connection, of(organisation))
            expected = tallies(designs)
            for found in (stored(connection, organisation), counted(connection, organisation)):
                assert {digest: tally.packed() for digest, tally in found.items()} == {
                    digest: tally.packed() for digest, tally in expected.items()
                }
            for digest, tally in expected.items():
                newest = newest_day(connection, organisation, digest)
                assert newest is not None
                assert newest[1].differing(tally) == 0


def test_what_is_waived_is_marked_as_far_as_it_can_be_told(before: str) -> None:
    migrate(before)
    with opened(before) as connection:
        show(connection, of(OURS))
        ours = INITIATIVES.c.organisation_id == OURS
        marks = connection.scalars(select(INITIATIVES.c.waived).where(ours).order_by(INITIATIVES.c.id)).all()
        assert tuple(marks) == MARKS


def test_going_back_leaves_everything_else_as_it_was(before: str) -> None:
    def seen() -> list[object]:
        with opened(before) as connection:
            show(connection, of(OURS))
            known = [column for column in INITIATIVES.c if column.name not in LATER]
            return [tuple(one) for one in connection.execute(select(*known).order_by(INITIATIVES.c.id))]

    kept = seen()
    migrate(before)
    migrate(before, "0002")
    with opened(before) as connection:
        assert versions(connection) == ["0002"]
        assert not {"portfolios", "portfolio_days"} & set(inspect(connection).get_table_names())
        assert not {*LATER} & {column["name"] for column in inspect(connection).get_columns("initiatives")}
    assert seen() == kept
    migrate(before)
    assert seen() == kept
