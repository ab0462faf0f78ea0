"""Workbooks that the office downloads: a sheet each for some rows, the first a heading, the last a sum."""

import io
from collections.abc import Mapping, Sequence
from typing import Any

from flask import Response

Rows = Sequence[Sequence[Any]]

WIDTH = 16
XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"


def written(sheets: Mapping[str, Rows]) -> bytes:
    """Return an XLSX with these sheets by name; sums are written as numbers, not as formulas."""
    from xlsxwriter import Workbook  # most processes never write one

    target = io.BytesIO()
    with Workbook(target, {"in_memory": True}) as book:
        bold = book.add_format({"bold": True})
        for name, rows in sheets.items():
            sheet = book.add_worksheet(name)
            for number, row in enumerate(rows):
                _write(sheet, number, row, bold if number in (0, len(rows) - 1) else None)
            sheet.set_column(0, len(rows[0]) - 1, WIDTH)
            sheet.freeze_panes(1, 0)
    return target.getvalue()


def download(book: bytes, name: str) -> Response:
    """Return a workbook as the file `name`."""
    response = Response(book, content_type=XLSX)
    response.headers["Content-Disposition"] = f"attachment; filename={name}"
    return response


def _write(sheet: Any, number: int, row: Sequence[Any], form: Any) -> None:
    """Write text as text: what begins with '=' in a title is no formula."""
    for column, value in enumerate(row):
        write = sheet.write_number if isinstance(value, int | float) else sheet.write_string
        write(number, column, value, form)
