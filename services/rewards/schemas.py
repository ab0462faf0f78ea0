"""The HTTP shapes of rewards, named by direction: …In is loaded, …Out is dumped, …Args is a query."""

from datetime import date
from typing import Any

from flask_smorest.fields import Upload
from marshmallow import EXCLUDE, RAISE, Schema, ValidationError, fields, validate, validates_schema

from services.rewards.models import PARTNER_KINDS
from services.rewards.rules.counter import undo_ends_at
from services.rewards.rules.offers import USES_MAX, WEEKDAYS, Kind, uses_fit
from services.rewards.rules.saga import Status
from shared.web import PageArgs
from shared.web.fields import Choice, Code, Day, Flag, Id, Moment, StrictInteger, Text

PRICE_BEANS_MAX = 1_000_000
STOCK_MAX = 1_000_000
VALID_DAYS_MAX = 365
QUANTITY_MAX = 1_000
TITLE_MAX = 100
LIMIT_MAX = 1_000
HOURS_MAX = 40
DECISIONS_MAX = 500
GIVES_MAX, PEOPLE_MAX = 30, 10_000


class Month(Day):
    """A calendar month, `YYYY-MM`, as its first day."""

    def _deserialize(self, value: Any, attr: str | None, data: Any, **kwargs: Any) -> date:
        return super()._deserialize(f"{value}-01" if isinstance(value, str) else value, attr, data, **kwargs)


class StrictSchema(Schema):
    """Refuses what it does not know."""

    class Meta:
        unknown = RAISE


class PartnerIn(StrictSchema):
    """A partner as a steward enters it."""

    name = Text(required=True, max=TITLE_MAX)
    kind = Choice(PARTNER_KINDS, load_default="shop")


class PartnerOut(Schema):
    """A partner; what it says of itself is told to staff and to itself."""

    id = fields.String()
    name = fields.String()
    kind = fields.String()
    created_at = fields.AwareDateTime()
    contact_name = fields.String(allow_none=True)
    contact_phone = fields.String(allow_none=True)
    gives_items = fields.List(fields.String())
    gives_people = fields.Integer(allow_none=True)
    gives_rooms = fields.String(allow_none=True)
    gives_words = fields.String(allow_none=True)
    introduced_at = fields.AwareDateTime(allow_none=True)
    introduction_changed_at = fields.AwareDateTime(allow_none=True)
    revision = fields.Integer()


class PartnerArgs(PageArgs):
    """Query of the list of partners; what they can give is asked for by staff."""

    kind = Choice(PARTNER_KINDS)
    gives = Code()


class IntroductionIn(StrictSchema):
    """What a unit says of itself: whom to ask for, and what it can give: services by the codes of their items, people, rooms."""

    contact_name = Text(max=40, load_default=None, allow_none=True)
    contact_phone = fields.String(
        load_default=None, allow_none=True, validate=validate.Regexp(r"^\+?[0-9][0-9 ()\-]{4,24}\Z", error="Not a phone number.")
    )
    gives_items = fields.List(Code(), load_default=list, validate=validate.Length(max=GIVES_MAX))
    gives_people = StrictInteger(max=PEOPLE_MAX, load_default=None, allow_none=True)
    gives_rooms = Text(max=200, load_default=None, allow_none=True)
    gives_words = Text(max=300, lines=True, load_default=None, allow_none=True)
    revision = StrictInteger(max=2**31, required=True)


class OpeningHours(StrictSchema):
    """When the partner is open on a weekday, in words."""

    weekday = Choice(WEEKDAYS, required=True)
    hours = Text(required=True, max=HOURS_MAX)


class Terms(StrictSchema):
    """When a reward can be had, and how many pieces within a rolling month; a limit of null is none."""

    opening_hours = fields.List(fields.Nested(OpeningHours), validate=validate.Length(max=len(WEEKDAYS)))
    limit_person_month = StrictInteger(min=1, max=LIMIT_MAX, allow_none=True)
    limit_household_month = StrictInteger(min=1, max=LIMIT_MAX, allow_none=True)

    @validates_schema
    def _says_each_day_once(self, data: dict[str, Any], **_: Any) -> None:
        days = [row["weekday"] for row in data.get("opening_hours", [])]
        if len(set(days)) < len(days):
            raise ValidationError("Name each weekday once.", "opening_hours")


