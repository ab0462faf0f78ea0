"""The calls of rewards: load, one call, dump."""

import re
from typing import Any

from flask import Response, request

from services.rewards import commands, queries
from services.rewards.commands.counter import Fulfilment
from services.rewards.commands.photos import PHOTO_BYTES_MAX
from services.rewards.commands.redeeming import Wish
from services.rewards.commands.sheet import LIST_BYTES_MAX
from services.rewards.models import PriceList, Redemption, Reward, RewardPhoto
from services.rewards.schemas import (
    DayArgs,
    DayOut,
    FulfilmentIn,
    IntroductionIn,
    ListDecisionsIn,
    MonthArgs,
    MonthOut,
    PartnerArgs,
    PartnerIn,
    PartnerOut,
    PhotoIn,
    PhotoOfIn,
    PhotoOut,
    PriceListOut,
    RedemptionArgs,
    RedemptionIn,
    RedemptionOut,
    RewardArgs,
    RewardIn,
    RewardOut,
    RewardPatchIn,
    UndoIn,
    VoucherOut,
)
from shared.web import (
    Blueprint,
    UploadIn,
    answer,
    current_caller,
    known_caller,
    open_to_proxies,
    page_of,
    page_schema,
    requires,
    uploaded_file,
)

REDEEM = "redeem"  # the act of a mandate, as identity names it
WAIT_SECONDS_MAX = 10
PHOTO_SECONDS = 31_536_000
WAIT = re.compile(r"wait\s*=\s*\"?(\d{1,4})\"?", re.ASCII)

partners = Blueprint("partners", __name__, description="Who offers rewards, and what they handed over.")
price_lists = Blueprint("price-lists", __name__, description="Shelves filled from a table.")
photos = Blueprint("photos", __name__, description="What rewards look like.")
rewards = Blueprint("rewards", __name__, description="What beans buy.")
redemptions = Blueprint("redemptions", __name__, description="A resident's way to a reward.")
vouchers = Blueprint("vouchers", __name__, description="The proof at the counter.")


@partners.put("/partners/<id:partner_id>")
@requires("steward")
@partners.arguments(PartnerIn)
@partners.response(200, PartnerOut)
@partners.alt_response(201, schema=PartnerOut)
def put_partner(body: dict[str, Any], partner_id: str) -> tuple[dict[str, Any], int]:
    """Enter a partner."""
    entered, created = commands.register_partner(partner_id, body, caller=current_caller())
    return answer(queries.seen_by(current_caller(), entered), created)


@partners.get("/partners/<id:partner_id>")
@requires()
@partners.response(200, PartnerOut)
def get_partner(partner_id: str) -> dict[str, Any]:
    """Show a partner; what it says of itself to staff and to itself."""
    return queries.partner_seen_by(current_caller(), partner_id)


@partners.put("/partners/<id:partner_id>/introduction")
@requires("partner", "organizer", "steward")
@partners.arguments(IntroductionIn)
@partners.response(200, PartnerOut)
def put_introduction(body: dict[str, Any], partner_id: str) -> dict[str, Any]:
    """Say as a unit, or for one as staff, whom to ask for and what it can give."""
    return queries.seen_by(current_caller(), commands.introduce(partner_id, body, caller=current_caller()))


@partners.get("/partners")
@requires()
@open_to_proxies()
@partners.arguments(PartnerArgs, location="query")
@partners.response(200, page_schema(PartnerOut))
def get_partners(args: dict[str, Any]) -> dict[str, Any]:
    """List the community's partners by name."""
    return page_of(*queries.partners_of(current_caller(), **args))


@partners.get("/partners/<id:partner_id>/day")
@requires("partner", "organizer", "steward", "auditor")
@partners.arguments(DayArgs, location="query")
@partners.response(200, DayOut)
def get_settlement_day(args: dict[str, Any], partner_id: str) -> dict[str, Any]:
    """Show what a partner handed over on a day."""
    return queries.settlement_day(current_caller(), partner_id, **args)


@partners.get("/partners/<id:partner_id>/month")
@requires("partner", "organizer", "steward", "auditor")
@partners.arguments(MonthArgs, location="query")
@partners.response(200, MonthOut)
def get_settlement_month(args: dict[str, Any], partner_id: str) -> dict[str, Any]:
    """Settle a partner's month: totals, by day, by reward, and every entry page by page."""
    return queries.settlement_month(current_caller(), partner_id, **args)


