"""What changes in talent: nominations and their decisions, the registry, and the copies of what others own."""

from services.talent.commands.copies import forget_resident, list_skill_item, move_candidate, register_candidate
from services.talent.commands.nominations import Nominee, Ruling, decide, follow_decision, nominate, sweep
from services.talent.commands.registry import suspend

__all__ = [
    "Nominee",
    "Ruling",
    "decide",
    "follow_decision",
    "forget_resident",
    "list_skill_item",
    "move_candidate",
    "nominate",
    "register_candidate",
    "suspend",
    "sweep",
]
