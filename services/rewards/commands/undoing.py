"""Taking a handing over back, within minutes. (ADR 24)

What was sold stays sold on the shelf until the ledger has taken the beans back: only then is the voucher good again, under a new
claim on the very pieces that had been handed over.
"""

from datetime import datetime
from typing import Any

from services.rewards.commands.claiming import settle_claim
from services.rewards.commands.counter import look_up_voucher
from services.rewards.commands.moving import Also, as_it_stands, move
from services.rewards.errors import VoucherBusy, VoucherOfOneself
from services.rewards.models import Redemption
from services.rewards.queries import with_names
from services.rewards.rules.counter import refuse_undoing
from services.rewards.rules.saga import Status, Step
from shared.clock import utc_now
from shared.events.rewards import FulfilmentUndone
from shared.mongo import audit, change_one
from shared.problems import NotFound
from shared.web import Caller

GONE_WITH_UNDOING = ("claim_id", "closed_at", "settled_at", "fulfilled_at", "fulfilled_by")


def undo_fulfilment(typed: str, fulfilment_id: str, *, reason: str, caller: Caller) -> Redemption:
    """Take the latest handing over of a voucher back; the same again gives the same.

    The use that spent the beans sends the redemption back to the ledger (`undoing`); of any later one only the count goes
    back. Raises what `look_up_voucher` raises, VoucherOfOneself, NotFound, and what `refuse_undoing` raises.
    """
    redemption = look_up_voucher(typed, caller=caller)
    if caller.resident_id in (redemption.resident_id, redemption.by_id):
        raise VoucherOfOneself()
    row = _row(redemption, fulfilment_id)
    if "undone_at" in row:
        return redemption
    now = utc_now()
    is_latest = row is [each for each in redemption.fulfilments if "undone_at" not in each][-1]
    is_settled = redemption.used > 1 or redemption.settled_at is not None
    refuse_undoing(entered_at=row["entered_at"], is_latest=is_latest, is_settled=is_settled, now=now)
    undone = _undo(redemption, fulfilment_id, {"undone_at": now, "undone_by": caller.resident_id, "reason": reason})
    if undone is None:
        return _after_a_race(redemption.id, fulfilment_id)
    detail = {"fulfilment_id": fulfilment_id, "reason": reason}
    audit("rewards", act="fulfilment-undone", by=caller.resident_id, about=redemption.id, detail=detail)
    return with_names(undone)


def _undo(redemption: Redemption, fulfilment_id: str, how: dict[str, Any]) -> Redemption | None:
    """Mark one use as undone in a guarded write; None where the voucher does not stand any more as it was seen."""
    standing = {"$elemMatch": {"id": fulfilment_id, "undone_at": {"$exists": False}}}
    as_seen = {"used": redemption.used, "undos": redemption.undos, "fulfilments": standing}
    marks = {f"fulfilments.$.{name}": value for name, value in how.items()}
    if redemption.used > 1:
        undone: Redemption | None = change_one(
            Redemption,
            where={"_id": redemption.id, "status": Status.FULFILLED.value, **as_seen},
            update={"$set": marks, "$inc": {"used": -1}},
        )
        return undone
    # What was sold must have left its claim before the redemption forgets that claim's name.
    settle_claim(redemption, redemption.claim_id)
    back = {"$inc": {"used": -1, "undos": 1}, "$unset": dict.fromkeys(GONE_WITH_UNDOING, "")}
    also = Also(where={**as_seen, "settled_at": {"$exists": True}}, update=back)
    fields = {**marks, "undone_at": how["undone_at"]}
    return move(redemption.id, Step.UNDO, fields=fields, fact=_fact(redemption, **how), also=also)


def _fact(redemption: Redemption, *, undone_at: datetime, undone_by: str, reason: str) -> FulfilmentUndone:
    return FulfilmentUndone(
        redemption_id=redemption.id, resident_id=redemption.resident_id, community_code=redemption.community_code,
        partner_id=redemption.partner_id, reward_id=redemption.reward_id, quantity=redemption.quantity,
        amount_beans=redemption.amount_beans, undone_by=undone_by, undone_at=undone_at, reason=reason,
        undos=redemption.undos + 1,
    )


def _after_a_race(redemption_id: str, fulfilment_id: str) -> Redemption:
    """Return the redemption if somebody else took the same use back; VoucherBusy if anything else happened meanwhile."""
    current = as_it_stands(redemption_id)
    if "undone_at" not in _row(current, fulfilment_id):
        raise VoucherBusy()
    return with_names(current)


def _row(redemption: Redemption, fulfilment_id: str) -> dict[str, Any]:
    for row in redemption.fulfilments:
        if row["id"] == fulfilment_id:
            found: dict[str, Any] = row
            return found
    raise NotFound("This voucher was not handed over under this id.")
