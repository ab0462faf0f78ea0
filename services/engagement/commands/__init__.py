"""What changes in engagement: facts are kept, people touched by them judged, weeks counted, all of it rebuilt on demand."""

from services.engagement.commands.communities import clear_base, count_weeks, set_base
from services.engagement.commands.copies import (
    Told,
    announce_activity,
    keep_deed,
    list_grid,
    move_neighbour,
    part_with,
    register_neighbour,
    turn_registry_page,
    withdraw_record,
)
from services.engagement.commands.evaluating import judge_ratings
from services.engagement.commands.judging import judge_touched, touch_sliding
from services.engagement.commands.matters import forget_sayings
from services.engagement.commands.rebuilding import rebuild
from services.engagement.commands.selecting import forget_candidate

__all__ = [
    "Told",
    "announce_activity",
    "clear_base",
    "count_weeks",
    "forget_candidate",
    "forget_sayings",
    "judge_ratings",
    "judge_touched",
    "keep_deed",
    "list_grid",
    "move_neighbour",
    "part_with",
    "rebuild",
    "register_neighbour",
    "set_base",
    "touch_sliding",
    "turn_registry_page",
    "withdraw_record",
]
