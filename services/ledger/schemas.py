"""HTTP shapes of the ledger, named by direction. Beans, points and minutes are whole numbers."""

from dataclasses import fields as fields_of
from typing import Any

from marshmallow import RAISE, Schema, fields, validate

from services.ledger.models import UNITS
from services.ledger.rules import DEFAULT_RULES, RuleSet
from shared.web import PageArgs
from shared.web.fields import CODE, Choice, Day, Flag, Id, StrictInteger, Text

NUMBERS = [row.name for row in fields_of(RuleSet) if row.name not in ("version", "applies_from", "item_beans_per_hour")]
LATER_NUMBERS = ("cap_newcomers_month_beans", "cap_gift_pair_month_beans", "integrity_mark_days")
"""What came after the first programs: whoever does not name one gets the default."""

NUMBER_MAX = 10_000
MONTHS_MAX = 60
ITEMS_MAX = 200
REASON_CHARACTERS_MAX, MINUTES_MAX = 500, 24 * 60
NAME_CHARACTERS_MAX = 40
GIFT_MAX, TARGET_MAX = 100_000, 10_000_000
NOTE_CHARACTERS_MAX, TITLE_CHARACTERS_MAX, PURPOSE_CHARACTERS_MAX = 100, 60, 1_000


class LotOut(Schema):
    """Beans that are gone after a day."""

    after = fields.Date(required=True)
    beans = fields.Integer(required=True)


class WalletOut(Schema):
    """What a resident has; `available_beans` may be spent now, `held_beans` are set aside for open redemptions.

    `gifts_beans` is what was received less what was given; `owed_beans` were spent before they were taken back.
    """

    resident_id = fields.String(required=True)
    available_beans = fields.Integer(required=True)
    held_beans = fields.Integer(required=True)
    earned_beans = fields.Integer(required=True)
    spent_beans = fields.Integer(required=True)
    expired_beans = fields.Integer(required=True)
    gifts_beans = fields.Integer(required=True)
    owed_beans = fields.Integer(required=True)
    contribution = fields.Integer(required=True)
    integrity = fields.Integer(required=True)
    expiring = fields.List(fields.Nested(LotOut), required=True)


class TransfersQuery(PageArgs):
    """Which account, how many, from where."""

    unit = Choice(UNITS, load_default="bean")


class TransferOut(Schema):
    """One line of the journal, with the balance after it and why."""

    id = fields.String(required=True)
    number = fields.Integer(required=True)
    unit = fields.String(required=True)
    kind = fields.String(required=True)
    delta = fields.Integer(required=True)
    held_delta = fields.Integer(required=True)
    balance = fields.Integer(required=True)
    held = fields.Integer(required=True)
    debt = fields.Integer(required=True)
    contra = fields.String(allow_none=True)
    cause = fields.String(required=True)
    rule_version = fields.Integer(allow_none=True)
    explanation = fields.Dict(keys=fields.String(), required=True)
    posted_at = fields.AwareDateTime(required=True)
    objectable = fields.Boolean(required=True)


class ObjectionIn(Schema):
    """Which entry is held to be wrong, and why."""

    class Meta:
        unknown = RAISE

    transfer_id = fields.String(required=True, validate=validate.Length(min=1, max=200))
    reason = Text(max=REASON_CHARACTERS_MAX, lines=True, required=True)


class ObjectionDecisionIn(Schema):
    """Upheld with a remedy, or refused; with a reason either way. `minutes` are those of a corrected record."""

    class Meta:
        unknown = RAISE

    decision = Choice(("uphold", "refuse"), required=True)
    remedy = Choice(("withdraw", "correct", "give_back"), load_default=None)
    minutes = StrictInteger(min=0, max=MINUTES_MAX, load_default=None)
    reason = Text(max=REASON_CHARACTERS_MAX, lines=True, required=True)


class ObjectionsQuery(PageArgs):
    """Whose objections: all that the caller may see, only their own (`mine`), only those in one status."""

    status = Choice(("open", "upheld", "refused", "taken_back"), load_default=None)
    mine = fields.Boolean(load_default=False)


class ObjectionOut(Schema):
    """An objection and what was decided; the entry and what upholding could do are there where one is asked for."""

    id = fields.String(required=True)
    resident_id = fields.String(required=True)
    transfer_id = fields.String(required=True)
    reason = fields.String(required=True)
    status = fields.String(required=True)
    made_at = fields.AwareDateTime(required=True)
    due_on = fields.String(required=True, metadata={"format": "date"})
    overdue = fields.Boolean(required=True)
    decision = fields.String(allow_none=True)
    remedy = fields.String(allow_none=True)
    minutes = fields.Integer(allow_none=True)
    decision_reason = fields.String(allow_none=True)
    decided_by = fields.String(allow_none=True)
    decided_at = fields.AwareDateTime(allow_none=True)
    transfer = fields.Nested(TransferOut)
    remedies = fields.List(fields.String())


