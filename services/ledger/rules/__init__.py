"""Pure decisions of the ledger: what a deed earns, and what a wish does to an account. No clock, no database, no framework."""

from services.ledger.rules.caps import MONTH, NEWCOMERS, Counting, Usage, capped, carries, month_before, month_of, noted
from services.ledger.rules.earning import (
    DEFAULT_RULES,
    Explanation,
    RuleSet,
    beans_for_newcomer,
    beans_for_participation,
    beans_for_service,
    contribution_for_participation,
    contribution_for_service,
    integrity_for,
)
from services.ledger.rules.lots import Lots, as_date, as_day, consume, expired, expiry_day, put_in
from services.ledger.rules.posting import EMPTY, Decision, Entry, Head, Refusal, decide
from services.ledger.rules.wishes import Earn, Expire, Hold, Reverse, Settle, Unit, Wish

__all__ = [
    "DEFAULT_RULES",
    "EMPTY",
    "MONTH",
    "NEWCOMERS",
    "Counting",
    "Decision",
    "Earn",
    "Entry",
    "Expire",
    "Explanation",
    "Head",
    "Hold",
    "Lots",
    "Refusal",
    "Reverse",
    "RuleSet",
    "Settle",
    "Unit",
    "Usage",
    "Wish",
    "as_date",
    "as_day",
    "beans_for_newcomer",
    "beans_for_participation",
    "beans_for_service",
    "capped",
    "carries",
    "consume",
    "contribution_for_participation",
    "contribution_for_service",
    "decide",
    "expired",
    "expiry_day",
    "integrity_for",
    "month_before",
    "month_of",
    "noted",
    "put_in",
]
