"""What the shapes of check-in share: limits, and how a stored row is read."""

from typing import Any

REASON_MAX = 500
REVISION_MAX = 2**31
MINUTES_A_DAY = 1_440


def member_of(row: Any, name: str) -> Any:
    """Return a member of a stored row or of a document alike; None of nothing."""
    if row is None:
        return None
    if isinstance(row, dict):
        return row.get(name)
    return getattr(row, "id" if name == "_id" else name, None)


def iso(moment: Any) -> str | None:
    """Return a moment as text; None of none."""
    return moment.isoformat() if moment is not None else None
