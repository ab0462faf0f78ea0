"""How a place table is read: one grid a line, with the places above it.

The tree is district > subdistrict > community > quarter > grid, each community and grid with a stable code.
"""

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from services.identity.rules.people import plain

COLUMNS: Mapping[str, tuple[str, ...]] = {
    "district": ("区", "区县", "district"),
    "subdistrict": ("街道", "街道乡镇", "subdistrict"),
    "community_name": ("社区", "社区名称", "community"),
    "community_code": ("社区代码", "社区编码", "community_code"),
    "quarter_name": ("小区", "院落", "quarter"),
    "grid_name": ("网格", "网格名称", "grid"),
    "grid_code": ("网格代码", "网格编码", "grid_code"),
    "households": ("户数", "households"),
}
CODE = re.compile(r"[A-Za-z0-9][A-Za-z0-9_-]{0,39}")
CODES = ("community_code", "grid_code")
NAMES = ("community_name", "quarter_name", "grid_name")
HOUSEHOLDS_MAX = 100_000
PLACE_CHARACTERS_MAX = 60
HAN_DIGITS = str.maketrans("一二三四五六七八九", "123456789")


@dataclass(frozen=True, kw_only=True)
class PlaceRow:
    """One line of a place table as it was understood; `reasons` says why it cannot be taken (empty: it can)."""

    row: int
    district: str = ""
    subdistrict: str = ""
    community_name: str = ""
    community_code: str = ""
    quarter_name: str = ""
    grid_name: str = ""
    grid_code: str = ""
    households: int = 0
    reasons: tuple[str, ...] = ()


@dataclass(frozen=True, kw_only=True)
class GridPlace:
    """What is known of a grid when addresses and rosters are read."""

    code: str
    name: str
    quarter_name: str


def read_places(rows: Sequence[tuple[int, Sequence[str]]]) -> tuple[PlaceRow, ...] | None:
    """Return every filled line below the heading, in order; None where no heading names community and grid codes."""
    for position, (_, cells) in enumerate(rows):
        columns = _columns(cells)
        if {"community_code", "grid_code"} <= columns.keys():
            return tuple(_read_line(number, line, columns) for number, line in rows[position + 1 :] if any(line))
    return None


def judge_places(rows: Iterable[PlaceRow], *, community_code: str) -> list[PlaceRow]:
    """Return `rows` with the reasons against taking them: another community, or a grid told twice."""
    seen: dict[str, PlaceRow] = {}
    judged = []
    for row in rows:
        reasons = [*row.reasons]
        if row.community_code and row.community_code != community_code:
            reasons.append("other_community")
        if row.grid_code in seen or grid_key(row.grid_name) in seen:
            reasons.append("grid_told_twice")
        seen[row.grid_code] = seen[grid_key(row.grid_name)] = row
        judged.append(PlaceRow(**{**row.__dict__, "reasons": tuple(reasons)}))
    return judged


def find_grid(written: str, grids: Iterable[GridPlace]) -> GridPlace | None:
    """Return the one grid that `written` names by its code or its name; None where it names none, or several."""
    key = grid_key(written)
    found = [grid for grid in grids if key in (grid_key(grid.code), grid_key(grid.name))]
    return found[0] if key and len(found) == 1 else None


def grid_key(text: str) -> str:
    """Return what makes two ways of writing one grid equal: '河畔新居第一网格' and '河畔新居 第1网格'."""
    key = plain(text).replace(" ", "").lower()
    return re.sub(r"第([一二三四五六七八九])(?=网格)", lambda found: "第" + found[1].translate(HAN_DIGITS), key)


def quarter_of(address: str, grids: Iterable[GridPlace]) -> str | None:
    """Return the residential quarter that an address begins with (the longest name wins), or None."""
    written = plain(address).replace(" ", "")
    names = {grid.quarter_name for grid in grids if grid.quarter_name and written.startswith(grid.quarter_name)}
    return max(names, key=len, default=None)


def _columns(cells: Sequence[str]) -> dict[str, int]:
    titles = [plain(cell).replace(" ", "").lower() for cell in cells]
    return {name: titles.index(title) for name, known in COLUMNS.items() for title in known if title in titles}


def _read_line(number: int, cells: Sequence[str], columns: Mapping[str, int]) -> PlaceRow:
    told = {name: plain(cells[at]) if at < len(cells) else "" for name, at in columns.items()}
    households = told.pop("households", "") or "0"
    reasons = [f"{name}_unreadable" for name in CODES if not CODE.fullmatch(told.get(name, ""))]
    reasons += [f"{name}_unreadable" for name in NAMES if not 0 < len(told.get(name, "")) <= PLACE_CHARACTERS_MAX]
    if not re.fullmatch(r"[0-9]{1,6}", households) or int(households) > HOUSEHOLDS_MAX:
        reasons, households = [*reasons, "households_unreadable"], "0"
    return PlaceRow(row=number, households=int(households), reasons=tuple(reasons), **told)
