"""The commands, and what they take; each one's work is imported when it is asked for."""

from __future__ import annotations

from enum import StrEnum
from pathlib import Path
from typing import Annotated

import typer

from app.cli import operator_commands, upkeep_commands
from app.cli.names import COMMAND, DEFAULT_CHECKLIST, OWN_CHECKLISTS
from app.quick_start import quick_start


class CheckFormat(StrEnum):
    """What the feedback on files can be written as."""

    TEXT = "text"
    JSON = "json"
    MARKDOWN = "markdown"
    HTML = "html"
    SARIF = "sarif"


class CheckView(StrEnum):
    """How much of the feedback is shown."""

    FINDINGS = "findings"
    NEXT_STEPS = "next-steps"


class Answerer(StrEnum):
    """Who can answer a question."""

    ORGANISER = "organiser"
    FUNDER = "funder"
    FACILITATOR = "facilitator"
    SIDE = "side"


class SchemaOf(StrEnum):
    """The files that a domain expert writes with an editor's help."""

    CHECK = "check"
    OVERLAY = "overlay"


class ListFormat(StrEnum):
    """What a list of checks can be written as."""

    TEXT = "text"
    JSON = "json"


application = typer.Typer(
    name=COMMAND,
    help="Questions for the design of an unofficial dialogue, before anyone is invited.",
    epilog="It ends with 0 if nothing is left to attend to, 1 if there are findings, 2 if a file cannot be read. "
    "Questions that can wait for a later stage count as nothing to attend to.",
    no_args_is_help=True,
    add_completion=False,
    rich_markup_mode=None,
    pretty_exceptions_enable=False,
)
checks = typer.Typer(
    name="checks",
    help="The questions themselves: read them, try them, add one.",
    no_args_is_help=True,
    rich_markup_mode=None,
)
application.add_typer(checks)
for group in operator_commands.GROUPS:
    application.add_typer(group)
application.add_typer(upkeep_commands.upkeep)
application.command("judge-again")(operator_commands.judge_again)

Checklist = Annotated[
    str,
    typer.Option(metavar="NAME", help="A checklist by name, by name and version (track-two@1), or a folder of yours."),
]
Own = Annotated[
    Path | None,
    typer.Option("--checklists", metavar="DIR", envvar=OWN_CHECKLISTS, help="Checklists and overlays of your own."),
]
Folder = Annotated[
    Path | None, typer.Argument(metavar="[DIR]", help="The checklist's folder; left out, the shipped one's.")
]
CheckId = Annotated[str, typer.Argument(metavar="ID", help="The check's id, such as purpose.stated.")]


@application.command()
def check(
    files: Annotated[list[str], typer.Argument(metavar="FILE", help="Designs in YAML or JSON; - is standard input.")],
    chosen: Annotated[CheckFormat, typer.Option("--format", help="What to write.")] = CheckFormat.TEXT,
    view: Annotated[
        CheckView, typer.Option(help="All findings, or at most seven things to do first.")
    ] = CheckView.FINDINGS,
    answered_by: Annotated[
        list[Answerer] | None, typer.Option(help="Show what these can answer; may come several times.")
    ] = None,
    checklist: Checklist = DEFAULT_CHECKLIST,
    checklists: Own = None,
) -> None:
    """Judge designs, offline. Nothing is stored and nothing is sent.

    It ends with 1 if a concern is left, or a question that is worth asking at the design's stage, else with 0. What
    --view and --answered-by leave out counts too.
    """
    if chosen is CheckFormat.HTML and len(files) > 1:
        raise typer.BadParameter("html is one page for one file.", param_hint="--format")
    with quick_start():
        from app.cli.check import check_files
        from app.cli.checklists import checklist_of
        from app.exports.wanted import Wanted

        asked = checklist_of(checklist, checklists)
    raise typer.Exit(check_files(files, chosen, asked, Wanted(answered_by=answered_by or None, view=view.value)))


