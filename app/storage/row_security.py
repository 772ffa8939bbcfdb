"""How PostgreSQL keeps each organisation's rows to itself: policies, grants, and what would undo them; SQLite has none.

It knows which column says whose a row is, and no statement of the product.
"""

import re
from collections.abc import Collection, Iterable
from dataclasses import dataclass
from typing import Final

from sqlalchemy import Connection, text

from app.domain.errors import BadInput
from app.storage.schema import every_table
from app.storage.views import CREDENTIAL, OPERATOR_SWITCH, ORGANISATION

WITH_CREDENTIALS: Final = ("api_keys", "sessions")
FOR_THE_OPERATOR: Final = ("shreds", "jobs")  # what is left to do, whoever it is for
RIGHTS: Final = ("SELECT", "INSERT", "UPDATE", "DELETE")
ROLE: Final = re.compile(r"[a-z_][a-z0-9_]{0,62}")

NO_SUCH_ROLE: Final = (
    "There is no such role. Make it first, with a name and a password of your choice: "
    "CREATE ROLE … LOGIN NOSUPERUSER NOBYPASSRLS PASSWORD '…';"
)


@dataclass(frozen=True, slots=True)
class Policy:
    """Which rows of a table are in view.

    Attributes:
        name: what PostgreSQL calls it.
        command: what it allows: ALL or SELECT.
        left: the column, or the word, that must equal the setting.
        setting: what the transaction has told about itself.
    """

    name: str
    command: str
    left: str
    setting: str

    @property
    def condition(self) -> str:
        """As SQL. A setting that is empty or was never made compares as NULL, so that nothing is in view."""
        return f"{self.left} = NULLIF(current_setting('{self.setting}', true), '')"


def protect(connection: Connection, tables: Iterable[str]) -> None:
    """Lets nobody, not even their owner, see more of these tables than is in view. For migrations.

    A later migration that moves rows must open the view of one organisation after the other.
    """
    if connection.dialect.name != "postgresql":
        return
    for table in tables:
        connection.execute(text(f"ALTER TABLE {table} ENABLE ROW LEVEL SECURITY"))
        connection.execute(text(f"ALTER TABLE {table} FORCE ROW LEVEL SECURITY"))
        for policy in policies_of(table):
            made = f"CREATE POLICY {policy.name} ON {table} FOR {policy.command} USING ({policy.condition})"
            connection.execute(text(made))


def policies_of(table: str) -> tuple[Policy, ...]:
    """What a table is protected by. One that allows ALL judges new rows by the same rule."""
    operator = Policy("operator", "SELECT", "'on'", OPERATOR_SWITCH)
    if table == "organisations":
        return Policy("own", "ALL", "id", ORGANISATION), operator
    own = Policy("own", "ALL", "organisation_id", ORGANISATION)
    if table in FOR_THE_OPERATOR:
        return own, operator
    if table in WITH_CREDENTIALS:
        return own, Policy("credential", "SELECT", "digest", CREDENTIAL)
    return (own,)


def grant(connection: Connection, role: str) -> None:
    """Lets the application's role use the tables, and nothing else. SQLite has no roles.

    Raises:
        BadInput: when the name is not a plain one, or there is no such role.
    """
    if connection.dialect.name != "postgresql":
        return
    if ROLE.fullmatch(role) is None:
        raise BadInput("The name of a role has small letters, digits and underscores only.")
    if connection.scalar(text("SELECT 1 FROM pg_roles WHERE rolname = :role"), {"role": role}) is None:
        raise BadInput(NO_SUCH_ROLE)
    schema = connection.scalar(text("SELECT quote_ident(current_schema())"))
    connection.execute(text(f'GRANT USAGE ON SCHEMA {schema} TO "{role}"'))
    for table in every_table().tables:
        connection.execute(text(f'GRANT {", ".join(RIGHTS)} ON {table} TO "{role}"'))
    connection.execute(text(f'GRANT SELECT ON alembic_version TO "{role}"'))


def may_look(connection: Connection, table: str) -> bool:
    """Whether this connection's role may read the table at all."""
    if connection.dialect.name != "postgresql":
        return True
    return bool(connection.scalar(text("SELECT has_table_privilege(:table, 'SELECT')"), {"table": table}))


# Whoever can become a role that passes by a rule passes by it, so every role in reach of this login counts.
_ROLES: Final = text("""
    SELECT bool_or(rolsuper) AS superuser, bool_or(rolbypassrls) AS bypasses
    FROM pg_roles WHERE pg_has_role(session_user, oid, 'MEMBER')
""")
_TABLES: Final = text("""
    SELECT c.relname AS name,
        c.relrowsecurity AND c.relforcerowsecurity AS forced,
        pg_has_role(session_user, c.relowner, 'MEMBER') AS owned,
        has_table_privilege(c.oid, 'SELECT') AND has_table_privilege(c.oid, 'INSERT')
            AND has_table_privilege(c.oid, 'UPDATE') AND has_table_privilege(c.oid, 'DELETE') AS usable,
        c.relname = 'organisations' OR EXISTS (
            SELECT FROM pg_attribute a
            WHERE a.attrelid = c.oid AND a.attname = 'organisation_id' AND NOT a.attisdropped
        ) AS somebodys
    FROM pg_class c
    WHERE c.relnamespace = current_schema()::regnamespace AND c.relkind IN ('r', 'p')
""")
_POLICIES: Final = text("""
    SELECT tablename, policyname, cmd, permissive, array_to_string(roles, ','), qual, coalesce(with_check, qual)
    FROM pg_policies WHERE schemaname = current_schema()
""")


def faults(connection: Connection) -> tuple[str, ...]:
    """The rules that this connection's role and these tables break, by name; on SQLite there are none."""
    if connection.dialect.name != "postgresql":
        return ()
    roles, tables = connection.execute(_ROLES).one(), connection.execute(_TABLES).all()
    somebodys = {table.name: table for table in tables if table.somebodys}
    broken = {
        "postgresql-role-superuser": roles.superuser,
        "postgresql-role-bypasses-row-security": roles.bypasses,
        "postgresql-role-owns-tables": any(table.owned for table in tables),
        "postgresql-role-lacks-rights": not all(table.usable for table in somebodys.values()),
        "postgresql-row-security-not-forced": not all(table.forced for table in somebodys.values()),
        "postgresql-row-security-policies": _policies(connection, somebodys) != _intended(somebodys),
    }
    return tuple(name for name, is_broken in broken.items() if is_broken)


def _policies(connection: Connection, tables: Collection[str]) -> set[tuple[str, ...]]:
    """What is there, rules without the brackets and casts that PostgreSQL writes into them."""
    found = connection.execute(_POLICIES).all()
    return {(table, *rest, _bare(rule), _bare(check)) for table, *rest, rule, check in found if table in tables}


def _intended(tables: Collection[str]) -> set[tuple[str, ...]]:
    return {
        (table, policy.name, policy.command, "PERMISSIVE", "public", *[_bare(policy.condition)] * 2)
        for table in tables
        for policy in policies_of(table)
    }


def _bare(rule: str) -> str:
    return re.sub(r"::text|[()\s]", "", rule)
