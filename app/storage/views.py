"""What a transaction may see, and how PostgreSQL is told; knows no table and not who may ask for which view."""

from dataclasses import dataclass

from sqlalchemy import Connection

ORGANISATION = "goodoffices.organisation"
CREDENTIAL = "goodoffices.credential"
OPERATOR_SWITCH = "goodoffices.operator"

# "true" keeps each setting to its transaction, so that the next user of a pooled connection inherits nothing.
_SHOW = f"""SELECT set_config('{ORGANISATION}', %s, true), set_config('{CREDENTIAL}', %s, true),
    set_config('{OPERATOR_SWITCH}', %s, true)"""


@dataclass(frozen=True, slots=True)
class View:
    """What one transaction may see. PostgreSQL holds it to that; SQLite's statements name the organisation themselves.

    Attributes:
        organisation: the rows of this organisation, to read and to write.
        credential: a digest that opens the one row of keys and sessions that has it, to read.
        operator: lists organisations and what is left to do for them, by ids, and nothing else.
    """

    organisation: str = ""
    credential: str = ""
    operator: bool = False


NOTHING = View()
OPERATOR = View(operator=True)


def of(organisation_id: str) -> View:
    """Everything of one organisation and nothing of any other."""
    return View(organisation=organisation_id)


def by_credential(digest: str) -> View:
    """The key or session with this digest, before it is known whose it is."""
    return View(credential=digest)


def show(connection: Connection, view: View) -> None:
    """Opens this view, and closes every other one, until the transaction ends. One way over the network."""
    if connection.dialect.name == "postgresql":
        settings = (view.organisation, view.credential, "on" if view.operator else "")
        connection.exec_driver_sql(_SHOW, settings).close()
