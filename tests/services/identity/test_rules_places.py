"""Place tables and the ways in which people name a grid."""

import pytest

from services.identity.rules.places import GridPlace, find_grid, grid_key, judge_places, quarter_of, read_places

HEADING = ("区", "街道", "社区", "社区代码", "小区", "网格", "网格代码", "户数")
GRIDS = (
    GridPlace(code="DEMO-01-G11", name="河畔新居第1网格", quarter_name="河畔新居"),
    GridPlace(code="DEMO-01-G12", name="河畔新居第2网格", quarter_name="河畔新居"),
    GridPlace(code="DEMO-01-G01", name="河畔第1网格", quarter_name="河畔"),
)


def row(**told: str) -> tuple[str, ...]:
    usual = {"区": "示范区", "街道": "豆香街道", "社区": "金豆社区", "社区代码": "DEMO-01", "小区": "金苗苑"}
    return tuple(
        (usual | {"网格": "金苗苑第1网格", "网格代码": "DEMO-01-G01", "户数": "120"} | told)[title] for title in HEADING
    )


@pytest.mark.parametrize(
    ("written", "code"),
    [
        ("DEMO-01-G11", "DEMO-01-G11"),
        ("demo-01-g11", "DEMO-01-G11"),
        ("ＤＥＭＯ－０１－Ｇ１１", "DEMO-01-G11"),
        ("河畔新居第1网格", "DEMO-01-G11"),
        ("河畔新居 第１网格", "DEMO-01-G11"),
        ("河畔新居第一网格", "DEMO-01-G11"),
        ("河畔第1网格", "DEMO-01-G01"),
        ("第1网格", None),
        ("河畔新居", None),
        ("", None),
    ],
)
def test_a_grid_is_named_by_code_or_by_name(written: str, code: str | None) -> None:
    found = find_grid(written, GRIDS)
    assert (found.code if found else None) == code


def test_a_name_that_two_grids_bear_names_neither() -> None:
    twins = (*GRIDS, GridPlace(code="DEMO-01-G99", name="河畔新居第1网格", quarter_name="河畔新居"))
    assert find_grid("河畔新居第1网格", twins) is None


@pytest.mark.parametrize(
    ("address", "quarter"), [("河畔新居5号楼", "河畔新居"), ("河畔5号楼", "河畔"), ("幸福里5号楼", None), ("", None)]
)
def test_an_address_begins_with_its_quarter(address: str, quarter: str | None) -> None:
    assert quarter_of(address, GRIDS) == quarter


def test_a_table_is_read_line_by_line_below_its_heading() -> None:
    rows = read_places([(1, ("地点表",)), (2, HEADING), (3, row()), (4, ("",) * 8), (5, row(网格代码="DEMO-01-G02"))])
    assert rows is not None
    assert [(found.row, found.grid_code, found.households, found.reasons) for found in rows] == [
        (3, "DEMO-01-G01", 120, ()), (5, "DEMO-01-G02", 120, ()),
    ]  # fmt: skip


def test_a_table_without_the_codes_is_no_place_table() -> None:
    assert read_places([(1, ("姓名", "电话")), (2, ("王凯", ""))]) is None


@pytest.mark.parametrize(
    ("told", "reason"),
    [
        ({"网格代码": ""}, "grid_code_unreadable"),
        ({"网格代码": "中文"}, "grid_code_unreadable"),
        ({"网格": ""}, "grid_name_unreadable"),
        ({"小区": "长" * 61}, "quarter_name_unreadable"),
        ({"户数": "很多"}, "households_unreadable"),
        ({"户数": "-3"}, "households_unreadable"),
        ({"户数": "999999"}, "households_unreadable"),
        ({"社区代码": "OTHER-9"}, "other_community"),
    ],
)
def test_a_row_that_cannot_be_taken_says_why(told: dict[str, str], reason: str) -> None:
    rows = read_places([(1, HEADING), (2, row(**told))])
    assert rows is not None
    assert reason in judge_places(rows, community_code="DEMO-01")[0].reasons


def test_a_grid_told_twice_is_taken_once() -> None:
    rows = read_places([(1, HEADING), (2, row()), (3, row(户数="999"))])
    assert rows is not None
    assert [found.reasons for found in judge_places(rows, community_code="DEMO-01")] == [(), ("grid_told_twice",)]


def test_chinese_numerals_count_as_digits_only_before_the_word_grid() -> None:
    assert grid_key("第三网格") == "第3网格"
    assert grid_key("三里屯第三网格") == "三里屯第3网格"
