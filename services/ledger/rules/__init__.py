"""Pure decisions of the ledger: what a deed earns, and what a wish does to an account. No clock, no database, no framework."""

from services.ledger.rules.earning import DEFAULT_RULES, Deed, RuleSet, beans_for_newcomer, contribution_for, deed_beans, integrity_for
from services.ledger.rules.lots import as_day, consume, expired, expiry_day, put_in
from services.ledger.rules.posting import EMPTY, Decision, Earn, Entry, Expire, Head, Hold, HoldUnknown, Reverse, Settle, Wish, decide, usage_reaches

__all__ = [
    "DEFAULT_RULES",
    "EMPTY",
    "Decision",
    "Deed",
    "Earn",
    "Entry",
    "Expire",
    "Head",
    "Hold",
    "HoldUnknown",
    "Reverse",
    "RuleSet",
    "Settle",
    "Wish",
    "as_day",
    "beans_for_newcomer",
    "consume",
    "contribution_for",
    "decide",
    "deed_beans",
    "expired",
    "expiry_day",
    "integrity_for",
    "put_in",
    "usage_reaches",
]
