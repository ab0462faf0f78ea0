"""The shapes of talent's HTTP interface, named by direction."""

from typing import Any

from marshmallow import RAISE, Schema, fields, post_load, validate

from services.talent.commands import Nominee, Ruling
from services.talent.queries import Search
from services.talent.rules import OUTCOMES, Channel, Skill, Status
from shared.mongo import digest
from shared.web import PageArgs
from shared.web.fields import Choice, Code, Day, Id, Text

CODE_CHARACTERS_MAX = 40
SKILLS_MAX = 20
STATEMENT_CHARACTERS_MAX = 1000


class Strict(Schema):
    """A body in which every unknown field is refused by name."""

    class Meta:
        unknown = RAISE


class SkillIn(Strict):
    """A skill, by the catalogue's code or in the words people use."""

    skill = Text(max=CODE_CHARACTERS_MAX, required=True)
    licence_no = Text(max=CODE_CHARACTERS_MAX, load_default=None, allow_none=True)
    licence_expires_on = Day(load_default=None, allow_none=True)

    @post_load
    def build(self, row: dict[str, Any], **_: Any) -> Skill:
        """Return the skill."""
        return Skill(**row)


class NominationIn(Strict):
    """Putting a candidate forward."""

    channel = Choice(list(Channel), required=True)
    candidate_id = Id(required=True)
    skills = fields.List(fields.Nested(SkillIn), required=True, validate=validate.Length(min=1, max=SKILLS_MAX))
    statement = Text(max=STATEMENT_CHARACTERS_MAX, blank=True, lines=True, load_default="")

    @post_load
    def build(self, row: dict[str, Any], **_: Any) -> Nominee:
        """Return the nominee, with what tells this request from another."""
        said = {**row, "skills": [[skill.skill, skill.licence_no, skill.licence_expires_on] for skill in row["skills"]]}
        return Nominee(**{**row, "skills": tuple(row["skills"])}, request_digest=digest(said))


class DecisionIn(Strict):
    """Deciding a nomination. `skills` replace what the nominators wrote, where the steward has seen better."""

    decision = Choice(list(OUTCOMES), required=True)
    reason = Text(max=STATEMENT_CHARACTERS_MAX, lines=True, required=True)
    skills = fields.List(fields.Nested(SkillIn), load_default=list, validate=validate.Length(max=SKILLS_MAX))

    @post_load
    def build(self, row: dict[str, Any], **_: Any) -> Ruling:
        """Return the ruling."""
        return Ruling(**{**row, "skills": tuple(row["skills"])})


class SuspensionIn(Strict):
    """Taking a talent off the registry."""

    reason = Text(max=STATEMENT_CHARACTERS_MAX, lines=True, required=True)


class NominationsQuery(PageArgs):
    """Which nominations; `mine=true` keeps to the caller's own, also for staff, who otherwise see the community's."""

    status = Choice(list(Status), load_default=None)
    mine = Choice(["true", "false"], load_default="false")

    @post_load
    def build(self, row: dict[str, Any], **_: Any) -> dict[str, Any]:
        """Return whether only one's own are wanted as a truth."""
        return {**row, "mine": row["mine"] == "true"}


class NoticesQuery(PageArgs):
    """Whose notices; without a community those of the caller's, or of all."""

    community_code = Code(load_default=None)


class TalentsQuery(PageArgs):
    """Which talents."""

    skill = Text(max=CODE_CHARACTERS_MAX, load_default=None)
    item = Text(max=CODE_CHARACTERS_MAX, load_default=None)
    grid = Text(max=CODE_CHARACTERS_MAX, load_default=None)
    q = Text(max=CODE_CHARACTERS_MAX, load_default=None)

    @post_load
    def build(self, row: dict[str, Any], **_: Any) -> dict[str, Any]:
        """Return the search beside the page."""
        return {"limit": row.pop("limit"), "cursor": row.pop("cursor"), "search": Search(**row)}


class SkillOut(Schema):
    """A skill; the licence only for the staff and its owner."""

    skill = fields.String(required=True)
    name_zh = fields.String()
    name_en = fields.String()
    licence_required = fields.Boolean(required=True)
    licence_no = fields.String(allow_none=True)
    licence_expires_on = fields.Date(allow_none=True)


class VerifiedSkillOut(SkillOut):
    """A skill found true; `in_date` is false once its licence has run out."""

    in_date = fields.Boolean(required=True)


class FaultOut(Schema):
    """Why a skill was not verified; the pointer is into the skills that were judged."""

    pointer = fields.String(required=True)
    detail = fields.String(required=True)


class NominationOut(Schema):
    """A nomination as the caller may see it."""

    id = fields.String(required=True)
    community_code = fields.String(required=True)
    channel = fields.String(required=True)
    candidate_id = fields.String(required=True)
    candidate_name = fields.String(allow_none=True)
    nominator_id = fields.String(required=True)
    skills = fields.List(fields.Nested(SkillOut), required=True)
    statement = fields.String(allow_none=True)
    status = fields.String(required=True)
    households_behind = fields.Integer()
    households_needed = fields.Integer()
    nominated_at = fields.AwareDateTime(format="iso", required=True)
    notice_ends_at = fields.AwareDateTime(format="iso", allow_none=True)
    decision = fields.String()
    reason = fields.String()
    decided_by = fields.String()
    decided_at = fields.AwareDateTime(format="iso")
    nominator_ids = fields.List(fields.String())
    verified_skills = fields.List(fields.String())
    not_verified = fields.List(fields.Nested(FaultOut))


class NoticeOut(Schema):
    """What anyone may read of a candidate: no full name, no licence, no words of others."""

    nomination_id = fields.String(required=True)
    community_code = fields.String(required=True)
    candidate = fields.String(required=True)
    channel = fields.String(required=True)
    skills = fields.List(fields.String(), required=True)
    status = fields.String(required=True)
    nominated_at = fields.AwareDateTime(format="iso", required=True)
    notice_ends_at = fields.AwareDateTime(format="iso", required=True)


class SuspensionOut(Schema):
    """Why and when a talent was taken off the registry."""

    reason = fields.String(required=True)
    suspended_at = fields.AwareDateTime(format="iso", required=True)


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
    revision = fields.Integer(required=True)
