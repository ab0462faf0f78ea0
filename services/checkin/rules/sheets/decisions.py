"""What people decide about rows that a sheet leaves open, laid over the proposal; the proposal itself is never edited."""

from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta, tzinfo

from services.checkin.rules.sheets.proposals import REFUSED, TAKEN, Note, Proposal

TAKE, SKIP = "take", "skip"
LENGTH_WITHOUT_TIMES = timedelta(hours=1)


@dataclass(frozen=True)
class Decision:
    """`take` a row, with whatever it left open or got wrong, or `skip` it."""

    decision: str
    resident_id: str | None = None
    item: str | None = None
    arrived_at: datetime | None = None
    left_at: datetime | None = None


@dataclass(frozen=True)
class Group:
    """The rows of one occasion: one activity stands for a day, an item and a title."""

    day: date
    item: str
    title: str
    worksheet: str
    starts_at: datetime
    ends_at: datetime


def settle(row: Proposal, decision: Decision | None) -> Proposal:
    """Return the row as decided; without a decision the proposal stands.

    A departure may stay open (the check-in is then closed at the planned end); person, item and arrival may not, see
    `missing_in`.
    """
    if decision is None:
        return row
    if decision.decision == SKIP:
        return replace(row, status=REFUSED, reasons=(*row.reasons, Note("skipped")))
    return replace(
        row, status=TAKEN, resident_id=decision.resident_id or row.resident_id, item=decision.item or row.item,
        arrived_at=decision.arrived_at or row.arrived_at, left_at=decision.left_at or row.left_at,
        reasons=(*row.reasons, Note("decided")), choices={},
    )


def missing_in(row: Proposal) -> list[str]:
    """Return the fields without which a taken row cannot become a check-in."""
    needed = {"resident_id": row.resident_id, "item": row.item, "arrived_at": row.arrived_at}
    return [name for name, value in needed.items() if value is None]


def group_of(row: Proposal, *, planned: tuple[datetime | None, datetime | None], zone: tzinfo) -> Group:
    """Return the occasion of a taken row; `planned` are the worksheet's own times, which count on its own day.

    ValueError for a row in which something is missing, see `missing_in`.
    """
    if row.arrived_at is None or row.item is None:
        raise ValueError("a row without arrival or item belongs to no occasion")
    day = row.arrived_at.astimezone(zone).date()
    starts_at, ends_at = planned
    if starts_at is None or starts_at.astimezone(zone).date() != day:
        starts_at, ends_at = row.arrived_at, row.left_at
    if ends_at is None or ends_at <= starts_at:
        ends_at = starts_at + LENGTH_WITHOUT_TIMES
    return Group(day, row.item, row.title, row.worksheet, starts_at, ends_at)


def count_by_status(rows: Iterable[Proposal]) -> dict[str, int]:
    """Return how many rows are taken, need a decision and are refused; together they are all rows."""
    counts = {"taken": 0, "needs_decision": 0, "refused": 0}
    for row in rows:
        counts[row.status] += 1
    return counts
