"""Use cases that write: taking in facts, giving, drafting, simulating and adopting rules, letting beans run out, sealing checkpoints."""

from services.ledger.commands.checkpoints import close_interval
from services.ledger.commands.closing import close_accounts
from services.ledger.commands.coverage import record_coverage
from services.ledger.commands.credit import state_credit, withdraw_statement
from services.ledger.commands.drafts import adopt_draft, drop_draft, keep_draft
from services.ledger.commands.expiry import expire_beans, expire_when_due
from services.ledger.commands.giving import give_beans
from services.ledger.commands.marks import lift_old_marks, pardon
from services.ledger.commands.objections import decide_objection, object_to, settle_objections, take_back
from services.ledger.commands.posting import Journal, Writer
from services.ledger.commands.projects import call_off, end_project, open_project, settle_projects, spend_beans
from services.ledger.commands.rulebook import adopt_rules
from services.ledger.commands.seals import seal_days
from services.ledger.commands.simulating import ask_simulation, run_next_simulation
from services.ledger.commands.taking_in import Intake

__all__ = [
    "Intake",
    "Journal",
    "Writer",
    "adopt_draft",
    "adopt_rules",
    "ask_simulation",
    "call_off",
    "close_accounts",
    "close_interval",
    "decide_objection",
    "drop_draft",
    "end_project",
    "expire_beans",
    "expire_when_due",
    "give_beans",
    "keep_draft",
    "lift_old_marks",
    "object_to",
    "open_project",
    "pardon",
    "record_coverage",
    "run_next_simulation",
    "seal_days",
    "settle_objections",
    "settle_projects",
    "spend_beans",
    "state_credit",
    "take_back",
    "withdraw_statement",
]
