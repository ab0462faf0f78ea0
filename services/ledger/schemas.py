"""HTTP shapes of the ledger, named by direction. Beans, points and minutes are whole numbers."""

from dataclasses import fields as fields_of
from typing import Any

from marshmallow import RAISE, Schema, fields, validate

from services.ledger.models import UNITS
from services.ledger.rules import DEFAULT_RULES, RuleSet
from shared.web import PageArgs
from shared.web.fields import CODE, Choice, Day, StrictInteger

NUMBERS = [row.name for row in fields_of(RuleSet) if row.name not in ("version", "applies_from", "item_beans_per_hour")]
LATER_NUMBERS = (
    "cap_newcomers_month_beans",
)  # came after the first programs: whoever does not name one gets the default
NUMBER_MAX = 10_000
MONTHS_MAX = 60
ITEMS_MAX = 200


class LotOut(Schema):
    """Beans that are gone after a day."""

    after = fields.Date(required=True)
    beans = fields.Integer(required=True)


class WalletOut(Schema):
    """What a resident has; `available_beans` may be spent now, `held_beans` are set aside for open redemptions."""

    resident_id = fields.String(required=True)
    available_beans = fields.Integer(required=True)
    held_beans = fields.Integer(required=True)
    earned_beans = fields.Integer(required=True)
    spent_beans = fields.Integer(required=True)
    expired_beans = fields.Integer(required=True)
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
    contra = fields.String(allow_none=True)
    cause = fields.String(required=True)
    rule_version = fields.Integer(allow_none=True)
    explanation = fields.Dict(keys=fields.String(), required=True)
    posted_at = fields.AwareDateTime(required=True)


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
