"""Under what the service does not start: each rule with its reason and its mend; knows not how a breach is found."""

from collections.abc import Collection, Iterable
from dataclasses import dataclass
from typing import Final

from app.domain.errors import Fault, GoodOfficesError


@dataclass(frozen=True, slots=True)
class Rule:
    """Something that must hold at every start.

    Attributes:
        name: what it is called, here and in GOODOFFICES_ACCEPTED_RISKS.
        reason: what could happen otherwise.
        mend: what to do.
        acceptable: whether an operator may start all the same, by naming it. Never where keys are at stake.
    """

    name: str
    reason: str
    mend: str
    acceptable: bool = False


@dataclass(frozen=True, slots=True)
class Breach:
    """A rule that is broken, and where."""

    rule: str
    where: str = ""


class UnsafeStart(GoodOfficesError):
    """The service does not start: each fault names a broken rule, why it is there, and what to do."""

    detail = "This is not a safe start, so nothing was started. Each line names a rule, its reason, and what to do."


_PASSED_BY: Final = "PostgreSQL would not keep one organisation's rows from another's."
_ROLE: Final = (
    "Make a role of its own for the service, CREATE ROLE … LOGIN NOSUPERUSER NOBYPASSRLS PASSWORD '…'; run, as the "
    "owner of the tables, goodoffices migrate --application-role …; and put that role into GOODOFFICES_DATABASE_URL."
)
_POLICIES: Final = (
    "Take the tables back from a backup, or find out who changed their policies; migrations/ has them as they must be."
)
_LOST: Final = "A write that was acknowledged could be lost when the power fails."

