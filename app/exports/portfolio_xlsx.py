"""What is told of many designs as a workbook in which no cell can become a formula; knows no request."""

from __future__ import annotations

from datetime import UTC, datetime
from io import BytesIO
from typing import Any

from app.checklist.portfolio import Told
from app.exports.cells import begins_a_formula, cell_text
from app.exports.portfolio_tables import Table, table_of

# The same counts give the same bytes, whenever they are asked for.
NO_DATE = datetime(2000, 1, 1, tzinfo=UTC)
WIDTHS = {"text": 60, "first_question": 50, "second_question": 50, "id": 34, "first": 34, "second": 34}
USUAL_WIDTH = 14
OPTIONS = {
    "in_memory": True,
    "strings_to_formulas": False,
    "strings_to_urls": False,
    "strings_to_numbers": False,
}


def portfolio_xlsx(told: Told) -> bytes:
    """The workbook, with one sheet."""
    from xlsxwriter import Workbook  # late: it takes as long to import as a tenth of a start

    file, table = BytesIO(), table_of(told)
    with Workbook(file, OPTIONS) as workbook:
        workbook.set_properties({"title": table.title, "created": NO_DATE})
        _fill(workbook, table)
    return file.getvalue()


def _fill(workbook: Any, table: Table) -> None:
    sheet = workbook.add_worksheet(table.title)
    heading = workbook.add_format({"bold": True})
    text_only = workbook.add_format({"quote_prefix": True})  # stays text when somebody edits the cell
    sheet.freeze_panes(1, 0)
    for column, name in enumerate(table.columns):
        sheet.set_column(column, column, WIDTHS.get(name, USUAL_WIDTH))
        sheet.write_string(0, column, name, heading)
    for row, cells in enumerate(table.rows, start=1):
        for column, cell in enumerate(cells):
            if isinstance(cell, str):
                text = cell_text(cell)
                sheet.write_string(row, column, text, text_only if begins_a_formula(text) else None)
            elif cell is not None:
                sheet.write_number(row, column, cell)
