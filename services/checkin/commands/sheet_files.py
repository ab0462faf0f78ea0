"""Open what an office uploads: CSV in whatever encoding and separator, or an XLSX workbook, never more than is sane.

A broken, disguised or exploding file is the sender's 422 that names the field `file`, never our accident.
"""

import codecs
import csv
import io
import zipfile
from collections.abc import Iterable, Iterator, Sequence
from datetime import date, datetime, time
from typing import Any

from charset_normalizer import from_bytes

from services.checkin.errors import SheetUnreadable

LINES_MAX = 3_000
COLUMNS_MAX = 60
CELL_CHARACTERS_MAX = 300
WORKSHEETS_MAX = 30
UNPACKED_BYTES_MAX = 60_000_000
PACKED_RATIO_MAX = 300
ZIP_ENTRIES_MAX = 2_000
LINES_SNIFFED = 30
STRAY_CONTROLS_MAX = 3
SEPARATORS = (",", "\t", ";")

Grid = list[list[str]]


def read_grids(content: bytes) -> list[tuple[str, Grid]]:
    """Return each worksheet's name and rows of cell texts (a CSV is one worksheet named ''); SheetUnreadable otherwise."""
    if content.startswith(b"PK\x03\x04"):
        grids = _read_workbook(content)
    elif content.startswith(b"\xd0\xcf\x11\xe0"):
        raise _unreadable("This is an old .xls workbook; please save it as .xlsx or CSV.")
    else:
        grids = [("", _read_csv(_decode(content)))]
    if not any(any(row) for _, grid in grids for row in grid):
        raise _unreadable("There is nothing in this file.")
    return grids


def _unreadable(detail: str) -> SheetUnreadable:
    return SheetUnreadable(detail, errors={"/file": detail})


# --- CSV -------------------------------------------------------------------------------------------------------------

def _decode(content: bytes) -> str:
    """Return the text. Marks first, then UTF-8 (which hardly anything else is by chance), then GB18030, which Chinese
    spreadsheets write; guessing by statistics comes last, since it is wrong on short tables."""
    for mark, encoding in ((codecs.BOM_UTF8, "utf-8-sig"), (codecs.BOM_UTF16_LE, "utf-16"), (codecs.BOM_UTF16_BE, "utf-16")):
        if content.startswith(mark):
            return _decode_as(content, [encoding])
    if b"\x00" in content:
        even, odd = content[::2].count(0), content[1::2].count(0)
        return _decode_as(content, ["utf-16-le" if odd >= even else "utf-16-be"])
    return _decode_as(content, ["utf-8", "gb18030"])


def _decode_as(content: bytes, encodings: Iterable[str]) -> str:
    for encoding in encodings:
        try:
            text = content.decode(encoding)
        except UnicodeDecodeError:
            continue
        return _require_text(text)
    best = from_bytes(content).best()
    if best is None:
        raise _unreadable("The characters of this file cannot be read; please save it as CSV (UTF-8).")
    return _require_text(str(best))


def _require_text(text: str) -> str:
    """Refuse what only decodes by chance: tables have a stray control character at most, pictures and programs are full
    of them."""
    controls = sum(mark < " " and mark not in "\t\r\n" for mark in text)
    if controls > max(STRAY_CONTROLS_MAX, len(text) // 100):
        raise _unreadable("This is not a table of text.")
    return text


def _read_csv(text: str) -> Grid:
    separator = max(SEPARATORS, key=lambda mark: _columns_by(text, mark))
    return _bounded(_split(text, separator))


def _split(text: str, separator: str) -> Iterator[list[str]]:
    try:
        yield from csv.reader(io.StringIO(text, newline=""), delimiter=separator)
    except csv.Error as error:
        raise _unreadable(f"This is not a table: {error}.") from error


def _columns_by(text: str, separator: str) -> int:
    """Return how many cells the first lines have altogether if split by `separator`."""
    sample = "\n".join(text.splitlines()[:LINES_SNIFFED])
    return sum(len(row) for row in csv.reader(io.StringIO(sample), delimiter=separator))


# --- XLSX ------------------------------------------------------------------------------------------------------------

def _read_workbook(content: bytes) -> list[tuple[str, Grid]]:
    from openpyxl import load_workbook  # large, and only a process that is sent workbooks needs it

    _refuse_bomb(content)
    try:
        workbook = load_workbook(io.BytesIO(content), read_only=True, data_only=True, keep_links=False)
        if len(workbook.worksheets) > WORKSHEETS_MAX:
            raise _unreadable(f"A workbook may have at most {WORKSHEETS_MAX} worksheets.")
        return [(sheet.title, _bounded(_texts(sheet))) for sheet in workbook.worksheets]
    except SheetUnreadable:
        raise
    except Exception as error:  # the edge of somebody else's parser, fed by strangers: it raises whatever it stumbles over
        raise _unreadable("This workbook is damaged or not a workbook at all.") from error


def _refuse_bomb(content: bytes) -> None:
    """Refuse an archive that unpacks to more than a sheet can be, before anything is unpacked."""
    try:
        entries = zipfile.ZipFile(io.BytesIO(content)).infolist()
    except (zipfile.BadZipFile, ValueError, NotImplementedError) as error:
        raise _unreadable("This workbook is damaged.") from error
    unpacked = sum(entry.file_size for entry in entries)
    if len(entries) > ZIP_ENTRIES_MAX or unpacked > min(UNPACKED_BYTES_MAX, len(content) * PACKED_RATIO_MAX):
        raise _unreadable("This workbook unpacks to far more than a sign-in sheet.")


def _texts(sheet: Any) -> Iterator[list[str]]:
    sheet.reset_dimensions()  # files lie about their size
    for row in sheet.iter_rows(max_row=LINES_MAX + 1, max_col=COLUMNS_MAX, values_only=True):
        yield [_text(value) for value in row]


def _text(value: Any) -> str:
    """Return a cell as it would be read aloud: whole numbers without a point, dates and times in ISO form."""
    if value is None or isinstance(value, bool):
        return ""
    if isinstance(value, float) and value.is_integer():
        return str(int(value))
    if isinstance(value, datetime):
        return value.isoformat(sep=" ", timespec="seconds") if value.time() != time(0) else value.date().isoformat()
    if isinstance(value, date | time):
        return value.isoformat()
    return str(value)


def _bounded(rows: Iterable[Sequence[str]]) -> Grid:
    """Return the rows without control characters and empty ends; SheetUnreadable if there are too many."""
    grid: Grid = []
    for row in rows:
        if len(grid) >= LINES_MAX:
            raise _unreadable(f"A sheet may have at most {LINES_MAX} lines.")
        cells = [_clean(cell) for cell in row[:COLUMNS_MAX]]
        while cells and not cells[-1]:
            cells.pop()
        grid.append(cells)
    return grid


def _clean(cell: str) -> str:
    kept = "".join(mark for mark in cell[:CELL_CHARACTERS_MAX] if mark.isprintable() or mark in " \u3000\t\n")
    return kept.strip()
