"""What changes in talent: calls and offers, nominations and their decisions, the registry, and the copies of what others own."""

from services.talent.commands.calls import Wanted, call_for, close_call
from services.talent.commands.copies import forget_resident, list_skill_item, move_candidate, register_candidate
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

__all__ = [
    "Nominee",
    "Ruling",
    "SelfOffer",
    "Wanted",
    "call_for",
    "close_call",
    "decide",
    "decide_objection",
    "follow_decision",
    "forget_resident",
    "let_offers_lapse",
    "list_skill_item",
    "make_offer",
    "move_candidate",
    "nominate",
    "object_to",
    "register_candidate",
    "set_offer_aside",
    "suspend",
    "sweep",
    "sweep_objections",
    "take_objection_back",
    "take_offer",
    "withdraw_offer",
]
