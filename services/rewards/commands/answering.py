"""What the ledger's answers do to a redemption. An answer may come twice, and after the redemption has gone another way.

After an undo the same beans are held and captured a second time. Each answer says how many undos came before it, and one that has
fewer than the redemption is a late copy and means nothing. No clock decides. (ADR 59)
"""

import secrets
from collections.abc import Sequence
from datetime import datetime
from typing import Any

from pymongo.errors import BulkWriteError, DuplicateKeyError

from services.rewards.commands.claiming import settle_claim, take_back
from services.rewards.commands.moving import Also, as_it_stands, move, move_all, move_each
from services.rewards.models import Redemption
from services.rewards.rules.counter import beans_go_back_at
from services.rewards.rules.saga import CLOSED, Status, Step, Verdict, is_late_copy, judge
from services.rewards.rules.vouchers import draw_code, runs_out_at
from services.rewards.settings import settings
from shared.clock import utc_now
from shared.messaging.errors import Later
from shared.mongo import is_only_duplicates

CODE_TRIES = 5
NEEDED = (
    "status", "reward_id", "quantity", "valid_days", "claim_id", "undos", "expires_at",
)  # fmt: skip


def make_voucher(redemption_id: str, *, undos: int) -> None:
    """Make the voucher of a redemption whose beans are held for the `undos`-th time again; nothing if it was made, or cancelled.

    Where a fulfilment is being undone, the voucher is made good again instead. Raises Later if the redemption is not
    reserved yet, or the shelf cannot take the pieces back at this moment.
    """
    redemption = _heard_of(redemption_id, Step.HOLD)
    if is_late_copy(undos, now=redemption.undos):
        return
    if redemption.standing is Status.UNDOING:
        _make_good_again(redemption)
        return
    for _ in range(CODE_TRIES):
        try:
            move_all([redemption.id], Step.HOLD, fields=_voucher(redemption, utc_now()))
            return
        except DuplicateKeyError:  # another voucher has this code: once in some billions of draws
            continue
    raise Later("no free voucher code was drawn")


def make_vouchers(answers: Sequence[tuple[str, int]]) -> None:
    """Make the vouchers of many, each by its id and the undos before it, as `make_voucher` would; those in the plain case in one request.

    Raises Later if one of them must wait, perhaps before the others are done: call again for each half.
    """
    now = utc_now()
    reserved = Redemption.objects(id__in=[id_ for id_, _ in answers], status=Status.RESERVED.value).only(*NEEDED)
    made = {each.id: (_voucher(each, now), ()) for each in reserved if (each.id, each.undos) in answers}
    try:
        move_each(made, Step.HOLD)
    except BulkWriteError as error:
        if not is_only_duplicates(error):
            raise
        made = {}  # whoever drew a code that another voucher has draws again, alone
    for id_, undos in answers:
        if id_ not in made:
            make_voucher(id_, undos=undos)


def refuse_for_wallet(redemption_id: str, *, reason: str, at: datetime) -> None:
    """Refuse a redemption that the wallet could not bear, and give its stock back. Raises Later if it is not reserved yet.

    One that was given back before the ledger's no came has nothing to release: with the no it is settled.
    """
    redemption = _heard_of(redemption_id, Step.REFUSE_HOLD)
    fields = {"refusal": reason, "closed_at": utc_now(), "settled_at": at}
    current = move(redemption.id, Step.REFUSE_HOLD, fields=fields) or _known(redemption_id)
    settle_claim(current, current.claim_id)
    if current.standing is Status.CANCELLED:
        mark_settled(redemption_id, at=at, undos=0)


def mark_settled(redemption_id: str, *, at: datetime, undos: int) -> None:
    """Note that the ledger has captured or released the beans of a closed redemption, held for the `undos`-th time again.

    Raises Later if it is open yet.
    """
    redemption = _known(redemption_id)
    if is_late_copy(undos, now=redemption.undos):
        return
    if redemption.standing not in CLOSED:
        raise Later(f"redemption {redemption_id} is {redemption.status}: its beans are not to be settled yet")
    unsettled = Redemption.objects(id=redemption_id, status=redemption.status, undos=redemption.undos, settled_at=None)
    unsettled.update_one(set__settled_at=at)


def _voucher(redemption: Redemption, now: datetime) -> dict[str, Any]:
    """Return the fields by which a redemption becomes a voucher, with a new code."""
    until = runs_out_at(now, redemption.valid_days, settings().zone)
    code = draw_code(secrets.choice)
    return {"voucher_code": code, "ready_at": now, "expires_at": until, "due_at": beans_go_back_at(until)}


def _make_good_again(redemption: Redemption) -> None:
    """Put the sold pieces back under a claim, then name it: whoever dies in between is followed by the next delivery."""
    claim = take_back(redemption)
    if claim is None:
        raise Later(f"the shelf cannot take back what redemption {redemption.id} stands for yet")
    fields = {"claim_id": claim.id, "due_at": beans_go_back_at(redemption.expires_at)}
    if move(redemption.id, Step.HOLD_AGAIN, fields=fields, also=Also(where={"undos": redemption.undos})) is None:
        settle_claim(as_it_stands(redemption.id), claim.id, undo=claim.undo)


def _heard_of(redemption_id: str, step: Step) -> Redemption:
    redemption = _known(redemption_id)
    if judge(redemption.standing, step) is Verdict.EARLY:
        raise Later(f"redemption {redemption_id} is not reserved yet")
    return redemption


def _known(redemption_id: str) -> Redemption:
    redemption: Redemption | None = Redemption.objects(id=redemption_id).only(*NEEDED).first()
    if redemption is None:
        raise Later(f"redemption {redemption_id} is not known here")
    return redemption
