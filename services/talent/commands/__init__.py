"""What changes in talent: nominations and their decisions, the registry, and the copies of what others own."""

from services.talent.commands.availability import Availability, say_availability
from services.talent.commands.copies import (
    forget_resident,
    list_grid,
    list_skill_item,
    move_candidate,
    register_candidate,
)
from services.talent.commands.deeds import keep_deeds, note_ask
from services.talent.commands.licences import Paper, Sight, hand_in, look_at
from services.talent.commands.names import fill_keys
from services.talent.commands.nominations import Nominee, Ruling, decide, follow_decision, nominate, sweep
from services.talent.commands.registry import suspend

__all__ = [
    "Availability",
    "Nominee",
    "Paper",
    "Ruling",
    "Sight",
    "decide",
    "fill_keys",
    "follow_decision",
    "forget_resident",
    "hand_in",
    "keep_deeds",
    "list_grid",
    "list_skill_item",
    "look_at",
    "move_candidate",
    "nominate",
    "note_ask",
    "register_candidate",
    "say_availability",
    "suspend",
    "sweep",
]
