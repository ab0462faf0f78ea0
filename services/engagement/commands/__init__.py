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
from services.engagement.commands.evaluating import judge_ratings
from services.engagement.commands.judging import judge_touched, touch_begun_rules, touch_sliding
from services.engagement.commands.matters import forget_sayings
from services.engagement.commands.mobilizing import look_at_newcomers, note_brought
from services.engagement.commands.rebuilding import rebuild
from services.engagement.commands.selecting import forget_candidate
from services.engagement.commands.standing_objections import decide as decide_standing_objection
from services.engagement.commands.standing_objections import object_to_standing
from services.engagement.commands.standing_objections import settle_objections as settle_standing_objections
from services.engagement.commands.standing_objections import take_back as take_standing_objection_back
from services.engagement.commands.tier_rules import adopt_draft as adopt_tier_draft
from services.engagement.commands.tier_rules import ask_preview, preview_drafts
from services.engagement.commands.tier_rules import drop_draft as drop_tier_draft
from services.engagement.commands.tier_rules import keep_draft as keep_tier_draft

__all__ = [
    "Told",
    "adopt_tier_draft",
    "announce_activity",
    "answer_ask",
    "ask",
    "ask_preview",
    "clear_base",
    "count_weeks",
    "decide_standing_objection",
    "drop_tier_draft",
    "forget_candidate",
    "forget_sayings",
    "judge_ratings",
    "judge_touched",
    "keep_deed",
    "keep_tier_draft",
    "list_grid",
    "look_at_newcomers",
    "move_neighbour",
    "note_brought",
    "note_consent",
    "object_to_standing",
    "part_with",
    "preview_drafts",
    "rebuild",
    "register_neighbour",
    "set_asking",
    "set_base",
    "settle_standing_objections",
    "take_standing_objection_back",
    "touch_begun_rules",
    "touch_sliding",
    "turn_registry_page",
    "withdraw_record",
]
