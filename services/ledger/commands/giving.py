"""Giving beans: to a neighbour, to the community's fund, or to a project that neighbours pay for together."""

from collections.abc import Mapping, Sequence
from datetime import date
from typing import Any

from services.ledger.commands.projects import pledge_counted
from services.ledger.commands.transactions import Heads, write_together
from services.ledger.errors import GiftTooLarge, NoGiftToStaff, NotWhileOwing, WalletTooLow
from services.ledger.models import ALIAS, Member, account_of
from services.ledger.queries.giving import given_this_month, standing_gift
from services.ledger.queries.rulebook import Rulebook
from services.ledger.rules import FUND, PROJECT, Gift, GiftRefused, give
from services.ledger.rules import Entry as Decided
from shared.clock import local_day, utc_now
from shared.mongo import audit
from shared.problems import Forbidden, IdInUse, Invalid, NotFound
from shared.web import Caller

PLAIN_RESIDENT = ["resident"]
RECEIVERS = ("resident_id", "project_id", "to_fund")


def give_beans(gift_id: str, body: Mapping[str, Any], *, by: Caller) -> tuple[Mapping[str, Any], bool]:
    """Give the caller's beans (a steward with `from_fund`: the fund's) → (the entry that gives, whether it was given now).

    Given once, whatever is repeated. WalletTooLow, NotWhileOwing, GiftTooLarge, NoGiftToStaff and ProjectClosed say why not.
    """
    gift = _gift(gift_id, body, by)
    if (known := _known(gift)) is not None:
        return known, False
    _check_receiver(gift, by)
    also = pledge_counted(gift) if gift.receiver.startswith(PROJECT) else None
    created = write_together([gift.giver, gift.receiver], lambda heads: _decide(heads, gift), also=also)
    if created and gift.giver.startswith(FUND):
        audit(ALIAS, act="given-from-fund", by=by.resident_id, about=gift.receiver, detail={"beans": gift.amount})
    return standing_gift(gift_id) or {}, created


def _gift(gift_id: str, body: Mapping[str, Any], by: Caller) -> Gift:
    if body["from_fund"] and "steward" not in by.roles:
        raise Forbidden("What the fund gives is a steward's to decide.")
    on = local_day(utc_now())
    return Gift(
        id=gift_id,
        giver=FUND + by.community_code if body["from_fund"] else by.resident_id,
        receiver=_receiver(body, by.community_code),
        amount=body["beans"],
        community_code=by.community_code,
        explanation={"on": on.isoformat()},
        rule_version=Rulebook([by.community_code]).on(by.community_code, on).version,
    )


def _receiver(body: Mapping[str, Any], community_code: str) -> str:
    """Return whose account it goes to; Invalid where none or several are named."""
    named = [name for name in RECEIVERS if body.get(name)]
    if len(named) != 1:
        wrong = named or RECEIVERS[:1]
        raise Invalid(errors={f"/{name}": "Name one receiver: a resident, a project or the fund." for name in wrong})
    if named == ["to_fund"]:
        return FUND + community_code
    return PROJECT + body["project_id"] if named == ["project_id"] else str(body["resident_id"])


def _known(gift: Gift) -> Mapping[str, Any] | None:
    """Return the entry of a gift that was given before; IdInUse if its id stands for another gift."""
    entry = standing_gift(gift.id)
    if entry is None:
        return None
    why = entry["explanation"]
    if (entry["account"], why["to"], why["amount"]) != (account_of(gift.giver, "bean"), gift.receiver, gift.amount):
        raise IdInUse()
    return entry


def _check_receiver(gift: Gift, by: Caller) -> None:
    """Refuse who may not receive: oneself, strangers, and whoever decides about others' beans."""
    if gift.receiver == gift.giver:
        raise Invalid(errors={"/resident_id": "Nobody gives to themselves."})
    if gift.receiver.startswith((FUND, PROJECT)):
        return
    member = Member.objects(id=gift.receiver, community_code=by.community_code, left__ne=True).first()
    if member is None:
        raise NotFound("No such resident in this community.")
    if member.roles and member.roles != PLAIN_RESIDENT:
        raise NoGiftToStaff(errors={"/resident_id": "Whoever works for the community takes no beans from residents."})


def _decide(heads: Heads, gift: Gift) -> Sequence[Decided]:
    if _known(gift) is not None:
        return []
    _check_cap(gift)
    try:
        return give(heads[gift.giver], heads[gift.receiver], gift)
    except GiftRefused as refused:
        if refused.reason == "debt":
            raise NotWhileOwing() from None
        raise WalletTooLow(errors={"/beans": f"Only {refused.available} are free to be given."}) from None


def _check_cap(gift: Gift) -> None:
    """Refuse more than one person may give another in a month. Funds and projects have no cap.

    Asked after the giver's head was read: what was given since then has taken the number that this gift is decided for.
    """
    if gift.receiver.startswith((FUND, PROJECT)) or gift.giver.startswith(FUND):
        return
    today = date.fromisoformat(gift.explanation["on"])
    limit = Rulebook([gift.community_code]).on(gift.community_code, today).cap_gift_pair_month_beans
    used = given_this_month(gift.giver, gift.receiver, today)
    if used + gift.amount > limit:
        raise GiftTooLarge(
            errors={"/beans": f"At most {limit} a month to one neighbour; {used} were given this month."}
        )
