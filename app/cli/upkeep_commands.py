"""The commands that keep a service alive: backup, restore, doctor; each one's work is imported when it is asked for."""

from __future__ import annotations

from enum import StrEnum
from pathlib import Path
from typing import Annotated

import typer

from app.cli.operator_commands import Database, DataDir, KeyFile, KeyStore, places

upkeep = typer.Typer(rich_markup_mode=None)


class DoctorFormat(StrEnum):
    """What the doctor's findings can be written as."""

    TEXT = "text"
    JSON = "json"


Keys = Annotated[Path, typer.Option("--keys", metavar="FOLDER", help="The folder of the key store's half, elsewhere.")]


@upkeep.command()
def backup(
    output: Annotated[Path, typer.Option(metavar="FOLDER", help="A folder that is not there yet, for the data.")],
    keys: Keys,
    data_dir: DataDir = None,
    database: Database = None,
    key_store: KeyStore = None,
    key_file: KeyFile = None,
) -> None:
    """Back up the data to one new folder and the key store to another, while the service runs.

    The master keys are in neither; keep them in a third place.
    """
    from app.cli import backups as work

    work.back_up(output, keys, places(data_dir, database, key_store, key_file))


@upkeep.command()
def restore(
    *,
    folder: Annotated[Path, typer.Argument(metavar="FOLDER", help="The backup of the data.")],
    keys: Keys,
    application_role: Annotated[
        str | None,
        typer.Option(metavar="ROLE", help="On PostgreSQL, the role of the service, which may use the tables then."),
    ] = None,
    data_dir: DataDir = None,
    database: Database = None,
    key_store: KeyStore = None,
    key_file: KeyFile = None,
) -> None:
    """Put a backup back on an empty machine, and try whether everything opens. It never writes over anything.

    It ends with 1 if a key or an initiative is damaged, or an audit trail does not stand.
    """
    from app.cli import backups as work

    given = places(data_dir, database, key_store, key_file)
    raise typer.Exit(work.restore(folder, keys, {**given, "application_role": application_role}))


@upkeep.command()
def doctor(
    *,
    chosen: Annotated[DoctorFormat, typer.Option("--format", help="What to write.")] = DoctorFormat.TEXT,
    mend: Annotated[bool, typer.Option("--mend", help="Put right what can be put right without you.")] = False,
    backups: Annotated[
        list[Path] | None,
        typer.Option(metavar="FOLDER", help="Where backups are, to see how old the newest is; may come several times."),
    ] = None,
    backup_hours: Annotated[int, typer.Option(min=1, help="How old the newest backup may be.")] = 26,
    data_dir: DataDir = None,
    database: Database = None,
    key_store: KeyStore = None,
    key_file: KeyFile = None,
) -> None:
    """Look at everything that a service needs, and say what needs attention and what to do. Services may go on running.

    It ends with 1 if something needs attention. It changes nothing, unless you say --mend.
    """
    from app.cli import doctor as work

    given = places(data_dir, database, key_store, key_file)
    raise typer.Exit(work.examine(chosen.value, backups or [], backup_hours, given, mend=mend))
