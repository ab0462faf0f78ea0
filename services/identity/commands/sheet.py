"""Files as offices send them, read into lines of text: .xlsx, or .csv in whatever encoding, within stated limits.

A workbook is a zip that a stranger made: its directory is checked before anything is unpacked, and whatever the reader trips
over is the file's fault (422), never an accident of ours.
"""

import csv
import hashlib
import io
import re
import zipfile
from collections.abc import Iterable, Iterator
from datetime import date, datetime
from typing import Any

from services.identity.errors import FileUnreadable
from services.identity.rules.people import plain
from services.identity.rules.roster import Line
from shared.aside import aside

ROWS_MAX = 3_000
COLUMNS_MAX = 40
CELL_CHARACTERS_MAX = 200
SHEETS_MAX = 40
LINES_SCANNED_MAX = 1_048_576
UNPACKED_BYTES_MAX = 32 * 2**20
ZIP_MEMBERS_MAX = 500
ZIP_MAGIC, OLD_EXCEL_MAGIC = b"PK\x03\x04", b"\xd0\xcf\x11\xe0"
CSV_TITLE = "csv"
NOT_READABLE = "The file is damaged or not a spreadsheet; please save it again as .xlsx or .csv."


def read_sheet(content: bytes) -> list[Line]:
    """Return all lines of all sheets, blank ones too, each cell as narrow text; FileUnreadable if that cannot be."""
    return aside(_read, content)


def content_digest(content: bytes) -> str:
    """Return what makes two uploads the same file."""
    return hashlib.sha256(content).hexdigest()


def _read(content: bytes) -> list[Line]:
    if content.startswith(OLD_EXCEL_MAGIC):
        raise FileUnreadable("This is an old .xls file; please save it as .xlsx or .csv.")
    rows = _xlsx_rows(content) if content.startswith(ZIP_MAGIC) else _csv_rows(content)
    return list(_numbered(rows))


def _numbered(rows: Iterable[tuple[str, int, tuple[str, ...]]]) -> Iterator[Line]:
    """Yield lines numbered through the workbook; blank lines at the end of a sheet are no lines."""
    offset, count, current = 0, 0, None
    waiting: list[Line] = []
    for sheet, sheet_row, cells in rows:
        if sheet != current:
            offset, current, waiting = count, sheet, []
        waiting.append(Line(offset + sheet_row, sheet, sheet_row, cells))
        if sheet_row > LINES_SCANNED_MAX:
            raise FileUnreadable(NOT_READABLE)
        if not any(cells):
            del waiting[:-ROWS_MAX]
            continue
        if offset + sheet_row > ROWS_MAX:
            raise FileUnreadable(f"A file may have at most {ROWS_MAX} rows; please split it.")
        if any(len(cell) > CELL_CHARACTERS_MAX for cell in cells):
            raise FileUnreadable(f"Row {sheet_row} has a cell of more than {CELL_CHARACTERS_MAX} characters.")
        count = offset + sheet_row
        yield from waiting
        waiting = []


def _xlsx_rows(content: bytes) -> Iterator[tuple[str, int, tuple[str, ...]]]:
    from openpyxl import load_workbook  # large, and only a process that is sent workbooks needs it

    _check_zip(content)
    try:
        book = load_workbook(io.BytesIO(content), read_only=True, data_only=True, keep_links=False)
        if len(book.worksheets) > SHEETS_MAX:
            raise FileUnreadable(f"A file may have at most {SHEETS_MAX} worksheets; please split it.")
        for sheet in book.worksheets:
            sheet.reset_dimensions()  # what a file says of its own size may be wrong, and rows beyond it would be lost
            for number, row in enumerate(sheet.iter_rows(max_col=COLUMNS_MAX, values_only=True), 1):
                filled = row.count(None) < len(row)
                yield sheet.title, number, _trimmed([_text(value) for value in row]) if filled else ()
    except FileUnreadable:
        raise
    except Exception as error:
        raise FileUnreadable(NOT_READABLE) from error


def _check_zip(content: bytes) -> None:
    """Refuse an archive that would unpack to more than a roster can be; zipfile itself stops at the sizes stated here."""
    try:
        members = zipfile.ZipFile(io.BytesIO(content)).infolist()
    except (zipfile.BadZipFile, ValueError, OSError) as error:
        raise FileUnreadable(NOT_READABLE) from error
    if len(members) > ZIP_MEMBERS_MAX or sum(member.file_size for member in members) > UNPACKED_BYTES_MAX:
        raise FileUnreadable("This file unpacks to more than a table of residents can be; please split it.")


def _csv_rows(content: bytes) -> Iterator[tuple[str, int, tuple[str, ...]]]:
    text = _decode(content)
    try:
        for number, row in enumerate(csv.reader(io.StringIO(text, newline=""), delimiter=_delimiter(text)), 1):
            yield CSV_TITLE, number, _trimmed([plain(cell) for cell in row[:COLUMNS_MAX]])
    except csv.Error as error:
        raise FileUnreadable(NOT_READABLE) from error


def _trimmed(cells: list[str]) -> tuple[str, ...]:
    """Return cells without the blank ones to the right, which a workbook has as many of as it likes."""
    while cells and not cells[-1]:
        cells.pop()
    return tuple(cells)


def _decode(content: bytes) -> str:
    """Return the text of a CSV: UTF-8, UTF-16 with its mark, or what Chinese spreadsheet programs write (GB18030)."""
    encodings = ("utf-16",) if content.startswith((b"\xff\xfe", b"\xfe\xff")) else ("utf-8-sig", "gb18030")
    for encoding in encodings:
        try:
            return content.decode(encoding)
        except UnicodeDecodeError:
            continue
    raise FileUnreadable("The text of this file cannot be read; please save it as .xlsx or as CSV UTF-8.")


def _delimiter(text: str) -> str:
    head = "".join(text.splitlines(keepends=True)[:20])
    return max(",\t;", key=head.count)


def _text(value: Any) -> str:
    if value is None:
        return ""
    if isinstance(value, datetime | date):
        return value.strftime("%Y-%m-%d")
    if isinstance(value, float):
        return _number_text(value)
    return plain(str(value))


def _number_text(value: float) -> str:
    """Return a number cell as text; 1951.1 as a number may have been typed 1951.10, so it is marked as not certain."""
    if value.is_integer():
        return str(int(value))
    return f"{value}?" if re.fullmatch(r"(19|20)\d\d\.1", str(value)) else str(value)
