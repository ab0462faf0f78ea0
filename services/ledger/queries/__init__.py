"""Use cases that read: wallets, transfers, rules, coverage, and the laws of the whole journal."""

from services.ledger.queries.laws import Finding, verify_ledger
from services.ledger.queries.reading import coverage, outstanding_beans, rules, show_rules, transfer, transfers, wallet

__all__ = [
    "Finding",
    "coverage",
    "outstanding_beans",
    "rules",
    "show_rules",
    "transfer",
    "transfers",
    "verify_ledger",
    "wallet",
]
