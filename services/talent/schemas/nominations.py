"""Nominations, decisions and notices over HTTP."""

from typing import Any

from marshmallow import Schema, fields, post_load, validate

from services.talent.commands import Nominee, Ruling
from services.talent.rules.nominating import OUTCOMES, Channel, Status
from services.talent.schemas.base import SKILLS_MAX, STATEMENT_CHARACTERS_MAX, Strict
from services.talent.schemas.skills import SkillIn, SkillOut
from shared.mongo import digest
from shared.web import PageArgs
from shared.web.fields import Choice, Code, Id, Text


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
