"""Giving back what was redeemed, or a place in line: by the resident, or by the house on their behalf."""

from services.rewards.commands.redeeming import advance, cancel
from services.rewards.commands.waiting_line import leave_line
from services.rewards.errors import NotYourRedemption, RedemptionClosed, RedemptionUnderWay
from services.rewards.models import Redemption
from services.rewards.queries import redemption_seen_by
from services.rewards.rules.saga import IN_LINE, CancelReason, Status
from shared.mongo import audit
from shared.web import Caller


def give_back(redemption_id: str, *, caller: Caller) -> Redemption:
    """Cancel the caller's own redemption before it is handed over; the same again gives the same. A proxy gives back what they asked
    for themselves; what the person redeemed is not theirs to see.

    Raises NotFound, RedemptionClosed if it has ended otherwise, RedemptionUnderWay if its stock is still contended.
    """
    found = redemption_seen_by(caller, redemption_id)
    if found.resident_id != caller.resident_id:
        raise NotYourRedemption()
    was_cancelled = found.standing is Status.CANCELLED
    redemption = withdraw(found, CancelReason.RESIDENT)
    if redemption.standing is Status.CANCELLED:
        if caller.acting and not was_cancelled:
            _audit_for_another(caller, redemption)
        return redemption
    if redemption.standing in (Status.REQUESTED, Status.UNDOING):
        raise RedemptionUnderWay()
    raise RedemptionClosed(f"It is {redemption.status} already.")


def _audit_for_another(caller: Caller, redemption: Redemption) -> None:
    """Log a proxy act: X for Y."""
    mandate_id = caller.acting.mandate_id if caller.acting else None
    detail = {"redemption_id": redemption.id, "mandate_id": mandate_id}
    audit("rewards", act="gave-back", by=caller.by_id, about=redemption.resident_id, detail=detail)


def withdraw(redemption: Redemption, reason: CancelReason) -> Redemption:
    """Cancel a redemption wherever it stands, if it can be; return it as it stands then."""
    if redemption.standing in IN_LINE:
        left = leave_line(redemption, reason)
        return left if left.standing not in (Status.RESERVED, Status.READY) else cancel(left, reason)
    return cancel(advance(redemption), reason)
