"""The conflict graph: nobody approves their own, their household's or their nominee's record, nor that of whom they act for or who
acts for them, nor what they logged or led.

DOMAIN section 7: organizers who award themselves are the first way such programmes fail, so closeness denies by default.
"""

from dataclasses import dataclass

from services.checkin.rules.presence import STAFF_METHODS, VISIT

OWN = "own"
OWN_HOUSEHOLD = "own_household"
OWN_NOMINEE = "own_nominee"
OWN_MANDATE = "own_mandate"
LOGGED_BY_REVIEWER = "logged_by_reviewer"
LED_BY_REVIEWER = "led_by_reviewer"
CONFLICTS = (OWN, OWN_HOUSEHOLD, OWN_NOMINEE, OWN_MANDATE, LOGGED_BY_REVIEWER)


@dataclass(frozen=True)
class Reviewer:
    """Who wants to approve: `household_ids` are all households that token or copy name for them, `proxy_ids` who acts, or ever
    acted, for them."""

    resident_id: str
    household_ids: frozenset[str] = frozenset()
    proxy_ids: frozenset[str] = frozenset()


@dataclass(frozen=True)
class Claim:
    """A check-in to be approved, with what ties its resident to others."""

    resident_id: str
    method: str
    logged_by: str
    household_id: str | None = None
    nominated_by: frozenset[str] = frozenset()
    proxy_ids: frozenset[str] = frozenset()


def closeness(reviewer: Reviewer, claim: Claim) -> str | None:
    """Return how the reviewer is tied to the person of the claim, or None."""
    if claim.resident_id == reviewer.resident_id:
        return OWN
    if claim.household_id is not None and claim.household_id in reviewer.household_ids:
        return OWN_HOUSEHOLD
    if reviewer.resident_id in claim.nominated_by:
        return OWN_NOMINEE
    if reviewer.resident_id in claim.proxy_ids or claim.resident_id in reviewer.proxy_ids:
        return OWN_MANDATE
    return None


def conflict_of(reviewer: Reviewer, claim: Claim) -> str | None:
    """Return why the reviewer may not verify the claim, or None. A resident's own scan has no logger to be in conflict."""
    if tie := closeness(reviewer, claim):
        return tie
    if claim.method in (*STAFF_METHODS, VISIT) and claim.logged_by == reviewer.resident_id:
        return LOGGED_BY_REVIEWER
    return None


def withdrawal_conflict_of(reviewer: Reviewer, claim: Claim, *, leader_id: str) -> str | None:
    """Return why the reviewer may not withdraw a verified record, or None: the same ties, and the activity they led."""
    return closeness(reviewer, claim) or (LED_BY_REVIEWER if leader_id == reviewer.resident_id else None)