@rewards.put("/rewards/<id:reward_id>")
@requires("partner", "steward")
@rewards.arguments(RewardIn)
@rewards.response(200, RewardOut)
@rewards.alt_response(201, schema=RewardOut)
def put_reward(body: dict[str, Any], reward_id: str) -> tuple[Reward, int]:
    """Offer a reward."""
    return answer(*commands.offer_reward(reward_id, body, caller=current_caller()))


@rewards.patch("/rewards/<id:reward_id>")
@requires("partner", "steward")
@rewards.arguments(RewardPatchIn)
@rewards.response(200, RewardOut)
def patch_reward(body: dict[str, Any], reward_id: str) -> Reward:
    """Edit a reward, or put more of it on the shelf."""
    return commands.change_reward(reward_id, body, caller=current_caller())


@rewards.get("/rewards")
@open_to_proxies(REDEEM)
@rewards.arguments(RewardArgs, location="query")
@rewards.response(200, page_schema(RewardOut))
def get_rewards(args: dict[str, Any]) -> dict[str, Any]:
    """List rewards, newest first; open to all who name a community."""
    return page_of(*queries.rewards_on_show(known_caller(), **args))


@rewards.get("/rewards/<id:reward_id>")
@open_to_proxies(REDEEM)
@rewards.response(200, RewardOut)
def get_reward(reward_id: str) -> Reward:
    """Show a reward; open to all."""
    return queries.reward_seen_by(known_caller(), reward_id)


@photos.put("/reward-photos/<id:photo_id>")
@requires("partner", "steward")
@photos.arguments(PhotoIn, location="files")
@photos.arguments(PhotoOfIn, location="form")
@photos.response(200, PhotoOut)
@photos.alt_response(201, schema=PhotoOut)
def put_photo(_: dict[str, Any], body: dict[str, Any], photo_id: str) -> tuple[RewardPhoto, int]:
    """Keep a picture of a reward, made small, instead of the one before."""
    content = uploaded_file(limit_bytes=PHOTO_BYTES_MAX)[1]
    return answer(*commands.put_photo(photo_id, body["reward_id"], content, caller=current_caller()))


@photos.get("/reward-photos/<id:photo_id>")
@photos.response(200, {"format": "binary", "type": "string"}, content_type="image/jpeg")
def get_photo(photo_id: str) -> Response:
    """Show a picture; open to all, and never another one under the same id."""
    response = Response(bytes(queries.photo_of(photo_id).content), content_type="image/jpeg")
    response.headers["Cache-Control"] = f"public, max-age={PHOTO_SECONDS}, immutable"
    return response


@price_lists.put("/price-lists/<id:list_id>")
@requires("partner")
@price_lists.arguments(UploadIn, location="files")
@price_lists.response(200, PriceListOut)
@price_lists.alt_response(201, schema=PriceListOut)
def put_price_list(_: dict[str, Any], list_id: str) -> tuple[PriceList, int]:
    """Propose what to do with each row of a price list (XLSX or CSV); nothing is offered yet."""
    content = uploaded_file(limit_bytes=LIST_BYTES_MAX)[1]
    return answer(*commands.propose_price_list(list_id, content, caller=current_caller()))


@price_lists.get("/price-lists/<id:list_id>")
@requires("partner")
@price_lists.response(200, PriceListOut)
def get_price_list(list_id: str) -> PriceList:
    """Show a price list's rows."""
    return commands.price_list_of(list_id, current_caller())


@price_lists.put("/price-lists/<id:list_id>/decisions")
@requires("partner")
@price_lists.arguments(ListDecisionsIn)
@price_lists.response(200, PriceListOut)
def put_list_decisions(body: dict[str, Any], list_id: str) -> PriceList:
    """Decide on rows: take or skip."""
    return commands.decide_price_list(list_id, body["rows"], caller=current_caller())


@price_lists.put("/price-lists/<id:list_id>/application")
@requires("partner")
@price_lists.response(200, PriceListOut)
def put_list_application(list_id: str) -> PriceList:
    """Carry out every row that is certain or decided; the rest waits."""
    return commands.apply_price_list(list_id, caller=current_caller())


