"""Facts about the 10/20/70 standing, private to their owner and the community's staff; and about what residents decided, public."""

from datetime import date

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


@fact("engagement.matter-decided.v1", subject="matter_id", consumed=False)
class MatterDecided:
    """What residents raised was decided (`way`: vote, meeting; `outcome`: carry_out, leave), in its `round`; no grid: for all of the
    community."""

    matter_id: str
    community_code: str
    kind: str
    way: str
    outcome: str
    grid_codes: list[str]
    round: int
    decided_on: date
    told_at: Moment
