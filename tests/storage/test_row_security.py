"""PostgreSQL itself keeps each organisation's rows to itself, whatever a statement of ours forgets."""

import asyncio
from collections.abc import Iterator
from pathlib import Path

import pytest
from sqlalchemy import Connection, Engine, Table, create_engine, make_url, select, text
from sqlalchemy.exc import DBAPIError, IntegrityError, ProgrammingError

from app.domain.errors import BadInput, Unavailable
from app.storage import row_security, views
from app.storage.database import Database
from app.storage.migrations import is_at_head, migrate
from app.storage.schema import tables_of_organisations
from app.storage.views import View
from tests.engines import APPLICATION_ROLE, Addresses, PostgresqlServer
from tests.storage.rows import OURS, TABLES, THEIRS, digest_of, fill, opened, owner_column, row

MADE_UP = "0b8d8d0a-6d1e-4b6f-9a55-0d6c2f1f9999"
ELSEWHERE = {
    "no view": views.NOTHING,
    "another organisation": views.of(THEIRS),
    "a made-up organisation": views.of(MADE_UP),
    "no organisation": views.of(" "),
    "an unknown credential": views.by_credential("f" * 64),
}
EVERYTHING = {"seen", "inserted", "updated", "moved", "deleted"}


@pytest.fixture(scope="module")
def filled(postgresql_server: PostgresqlServer, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Addresses]:
    """A database that the tests of this file share, as they keep nothing in it."""
    with postgresql_server.database(tmp_path_factory.mktemp("filled")) as addresses:
        fill(addresses.owner)
        yield addresses


@pytest.fixture(scope="module")
def application(filled: Addresses) -> Iterator[Engine]:
    engine = create_engine(filled.application)
    yield engine
    engine.dispose()


@pytest.fixture
def fresh(postgresql_server: PostgresqlServer, tmp_path: Path) -> Iterator[Addresses]:
    """A database to break."""
    with postgresql_server.database(tmp_path) as addresses:
        yield addresses


def seen(connection: Connection, table: Table) -> bool:
    return OURS in connection.scalars(select(owner_column(table))).all()


def inserted(connection: Connection, table: Table) -> bool:
    return connection.execute(table.insert().values(row(table, OURS))).rowcount > 0


def updated(connection: Connection, table: Table) -> bool:
    whose = owner_column(table)
    return connection.execute(table.update().where(whose == OURS).values({whose: OURS})).rowcount > 0


def moved(connection: Connection, table: Table) -> bool:
    """A row of whoever looks is given to us."""
    return connection.execute(table.update().values({owner_column(table): OURS})).rowcount > 0


def deleted(connection: Connection, table: Table) -> bool:
    return connection.execute(table.delete().where(owner_column(table) == OURS)).rowcount > 0


def leaks(engine: Engine, table: Table, view: View) -> set[str]:
    """What somebody with this view can do to our rows. Nothing of it is kept."""
    through = set()
    for attempt in (seen, inserted, updated, moved, deleted):
        with engine.connect() as connection:
            views.show(connection, view)
            try:
                if attempt(connection, table):
                    through.add(attempt.__name__)
            except IntegrityError:  # row-level security let it pass, and only a key or a reference stopped it
                through.add(attempt.__name__)
            except ProgrammingError as error:
                if "row-level security" not in str(error):
                    raise
    return through


@pytest.mark.parametrize("view", ELSEWHERE.values(), ids=ELSEWHERE.keys())
@pytest.mark.parametrize("table", TABLES.values(), ids=TABLES.keys())
def test_from_elsewhere_nothing_is_seen_or_changed(application: Engine, table: Table, view: View) -> None:
    assert leaks(application, table, view) == set()


@pytest.mark.parametrize("table", TABLES.values(), ids=TABLES.keys())
def test_with_our_view_everything_of_ours_is_in_reach(application: Engine, table: Table) -> None:
    assert leaks(application, table, views.of(OURS)) == EVERYTHING