_RULES: Final = (
    Rule(
        "setting-unknown",
        "A variable that begins with GOODOFFICES_ is no setting: what it was meant to set has its default.",
        "Correct its name, or unset it.",
    ),
    Rule(
        "setting-empty",
        "A variable that begins with GOODOFFICES_ is empty: nobody can tell what was meant.",
        "Give it a value, or unset it.",
    ),
    Rule(
        "risk-unknown",
        "GOODOFFICES_ACCEPTED_RISKS names what is no rule, or one that cannot be accepted.",
        "Take the name out, and mend what the rule asks for. docs/operation.md lists those that can be accepted.",
    ),
    Rule(
        "public-address",
        "The service would listen on an address that others can reach, and by itself it speaks without TLS: keys and "
        "designs would cross the network in clear.",
        "Listen on 127.0.0.1. Or put a proxy that ends TLS before it, see that nothing else reaches it, and say so "
        "with GOODOFFICES_PUBLIC=true.",
        acceptable=True,
    ),
    Rule(
        "postgresql-without-tls",
        "PostgreSQL is on another machine, and what is said to it can be read, or answered, by whoever is between.",
        "Add ?sslmode=verify-full to the address (require at the least).",
        acceptable=True,
    ),
    Rule(
        "key-file-in-data-folder",
        "Whoever copies the data folder, as a backup does, would copy the keys that open it.",
        "Move the key file elsewhere and name it in GOODOFFICES_KEY_FILE.",
    ),
    Rule(
        "key-file-open",
        "The key file can be read by others, or can be written: the keys in it open everything, and one byte that is "
        "changed by accident loses everything.",
        "chown it to whoever runs the service, and chmod 400.",
    ),
    Rule(
        "key-folder-open",
        "Others may write into the folder of the key file, so they could put another file in its place.",
        "chmod go-w the folder.",
    ),
    Rule(
        "keys-missing",
        "There are no master keys, but there may be what only they open. New ones would not, so none are made.",
        "Put the key file back from its backup, or name it in GOODOFFICES_KEY_FILE. With PostgreSQL the first key file "
        "is made by goodoffices organisations create.",
    ),
    Rule(
        "keys-do-not-open",
        "These master keys do not open what is in the key store: they are other ones, or the key store was altered.",
        "Use the key file and the key store that belong together. An older master key is added as a line of its own.",
    ),
    Rule(
        "key-store-empty",
        "There are data, but their key store is not there. An empty one would be begun, and nothing would open again.",
        "Put the key store back from its backup, or name it in GOODOFFICES_KEY_STORE_URL.",
    ),
    Rule(
        "key-store-in-database",
        "The wrapped keys would lie in the database of the data, and every backup of it would bring back what was "
        "deleted.",
        "Give GOODOFFICES_KEY_STORE_URL a database of its own, with backups of its own.",
    ),
    Rule(
        "key-store-not-named",
        "With PostgreSQL several processes share the data, and each would have a key store of its own.",
        "Name a second database in GOODOFFICES_KEY_STORE_URL.",
    ),
    Rule(
        "data-folder-open",
        "The data folder can be entered or read by others.",
        "chmod 700 the folder.",
    ),
    Rule(
        "database-file-open",
        "The database can be read or written by others: who works with which initiative, and when, is in clear there.",
        "chmod 600 the file, and find out who has read it.",
    ),
    Rule(
        "key-store-file-open",
        "The key store can be read or written by others.",
        "chmod 600 the file, find out who has read it, and run goodoffices keys rotate.",
    ),
    Rule(
        "migrations-pending",
        "The tables are those of an earlier version, or are not there.",
        "As the owner of the tables, run goodoffices migrate.",
    ),
    Rule(
        "migrations-unknown",
        "The tables were made by another version of Good Offices.",
        "Use the version that made them, or a later one. What was made before the first release cannot be brought up "
        "to date: keep it, and start with an empty data folder or database.",
    ),
    Rule("postgresql-role-superuser", _PASSED_BY, _ROLE),
    Rule("postgresql-role-bypasses-row-security", _PASSED_BY, _ROLE),
    Rule("postgresql-role-owns-tables", "Whoever owns a table can take its row-level security away.", _ROLE),
    Rule(
        "postgresql-role-lacks-rights",
        "The service's role may not use every table, so some requests would fail.",
        "As the owner of the tables, run goodoffices migrate --application-role …, with the name of that role.",
    ),
    Rule("postgresql-row-security-not-forced", _PASSED_BY, _POLICIES),
    Rule("postgresql-row-security-policies", _PASSED_BY, _POLICIES),
    Rule(
        "sqlite-journal-mode-not-wal",
        _LOST,
        "SQLite could not switch to its write-ahead log here. Keep the data on a disk of this machine.",
        acceptable=True,
    ),
    Rule("sqlite-synchronous-not-full", _LOST, "Use a SQLite library built without SQLITE_OMIT_….", acceptable=True),
    Rule(
        "sqlite-foreign-keys-off",
        "What hangs on something deleted would stay.",
        "Use a SQLite library built without SQLITE_OMIT_FOREIGN_KEY.",
        acceptable=True,
    ),
    Rule(
        "sqlite-secure-delete-off",
        "What was deleted would stay readable in the file.",
        "Use a SQLite library that knows PRAGMA secure_delete.",
        acceptable=True,
    ),
    Rule("postgresql-fsync-off", _LOST, "Set fsync = on in the server's configuration.", acceptable=True),
    Rule(
        "postgresql-full-page-writes-off",
        "A page that was half written when the power failed would stay so.",
        "Set full_page_writes = on in the server's configuration.",
        acceptable=True,
    ),
    Rule(
        "postgresql-synchronous-commit-off",
        _LOST,
        "Set synchronous_commit = on, and see that nothing between turns it off.",
        acceptable=True,
    ),
)
RULES: Final = {rule.name: rule for rule in _RULES}


def refuse(breaches: Iterable[Breach], accepted: Collection[str] = ()) -> tuple[Rule, ...]:
    """Raises for what is broken; gives the rules that are broken, but whose risk the operator has accepted by name.

    Raises:
        UnsafeStart: with every rule that is broken and not accepted.
    """
    found = list(breaches)
    let_pass = {breach.rule for breach in found if RULES[breach.rule].acceptable and breach.rule in accepted}
    faults = tuple(_fault(breach) for breach in found if breach.rule not in let_pass)
    if faults:
        raise UnsafeStart(faults=faults)
    return tuple(RULES[name] for name in sorted(let_pass))


def _fault(breach: Breach) -> Fault:
    rule = RULES[breach.rule]
    where = f" ({breach.where})" if breach.where else ""
    accept = f" Or accept it, with GOODOFFICES_ACCEPTED_RISKS={rule.name}." if rule.acceptable else ""
    return Fault(f"{rule.name}{where}", f"{rule.reason} To mend it: {rule.mend}{accept}")
