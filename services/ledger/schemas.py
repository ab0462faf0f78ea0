"""HTTP shapes of the ledger, named by direction. Beans, points and minutes are whole numbers."""

from dataclasses import fields as fields_of
from typing import Any

from marshmallow import RAISE, Schema, fields, validate

from services.ledger.models import UNITS
from services.ledger.rules import DEFAULT_RULES, RuleSet
from shared.web import PageArgs
from shared.web.fields import CODE, Choice, Day, Flag, Id, QueryInteger, StrictInteger, Text

NUMBERS = [row.name for row in fields_of(RuleSet) if row.name not in ("version", "applies_from", "item_beans_per_hour")]
LATER_NUMBERS = (
    "cap_newcomers_month_beans",
    "cap_gift_pair_month_beans",
    "integrity_mark_days",
    "budget_month_beans",
    "pause_below_percent",
)
"""What came after the first programs: whoever does not name one gets the default."""

NUMBER_MAX = 10_000
NUMBERS_MAX = {"expiry_months": 60, "budget_month_beans": 10_000_000, "pause_below_percent": 1_000}
NUMBERS_MIN = {"expiry_months": 1, "beans_per_hour": 1}
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


class ExpiringQuery(PageArgs):
    """Within how many days from today the beans run out."""

    within_days = QueryInteger(min=0, max=366, load_default=30)


class ExpiringOut(LotOut):
    """What of a resident's beans can be used until a day, and is gone after it."""

    resident_id = fields.String(required=True)


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
    least, limit = NUMBERS_MIN.get(name, 0), NUMBERS_MAX.get(name, NUMBER_MAX)
    if name in LATER_NUMBERS:
        return StrictInteger(min=least, max=limit, load_default=getattr(DEFAULT_RULES, name))
    return StrictInteger(min=least, max=limit, required=True)


class _NumbersIn(Schema):
    class Meta:
        unknown = RAISE

    item_beans_per_hour = fields.Dict(
        keys=fields.String(validate=validate.Regexp(CODE)), values=StrictInteger(max=NUMBER_MAX),
        load_default=dict, validate=validate.Length(max=ITEMS_MAX),
    )  # fmt: skip


_IN: dict[str, Any] = {name: _number(name) for name in NUMBERS}
RulesIn = type(
    "RulesIn",
    (_NumbersIn,),
    {"__doc__": "A version to adopt: every number of the rules.", "applies_from": Day(required=True), **_IN},
)
RuleDraftIn = type(
    "RuleDraftIn",
    (_NumbersIn,),
    {
        "__doc__": "A draft: every number of the rules, a word on why, and for an edit the `revision` that its author saw.",
        "note": Text(max=NOTE_CHARACTERS_MAX, blank=True, load_default=""),
        "revision": StrictInteger(min=1, load_default=None, allow_none=True),
        **_IN,
    },
)


class AdoptionIn(Schema):
    """From which day on a draft holds."""

    class Meta:
        unknown = RAISE

    applies_from = Day(required=True)


class NothingIn(Schema):
    """An empty body."""

    class Meta:
        unknown = RAISE


class _RulesOut(Schema):
    version = fields.Integer(required=True)
    applies_from = fields.Date(required=True)
    item_beans_per_hour = fields.Dict(keys=fields.String(), values=fields.Integer(), required=True)
    adopted_by = fields.String(allow_none=True)
    adopted_at = fields.AwareDateTime(allow_none=True)
    built_in = fields.Boolean(required=True)
    in_force = fields.Boolean()
    draft_id = fields.String(allow_none=True)


_OUT: dict[str, Any] = {name: fields.Integer(required=True) for name in NUMBERS}
RulesOut = type("RulesOut", (_RulesOut,), {"__doc__": "A version of the earning rules.", **_OUT})


class ChangeOut(Schema):
    """A number that a draft changes; `item` where it is an item's own rate, None where there is none on that side."""

    name = fields.String(required=True)
    item = fields.String(required=True, allow_none=True)
    before = fields.Integer(required=True, allow_none=True)
    after = fields.Integer(required=True, allow_none=True)


class AskedOut(Schema):
    """A simulation in a list."""

    id = fields.String(required=True)
    status = fields.String(required=True)
    revision = fields.Integer(required=True)
    asked_at = fields.AwareDateTime(required=True)


