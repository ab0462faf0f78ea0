"""What changes in talent: calls and offers, nominations and their decisions, the registry, and the copies of what others own."""

from services.talent.commands.availability import Availability, say_availability
from services.talent.commands.calls import Wanted, call_for, close_call
from services.talent.commands.copies import (
    forget_resident,
    keep_consents,
    list_grid,
    list_skill_item,
    move_candidate,
    register_candidate,
)
from services.talent.commands.courses import (
    Syllabus,
    attend,
    change_course,
    close_course,
    open_course,
    withdraw_attendance,
)
from services.talent.commands.deeds import keep_deeds, note_ask
from services.talent.commands.levels import decide_level, keep_service_days, withdraw_service_day
from services.talent.commands.licences import Paper, Sight, hand_in, look_at
from services.talent.commands.mentoring import (
    Note,
    answer_mentor,
    end_mentoring,
    note_day,
    part_from_mentoring,
    propose_mentor,
)
from services.talent.commands.names import fill_keys
from services.talent.commands.nominations import Nominee, Ruling, decide, follow_decision, nominate, sweep
from services.talent.commands.objections import decide_objection, object_to, sweep_objections, take_objection_back
from services.talent.commands.offers import (
    SelfOffer,
    let_offers_lapse,
    make_offer,
    set_offer_aside,
    take_offer,
    withdraw_offer,
)
from services.talent.commands.registry import suspend
from services.talent.commands.teams import (
    Founding,
    answer,
    ask_in,
    change_team,
    end_team,
    found_team,
    leave_team,
    part_from_teams,
)

__all__ = [
    "Availability",
    "Founding",
    "Nominee",
    "Note",
    "Paper",
    "Ruling",
    "SelfOffer",
    "Sight",
    "Syllabus",
    "Wanted",
    "answer",
    "answer_mentor",
    "ask_in",
    "attend",
    "call_for",
    "change_course",
    "change_team",
    "close_call",
    "close_course",
    "decide",
    "decide_level",
    "decide_objection",
    "end_mentoring",
    "end_team",
    "fill_keys",
    "follow_decision",
    "forget_resident",
    "found_team",
    "hand_in",
    "keep_consents",
    "keep_deeds",
    "keep_service_days",
    "leave_team",
    "let_offers_lapse",
    "list_grid",
    "list_skill_item",
    "look_at",
    "make_offer",
    "move_candidate",
    "nominate",
    "note_ask",
    "note_day",
    "object_to",
    "open_course",
    "part_from_mentoring",
    "part_from_teams",
    "propose_mentor",
    "register_candidate",
    "say_availability",
    "set_offer_aside",
    "suspend",
    "sweep",
    "sweep_objections",
    "take_objection_back",
    "take_offer",
    "withdraw_attendance",
    "withdraw_offer",
    "withdraw_service_day",
]
