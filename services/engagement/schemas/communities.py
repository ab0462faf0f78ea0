"""How a community stands, over HTTP."""

from typing import Any

from marshmallow import RAISE, Schema, fields, validates_schema

from services.engagement.errors import BaseNotClear
from services.engagement.rules.tiers import Tier
from shared.web import PageArgs
from shared.web.fields import Choice, Code, StrictInteger

PEOPLE_MAX = 10_000_000


class BaseIn(Schema):
    """How large a community is: its residents or its households."""

    class Meta:
        unknown = RAISE

    residents = StrictInteger(min=1, max=PEOPLE_MAX)
    households = StrictInteger(min=1, max=PEOPLE_MAX)

    @validates_schema(skip_on_field_errors=True)
    def check_one(self, body: dict[str, Any], **_: Any) -> None:
        """Refuse none and both."""
        if len(body) != 1:
            raise BaseNotClear(
                errors=dict.fromkeys(("/residents", "/households"), "Please give exactly one of the two.")
            )


class BaseOut(Schema):
    """What the targets are measured by (`base_source`: registered, residents, households)."""

    community_code = fields.String(required=True)
    base = fields.Integer(required=True)
    base_source = fields.String(required=True)


class TargetsOut(Schema):
    """People wanted in each tier."""

    backbone = fields.Integer(required=True)
    enthusiast = fields.Integer(required=True)
    participant = fields.Integer(required=True)


class ActualOut(TargetsOut):
    """People who stand in each tier."""

    unreached = fields.Integer(required=True)


class SharesOut(Schema):
    """Percent of the base in each tier."""

    backbone = fields.Float(required=True)
    enthusiast = fields.Float(required=True)
    participant = fields.Float(required=True)


class MeasureOut(Schema):
    """People against targets."""

    base = fields.Integer(required=True)
    targets = fields.Nested(TargetsOut, required=True)
    target_percents = fields.Nested(TargetsOut, required=True)
    actual = fields.Nested(ActualOut, required=True)
    actual_percents = fields.Nested(SharesOut, required=True)


class TalentsOut(Schema):
    """Talents with a deed in the window, against one in a hundred of the base."""

    active = fields.Integer(required=True)
    wanted = fields.Integer(required=True)


class GridOut(MeasureOut):
    """A grid against its targets."""

    grid_code = fields.String(required=True)
    grid_name = fields.String(allow_none=True)
    quarter_name = fields.String(allow_none=True)
    households = fields.Integer(allow_none=True)
    talents = fields.Nested(TalentsOut, required=True)


class WeekOut(ActualOut):
    """How many stood where at the end of a week; the last is today."""

    ends_on = fields.String(required=True)
    base = fields.Integer(required=True)


class NextStepOut(Schema):
    """Something that would bring the community forward, about a person, a grid or an activity."""

    kind = fields.String(required=True)
    resident_id = fields.String()
    name = fields.String(allow_none=True)
    tier = fields.String()
    grid_code = fields.String(allow_none=True)
    activity_id = fields.String()
    starts_at = fields.AwareDateTime(format="iso")
    reason = fields.String(required=True)
    params = fields.Dict(keys=fields.String(), values=fields.String())
    text_zh = fields.String(required=True)
    text_en = fields.String(required=True)


class ReachOut(Schema):
    """How many people a backbone mobilized."""

    resident_id = fields.String(required=True)
    name = fields.String(allow_none=True)
    grid_code = fields.String(allow_none=True)
    people = fields.Integer(required=True)


class EngagementOut(MeasureOut):
    """How a community stands."""

    community_code = fields.String(required=True)
    base_source = fields.String(required=True)
    registered_residents = fields.Integer(required=True)
    rule_version = fields.Integer(required=True)
    window_days = fields.Integer(required=True)
    talents = fields.Nested(TalentsOut, required=True)
    trend = fields.List(fields.Nested(WeekOut), required=True)
    next_steps = fields.List(fields.Nested(NextStepOut), required=True)
    reach = fields.List(fields.Nested(ReachOut), required=True)
    per_grid = fields.List(fields.Nested(GridOut), required=True)


class PeopleArgs(PageArgs):
    """Whom to list: of a tier, of a grid, talents (`active`: with a deed in the window; `all`)."""

    tier = Choice([tier.value for tier in Tier])
    grid = Code()
    talents = Choice(["active", "all"])


class PersonOut(Schema):
    """Somebody and where they stand, for the staff."""

    resident_id = fields.String(required=True)
    name = fields.String(allow_none=True)
    grid_code = fields.String(allow_none=True)
    tier = fields.String(required=True)
    since = fields.String(allow_none=True)
    deeds = fields.Integer(required=True)
    last_deed_on = fields.String(allow_none=True)
    is_talent = fields.Boolean(required=True)