class RewardIn(Terms):
    """A reward as its partner offers it: whole beans a piece, pieces, days that its voucher is good for.

    `uses` above 1 is for vouchers of the kinds meal and care: one piece is one voucher for so many uses.
    """

    title = Text(required=True, max=TITLE_MAX)
    price_beans = StrictInteger(required=True, min=1, max=PRICE_BEANS_MAX)
    stock = StrictInteger(required=True, min=0, max=STOCK_MAX)
    partner_id = Id()
    valid_days = StrictInteger(load_default=30, min=1, max=VALID_DAYS_MAX)
    kind = Choice([kind.value for kind in Kind])
    uses = StrictInteger(min=1, max=USES_MAX)

    @validates_schema
    def _is_used_as_its_kind_is(self, data: dict[str, Any], **_: Any) -> None:
        if not uses_fit(Kind(data.get("kind", Kind.GOODS)), data.get("uses", 1)):
            raise ValidationError("Only meal and care vouchers have several uses.", "uses")


class RewardPatchIn(Terms):
    """An edit of a reward at the `revision` that its author saw; `add_stock` adds pieces, or takes free ones off."""

    revision = StrictInteger(required=True, min=1)
    title = Text(max=TITLE_MAX)
    price_beans = StrictInteger(min=1, max=PRICE_BEANS_MAX)
    valid_days = StrictInteger(min=1, max=VALID_DAYS_MAX)
    offered = Flag()
    add_stock = StrictInteger(min=-STOCK_MAX, max=STOCK_MAX)

    @validates_schema
    def _changes_something(self, data: dict[str, Any], **_: Any) -> None:
        if len(data) < 2:
            raise ValidationError("Name at least one thing to change.")


class RewardOut(Schema):
    """A reward with its shelf, in pieces."""

    id = fields.String()
    title = fields.String()
    price_beans = fields.Integer()
    stock = fields.Integer()
    reserved = fields.Integer()
    sold = fields.Integer()
    partner_id = fields.String()
    partner_name = fields.String(allow_none=True)
    valid_days = fields.Integer()
    kind = fields.String()
    uses = fields.Integer()
    opening_hours = fields.List(fields.Nested(OpeningHours))
    limit_person_month = fields.Integer(allow_none=True)
    limit_household_month = fields.Integer(allow_none=True)
    photo_id = fields.String(allow_none=True)
    offered = fields.Boolean()
    revision = fields.Integer()
    created_at = fields.AwareDateTime()


class OfferOut(Schema):
    """What a row of a price list says."""

    title = fields.String()
    kind = fields.String()
    uses = fields.Integer()
    price_beans = fields.Integer()
    stock = fields.Integer()
    valid_days = fields.Integer()
    opening_hours = fields.Function(
        lambda offer: [{"weekday": weekday, "hours": hours} for weekday, hours in offer["opening_hours"]]
    )


class ListRowOut(Schema):
    """A row of a price list: what it says, what is to become of it and why; `changes` are [there, here] by name."""

    line = fields.Integer()
    status = fields.String()
    reasons = fields.List(fields.String())
    offer = fields.Nested(OfferOut)
    changes = fields.Dict()
    decision = fields.String(allow_none=True)
    outcome = fields.String(allow_none=True)


class PriceListOut(Schema):
    """A price list as it stands."""

    id = fields.String()
    proposed_at = fields.AwareDateTime()
    applied_at = fields.AwareDateTime(allow_none=True)
    rows = fields.List(fields.Nested(ListRowOut))


class ListDecisionIn(StrictSchema):
    """What is to be done with a row that waits for a decision."""

    line = StrictInteger(required=True, min=1)
    decision = Choice(("take", "skip"), required=True)


class ListDecisionsIn(StrictSchema):
    """Decisions on some rows; others stay as they are."""

    rows = fields.List(fields.Nested(ListDecisionIn), required=True, validate=validate.Length(max=DECISIONS_MAX))


class PhotoIn(StrictSchema):
    """A picture (JPEG or PNG, at most 2 MiB) of a reward, as a multipart form."""

    file = Upload(required=True)


class PhotoOfIn(Schema):
    """Of which reward it is."""

    class Meta:
        unknown = EXCLUDE

    reward_id = Id(required=True)


class PhotoOut(Schema):
    """A picture that was taken in; its content is at its own address."""

    id = fields.String()
    reward_id = fields.String()
    made_at = fields.AwareDateTime()


class RewardArgs(PageArgs):
    """Which rewards: of one partner; 'open' (can be had now) or 'all' that the caller may see.

    `community_code` is for readers who are not signed in; others see their own community's.
    """

    community_code = Code()
    partner_id = Id()
    shelf = Choice(("open", "all"))


class RedemptionIn(StrictSchema):
    """What a resident asks for; `in_line`: a place in line, for when there is some again."""

    reward_id = Id(required=True)
    quantity = StrictInteger(load_default=1, min=1, max=QUANTITY_MAX)
    in_line = Flag()