def test_without_row_security_the_same_attempts_get_through(fresh: Addresses) -> None:
    fill(fresh.owner)
    with opened(fresh.owner) as connection:
        for name in TABLES:
            connection.execute(text(f"ALTER TABLE {name} DISABLE ROW LEVEL SECURITY"))
    engine = create_engine(fresh.application)
    found = {name: leaks(engine, table, views.NOTHING) for name, table in TABLES.items()}
    engine.dispose()
    assert found == dict.fromkeys(TABLES, EVERYTHING)


def test_every_table_with_an_owner_is_protected() -> None:
    assert {table.name for table in tables_of_organisations()} == set(TABLES)


@pytest.mark.parametrize("name", ["api_keys", "sessions"])
def test_a_credential_opens_its_own_row_and_only_to_read(application: Engine, name: str) -> None:
    view = views.by_credential(digest_of(OURS))
    with application.connect() as connection:
        views.show(connection, view)
        assert connection.scalars(select(TABLES[name].c.organisation_id)).all() == [OURS]
        connection.rollback()
        for other in set(TABLES) - {"api_keys", "sessions"}:
            views.show(connection, view)
            assert connection.execute(select(TABLES[other])).all() == []
    assert leaks(application, TABLES[name], view) == {"seen"}


def test_the_operator_lists_organisations_and_what_is_left_to_do_and_nothing_else(application: Engine) -> None:
    found = {name: leaks(application, table, views.OPERATOR) for name, table in TABLES.items()}
    assert {name: through for name, through in found.items() if through} == {
        "organisations": {"seen"},
        "shreds": {"seen"},
        "jobs": {"seen"},
    }


def test_a_view_ends_with_its_transaction(application: Engine) -> None:
    ids = select(TABLES["organisations"].c.id)
    with application.connect() as connection:
        views.show(connection, views.of(OURS))
        assert connection.scalars(ids).all() == [OURS]
        connection.commit()
        assert connection.scalars(ids).all() == []
        connection.rollback()
        views.show(connection, views.of(THEIRS))
        assert connection.scalars(ids).all() == [THEIRS]


async def test_works_at_the_same_time_each_have_their_own_view(filled: Addresses) -> None:
    database = Database.open(filled.application)

    def whose(connection: Connection) -> list[str]:
        return list(connection.scalars(text("SELECT organisation_id FROM initiatives")))

    wanted = [OURS, THEIRS, MADE_UP] * 30
    for ask in (database.read, database.write):
        answers = await asyncio.gather(*(ask(views.of(organisation), whose) for organisation in wanted))
        assert answers == [[organisation] if organisation != MADE_UP else [] for organisation in wanted]
    await database.close()


@pytest.mark.parametrize(
    "statement",
    [
        "ALTER TABLE initiatives DISABLE ROW LEVEL SECURITY",
        "ALTER TABLE initiatives NO FORCE ROW LEVEL SECURITY",
        "ALTER TABLE initiatives OWNER TO goodoffices_app",
        "DROP POLICY own ON initiatives",
        "ALTER POLICY own ON initiatives USING (true)",
        "CREATE POLICY wide ON initiatives USING (true)",
        "DROP TABLE waivers",
        "TRUNCATE waivers",
        "UPDATE alembic_version SET version_num = '0001'",
        "CREATE TABLE copies (document bytea)",
        "SET ROLE postgres",
        "SET SESSION AUTHORIZATION postgres",
        "SET row_security = off; SELECT * FROM initiatives",
    ],
)
def test_the_role_of_the_application_cannot_take_the_protection_away(application: Engine, statement: str) -> None:
    with application.connect() as connection, pytest.raises(DBAPIError, match=r"owner|denied|row-level security"):
        connection.exec_driver_sql(statement)


def test_an_owner_who_is_no_superuser_can_migrate_and_sees_nothing_either(
    postgresql_server: PostgresqlServer, tmp_path: Path
) -> None:
    owner = postgresql_server.role("NOSUPERUSER NOBYPASSRLS")
    with postgresql_server.empty(tmp_path, owner) as url:
        migrate(url, application_role=APPLICATION_ROLE)
        superuser = make_url(url).set(username="postgres").render_as_string(hide_password=False)
        fill(superuser)
        engine = create_engine(url)
        assert set().union(*(leaks(engine, table, views.NOTHING) for table in TABLES.values())) == set()
        engine.dispose()
        assert faults_of(url) == ("postgresql-role-owns-tables",)
        assert faults_of(make_url(url).set(username=APPLICATION_ROLE).render_as_string(hide_password=False)) == ()


