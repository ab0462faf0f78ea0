"""Pure decisions about commendations (表彰): where one stands, which step may follow, which words of it anybody may read."""

from collections.abc import Collection
from datetime import datetime
from enum import StrEnum

from services.talent.errors import CommendationElsewhere

DECISIONS = {"grant": "granted", "refuse": "refused"}
GRANTORS = ("community", "subdistrict", "unit")
VOICES_MAX = 50
OBJECTIONS_MAX = 50
PROPOSALS_OPEN_MAX = 20
RECORDS_MAX = 50


class Status(StrEnum):
    """Where a commendation stands. `decidable` is never stored: it is `in_notice` whose end has passed."""

    PROPOSED = "proposed"
    ASKED = "asked"
    ACCEPTED = "accepted"
    IN_NOTICE = "in_notice"
    DECIDABLE = "decidable"
    GRANTED = "granted"
    REFUSED = "refused"
    DECLINED = "declined"
    SET_ASIDE = "set_aside"
    WITHDRAWN = "withdrawn"
    LAPSED = "lapsed"


STORED = tuple(status.value for status in Status if status != Status.DECIDABLE)
UNDECIDED = (Status.PROPOSED, Status.ASKED, Status.ACCEPTED, Status.IN_NOTICE)
ANSWERABLE = (Status.ASKED, Status.ACCEPTED, Status.IN_NOTICE)
OWN_TO_SEE = (*ANSWERABLE, Status.GRANTED, Status.REFUSED, Status.DECLINED, Status.WITHDRAWN)
"""What its person sees of it: nobody is told that they were proposed before the office has said what the award is."""


def status_at(now: datetime, *, stored: str, notice_ends_at: datetime | None) -> Status:
    """Return the status that people see: a notice that is over makes it decidable without anybody writing."""
    is_over = stored == Status.IN_NOTICE and notice_ends_at is not None and notice_ends_at <= now
    return Status.DECIDABLE if is_over else Status(stored)


def check_stands_at(status: str, wanted: Collection[str]) -> None:
    """Refuse a step that does not follow from where the commendation stands."""
    if status not in wanted:
        raise CommendationElsewhere()


def may_be_named(*, agreed: bool, consents: Collection[str]) -> bool:
    """Tell whether a name may stand in full: its owner said so for this award, and agrees to `publish` now (PIPL, article 25)."""
    return agreed and "publish" in consents


def number_of(year: int, serial: int) -> str:
    """Return the number that stands on an award, counted in its community and year."""
    return f"{year}-{serial:03d}"
