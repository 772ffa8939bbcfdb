"""The commands `serve` and `export-openapi`, which need the whole service; knows how it starts, not what it does."""

from __future__ import annotations

import importlib
import json
import sys
from pathlib import Path
from typing import Any, Final

from pydantic import ValidationError

from app.cli.terminal import complain, write
from app.domain.errors import BadInput
from app.quick_start import quick_start
from app.settings import Settings

# The application is joined above the command, which may not import it; so it is named here and found when asked for.
APPLICATION: Final = "app.main"


def serve(
    *, host: str | None, port: int | None, data_dir: Path | None, database_url: str | None, checklists: Path | None
) -> None:
    """Serve until told to stop. What is None comes from the environment, else from the defaults.

    Raises:
        BadInput: a setting cannot be used.
        ChecklistBroken: a checklist cannot be used; the faults name file and line.
    """
    settings = settings_from(host=host, port=port, data_dir=data_dir, database_url=database_url, checklists=checklists)
    with quick_start():
        from app import server

    if sys.stderr.isatty():
        complain(f"Good Offices: http://{settings.host}:{settings.port}/docs (Ctrl+C stops it)")
    server.run(settings)


def migrate(*, data_dir: Path | None, database_url: str | None, application_role: str | None = None) -> None:
    """Bring the database's tables up to date, all of them or none, let the service's role use them, and say so.

    Raises:
        BadInput: a setting cannot be used.
        Unavailable: the database is out of reach or busy; nothing was changed.
    """
    settings = settings_from(data_dir=data_dir, database_url=database_url, application_role=application_role)
    from app.storage import migrations

    if settings.database_url is None:
        settings.data_dir.mkdir(parents=True, exist_ok=True, mode=0o700)
    migrations.migrate(settings.store, application_role=settings.application_role)
    complain(f"Good Offices: the database is up to date ({migrations.HEAD}).")


def export_openapi() -> None:
    """Write the OpenAPI document to standard output, as it stands in openapi/openapi.json."""
    document = importlib.import_module(APPLICATION).create_app(Settings(access_log=False)).openapi()
    write([(json.dumps(document, indent=2, ensure_ascii=False) + "\n").encode()])


def settings_from(**given: Any) -> Settings:
    """The settings: what is given first, then the environment, then the defaults.

    Raises:
        BadInput: one cannot be used; never with its value.
    """
    try:
        return Settings(**{name: value for name, value in given.items() if value is not None})
    except ValidationError as problem:
        faults = "; ".join(f"{'_'.join(map(str, fault['loc']))}: {fault['msg']}" for fault in problem.errors())
        raise BadInput(f"A setting (option or GOODOFFICES_ variable) cannot be used. {faults}") from None
