"""What is told of many designs as CSV (RFC 4180) in which no cell can become a formula; knows no request."""

from __future__ import annotations

import csv
from io import StringIO

from app.checklist.portfolio import Told
from app.exports.cells import begins_a_formula, cell_text
from app.exports.portfolio_tables import Cell, table_of

GUARD = "'"  # what a spreadsheet takes for: this is text


def portfolio_csv(told: Told) -> bytes:
    """The table, UTF-8, every text in quotation marks."""
    table, text = table_of(told), StringIO(newline="")
    writer = csv.writer(text, quoting=csv.QUOTE_NONNUMERIC, lineterminator="\r\n")
    writer.writerow(table.columns)
    writer.writerows([_cell(cell) for cell in row] for row in table.rows)
    return text.getvalue().encode()


def _cell(cell: Cell) -> str | int | float:
    if not isinstance(cell, str):
        return "" if cell is None else cell
    text = cell_text(cell)
    return GUARD + text if begins_a_formula(text) else text
