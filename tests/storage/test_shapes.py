"""What is declared in SQLModel's words gives the tables that SQLModel gives, without its classes."""

import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).parents[2]
AS_SQLMODEL_DOES = """
import sqlmodel
from app.storage import shapes
shapes.Field, shapes.SQLModel = sqlmodel.Field, sqlmodel.SQLModel
"""
WRITE_THE_TABLES = """
import sys
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.schema import CreateIndex, CreateTable
from app.storage.schema import every_table
for table in every_table().sorted_tables:
    indexes = sorted(table.indexes, key=lambda index: index.name)
    for dialect in (sqlite.dialect(), postgresql.dialect()):
        print(*(made.compile(dialect=dialect) for made in (CreateTable(table), *map(CreateIndex, indexes))))
    print(*(f"{column.name} {column.type!r} {column.nullable}" for column in table.c))
print("sqlalchemy.orm" in sys.modules, file=sys.stderr)
"""


def tables_by(program: str) -> tuple[str, str]:
    ended = subprocess.run([sys.executable, "-c", program], cwd=ROOT, capture_output=True, check=True, text=True)
    return ended.stdout, ended.stderr.strip()


def test_the_tables_are_those_of_sqlmodel_and_no_mapper_is_made_for_them() -> None:
    ours, mapped = tables_by(WRITE_THE_TABLES)
    theirs, mapped_by_sqlmodel = tables_by(AS_SQLMODEL_DOES + WRITE_THE_TABLES)

    assert "CREATE TABLE organisations" in ours
    assert ours == theirs
    assert (mapped, mapped_by_sqlmodel) == ("False", "True")
