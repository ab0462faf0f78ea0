"""Use cases that write: each judges by the pure rules and makes its writes one at a time, in an order that a crash may cut."""

from services.rewards.commands.answering import make_voucher, mark_settled, refuse_for_wallet
from services.rewards.commands.buyers import enter_buyer, forget_buyer, move_buyer
from services.rewards.commands.counter import fulfil_voucher, look_up_voucher
from services.rewards.commands.offering import announce_stock, change_reward, offer_reward, register_partner
from services.rewards.commands.redeeming import give_back, request_redemption
from services.rewards.commands.sweeping import sweep
from services.rewards.commands.undoing import undo_fulfilment

__all__ = [
    "announce_stock",
    "change_reward",
    "enter_buyer",
    "forget_buyer",
    "fulfil_voucher",
    "give_back",
    "look_up_voucher",
    "make_voucher",
    "mark_settled",
    "move_buyer",
    "offer_reward",
    "refuse_for_wallet",
    "register_partner",
    "request_redemption",
    "sweep",
    "undo_fulfilment",
]