class _RuleDraftOut(Schema):
    id = fields.String(required=True)
    note = fields.String(required=True)
    status = fields.String(required=True)
    revision = fields.Integer(required=True)
    version = fields.Integer(required=True, allow_none=True)
    drafted_by = fields.String(required=True)
    drafted_at = fields.AwareDateTime(required=True)
    changed_by = fields.String(required=True)
    changed_at = fields.AwareDateTime(required=True)
    item_beans_per_hour = fields.Dict(keys=fields.String(), values=fields.Integer(), required=True)
    compared_with = fields.Integer(required=True)
    changes = fields.List(fields.Nested(ChangeOut), required=True)
    simulations = fields.List(fields.Nested(AskedOut), required=True)


RuleDraftOut = type(
    "RuleDraftOut", (_RuleDraftOut,), {"__doc__": "A draft beside the version in force (`compared_with`).", **_OUT}
)


class SimulatedPersonOut(Schema):
    """What one resident earned, and would have earned under the draft."""

    resident_id = fields.String(required=True)
    posted_beans = fields.Integer(required=True)
    draft_beans = fields.Integer(required=True)


class SimulatedCapOut(Schema):
    """How many deeds a cap cut: when they were posted, and under the draft."""

    cap = fields.String(required=True)
    posted = fields.Integer(required=True)
    draft = fields.Integer(required=True)


class OutcomeOut(Schema):
    """What a simulation came to. Coverage is of the moment it was made; percents are rounded down, None of nothing."""

    deeds = fields.Integer(required=True)
    people = fields.Integer(required=True)
    more_people = fields.Integer(required=True)
    fewer_people = fields.Integer(required=True)
    posted_beans = fields.Integer(required=True)
    draft_beans = fields.Integer(required=True)
    caps = fields.List(fields.Nested(SimulatedCapOut), required=True)
    posted_paused = fields.Integer(required=True)
    draft_paused = fields.Integer(required=True)
    outstanding_beans = fields.Integer(required=True)
    draft_outstanding_beans = fields.Integer(required=True)
    stock_value_beans = fields.Integer(required=True)
    coverage_percent = fields.Integer(required=True, allow_none=True)
    draft_coverage_percent = fields.Integer(required=True, allow_none=True)
    largest = fields.List(fields.Nested(SimulatedPersonOut), required=True)


class SimulationOut(Schema):
    """A simulation of a draft on deeds from `since` on: how far it is, and its outcome once it is done."""

    id = fields.String(required=True)
    draft_id = fields.String(required=True)
    revision = fields.Integer(required=True)
    status = fields.String(required=True)
    since = fields.String(required=True, metadata={"format": "date"})
    until = fields.String(required=True, metadata={"format": "date"})
    done = fields.Integer(required=True)
    total = fields.Integer(required=True, allow_none=True)
    asked_by = fields.String(required=True)
    asked_at = fields.AwareDateTime(required=True)
    finished_at = fields.AwareDateTime(required=True, allow_none=True)
    outcome = fields.Nested(OutcomeOut, required=True, allow_none=True)


class RuleActOut(Schema):
    """One line of the audit log about rules."""

    act = fields.String(required=True)
    by = fields.String(required=True)
    about = fields.String(required=True)
    detail = fields.Dict(keys=fields.String(), required=True)
    at = fields.AwareDateTime(required=True)


class PauseOut(Schema):
    """Why optional beans are not issued: `paused` is coverage (in percent) or budget (in beans); decided on a day's last figures."""

    paused = fields.String(required=True)
    figure = fields.Integer(required=True)
    limit = fields.Integer(required=True)
    figures_of = fields.String(required=True, metadata={"format": "date"})


class CoverageDayOut(Schema):
    """What a community's beans came to when a day ended; today's as it stands."""

    day = fields.String(required=True, metadata={"format": "date"})
    outstanding_beans = fields.Integer(required=True)
    stock_value_beans = fields.Integer(required=True)
    coverage_percent = fields.Integer(required=True, allow_none=True)
    issued_month_beans = fields.Integer(required=True)


class CoverageOut(Schema):
    """Beans outstanding against the value in stock, and whether optional beans are paused for it."""

    community_code = fields.String(required=True)
    outstanding_beans = fields.Integer(required=True)
    stock_value_beans = fields.Integer(required=True)
    ratio = fields.Float(required=True, allow_none=True)
    coverage_percent = fields.Integer(required=True, allow_none=True)
    is_short = fields.Boolean(required=True)
    issued_month_beans = fields.Integer(required=True)
    budget_month_beans = fields.Integer(required=True)
    pause_below_percent = fields.Integer(required=True)
    pause = fields.Nested(PauseOut, required=True, allow_none=True)
    pause_tomorrow = fields.Nested(PauseOut, required=True, allow_none=True)
    as_of = fields.AwareDateTime(required=True)
