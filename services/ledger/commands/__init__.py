"""Use cases that write: posting wishes, adopting rules, keeping copies, letting beans run out."""

from services.ledger.commands.copies import adopt_rules, change_shelf, enter_member, forget_member, move_member
from services.ledger.commands.expiry import expire_beans
from services.ledger.commands.posting import post
from services.ledger.commands.wishes import wishes_for

__all__ = [
    "adopt_rules",
    "change_shelf",
    "enter_member",
    "expire_beans",
    "forget_member",
    "move_member",
    "post",
    "wishes_for",
]
