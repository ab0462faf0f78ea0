"""What ties a caller to somebody's check-in, put in the words of the rules."""

from collections.abc import Mapping
from typing import Any

from services.checkin.models import Attendee
from services.checkin.rules.conflicts import Claim, Reviewer, closeness
from shared.web import Caller


def reviewer_of(caller: Caller, copy: Attendee | None) -> Reviewer:
    """Return the caller as a reviewer; `copy` is what this service knows of them."""
    households = {caller.household_id, copy.household_id if copy else None} - {None}
    proxies = frozenset(copy.proxy_ids if copy else ())
    return Reviewer(caller.resident_id, frozenset(str(household) for household in households), proxies)


def claim_of(row: Mapping[str, Any], attendee: Attendee | None) -> Claim:
    """Return a check-in (its raw document, or the model) as something to be approved."""
    return Claim(
        resident_id=row["resident_id"], method=row["method"], logged_by=row["logged_by"],
        household_id=attendee.household_id if attendee else None,
        nominated_by=frozenset(attendee.nominated_by if attendee else ()),
        proxy_ids=frozenset(attendee.proxy_ids if attendee else ()),
    )  # fmt: skip


def closeness_to(caller: Caller, resident_id: str) -> str | None:
    """Return how the caller is tied to a resident, or None."""
    copies = Attendee.named([resident_id, caller.resident_id])
    about = claim_of({"resident_id": resident_id, "method": "", "logged_by": ""}, copies.get(resident_id))
    return closeness(reviewer_of(caller, copies.get(caller.resident_id)), about)
