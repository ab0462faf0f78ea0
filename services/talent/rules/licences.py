"""When somebody is reminded that a licence runs out. Past its day nobody has to do anything: the day itself is what counts. Pure."""

from datetime import date
from enum import StrEnum

REMINDED_DAYS = (7, 30, 60)


class Stage(StrEnum):
    """How near the last day of a licence is; nothing is said of one that runs longer."""

    UNKNOWN = "unknown"
    OVER = "over"
    WITHIN_7 = "within_7"
    WITHIN_30 = "within_30"
    WITHIN_60 = "within_60"


class PaperStatus(StrEnum):
    """Where a licence that was handed in stands: a later one for the same skill replaces one that waits."""

    WAITING = "waiting"
    SEEN = "seen"
    REFUSED = "refused"
    REPLACED = "replaced"


def stage_of(expires_on: date | None, *, today: date) -> Stage | None:
    """Return how near the last day of a licence is, None for one that needs no word yet. On its last day it is still good."""
    if expires_on is None:
        return Stage.UNKNOWN
    days = (expires_on - today).days
    if days < 0:
        return Stage.OVER
    return next((Stage(f"within_{most}") for most in REMINDED_DAYS if days <= most), None)
