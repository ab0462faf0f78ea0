"""Facts about the 10/20/70 standing. Private to their owner and the community's staff."""

from shared.events.fact import Moment, fact


@fact("engagement.tier-changed.v1", subject="resident_id", consumed=False)
class TierChanged:
    """A resident's standing moved (`backbone`, `enthusiast`, `participant`, `unreached`) under a rule version."""

    resident_id: str
    community_code: str
    from_tier: str
    to_tier: str
    rule_version: int
    changed_at: Moment
