"""Pairings 结对: who looks in on whom, since when it holds, when the next visit is due, and who may say that one took place.

A pairing is its stored mapping here; nothing in it says why somebody needs company, where they are, or how they are.
"""

from collections.abc import Iterable, Mapping, Sequence
from datetime import date, timedelta
from typing import Any

from services.checkin.errors import NotYourPairing, PairingEnded
from services.checkin.rules.conflicts import OWN, OWN_HOUSEHOLD, Claim, Reviewer, closeness

HELPERS_MAX, ITEMS_MAX, EVERY_DAYS_MAX, CALLS_MAX = 2, 3, 60, 200
PROPOSED, RUNNING, ENDED = "proposed", "running", "ended"
STATUSES = (PROPOSED, RUNNING, ENDED)
ASKED, AGREED, DECLINED, WITHDRAWN = "asked", "agreed", "declined", "withdrawn"
HELPER_STATUSES = (ASKED, AGREED, DECLINED, WITHDRAWN)
PERSON_WISHED, NOBODY_HELPS, LEFT_COMMUNITY, NOT_NEEDED, OTHER = "person_wished", "nobody_helps", "left_community", "not_needed", "other"
ENDINGS = (PERSON_WISHED, NOBODY_HELPS, LEFT_COMMUNITY, NOT_NEEDED, OTHER)
OFFICES_ENDINGS = (PERSON_WISHED, NOBODY_HELPS, NOT_NEEDED, OTHER)
"""Which endings the office may state; the others follow from what somebody did."""
CALL_OUTCOMES = ("comes_soon", "came_already", "not_reached", "cannot_come", "other")
ON_PAPER, BY_THEMSELVES, BY_PROXY = "paper", "self", "proxy"

Helper = Mapping[str, Any]


def standing(*, agreed: bool, helpers: Iterable[Helper]) -> tuple[str, str | None]:
    """Return where a pairing stands that nobody ended, and why it ends by itself: it runs once the person and one helper have agreed,
    and ends when nobody helps, or is asked to, any more."""
    statuses = {helper["status"] for helper in helpers}
    if not statuses & {ASKED, AGREED}:
        return ENDED, NOBODY_HELPS
    return (RUNNING if agreed and AGREED in statuses else PROPOSED), None


def answered(helpers: Sequence[Helper], at: int, *, agrees: bool, by: Mapping[str, Any]) -> list[dict[str, Any]]:
    """Return the helpers after the one `at` that place has said yes or no; a no after a yes is a withdrawal. `by` is laid on top."""
    rows = [dict(helper) for helper in helpers]
    before = rows[at]["status"]
    after = AGREED if agrees else (WITHDRAWN if before in (AGREED, WITHDRAWN) else DECLINED)
    if after != before:
        rows[at] |= {"status": after, **by}
    return rows


def helper_at(helpers: Sequence[Helper], resident_id: str, partner_id: str | None) -> int | None:
    """Return the place of the helper that somebody is, or whose unit they stand for; None if they are none."""
    for at, helper in enumerate(helpers):
        if helper.get("resident_id") == resident_id or (partner_id is not None and helper.get("partner_id") == partner_id):
            return at
    return None


def require_running(status: str) -> None:
    """Raise PairingEnded for one that is over, NotYourPairing for one that not all have agreed to yet."""
    if status == ENDED:
        raise PairingEnded
    if status != RUNNING:
        raise NotYourPairing("Not everybody has agreed to this pairing yet.")


def due_on(
    begins_on: date, *, every_days: int, visited_on: date | None = None, resumed_on: date | None = None, expected_on: date | None = None
) -> date:
    """Return the last day for the next visit: so many days after the begin, the last visit or the end of a pause, whichever was last;
    later where somebody said on the phone that they come by `expected_on`."""
    since = max(day for day in (begins_on, visited_on, resumed_on) if day is not None)
    due = since + timedelta(days=every_days)
    is_said_since = expected_on is not None and (visited_on is None or expected_on > visited_on)
    return max(due, expected_on) if expected_on is not None and is_said_since else due


def too_near(helper: Claim, person: Reviewer) -> bool:
    """Tell whether a helper is the person themselves, or of their household: family needs no pairing, and no hours come of it."""
    return closeness(person, helper) in (OWN, OWN_HOUSEHOLD)


def may_not_tell(voice: Reviewer, helper: Claim, *, is_office: bool) -> str | None:
    """Return what keeps somebody from saying that a helper came: it is themselves, or their household; who says it for the office is
    as far from the helper as a reviewer is."""
    tie = closeness(voice, helper)
    return tie if is_office or tie in (OWN, OWN_HOUSEHOLD) else None
