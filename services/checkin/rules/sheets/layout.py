"""Where things stand on a worksheet: title lines, the heading, the rows of people, totals and footers."""

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import date, time
from typing import Any

from services.checkin.rules.sheets.words import read_date, read_day_of_year, read_range, squeezed

HEADING_WITHIN_LINES = 20
_HEADINGS = {
    "number": ("序号", "编号", "no", "no.", "#"),
    "name": ("姓名", "名字", "人员", "志愿者", "志愿者姓名", "居民姓名", "参加人", "name"),
    "phone": (
        "电话", "手机", "手机号", "手机号码", "联系电话", "联系方式", "电话号码",
        "手机后四位", "电话后四位", "手机尾号", "尾号", "phone",
    ),
    "item": ("服务项目", "项目", "服务事项", "服务内容", "服务", "内容", "item"),
    "day": ("日期", "服务日期", "date"),
    "arrived": ("签到时间", "签到", "到达时间", "到达", "开始时间", "开始", "来时", "到岗时间", "arrived", "timein"),
    "left": ("签退时间", "签退", "离开时间", "离开", "结束时间", "结束", "走时", "离岗时间", "left", "timeout"),
    "hours": ("时长", "时长(小时)", "服务时长", "服务时长(小时)", "小时", "小时数", "hours"),
    "minutes": ("时长(分钟)", "服务时长(分钟)", "分钟", "分钟数", "minutes"),
    "remark": ("备注", "说明", "note", "notes", "remark"),
}
_COLUMN_OF = {word: column for column, words in _HEADINGS.items() for word in words}
_TOTAL = re.compile(r"^(合计|总计|共计|小计|总共|共|total)[::]?(\d+)?(人|人次|名)?$")
_FOOTER = re.compile(r"^(填表人|审核人|制表人|制表|负责人|记录人|备注|说明|注)[::]")
_PLACE = re.compile(r"(?:地点|地址)[::]\s*(.+)$")


@dataclass(frozen=True)
class Line:
    """One row of people: `number` counts the worksheet's lines from 1, `cells` are texts by column word."""

    number: int
    cells: dict[str, str]

    def __getitem__(self, column: str) -> str:
        return self.cells.get(column, "")


@dataclass(frozen=True)
class Worksheet:
    """A worksheet taken apart. `day_of_year` is a date that lacks its year; `people_stated` is what the total line says."""

    name: str
    title: str = ""
    day: date | None = None
    day_of_year: tuple[int, int] | None = None
    span: tuple[time, time] | None = None
    place: str | None = None
    lines: tuple[Line, ...] = ()
    people_stated: int | None = None
    numbers_missing: tuple[int, ...] = ()
    has_heading: bool = True
    other_lines: dict[str, int] = field(default_factory=dict)


def lay_out(name: str, grid: Sequence[Sequence[str]]) -> Worksheet:
    """Take a worksheet (rows of cell texts) apart. Without a heading that names people every filled line stays a row."""
    heading_at = next((at for at, row in enumerate(grid[:HEADING_WITHIN_LINES]) if _is_heading(row)), None)
    begin = 0 if heading_at is None else heading_at + 1
    above = [cell for row in grid[: begin - 1] for cell in row if cell.strip()] if begin else []
    columns = _columns(grid[heading_at]) if heading_at is not None else {}
    kinds = {at: _kind_of(grid[at], columns) for at in range(begin, len(grid))}
    lines = tuple(Line(at + 1, _cells(grid[at], columns)) for at, kind in kinds.items() if kind == "row")
    return Worksheet(
        name=name, title=above[0].strip() if above else "", lines=lines, has_heading=heading_at is not None,
        people_stated=_stated(grid[at] for at, kind in kinds.items() if kind == "total"),
        numbers_missing=_gaps(line["number"] for line in lines),
        other_lines=_count(kinds.values(), begin), **_occasion(name, above),
    )


def _occasion(name: str, above: list[str]) -> dict[str, Any]:
    """Return day, span and place from the lines above the heading; the worksheet's name is asked only for the day."""
    texts = [*above, name]
    return {
        "day": next(filter(None, map(read_date, texts)), None),
        "day_of_year": next(filter(None, map(read_day_of_year, texts)), None),
        "span": next(filter(None, map(read_range, above)), None),
        "place": next((match[1].strip() for text in above if (match := _PLACE.search(text.replace("\uff1a", ":")))), None),
    }


def _is_heading(row: Sequence[str]) -> bool:
    return any(_COLUMN_OF.get(squeezed(cell)) == "name" for cell in row)


def _columns(row: Sequence[str]) -> dict[int, str]:
    found: dict[int, str] = {}
    for at, cell in enumerate(row):
        column = _COLUMN_OF.get(squeezed(cell))
        if column and column not in found.values():
            found[at] = column
    return found


def _cells(row: Sequence[str], columns: dict[int, str]) -> dict[str, str]:
    if not columns:
        return {"remark": " ".join(cell.strip() for cell in row if cell.strip())}
    return {column: row[at].strip() for at, column in columns.items() if at < len(row) and row[at].strip()}


def _kind_of(row: Sequence[str], columns: dict[int, str]) -> str:
    """Return row, total, footer, heading (printed again on each page) or blank (also a line with nothing but its number)."""
    said = [cell.strip() for at, cell in enumerate(row) if cell.strip() and columns.get(at) != "number"]
    first = squeezed(next((cell for cell in row if cell.strip()), ""))
    if _TOTAL.match(first):
        return "total"
    if _FOOTER.match(first):
        return "footer"
    if not said:
        return "blank"
    return "heading" if columns and _is_heading(row) else "row"


def _stated(totals: Iterable[Sequence[str]]) -> int | None:
    """Return the number on the total line, whether it stands in the word's own cell (`共23人`) or in another."""
    for row in totals:
        for cell in row:
            if match := re.fullmatch(r"\D*?(\d{1,5})(人|人次|名)?", squeezed(cell)):
                return int(match[1])
    return None


def _gaps(numbers: Iterable[str]) -> tuple[int, ...]:
    """Return the running numbers that the sheet skips: a torn-out line, or a slip of the pen."""
    seen = {int(word) for word in map(squeezed, numbers) if word.isdecimal() and len(word) < 5}
    return tuple(number for number in range(1, max(seen, default=0)) if number not in seen) if seen else ()


def _count(kinds: Iterable[str], above: int) -> dict[str, int]:
    counts = {"above": above}
    for kind in kinds:
        if kind != "row":
            counts[kind] = counts.get(kind, 0) + 1
    return counts
