"""What changes in talent: calls and offers, nominations and their decisions, the registry, and the copies of what others own."""

from services.talent.commands.availability import Availability, say_availability
from services.talent.commands.calls import Wanted, call_for, close_call
from services.talent.commands.commendation_objections import (
    decide_commendation_objection,
    object_to_commendation,
    take_commendation_objection_back,
)
from services.talent.commands.commendation_rounds import RoundWanted, close_round, open_round
from services.talent.commands.commendations import (
    Award,
    Proposal,
    answer,
    ask,
    decide_commendation,
    propose,
    put_in_notice,
    set_commendation_aside,
    withdraw_award,
)
from services.talent.commands.copies import (
    change_consents,
    forget_resident,
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
from services.talent.commands.honours import honour
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
    answer_team,
    ask_in,
    change_team,
    end_team,
    found_team,
    leave_team,
    part_from_teams,
)
from services.talent.commands.thanks import (
    Thanks,
    hide_note,
    name_writer,
    report_note,
    review_note,
    show_note,
    take_note_back,
    thank,
)

__all__ = [
    "Availability", "Award", "Founding", "Nominee", "Note", "Paper", "Proposal", "RoundWanted", "Ruling", "SelfOffer", "Sight",
    "Syllabus", "Thanks", "Wanted", "answer", "answer_mentor", "answer_team", "ask", "ask_in", "attend", "call_for",
    "change_consents", "change_course", "change_team", "close_call", "close_course", "close_round", "decide",
    "decide_commendation", "decide_commendation_objection", "decide_level", "decide_objection", "end_mentoring", "end_team",
    "fill_keys", "follow_decision", "forget_resident", "found_team", "hand_in", "hide_note", "honour", "keep_deeds",
    "keep_service_days", "leave_team", "let_offers_lapse", "list_grid", "list_skill_item", "look_at", "make_offer",
    "move_candidate", "name_writer", "nominate", "note_ask", "note_day", "object_to", "object_to_commendation", "open_course",
    "open_round", "part_from_mentoring", "part_from_teams", "propose", "propose_mentor", "put_in_notice", "register_candidate",
    "report_note", "review_note", "say_availability", "set_commendation_aside", "set_offer_aside", "show_note", "suspend",
    "sweep", "sweep_objections", "take_commendation_objection_back", "take_note_back", "take_objection_back", "take_offer",
    "thank", "withdraw_attendance", "withdraw_award", "withdraw_offer", "withdraw_service_day",
]  # fmt: skip
