"""A person's deeds by month and item: a view of their records, each sum of which opens to its rows."""

from collections import defaultdict
from collections.abc import Iterable, Mapping
from datetime import date
from typing import Any

WITHDRAWN = "withdrawn"
MONTHS_SHOWN = 12


def by_month(records: Iterable[Mapping[str, Any]]) -> list[dict[str, Any]]:
    """Return the newest MONTHS_SHOWN months with deeds: {month (its first day), items: [{item, times, minutes}], minutes}."""
    months: defaultdict[str, defaultdict[str, list[int]]] = defaultdict(lambda: defaultdict(list))
    for record in records:
        if record["stage"] != WITHDRAWN:
            months[record["served_on"][:7]][record["item"]].append(record["minutes"])
    return [_month(month, months[month]) for month in sorted(months, reverse=True)[:MONTHS_SHOWN]]


def _month(month: str, items: Mapping[str, list[int]]) -> dict[str, Any]:
    rows = [{"item": item, "times": len(minutes), "minutes": sum(minutes)} for item, minutes in items.items()]
    rows.sort(key=lambda row: (-row["minutes"], row["item"]))
    return {"month": date.fromisoformat(f"{month}-01"), "items": rows, "minutes": sum(row["minutes"] for row in rows)}
