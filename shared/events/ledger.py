"""Facts about beans that somebody acts on. Each is the journal entry that made it so.

`undos` says how often the beans of the redemption had been taken back and held again: it tells the first answer of a kind from
the next.
"""

from shared.events.fact import Moment, fact


@fact("ledger.beans-held.v1", subject="redemption_id")
class BeansHeld:
    """Beans were set aside for a redemption."""

    redemption_id: str
    resident_id: str
    community_code: str
    amount_beans: int
    held_at: Moment
    undos: int = 0


@fact("ledger.hold-refused.v1", subject="redemption_id")
class HoldRefused:
    """The wallet could not bear a redemption (`reason`: wallet_too_low)."""

    redemption_id: str
    resident_id: str
    community_code: str
    amount_beans: int
    available_beans: int
    reason: str
    refused_at: Moment


@fact("ledger.beans-captured.v1", subject="redemption_id")
class BeansCaptured:
    """Held beans were spent at a partner."""

    redemption_id: str
    resident_id: str
    community_code: str
    amount_beans: int
    captured_at: Moment
    undos: int = 0


@fact("ledger.beans-released.v1", subject="redemption_id")
class BeansReleased:
    """Held beans became free again."""

    redemption_id: str
    resident_id: str
    community_code: str
    amount_beans: int
    released_at: Moment
    undos: int = 0


@fact("ledger.objection-upheld.v1", subject="resident_id")
class ObjectionUpheld:
    """A steward upheld an objection to a verified record: it is to be withdrawn and, where `minutes` are stated, replaced."""

    objection_id: str
    resident_id: str
    community_code: str
    record_id: str
    reason: str
    decided_by: str
    decided_at: Moment
    minutes: int | None = None


@fact("ledger.mark-lifted.v1", subject="resident_id")
class MarkLifted:
    """The mark for a missed sign-up was pardoned, given back after an objection, or forgotten in time."""

    resident_id: str
    community_code: str
    activity_id: str
    lifted_at: Moment
