"""What engagement shows: one's own standing with its reasons, and to the staff how a community stands and what to do next."""

from services.engagement.queries.asks import ask_outcomes, asking_state, asks, one_ask
from services.engagement.queries.communities import base, engagement
from services.engagement.queries.lists import listed
from services.engagement.queries.people import people
from services.engagement.queries.reach import brought_by, reach
from services.engagement.queries.standing_objections import standing_objection, standing_objections
from services.engagement.queries.standings import standing
from services.engagement.queries.tier_rules import one_tier_rules, tier_rules

__all__ = [
    "ask_outcomes", "asking_state", "asks", "base", "brought_by", "engagement", "listed", "one_ask", "one_tier_rules", "people", "reach",
    "standing", "standing_objection", "standing_objections", "tier_rules",
]  # fmt: skip
