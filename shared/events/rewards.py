"""Facts about rewards and their redemption. A redemption's facts come in order, from one document."""

from shared.events.fact import Moment, fact


@fact("rewards.redemption-requested.v1", subject="redemption_id")
class RedemptionRequested:
    """Stock is set aside for a resident; the ledger is asked to hold the beans."""

    redemption_id: str
    resident_id: str
    community_code: str
    reward_id: str
    partner_id: str
    quantity: int
    amount_beans: int
    requested_at: Moment


@fact("rewards.redemption-fulfilled.v1", subject="redemption_id")
class RedemptionFulfilled:
    """The partner handed the reward over."""

    redemption_id: str
    resident_id: str
    community_code: str
    reward_id: str
    partner_id: str
    quantity: int
    amount_beans: int
    fulfilled_at: Moment


@fact("rewards.redemption-cancelled.v1", subject="redemption_id")
class RedemptionCancelled:
    """The resident, or a sweeper on their behalf (`reason`), gave the reward back before it was handed over."""

    redemption_id: str
    resident_id: str
    community_code: str
    amount_beans: int
    reason: str
    cancelled_at: Moment


@fact("rewards.redemption-expired.v1", subject="redemption_id")
class RedemptionExpired:
    """A voucher ran out of days unused."""

    redemption_id: str
    resident_id: str
    community_code: str
    amount_beans: int
    expired_at: Moment


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
