"""Rows of an uploaded file as both decision pages treat them."""

from collections.abc import Callable, Mapping
from datetime import datetime
from typing import Any

from gateway.forms.base import zoned
from shared.ids import CANONICAL

ROWS_MAX = 5000
ORDER = {"needs_decision": 0, "proposed": 1, "taken": 1, "known": 2, "refused": 3}
DECISIONS = frozenset({"take", "merge", "skip"})

Typed = Mapping[str, str]
Row = dict[str, Any]


def doubtful_first(rows: list[Row]) -> list[Row]:
    """Return the rows with those that wait for a decision on top, else as in the file."""
    return sorted(rows, key=lambda row: ORDER.get(row["status"], 4))


def roster_decisions(typed: Typed) -> list[Row]:
    """Return the request's rows for every roster row on which something was chosen."""
    return _decisions(typed, lambda _: {})


def sheet_decisions(typed: Typed) -> list[Row]:
    """Return the request's rows for every sheet row on which something was chosen, with the gaps that were filled in."""
    return _decisions(typed, lambda number: _filled_in(number, typed))


def _decisions(typed: Typed, more: Callable[[str], Row]) -> list[Row]:
    """`row-<number>` holds `skip`, `take`, `take:<resident>`, `merge:<resident>` or `other`; empty means undecided."""
    chosen = {name.removeprefix("row-"): value for name, value in typed.items() if name.startswith("row-") and value}
    made = [_decision(number, value, typed) for number, value in list(chosen.items())[:ROWS_MAX] if number.isdigit()]
    return [row | (more(str(row["row"])) if row["decision"] == "take" else {}) for row in made]


def _decision(number: str, value: str, typed: Typed) -> Row:
    decision, _, resident_id = value.partition(":")
    if decision == "other":
        found = CANONICAL.search(typed.get(f"who-{number}", "").lower())
        decision, resident_id = "take", found.group() if found else ""
    made: Row = {"row": int(number), "decision": decision if decision in DECISIONS else "skip"}
    return made | ({"resident_id": resident_id} if resident_id else {})


def _filled_in(number: str, typed: Typed) -> Row:
    item = {"item": typed[f"item-{number}"]} if typed.get(f"item-{number}") else {}
    times = {end: _moment(typed, f"{end}-{number}") for end in ("arrived_at", "left_at")}
    return item | {end: moment for end, moment in times.items() if moment}


def _moment(typed: Typed, name: str) -> str | None:
    """Return the time that was typed, else the one that was chosen."""
    try:
        return zoned(datetime.fromisoformat(typed.get(f"{name}-own", "")).replace(tzinfo=None))
    except ValueError:
        return typed.get(name) or None
