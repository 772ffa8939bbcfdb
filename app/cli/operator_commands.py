"""The commands of whoever runs the service, and what they take; each one's work is imported when it is asked for."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

organisations = typer.Typer(
    name="organisations",
    help="Organisations: make one with its first person, list, export and delete them.",
    no_args_is_help=True,
    rich_markup_mode=None,
)
keys = typer.Typer(
    name="keys",
    help="The master keys, which lock every other key: put a new one first, drop old ones, try a copy.",
    no_args_is_help=True,
    rich_markup_mode=None,
)
audit = typer.Typer(
    name="audit",
    help="The audit trails: whether they stand, and signed statements of how far they go.",
    no_args_is_help=True,
    rich_markup_mode=None,
)
GROUPS = (organisations, keys, audit)

DataDir = Annotated[Path | None, typer.Option(metavar="DIR", help="The data folder.", show_default="data")]
Database = Annotated[str | None, typer.Option("--database-url", metavar="URL", help="The database of the data.")]
KeyStore = Annotated[str | None, typer.Option("--key-store-url", metavar="URL", help="The database of the keys.")]
KeyFile = Annotated[Path | None, typer.Option(metavar="FILE", help="The file of the master keys.")]
Id = Annotated[str, typer.Argument(metavar="ID", help="The organisation's id.")]
Places = dict[str, Path | str | None]


def places(data_dir: Path | None, database: str | None, key_store: str | None, key_file: Path | None) -> Places:
    """The options that say where everything is, as settings."""
    return {"data_dir": data_dir, "database_url": database, "key_store_url": key_store, "key_file": key_file}


@organisations.command("create")
def create_organisation(
    name: Annotated[str, typer.Argument(metavar="NAME", help="What the organisation is called.")],
    owner: Annotated[str, typer.Option(metavar="NAME", help="What its first person, an admin, is called.")],
    data_dir: DataDir = None,
    database: Database = None,
    key_store: KeyStore = None,
    key_file: KeyFile = None,
) -> None:
    """Make an organisation with its first person, and show that person's API key, once.

    Where nothing is there yet the key file is made too; PostgreSQL needs goodoffices migrate before.
    """
    from app.cli import organisations as work

    work.create(name, owner, places(data_dir, database, key_store, key_file))


@organisations.command("list")
def list_organisations(
    data_dir: DataDir = None, database: Database = None, key_store: KeyStore = None, key_file: KeyFile = None
) -> None:
    """Every organisation: its id, the day that it was made, its name."""
    from app.cli import organisations as work

    work.list_all(places(data_dir, database, key_store, key_file))


@organisations.command("export")
def export_organisation(
    organisation_id: Id,
    output: Annotated[Path, typer.Option(metavar="FILE", help="A file that is not there yet.")],
    data_dir: DataDir = None,
    database: Database = None,
    key_store: KeyStore = None,
    key_file: KeyFile = None,
) -> None:
    """Write everything of an organisation, not encrypted, to a file of JSON lines that only you can read."""
    from app.cli import organisations as work

    work.export(organisation_id, output, places(data_dir, database, key_store, key_file))


@organisations.command("let-in")
def let_back_in(
    organisation_id: Id,
    person_id: Annotated[str, typer.Argument(metavar="PERSON", help="The person's id, which an admin can look up.")],
    data_dir: DataDir = None,
    database: Database = None,
    key_store: KeyStore = None,
    key_file: KeyFile = None,
) -> None:
    """Give somebody who lost every way in a new key, and show it, once. It lasts 14 days.

    Their password, sessions and other keys end; with the key they set a new password. Be certain who asks: the key
    opens all that this person may read. It stands in the audit trail.
    """
    from app.cli import organisations as work

    work.let_back_in(organisation_id, person_id, places(data_dir, database, key_store, key_file))


@organisations.command("delete")
def delete_organisation(
    organisation_id: Id,
    yes: Annotated[bool, typer.Option("--yes", help="Do not ask for the id again.")] = False,
    data_dir: DataDir = None,
    database: Database = None,
    key_store: KeyStore = None,
    key_file: KeyFile = None,
) -> None:
    """Delete an organisation with everything in it, and destroy its keys: no backup of the data opens it again."""
    from app.cli import organisations as work

    work.delete(organisation_id, places(data_dir, database, key_store, key_file), confirmed=yes)


@keys.command("rotate")
def rotate_keys(
    data_dir: DataDir = None, database: Database = None, key_store: KeyStore = None, key_file: KeyFile = None
) -> None:
    """Put a new master key first in the key file, and lock everything again with it. Services may go on running.

    Killed in between, run it again: it goes on where it stopped. The old master keys stay in the file.
    """
    from app.cli import keys as work

    work.rotate(places(data_dir, database, key_store, key_file))


@keys.command("retire")
def retire_keys(
    data_dir: DataDir = None, database: Database = None, key_store: KeyStore = None, key_file: KeyFile = None
) -> None:
    """Drop all master keys but the first, once nothing is locked with them. It takes ten seconds."""
    from app.cli import keys as work

    work.retire(places(data_dir, database, key_store, key_file))


@keys.command("check")
def check_keys(
    file: Annotated[Path | None, typer.Option(metavar="COPY", help="A copy of the key file, as from a safe.")] = None,
    data_dir: DataDir = None,
    database: Database = None,
    key_store: KeyStore = None,
    key_file: KeyFile = None,
) -> None:
    """Try whether the master keys, or a copy of them, open everything. It ends with 1 if anything stays shut."""
    from app.cli import keys as work

    raise typer.Exit(work.check(file, places(data_dir, database, key_store, key_file)))


@audit.command("verify")
def verify_audit(
    organisation_id: Annotated[
        str | None, typer.Argument(metavar="[ID]", help="The organisation's id; left out, all of them.")
    ] = None,
    checkpoint: Annotated[
        list[Path] | None, typer.Option(metavar="FILE", help="A checkpoint that was kept; may come several times.")
    ] = None,
    data_dir: DataDir = None,
    database: Database = None,
    key_store: KeyStore = None,
    key_file: KeyFile = None,
) -> None:
    """Follow the audit trails, and see whether they still say what checkpoints say. It ends with 1 if not."""
    from app.cli import audit as work

    given = places(data_dir, database, key_store, key_file)
    raise typer.Exit(work.verify(organisation_id, checkpoint or [], given))


@audit.command("checkpoint")
def write_checkpoint(
    organisation_id: Id,
    data_dir: DataDir = None,
    database: Database = None,
    key_store: KeyStore = None,
    key_file: KeyFile = None,
) -> None:
    """Write a signed statement of how far the trail goes. Keep it where whoever could change the trail cannot."""
    from app.cli import audit as work

    work.checkpoint(organisation_id, places(data_dir, database, key_store, key_file))


def judge_again(
    *,
    organisation_id: Annotated[
        str | None, typer.Argument(metavar="ID", help="An organisation; left out, all of them.")
    ] = None,
    checklist: Annotated[
        str | None, typer.Option(metavar="NAME", help="By this checklist; left out, the one that is adopted.")
    ] = None,
    processes: Annotated[
        int | None, typer.Option(min=1, max=256, help="How many work at it; left out, one a core.")
    ] = None,
    data_dir: DataDir = None,
    database: Database = None,
    key_store: KeyStore = None,
    key_file: KeyFile = None,
) -> None:
    """Judge everything that is stored again, such as by a newer checklist. It can be stopped, and goes on next time."""
    from app.cli import judging as work

    ended = work.judge_again(organisation_id, checklist, processes, places(data_dir, database, key_store, key_file))
    raise typer.Exit(ended)
