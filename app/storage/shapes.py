"""How a table is declared: in the words of SQLModel, of which only the table is made; knows no table and no statement.

A row class of SQLModel is a model of pydantic and a mapper beside its table. Statements are written against tables
here, so nobody would use either, and making them took a quarter of a start. A test makes the same declarations with
SQLModel itself, and compares the tables.
"""

from inspect import get_annotations
from types import UnionType
from typing import TYPE_CHECKING, Any, Final, get_args

from sqlalchemy import Boolean, Column, Integer, MetaData, Table

if TYPE_CHECKING:
    from sqlmodel import Field, SQLModel

__all__ = ["Field", "SQLModel"]

KINDS: Final = {int: Integer, bool: Boolean}


if not TYPE_CHECKING:

    def Field(**said: Any) -> dict[str, Any]:  # noqa: N802 - the name is SQLModel's
        """What is said of a column beside its name and the type of its values."""
        return said

    class SQLModel:
        """What tables are declared as."""

        metadata: MetaData
        __table_args__ = ()

        def __init_subclass__(cls, *, table: bool = False) -> None:
            if table:
                columns = [_column(name, kind, cls.__dict__.get(name, {})) for name, kind in _declared(cls)]
                given = cls.__table_args__ if isinstance(cls.__table_args__, tuple) else (cls.__table_args__,)
                options = given[-1] if given and isinstance(given[-1], dict) else {}
                constraints = [one for one in given if one is not options]
                Table(cls.__tablename__, cls.metadata, *columns, *constraints, **options)


def _declared(row: type) -> list[tuple[str, Any]]:
    return list(get_annotations(row).items())


def _column(name: str, kind: Any, said: dict[str, Any]) -> Column[Any]:
    kinds = get_args(kind) if isinstance(kind, UnionType) else (kind,)
    return Column(
        name,
        said.get("sa_type") or KINDS[kinds[0]],
        primary_key=said.get("primary_key", False),
        nullable=type(None) in kinds,
        **said.get("sa_column_kwargs", {}),
    )
