"""Every table in one place, for those who need all of them; knows no column."""

from sqlalchemy import MetaData, Table

from app.storage import access_tables, job_tables, portfolio_tables, review_tables
from app.storage.tables import OF_ROWS, Row

# Importing them is what makes their tables known.
MODULES = (access_tables, job_tables, portfolio_tables, review_tables)


def every_table() -> MetaData:
    """All tables of the database."""
    for table in Row.metadata.tables.values():
        for index in table.indexes:
            if OF_ROWS in index.info:
                index.dialect_kwargs["postgresql_where"] = index.info[OF_ROWS]
    return Row.metadata


def tables_of_organisations() -> tuple[Table, ...]:
    """The tables whose rows are some organisation's, those that others refer to last."""
    ordered = reversed(every_table().sorted_tables)
    return tuple(table for table in ordered if "organisation_id" in table.c or table.name == "organisations")