# --- what the start is told ------------------------------------------------------------------------------------------


def faults_of(url: str) -> tuple[str, ...]:
    with opened(url) as connection:
        return row_security.faults(connection)


def test_the_role_of_the_application_breaks_no_rule(engine_url: str) -> None:
    assert faults_of(engine_url) == ()


MUTANTS = {
    "DROP POLICY own ON waivers": "postgresql-row-security-policies",
    "ALTER POLICY own ON people USING (true)": "postgresql-row-security-policies",
    "ALTER POLICY own ON people WITH CHECK (true)": "postgresql-row-security-policies",
    "CREATE POLICY wide ON sessions FOR SELECT USING (true)": "postgresql-row-security-policies",
    "ALTER TABLE revisions DISABLE ROW LEVEL SECURITY": "postgresql-row-security-not-forced",
    "ALTER TABLE audit_entries NO FORCE ROW LEVEL SECURITY": "postgresql-row-security-not-forced",
    "CREATE TABLE later (organisation_id text)": "postgresql-row-security-not-forced",
    "REVOKE DELETE ON shreds FROM goodoffices_app": "postgresql-role-lacks-rights",
    "ALTER TABLE grants OWNER TO goodoffices_app": "postgresql-role-owns-tables",
}


@pytest.mark.parametrize(("statement", "rule"), MUTANTS.items())
def test_protection_that_somebody_took_away_is_noticed(fresh: Addresses, statement: str, rule: str) -> None:
    with opened(fresh.owner) as connection:
        connection.execute(text(statement))
    assert rule in faults_of(fresh.application)


@pytest.mark.parametrize(
    ("attributes", "rule"),
    [
        ("SUPERUSER", "postgresql-role-superuser"),
        ("BYPASSRLS", "postgresql-role-bypasses-row-security"),
        ("IN ROLE postgres", "postgresql-role-superuser"),
        ("NOINHERIT IN ROLE postgres", "postgresql-role-owns-tables"),
        ("", "postgresql-role-lacks-rights"),
    ],
)
def test_a_role_that_does_not_suit_is_noticed(
    postgresql_server: PostgresqlServer, filled: Addresses, attributes: str, rule: str
) -> None:
    role = postgresql_server.role(attributes)
    assert rule in faults_of(make_url(filled.owner).set(username=role).render_as_string(hide_password=False))


def test_a_role_that_was_granted_nothing_is_told_what_to_do(
    postgresql_server: PostgresqlServer, filled: Addresses
) -> None:
    stranger = make_url(filled.owner).set(username=postgresql_server.role()).render_as_string(hide_password=False)
    with opened(stranger) as connection, pytest.raises(Unavailable, match="--application-role"):
        is_at_head(connection)


# --- what the command is told ----------------------------------------------------------------------------------------


def test_a_role_that_there_is_not_is_refused_with_what_to_do(fresh: Addresses) -> None:
    with pytest.raises(BadInput, match="CREATE ROLE"):
        migrate(fresh.owner, application_role="nobody_of_this_name")


@pytest.mark.parametrize("name", ["", "x; DROP TABLE waivers", 'x" TO public', "Anna", "a" * 64])
def test_a_role_without_a_plain_name_is_refused(fresh: Addresses, name: str) -> None:
    with pytest.raises(BadInput, match="small letters"):
        migrate(fresh.owner, application_role=name)


def test_granting_twice_changes_nothing(fresh: Addresses) -> None:
    migrate(fresh.owner, application_role=APPLICATION_ROLE)
    assert faults_of(fresh.application) == ()


def test_sqlite_has_no_roles_and_the_command_does_not_mind(tmp_path: Path) -> None:
    url = f"sqlite:///{tmp_path}/goodoffices.sqlite3"
    migrate(url, application_role="whoever")
    assert faults_of(url) == ()