class RedemptionOut(Schema):
    """A redemption as its owner sees it; staff see no voucher code. `by_id` asked for them: X for Y."""

    id = fields.String()
    resident_id = fields.String()
    reward_id = fields.String()
    reward_title = fields.String()
    partner_id = fields.String()
    quantity = fields.Integer()
    amount_beans = fields.Integer()
    kind = fields.String()
    uses = fields.Integer()
    used = fields.Integer()
    status = fields.String()
    refusal = fields.String(allow_none=True)
    cancel_reason = fields.String(allow_none=True)
    voucher_code = fields.String(allow_none=True)
    requested_at = fields.AwareDateTime()
    ready_at = fields.AwareDateTime(allow_none=True)
    expires_at = fields.AwareDateTime(allow_none=True)
    fulfilled_at = fields.AwareDateTime(allow_none=True)
    position = fields.Integer(allow_none=True)
    offer_ends_at = fields.Function(
        lambda row: row.due_at.isoformat() if row.standing is Status.OFFERED else None
    )
    closed_at = fields.AwareDateTime(allow_none=True)
    by_id = fields.String(allow_none=True)
    by_name = fields.String(allow_none=True)
    mandate_id = fields.String(allow_none=True)


class RedemptionArgs(PageArgs):
    """Whose redemptions (one's own if left out), in which status; `by_proxy`: those that somebody else asked for."""

    resident_id = Id()
    by_proxy = fields.Boolean()
    status = Choice([status.value for status in Status])


class FulfilmentIn(StrictSchema):
    """One handing over: `id` for a voucher of several uses, `fulfilled_at` where it is entered from a slip.

    Without an id the call stands for the first use of the voucher, and repeating it changes nothing.
    """

    id = Id()
    fulfilled_at = Moment()


class UndoIn(StrictSchema):
    """Why a handing over is taken back."""

    reason = Text(required=True)


class FulfilmentOut(Schema):
    """One use that was handed over; `beans` are those that it spent, all with the first use that stands."""

    id = fields.String()
    fulfilled_at = fields.AwareDateTime()
    entered_at = fields.AwareDateTime()
    undone_at = fields.AwareDateTime(allow_none=True)
    undo_ends_at = fields.Function(lambda row: undo_ends_at(row["entered_at"]).isoformat())
    beans = fields.Integer()


class VoucherOut(Schema):
    """What the partner sees before and after handing over: never a full name."""

    redemption_id = fields.String(attribute="id")
    code = fields.String(attribute="voucher_code")
    status = fields.String()
    reward_id = fields.String()
    reward_title = fields.String()
    quantity = fields.Integer()
    amount_beans = fields.Integer()
    kind = fields.String()
    uses = fields.Integer()
    used = fields.Integer()
    resident_name = fields.String()
    by_name = fields.String(allow_none=True)
    expires_at = fields.AwareDateTime()
    fulfilled_at = fields.AwareDateTime(allow_none=True)
    fulfilments = fields.List(fields.Nested(FulfilmentOut))


class DayArgs(PageArgs):
    """Which local day."""

    on = Day(required=True)


class MonthArgs(PageArgs):
    """Which local month, `YYYY-MM`."""

    month = Month(required=True)


class EntryOut(Schema):
    """A handing over, or its undo (`act`), at a partner's counter; beans and pieces of an undo are below zero."""

    redemption_id = fields.String()
    code = fields.String()
    act = fields.String()
    fulfilled_at = fields.AwareDateTime()
    entered_at = fields.AwareDateTime()
    is_slip = fields.Boolean()
    reason = fields.String()
    status = fields.String()
    reward_id = fields.String()
    reward_title = fields.String()
    quantity = fields.Integer()
    amount_beans = fields.Integer()
    uses = fields.Integer()
    number = fields.Integer()
    beans = fields.Integer()
    pieces = fields.Integer()
    resident_name = fields.String()


class TotalsOut(Schema):
    """Sums of entries: handed over less undone, pieces, beans, and how many were undone."""

    count = fields.Integer()
    pieces = fields.Integer()
    beans = fields.Integer()
    undone = fields.Integer()


class DayTotalsOut(TotalsOut):
    """The sums of one local day."""

    on = fields.Date()


class RewardTotalsOut(TotalsOut):
    """The sums of one reward."""

    reward_id = fields.String()
    reward_title = fields.String()


class SettlementOut(TotalsOut):
    """Sums of a period, and a page of its entries, newest first."""

    partner_id = fields.String()
    items = fields.List(fields.Nested(EntryOut))
    next_cursor = fields.String(allow_none=True)


class DayOut(SettlementOut):
    """What a partner handed over and took back on one local day."""

    on = fields.Date()


class MonthOut(SettlementOut):
    """The same of one local month; final once no slip can add to it any more."""

    month = fields.String()
    is_final = fields.Boolean()
    days = fields.List(fields.Nested(DayTotalsOut))
    rewards = fields.List(fields.Nested(RewardTotalsOut))
