"""Use cases that write: each judges by the pure rules and makes its writes one at a time, in an order that a crash may cut."""

from services.rewards.commands.answering import make_voucher, make_vouchers, mark_settled, refuse_for_wallet
from services.rewards.commands.buyers import enter_buyer, forget_buyer, move_buyer
from services.rewards.commands.counter import fulfil_voucher, look_up_voucher
from services.rewards.commands.giving_back import give_back
from services.rewards.commands.introducing import introduce
from services.rewards.commands.offering import announce_stock, change_reward, offer_reward, register_partner
from services.rewards.commands.photos import put_photo
from services.rewards.commands.price_lists import (
    apply_price_list,
    decide_price_list,
    price_list_of,
    propose_price_list,
)
from services.rewards.commands.redeeming import request_redemption
from services.rewards.commands.sweeping import sweep
from services.rewards.commands.undoing import undo_fulfilment
from services.rewards.commands.waiting_line import accept_offer, join_line, offer_to_line

__all__ = [
    "accept_offer",
    "announce_stock",
    "apply_price_list",
    "change_reward",
    "decide_price_list",
    "enter_buyer",
    "forget_buyer",
    "fulfil_voucher",
    "give_back",
    "introduce",
    "join_line",
    "look_up_voucher",
    "make_voucher",
    "make_vouchers",
    "mark_settled",
    "move_buyer",
    "offer_reward",
    "offer_to_line",
    "price_list_of",
    "propose_price_list",
    "put_photo",
    "refuse_for_wallet",
    "register_partner",
    "request_redemption",
    "sweep",
    "undo_fulfilment",
]
