"""Rows of an uploaded file as all decision pages treat them."""

from collections.abc import Callable, Mapping
from datetime import datetime
from typing import Any

from gateway.forms.base import zoned
from shared.ids import id_in, is_id

ROWS_MAX = 5000
DECISIONS = frozenset({"take", "merge", "skip"})

Typed = Mapping[str, str]
Row = dict[str, Any]


def sorted_out(rows: list[Row]) -> dict[str, list[Row]]:
    """Return the rows that wait for a decision (`doubtful`) and all others (`clear`), each in the order of the file."""
    waiting = [row["status"] == "needs_decision" and not row.get("outcome") and not row.get("check_in_id") for row in rows]
    doubtful = [row for row, waits in zip(rows, waiting, strict=True) if waits]
    return {"doubtful": doubtful, "clear": [row for row, waits in zip(rows, waiting, strict=True) if not waits]}


def roster_decisions(typed: Typed) -> list[Row]:
    """Return the request's rows for every roster row on which something was chosen."""
    return _decisions(typed, lambda _: {})


def sheet_decisions(typed: Typed) -> list[Row]:
    """Return the request's rows for every sheet row on which something was chosen, with the gaps that were filled in.

    A row for 'somebody else' has `resident_id` as it was typed: see `typed_person`.
    """
    return _decisions(typed, lambda number: _filled_in(number, typed))


def list_decisions(typed: Typed) -> list[Row]:
    """Return the request's rows for every row of a price list on which something was chosen."""
    return [{"line": row["row"], "decision": row["decision"]} for row in _decisions(typed, lambda _: {})]


def typed_person(row: Row) -> str | None:
    """Return the words by which somebody else was named on a row, None where it names a member or nobody."""
    named = row.get("resident_id")
    return named if named is not None and not is_id(named) else None


def _decisions(typed: Typed, more: Callable[[str], Row]) -> list[Row]:
    """`row-<number>` holds `skip`, `take`, `take:<resident>`, `merge:<resident>` or `other`; empty means undecided."""
    chosen = {name.removeprefix("row-"): value for name, value in typed.items() if name.startswith("row-") and value}
    made = [_decision(number, value, typed) for number, value in list(chosen.items())[:ROWS_MAX] if number.isdigit()]
    return [row | (more(str(row["row"])) if row["decision"] == "take" else {}) for row in made]


def _decision(number: str, value: str, typed: Typed) -> Row:
    decision, _, resident_id = value.partition(":")
    if decision == "other":
        words = typed.get(f"who-{number}", "").strip()
        return {"row": int(number), "decision": "take", "resident_id": id_in(words) or words}
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
