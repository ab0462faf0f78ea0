"""The registry over HTTP."""

from marshmallow import Schema, fields

from services.talent.schemas.availability import AvailabilityOut
from services.talent.schemas.base import STATEMENT_CHARACTERS_MAX, Strict
from services.talent.schemas.licences import PaperOut
from services.talent.schemas.search import ReasonOut
from services.talent.schemas.skills import SkillOut
from services.talent.schemas.teams import PartInTeamOut
from shared.web.fields import Text


class SuspensionIn(Strict):
    """Taking a talent off the registry."""

    reason = Text(max=STATEMENT_CHARACTERS_MAX, lines=True, required=True)


class VerifiedSkillOut(SkillOut):
    """A skill found true; `in_date` is false once its licence has run out."""

    in_date = fields.Boolean(required=True)


class SuspensionOut(Schema):
    """Why and when a talent was taken off the registry."""

    reason = fields.String(required=True)
    suspended_at = fields.AwareDateTime(format="iso", required=True)


class PastSuspensionOut(SuspensionOut):
    """A suspension and, where it is over, since when the talent is back."""

    returned_at = fields.AwareDateTime(format="iso", allow_none=True)


class AdmissionOut(Schema):
    """By which channel a talent was admitted, and when."""

    nomination_id = fields.String(required=True)
    channel = fields.String(required=True)
    admitted_at = fields.AwareDateTime(format="iso", required=True)


class TalentOut(Schema):
    """An entry of the registry."""

    resident_id = fields.String(required=True)
    community_code = fields.String(required=True)
    name = fields.String(allow_none=True)
    grid_code = fields.String(allow_none=True)
    status = fields.String(required=True)
    skills = fields.List(fields.Nested(VerifiedSkillOut), required=True)
    admitted_at = fields.AwareDateTime(format="iso", required=True)
    suspension = fields.Nested(SuspensionOut, allow_none=True)
    availability = fields.Nested(AvailabilityOut)
    licences = fields.List(fields.Nested(PaperOut))
    admissions = fields.List(fields.Nested(AdmissionOut))
    teams = fields.List(fields.Nested(PartInTeamOut))
    suspensions = fields.List(fields.Nested(PastSuspensionOut))
    asked_lately = fields.Integer()
    last_served_on = fields.String(allow_none=True)
    reasons = fields.List(fields.Nested(ReasonOut))
    revision = fields.Integer(required=True)