@redemptions.put("/redemptions/<id:redemption_id>")
@requires()
@open_to_proxies(REDEEM)
@redemptions.arguments(RedemptionIn)
@redemptions.response(200, RedemptionOut)
@redemptions.alt_response(201, schema=RedemptionOut)
def put_redemption(body: dict[str, Any], redemption_id: str) -> tuple[Redemption, int, dict[str, str]]:
    """Redeem beans for a reward; `Prefer: wait=N` (up to 10 s) waits for the outcome."""
    seconds, wish = _seconds_to_wait(request.headers.get("Prefer", "")), Wish(**body)
    if wish.in_line:
        return *answer(*commands.join_line(redemption_id, wish, caller=current_caller())), {}
    asked = commands.request_redemption(redemption_id, wish, caller=current_caller(), wait_seconds=seconds)
    return *answer(*asked), {"Preference-Applied": f"wait={seconds}"} if seconds else {}


@redemptions.put("/redemptions/<id:redemption_id>/acceptance")
@requires()
@redemptions.response(200, RedemptionOut)
def put_acceptance(redemption_id: str) -> Redemption:
    """Say yes to what was set aside for one in line; `Prefer: wait=N` waits for the outcome."""
    seconds = _seconds_to_wait(request.headers.get("Prefer", ""))
    return commands.accept_offer(redemption_id, caller=current_caller(), wait_seconds=seconds)


@redemptions.get("/redemptions/<id:redemption_id>")
@requires()
@open_to_proxies(REDEEM)
@redemptions.response(200, RedemptionOut)
def get_redemption(redemption_id: str) -> Redemption:
    """Show where a redemption stands."""
    return queries.redemption_seen_by(current_caller(), redemption_id)


@redemptions.get("/redemptions")
@requires()
@open_to_proxies(REDEEM)
@redemptions.arguments(RedemptionArgs, location="query")
@redemptions.response(200, page_schema(RedemptionOut))
def get_redemptions(args: dict[str, Any]) -> dict[str, Any]:
    """List redemptions, newest first."""
    return page_of(*queries.redemptions_of(current_caller(), **args))


@redemptions.delete("/redemptions/<id:redemption_id>")
@requires()
@open_to_proxies(REDEEM)
@redemptions.response(200, RedemptionOut)
def delete_redemption(redemption_id: str) -> Redemption:
    """Give a redemption back before it is handed over."""
    return commands.give_back(redemption_id, caller=current_caller())


@vouchers.get("/vouchers/<string:code>")
@requires("partner")
@vouchers.response(200, VoucherOut)
def get_voucher(code: str) -> Redemption:
    """Show a voucher to the partner who is to hand its reward over."""
    return commands.look_up_voucher(code, caller=current_caller())


@vouchers.put("/vouchers/<string:code>/fulfilment")
@requires("partner")
@vouchers.arguments(FulfilmentIn)
@vouchers.response(200, VoucherOut)
def put_fulfilment(body: dict[str, Any], code: str) -> Redemption:
    """Hand a voucher's reward over, or one use of it; `fulfilled_at` enters what a slip says, within 24 hours."""
    return commands.fulfil_voucher(code, caller=current_caller(), told=Fulfilment(**body))


@vouchers.put("/vouchers/<string:code>/fulfilments/<id:fulfilment_id>/undo")
@requires("partner")
@vouchers.arguments(UndoIn)
@vouchers.response(200, VoucherOut)
def put_undo(body: dict[str, Any], code: str, fulfilment_id: str) -> Redemption:
    """Take a handing over back within ten minutes; the voucher is good again when the ledger has set the beans aside."""
    return commands.undo_fulfilment(code, fulfilment_id, reason=body["reason"], caller=current_caller())


def _seconds_to_wait(prefer: str) -> int:
    """Return the `wait` preference (RFC 7240) in whole seconds, at most WAIT_SECONDS_MAX; 0 where there is none."""
    found = WAIT.fullmatch(next((part.strip() for part in prefer.split(",") if part.strip().startswith("wait")), ""))
    return min(int(found[1]), WAIT_SECONDS_MAX) if found else 0
