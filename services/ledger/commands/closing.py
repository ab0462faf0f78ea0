"""Closing the account of who left: what is free goes to the heir of the household, or to the community's fund, in the open.

What is still held for a voucher stays until the voucher is used or runs out; then the rest follows.
"""

from collections.abc import Sequence

from services.ledger.commands.transactions import Heads, write_together
from services.ledger.models import Member, account_of
from services.ledger.queries.giving import standing_gift
from services.ledger.queries.heads import newest_entries
from services.ledger.rules import EMPTY, FUND, Gift, give
from services.ledger.rules import Entry as Decided
from shared.clock import local_day, utc_now


def close_accounts() -> None:
    """Close every account of somebody who left, as far as nothing is held in it any more."""
    for member in Member.objects(left=True, closed=False).only("id"):
        close_account(member.id)


def close_account(resident_id: str) -> None:
    """Hand on what is free in the account of who left; closed once nothing is left. Again changes nothing.

    A debt ends with the account: whoever owes has nothing free that was not held when it was taken back, and that stays.
    """
    member = Member.objects(id=resident_id, left=True, closed=False).first()
    if member is None:
        return
    receiver = _receiver(member)
    write_together([resident_id, receiver], lambda heads: _rest(heads, member, receiver))
    head = newest_entries([account_of(resident_id, "bean")]).get(account_of(resident_id, "bean"), EMPTY)
    if not head["balance"] or head["debt"]:
        Member.objects(id=resident_id).update_one(set__closed=True)


def _receiver(member: Member) -> str:
    heir = Member.objects(id=member.heir_id, community_code=member.community_code, left__ne=True).first() if member.heir_id else None
    return str(heir.id) if heir else FUND + str(member.community_code)


def _rest(heads: Heads, member: Member, receiver: str) -> Sequence[Decided]:
    head = heads[member.id]
    gift_id = f"close:{member.id}:{head['seq']}"  # of the head it was decided upon: two workers at once hand on the same
    if not head["available"] or head["debt"] or standing_gift(gift_id):
        return []
    why = {"on": local_day(utc_now()).isoformat(), "reason": "left"}
    gift = Gift(
        id=gift_id, giver=member.id, receiver=receiver, amount=head["available"], community_code=member.community_code, explanation=why,
    )  # fmt: skip
    return give(head, heads[receiver], gift)
