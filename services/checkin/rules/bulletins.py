"""What an issue of the bulletin may hold, which lines the steward leaves out, and what the group is told of it."""

from collections.abc import Collection, Iterable, Mapping
from typing import Any

ACTIVITIES_MAX = 400
LINES_MAX = 200
TOTALS_PARTS = ("items", "grids")


def without_lines(rows: Iterable[Mapping[str, Any]], left_out: Collection[str], *, kind: str, key: str) -> list[dict[str, Any]]:
    """Return rows without those whose line (`kind:id`) is left out."""
    return [dict(row) for row in rows if f"{kind}:{row[key]}" not in left_out]


def totals_without(totals: Mapping[str, Any], left_out: Collection[str]) -> dict[str, Any]:
    """Return totals without the tables that are left out (`table:items`, `table:grids`)."""
    return {name: [] if f"table:{name}" in left_out and name in TOTALS_PARTS else value for name, value in totals.items()}


def post_of(number: int, totals: Mapping[str, Any], *, activities: int) -> tuple[str, str]:
    """Return title and text of what the community's group is told of an issue, in Chinese; no names, ever. (ADR 74)"""
    hours, minutes = divmod(totals["minutes"], 60)
    time = "".join((f"{hours} 小时" if hours else "", f"{minutes} 分钟" if minutes else "")) or "0 小时"
    lines = [f"办了 {activities} 场活动，{totals['people']} 人服务 {totals['records']} 次，共 {time}。", "点开看全文："]
    return f"居民简报 第 {number} 期", "\n".join(lines)
