"""What photos and people's decisions together say of the rows of a printed sheet."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

TICKED, EMPTY, DOUBTFUL = "ticked", "empty", "doubtful"
CODE_UNSEEN = "code_unseen"
CAME, ABSENT, NEEDS_DECISION, UNSEEN = "came", "absent", "needs_decision", "unseen"


@dataclass(frozen=True)
class Mark:
    """What a photo says of a tick box: `mark` is ticked, empty or doubtful; a doubtful one says why (`reason`)."""

    mark: str
    reason: str | None = None


@dataclass(frozen=True)
class Standing:
    """A row as it stands: came, absent, needs_decision (with the reason), or unseen where no photo shows its page."""

    row: int
    resident_id: str | None
    status: str
    reason: str | None = None


def merged(marks: Iterable[Mark]) -> Mark | None:
    """Return what several photos say of one box: the certain outweigh the doubtful, and may not contradict each other."""
    told = list(marks)
    certain = {mark.mark: mark for mark in told if mark.mark != DOUBTFUL}
    if len(certain) > 1:
        return Mark(DOUBTFUL, "photos_differ")
    return next(iter(certain.values()), told[-1] if told else None)


def standings_of(
    residents: Sequence[str | None], marks: Mapping[int, Sequence[Mark]], decisions: Mapping[int, Mapping[str, Any]]
) -> list[Standing]:
    """Return every row of a sheet, numbered from 1, as it stands. `residents` has None for a row that was left blank.

    A decision {came, resident_id?} lies over whatever the photos say.
    """
    return [
        _standing(row, resident_id, merged(marks.get(row, ())), decisions.get(row))
        for row, resident_id in enumerate(residents, start=1)
    ]


def _standing(row: int, printed: str | None, mark: Mark | None, decision: Mapping[str, Any] | None) -> Standing:
    if decision is not None:
        return Standing(row, decision.get("resident_id") or printed, CAME if decision["came"] else ABSENT)
    if mark is None:
        return Standing(row, printed, UNSEEN)
    if mark.mark == EMPTY:
        return Standing(row, printed, ABSENT)
    if mark.mark == TICKED and printed is not None:
        return Standing(row, printed, CAME)
    return Standing(row, printed, NEEDS_DECISION, mark.reason or "who")
