"""What changes in engagement: facts are kept, people touched by them judged, weeks counted, all of it rebuilt on demand."""

from services.engagement.commands.asking import answer_ask, ask, set_asking
from services.engagement.commands.communities import clear_base, count_weeks, set_base
from services.engagement.commands.copies import (
    Told,
    announce_activity,
    keep_deed,
    list_grid,
    move_neighbour,
    note_consent,
    part_with,
    register_neighbour,
    turn_registry_page,
    withdraw_record,
)
from services.engagement.commands.judging import judge_touched, touch_sliding
from services.engagement.commands.mobilizing import look_at_newcomers, note_brought
from services.engagement.commands.rebuilding import rebuild

__all__ = [
    "Told",
    "announce_activity",
    "answer_ask",
    "ask",
    "clear_base",
    "count_weeks",
    "judge_touched",
    "keep_deed",
    "list_grid",
    "look_at_newcomers",
    "move_neighbour",
    "note_brought",
    "note_consent",
    "part_with",
    "rebuild",
    "register_neighbour",
    "set_asking",
    "set_base",
    "touch_sliding",
    "turn_registry_page",
    "withdraw_record",
]
