"""Use cases that read. Every one filters by the caller's community; what is not there and what is foreign look the same."""

from services.rewards.queries.counter import household_of, settlement_day, settlement_month, with_names
from services.rewards.queries.laws import unsettled, verify_stock
from services.rewards.queries.partners import partner_seen_by, partners_of, seen_by
from services.rewards.queries.redemptions import redemption_seen_by, redemptions_of
from services.rewards.queries.shelves import photo_of, reward_as_it_stands, reward_seen_by, rewards_on_show
from services.rewards.queries.waiting import wait_for_outcome

__all__ = [
    "household_of",
    "partner_seen_by",
    "partners_of",
    "photo_of",
    "redemption_seen_by",
    "redemptions_of",
    "reward_as_it_stands",
    "reward_seen_by",
    "rewards_on_show",
    "seen_by",
    "settlement_day",
    "settlement_month",
    "unsettled",
    "verify_stock",
    "wait_for_outcome",
    "with_names",
]