class GiftIn(Schema):
    """Beans for one receiver: a neighbour, a project, or the community's fund. A steward may give the fund's with `from_fund`."""

    class Meta:
        unknown = RAISE

    beans = StrictInteger(min=1, max=GIFT_MAX, required=True)
    resident_id = Id(load_default=None)
    project_id = Id(load_default=None)
    to_fund = Flag(load_default=False)
    from_fund = Flag(load_default=False)


class GiftOut(Schema):
    """A gift as its giver sees it, with what the giver had free afterwards."""

    id = fields.String(required=True)
    beans = fields.Integer(required=True)
    resident_id = fields.String()
    project_id = fields.String()
    to_fund = fields.Boolean()
    given_at = fields.AwareDateTime(required=True)
    available_beans = fields.Integer(required=True)


class SealOut(Schema):
    """All that was posted on a day, under one root: `digest` is the SHA-256 of the rest as canonical JSON."""

    community_code = fields.String(required=True)
    number = fields.Integer(required=True)
    day = fields.String(required=True, metadata={"format": "date"})
    entries = fields.Integer(required=True)
    root = fields.String(required=True)
    before = fields.String(required=True)
    digest = fields.String(required=True)


class StatementQuery(Schema):
    """From which day to which."""

    class Meta:
        unknown = RAISE

    since = Day(required=True)
    until = Day(required=True)


class ProvenLineOut(Schema):
    """A line of the journal with the path from its hash to the day's root."""

    day = fields.String(required=True, metadata={"format": "date"})
    entry = fields.Dict(keys=fields.String(), required=True)
    index = fields.Integer(required=True)
    path = fields.List(fields.String(), required=True)


class StatementOut(Schema):
    """All lines of a resident in a period, each provable without anybody else's; what is not sealed yet stands apart."""

    resident_id = fields.String(required=True)
    since = fields.Date(required=True)
    until = fields.Date(required=True)
    made_at = fields.AwareDateTime(required=True)
    lines = fields.List(fields.Nested(ProvenLineOut), required=True)
    unsealed = fields.List(fields.Dict(keys=fields.String()), required=True)
    seals = fields.List(fields.Nested(SealOut), required=True)


class PardonIn(Schema):
    """Why a mark is lifted before its time."""

    class Meta:
        unknown = RAISE

    reason = Text(max=REASON_CHARACTERS_MAX, required=True)


class CreditStatementIn(Schema):
    """How the owner wants to be named on it, as a rule masked (王**)."""

    class Meta:
        unknown = RAISE

    shown_name = Text(max=NAME_CHARACTERS_MAX, required=True)


class CreditStatementOut(Schema):
    """A statement of community credit. `status`: good, old (past `good_until`), withdrawn (then it has no figures)."""

    id = fields.String(required=True)
    community_code = fields.String(required=True)
    status = fields.String(required=True)
    made_at = fields.AwareDateTime(required=True)
    good_until = fields.AwareDateTime()
    shown_name = fields.String()
    contribution = fields.Integer()
    integrity = fields.Integer()
    kept = fields.Integer()
    missed = fields.Integer()


class SettlementQuery(Schema):
    """Which month."""

    class Meta:
        unknown = RAISE

    month = fields.String(required=True, validate=validate.Regexp(r"20\d\d-(0[1-9]|1[0-2])\Z", error="A month is written like 2026-11."))


class SettledDayOut(Schema):
    """The beans of one day."""

    on = fields.String(required=True, metadata={"format": "date"})
    beans = fields.Integer(required=True)


class SettledLineOut(Schema):
    """One entry: a hand-over or a project's spending (beans above zero), or an undo (below)."""

    id = fields.String(required=True)
    cause = fields.String(required=True)
    kind = fields.String(required=True)
    on = fields.String(required=True, metadata={"format": "date"})
    beans = fields.Integer(required=True)
    reward_id = fields.String(allow_none=True)
    quantity = fields.Integer(allow_none=True)
    what = fields.String(allow_none=True)
    receipt_no = fields.String(allow_none=True)


class SettlementOut(Schema):
    """What a partner is owed for a month, to the bean, with every entry that it comes from."""

    partner_id = fields.String(required=True)
    month = fields.String(required=True)
    beans = fields.Integer(required=True)
    days = fields.List(fields.Nested(SettledDayOut), required=True)
    lines = fields.List(fields.Nested(SettledLineOut), required=True)


