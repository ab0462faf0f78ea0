"""Facts about rewards and their redemption. A redemption's facts come in order, from one document.

A redemption whose fulfilment was undone goes the end of its way again: `undos` says how often that had happened before (of
fulfilment-undone: with this time), so that whoever keeps one entry for each end can tell the second end from the first.
"""

from shared.events.fact import Moment, fact


@fact("rewards.redemption-requested.v1", subject="redemption_id")
class RedemptionRequested:
    """Stock is set aside for a resident; the ledger is asked to hold the beans. `by_id`: the proxy who asked for them."""

    redemption_id: str
    resident_id: str
    community_code: str
    reward_id: str
    partner_id: str
    quantity: int
    amount_beans: int
    requested_at: Moment
    by_id: str | None = None


@fact("rewards.redemption-fulfilled.v1", subject="redemption_id")
class RedemptionFulfilled:
    """The partner handed the reward over; of a voucher with several uses, the first one."""

    redemption_id: str
    resident_id: str
    community_code: str
    reward_id: str
    partner_id: str
    quantity: int
    amount_beans: int
    fulfilled_at: Moment
    undos: int = 0


@fact("rewards.fulfilment-undone.v1", subject="redemption_id")
class FulfilmentUndone:
    """The partner took a handing over back: the beans are to be set aside again (ADR 24 says what the ledger has to do)."""

    redemption_id: str
    resident_id: str
    community_code: str
    partner_id: str
    reward_id: str
    quantity: int
    amount_beans: int
    undone_by: str
    undone_at: Moment
    reason: str
    undos: int = 1


@fact("rewards.redemption-cancelled.v1", subject="redemption_id")
class RedemptionCancelled:
    """The resident, or a sweeper on their behalf (`reason`), gave the reward back before it was handed over."""

    redemption_id: str
    resident_id: str
    community_code: str
    amount_beans: int
    reason: str
    cancelled_at: Moment
    undos: int = 0


@fact("rewards.redemption-expired.v1", subject="redemption_id")
class RedemptionExpired:
    """A voucher ran out of days unused."""

    redemption_id: str
    resident_id: str
    community_code: str
    amount_beans: int
    expired_at: Moment
    undos: int = 0


@fact("rewards.stock-changed.v1", subject="reward_id")
class StockChanged:
    """A reward's shelf: pieces free (`stock`), set aside (`reserved`) and handed over (`sold`); highest `revision` wins."""

    reward_id: str
    community_code: str
    partner_id: str
    price_beans: int
    stock: int
    reserved: int
    sold: int
    offered: bool
    revision: int
    changed_at: Moment
