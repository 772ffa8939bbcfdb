"""A service imports what it needs to begin with: counted in modules, since a machine's time is its own."""

import subprocess
import sys

from tests.cli.conftest import ROOT

PROGRAM = """
import importlib, sys
from app.cli.main import run
from app.quick_start import quick_start
with quick_start():
    from app import server
server.run = lambda settings: importlib.import_module(server.APPLICATION).create_app(settings)
assert run(["serve", "--port", "8000"]) == 0
print(*sys.modules)
"""
FOR_LATER = (
    *("sqlalchemy.dialects.postgresql", "psycopg", "alembic"),
    *("jinja2", "xlsxwriter", "openpyxl", "httpx", "typer", "rich", "pydantic.v1", "yaml.cyaml"),
    *("app.api.openapi", "app.api.schemas", "app.api.people_schemas", "app.api.portfolio_schemas"),
    *("app.domain.strict_yaml", "app.checklist.loader", "app.checklist.editor_schema"),
)


def test_a_service_that_begins_has_imported_nothing_that_is_for_later() -> None:
    ended = subprocess.run([sys.executable, "-c", PROGRAM], cwd=ROOT, capture_output=True, check=True, text=True)

    assert set(FOR_LATER).intersection(ended.stdout.split()) == set()
    assert "sqlalchemy" in ended.stdout.split()