@checks.command("list")
def list_checks(
    chosen: Annotated[ListFormat, typer.Option("--format", help="What to write.")] = ListFormat.TEXT,
    checklist: Checklist = DEFAULT_CHECKLIST,
    checklists: Own = None,
) -> None:
    """Every check with its question, in order."""
    from app.cli import checks as work
    from app.cli.checklists import checklist_of

    work.list_checks(checklist_of(checklist, checklists), chosen)


@checks.command("show")
def show_check(
    check_id: CheckId,
    chosen: Annotated[ListFormat, typer.Option("--format", help="What to write.")] = ListFormat.TEXT,
    checklist: Checklist = DEFAULT_CHECKLIST,
    checklists: Own = None,
) -> None:
    """Everything about one check: why it is asked, what to do, where it comes from, what it cannot see."""
    from app.cli import checks as work
    from app.cli.checklists import checklist_of

    work.show_check(checklist_of(checklist, checklists), check_id, chosen)


@checks.command("new")
def new_check(
    check_id: CheckId,
    folder: Annotated[
        Path | None, typer.Option(metavar="DIR", help="The checklist's folder; left out, the shipped one's.")
    ] = None,
) -> None:
    """Start a check: its file, with every key explained, and its line in the table of contents."""
    from app.cli import new_check as work

    work.new_check(check_id, folder)


@checks.command("test")
def try_checks(
    folder: Annotated[
        Path | None,
        typer.Argument(metavar="[DIR]", help="A checklist's folder, or one of checklists and overlays of your own."),
    ] = None,
) -> None:
    """Run the examples of every check in a folder, and name file and line of each that comes out otherwise."""
    from app.cli import trying

    raise typer.Exit(trying.run_examples(folder))


@checks.command("release")
def release(folder: Folder = None) -> None:
    """Release a checklist's version: write down its digests, so that it cannot change unnoticed from then on."""
    from app.cli import releasing

    releasing.release(folder)


@checks.command("next-version")
def next_version(folder: Folder = None) -> None:
    """Begin the next version of a checklist, as a copy of a folder such as v1 beside it."""
    from app.cli import releasing

    releasing.begin_next_version(folder)


@checks.command("schema")
def schema(
    chosen: Annotated[SchemaOf, typer.Argument(metavar="check|overlay", help="Of which file.")] = SchemaOf.CHECK,
) -> None:
    """Write the JSON Schema with which an editor completes and checks such a file while you type."""
    from app.cli import checks as work

    work.write_schema(chosen)


@application.command()
def serve(
    host: Annotated[str | None, typer.Option(help="The address to listen on.", show_default="127.0.0.1")] = None,
    port: Annotated[int | None, typer.Option(min=0, max=65_535, help="The port.", show_default="8000")] = None,
    data_dir: Annotated[
        Path | None, typer.Option(metavar="DIR", help="Where the SQLite file is kept.", show_default="data")
    ] = None,
    database_url: Annotated[
        str | None, typer.Option(metavar="URL", help="sqlite:///PATH or postgresql+psycopg://...")
    ] = None,
    checklists: Own = None,
) -> None:
    """Serve the API and its documentation. Each option can also be set as GOODOFFICES_..., such as GOODOFFICES_PORT."""
    with quick_start():
        from app.cli import serving

    serving.serve(host=host, port=port, data_dir=data_dir, database_url=database_url, checklists=checklists)


@application.command()
def migrate(
    database_url: Annotated[
        str | None, typer.Option(metavar="URL", help="postgresql+psycopg://... or sqlite:///PATH")
    ] = None,
    data_dir: Annotated[
        Path | None, typer.Option(metavar="DIR", help="Where the SQLite file is kept.", show_default="data")
    ] = None,
    application_role: Annotated[
        str | None,
        typer.Option(metavar="ROLE", help="On PostgreSQL, the role of the service, which may use the tables then."),
    ] = None,
) -> None:
    """Give the database the tables that this version needs. PostgreSQL needs it before serve, SQLite gets it there."""
    from app.cli import serving

    serving.migrate(data_dir=data_dir, database_url=database_url, application_role=application_role)


@application.command("export-openapi")
def export_openapi() -> None:
    """Write the OpenAPI document of the service to standard output."""
    from app.cli import serving

    serving.export_openapi()
