"""Files as they come: encodings, damaged workbooks, bombs."""

import datetime
import io
import zipfile

import pytest
from openpyxl import Workbook

from services.identity.commands.sheet import CELL_CHARACTERS_MAX, ROWS_MAX, UNPACKED_BYTES_MAX, read_sheet
from services.identity.errors import FileUnreadable
from tests.services.identity.conftest import DATA


def workbook(*sheets: list[list[object]]) -> bytes:
    book = Workbook()
    book.remove(book.active)
    for number, rows in enumerate(sheets, 1):
        sheet = book.create_sheet(f"表{number}")
        for row in rows:
            sheet.append(row)
    stream = io.BytesIO()
    book.save(stream)
    return stream.getvalue()


def zipped(members: dict[str, bytes]) -> bytes:
    stream = io.BytesIO()
    with zipfile.ZipFile(stream, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in members.items():
            archive.writestr(name, content)
    return stream.getvalue()


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "gb18030", "utf-16"])
@pytest.mark.parametrize("delimiter", [",", "\t", ";"])
def test_a_csv_is_read_in_any_usual_encoding(encoding: str, delimiter: str) -> None:
    text = f"姓名{delimiter}电话\r\n封𠮷{delimiter}１３９００００００01\r\n"
    assert [line.cells for line in read_sheet(text.encode(encoding))] == [("姓名", "电话"), ("封𠮷", "13900000001")]


def test_cells_of_a_workbook_become_text_and_doubtful_numbers_are_marked() -> None:
    born = datetime.date(1951, 1, 15)
    content = workbook([["姓名", 13914862807, 13914862807.0, 1951.1, 1951.2, born, None, True]])
    assert read_sheet(content)[0].cells == (
        "姓名",
        "13914862807",
        "13914862807",
        "1951.1?",
        "1951.2",
        "1951-01-15",
        "",
        "True",
    )


def test_rows_count_through_all_worksheets_and_remember_their_own_number() -> None:
    content = workbook([["姓名"], [None], ["王凯"], [None]], [["姓名"], ["李兰英"]])
    assert [(line.row, line.sheet, line.sheet_row, *line.cells) for line in read_sheet(content)] == [
        (1, "表1", 1, "姓名"), (2, "表1", 2), (3, "表1", 3, "王凯"), (4, "表2", 1, "姓名"), (5, "表2", 2, "李兰英"),
    ]  # fmt: skip


def test_the_real_roster_has_525_lines() -> None:
    assert len(read_sheet((DATA / "residents.xlsx").read_bytes())) == 525


@pytest.mark.parametrize(
    "content",
    [
        b"PK\x03\x04 cut off",
        zipped({"readme.txt": b"not a workbook"}),
        zipped({"[Content_Types].xml": b"<broken", "xl/workbook.xml": b"<x"}),
        (DATA / "residents.xlsx").read_bytes()[:20_000],
        b"\xd0\xcf\x11\xe0 an old workbook",
        b"\xff\xfe\x00",
        b"\x80\x81\xff\xff\xff",
    ],
)
def test_what_is_no_table_is_refused_at_the_field_file(content: bytes) -> None:
    with pytest.raises(FileUnreadable) as refused:
        read_sheet(content)
    assert [error.pointer for error in refused.value.errors] == ["/file"]


def test_a_zip_bomb_is_refused_by_its_directory_before_anything_is_unpacked() -> None:
    bomb = zipped({"xl/worksheets/sheet1.xml": b"0" * (UNPACKED_BYTES_MAX + 1)})
    assert len(bomb) < 2**20
    with pytest.raises(FileUnreadable, match="unpacks"):
        read_sheet(bomb)


def test_a_zip_of_very_many_members_is_refused() -> None:
    with pytest.raises(FileUnreadable, match="unpacks"):
        read_sheet(zipped({f"{number}.xml": b"" for number in range(501)}))


def test_a_row_at_the_far_end_of_a_sheet_is_too_many_rows() -> None:
    with pytest.raises(FileUnreadable, match="rows"):
        read_sheet("姓名\n".encode() + b"\n" * ROWS_MAX + "王凯\n".encode())


def test_a_sheet_that_claims_an_absurd_row_number_is_refused_not_waited_for() -> None:
    content = workbook([["姓名"], ["王凯"]])
    with zipfile.ZipFile(io.BytesIO(content)) as archive:
        members = {name: archive.read(name) for name in archive.namelist()}
    name = "xl/worksheets/sheet1.xml"
    members[name] = (
        members[name].replace(b'<row r="2"', b'<row r="999999999999"').replace(b'r="A2"', b'r="A999999999999"')
    )
    with pytest.raises(FileUnreadable):
        read_sheet(zipped(members))


def test_a_cell_as_long_as_a_letter_is_refused_rather_than_cut() -> None:
    with pytest.raises(FileUnreadable, match="characters"):
        read_sheet(("姓名\n" + "王" * (CELL_CHARACTERS_MAX + 1)).encode())
