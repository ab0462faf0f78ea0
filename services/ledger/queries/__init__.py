"""Use cases that read: wallets, transfers, rules, coverage, and the laws of the whole journal."""

from services.ledger.queries.archive import write_archive
from services.ledger.queries.credit import credit_statement, credit_statements, show_statement
from services.ledger.queries.drafts import (
    draft_of,
    drafts,
    rule_acts,
    show_draft,
    show_simulation,
    simulated_people,
    simulation,
)
from services.ledger.queries.expiring import expiring_beans
from services.ledger.queries.giving import fund, project, projects, show_gift, show_project
from services.ledger.queries.heads import newest_entries
from services.ledger.queries.laws import Audit, Finding, verify_ledger
from services.ledger.queries.objections import objection, objections, show_objection
from services.ledger.queries.rulebook import Rulebook, rules, show_rules
from services.ledger.queries.seals import broken_seals, seals, statement
from services.ledger.queries.settlements import settlement
from services.ledger.queries.wallets import balance_as_of, shown_transfer, transfer, transfers, wallet
from services.ledger.queries.worth import Coverage, coverage, coverage_history, outstanding_beans

__all__ = [
    "Audit",
    "Coverage",
    "Finding",
    "Rulebook",
    "balance_as_of",
    "broken_seals",
    "coverage",
    "coverage_history",
    "credit_statement",
    "credit_statements",
    "draft_of",
    "drafts",
    "expiring_beans",
    "fund",
    "newest_entries",
    "objection",
    "objections",
    "outstanding_beans",
    "project",
    "projects",
    "rule_acts",
    "rules",
    "seals",
    "settlement",
    "show_draft",
    "show_gift",
    "show_objection",
    "show_project",
    "show_rules",
    "show_simulation",
    "show_statement",
    "shown_transfer",
    "simulated_people",
    "simulation",
    "statement",
    "transfer",
    "transfers",
    "verify_ledger",
    "wallet",
    "write_archive",
]