class FundOut(Schema):
    """A community's fund: what it holds, what residents gave to it, what it has given to projects."""

    community_code = fields.String(required=True)
    beans = fields.Integer(required=True)
    received_beans = fields.Integer(required=True)
    received_gifts = fields.Integer(required=True)
    given_beans = fields.Integer(required=True)


class ProjectIn(Schema):
    """What neighbours shall pay for together, and until when they may pledge."""

    class Meta:
        unknown = RAISE

    title = Text(max=TITLE_CHARACTERS_MAX, required=True)
    purpose = Text(max=PURPOSE_CHARACTERS_MAX, lines=True, required=True)
    target_beans = StrictInteger(min=1, max=TARGET_MAX, required=True)
    open_until = Day(required=True)


class SpendingIn(Schema):
    """What a project's beans were spent on, at which partner, with the number of the receipt."""

    class Meta:
        unknown = RAISE

    beans = StrictInteger(min=1, max=TARGET_MAX, required=True)
    partner_id = Id(required=True)
    partner_name = Text(max=NOTE_CHARACTERS_MAX, blank=True, load_default="")
    what = Text(max=TITLE_CHARACTERS_MAX, required=True)
    receipt_no = Text(max=NOTE_CHARACTERS_MAX, required=True)
    spent_on = Day(required=True)


class ReportIn(Schema):
    """A word on what came of a project, or why it was called off."""

    class Meta:
        unknown = RAISE

    report = Text(max=PURPOSE_CHARACTERS_MAX, lines=True, required=True)


class SpendingOut(Schema):
    """One spending of a project."""

    id = fields.String(required=True)
    beans = fields.Integer(required=True)
    partner_id = fields.String(required=True)
    partner_name = fields.String(required=True)
    what = fields.String(required=True)
    receipt_no = fields.String(required=True)
    spent_on = fields.String(required=True, metadata={"format": "date"})


class ProjectOut(Schema):
    """A project in the open: no names, every bean."""

    id = fields.String(required=True)
    community_code = fields.String(required=True)
    title = fields.String(required=True)
    purpose = fields.String(required=True)
    status = fields.String(required=True)
    target_beans = fields.Integer(required=True)
    pledges = fields.Integer(required=True)
    pledged_beans = fields.Integer(required=True)
    spent_beans = fields.Integer(required=True)
    left_beans = fields.Integer(required=True)
    open_until = fields.String(required=True, metadata={"format": "date"})
    created_at = fields.AwareDateTime(required=True)
    report = fields.String(allow_none=True)
    spendings = fields.List(fields.Nested(SpendingOut), required=True)


def _number(name: str) -> StrictInteger:
    limit = MONTHS_MAX if name == "expiry_months" else NUMBER_MAX
    least = 1 if name in ("expiry_months", "beans_per_hour") else 0
    if name in LATER_NUMBERS:
        return StrictInteger(min=least, max=limit, load_default=getattr(DEFAULT_RULES, name))
    return StrictInteger(min=least, max=limit, required=True)


class _RulesIn(Schema):
    class Meta:
        unknown = RAISE

    applies_from = Day(required=True)
    item_beans_per_hour = fields.Dict(
        keys=fields.String(validate=validate.Regexp(CODE)), values=StrictInteger(max=NUMBER_MAX),
        load_default=dict, validate=validate.Length(max=ITEMS_MAX),
    )  # fmt: skip


RulesIn = type(
    "RulesIn",
    (_RulesIn,),
    {"__doc__": "A version to adopt: every number of the rules.", **{name: _number(name) for name in NUMBERS}},
)


class _RulesOut(Schema):
    version = fields.Integer(required=True)
    applies_from = fields.Date(required=True)
    item_beans_per_hour = fields.Dict(keys=fields.String(), values=fields.Integer(), required=True)
    adopted_by = fields.String(allow_none=True)
    adopted_at = fields.AwareDateTime(allow_none=True)
    built_in = fields.Boolean(required=True)
    in_force = fields.Boolean()


_OUT: dict[str, Any] = {name: fields.Integer(required=True) for name in NUMBERS}
RulesOut = type("RulesOut", (_RulesOut,), {"__doc__": "A version of the earning rules.", **_OUT})


class CoverageOut(Schema):
    """Beans outstanding against the value in stock."""

    community_code = fields.String(required=True)
    outstanding_beans = fields.Integer(required=True)
    stock_value_beans = fields.Integer(required=True)
    ratio = fields.Float(required=True, allow_none=True)
    as_of = fields.AwareDateTime(required=True)
