"""Price lists as shops send them, read into lines of text: .xlsx, or .csv in whatever encoding, within stated limits.

A workbook is a zip that a stranger made: its directory is checked before anything is unpacked, and whatever the reader trips over
is the file's fault (422), never an accident of ours.
"""

import csv
import io
import unicodedata
import zipfile
from collections.abc import Iterable, Iterator
from typing import Any

from services.rewards.errors import ListUnreadable

LIST_BYTES_MAX = 2**20
ROWS_MAX = 500
COLUMNS_MAX = 30
CELL_CHARACTERS_MAX = 300
UNPACKED_BYTES_MAX = 16 * 2**20
ZIP_MAGIC = b"PK\x03\x04"
NOT_READABLE = "This file cannot be read as a table; please save it as .xlsx or .csv."

Line = tuple[int, list[str]]


def read_lines(content: bytes) -> list[Line]:
    """Return the lines of the first worksheet (number from 1, cells as text); ListUnreadable if that cannot be."""
    rows = _xlsx_rows(content) if content.startswith(ZIP_MAGIC) else _csv_rows(content)
    lines: list[Line] = []
    for number, row in enumerate(rows, 1):
        cells = [_text(cell) for cell in row[:COLUMNS_MAX]]
        if any(cells):
            lines.append((number, cells))
        if len(lines) > ROWS_MAX or number > 20 * ROWS_MAX:
            raise ListUnreadable(f"A list may have at most {ROWS_MAX} rows; please split it.")
    return lines


def _xlsx_rows(content: bytes) -> Iterator[tuple[Any, ...]]:
    from openpyxl import load_workbook  # large, and only a process that is sent workbooks needs it

    try:
        members = zipfile.ZipFile(io.BytesIO(content)).infolist()
        if sum(member.file_size for member in members) > UNPACKED_BYTES_MAX:
            raise ListUnreadable("This file unpacks to more than a price list can be.")
        book = load_workbook(io.BytesIO(content), read_only=True, data_only=True, keep_links=False)
        sheet = book.worksheets[0]
        sheet.reset_dimensions()  # what a file says of its own size may be wrong, and rows beyond it would be lost
        yield from sheet.iter_rows(max_col=COLUMNS_MAX, max_row=20 * ROWS_MAX + 1, values_only=True)
    except ListUnreadable:
        raise
    except Exception as error:
        raise ListUnreadable(NOT_READABLE) from error


def _csv_rows(content: bytes) -> Iterable[list[str]]:
    text = _decoded(content)
    head = "".join(text.splitlines(keepends=True)[:20])
    try:
        return list(csv.reader(io.StringIO(text, newline=""), delimiter=max(",\t;", key=head.count)))
    except csv.Error as error:
        raise ListUnreadable(NOT_READABLE) from error


def _decoded(content: bytes) -> str:
    """Return the text of a CSV: UTF-8, UTF-16 with its mark, or what Chinese spreadsheet programs write (GB18030)."""
    encodings = ("utf-16",) if content.startswith((b"\xff\xfe", b"\xfe\xff")) else ("utf-8-sig", "gb18030")
    for encoding in encodings:
        try:
            return content.decode(encoding)
        except UnicodeDecodeError:
            continue
    raise ListUnreadable(NOT_READABLE)


def _text(cell: Any) -> str:
    if cell is None:
        return ""
    if isinstance(cell, float) and cell.is_integer():
        return str(int(cell))
    text = unicodedata.normalize("NFC", str(cell)).strip()
    kept = "".join(mark for mark in text if mark == "\n" or unicodedata.category(mark) not in ("Cc", "Cs"))
    if len(kept) > CELL_CHARACTERS_MAX:
        raise ListUnreadable(f"A cell may have at most {CELL_CHARACTERS_MAX} characters.")
    return kept
