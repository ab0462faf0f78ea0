"""Use cases that write: taking in facts, adopting rules, letting beans run out, sealing checkpoints."""

from services.ledger.commands.checkpoints import close_interval
from services.ledger.commands.expiry import expire_beans, expire_when_due
from services.ledger.commands.posting import Journal, Writer
from services.ledger.commands.rulebook import adopt_rules
from services.ledger.commands.taking_in import Intake

__all__ = ["Intake", "Journal", "Writer", "adopt_rules", "close_interval", "expire_beans", "expire_when_due"]
