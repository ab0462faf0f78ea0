"""Nominations, decisions and notices over HTTP."""

from typing import Any

from marshmallow import Schema, fields, post_load, validate
from marshmallow.exceptions import ValidationError

from services.talent.commands import Nominee, Ruling
from services.talent.rules.nominating import OUTCOMES, Channel, Ground, Status
from services.talent.schemas.base import SKILLS_MAX, STATEMENT_CHARACTERS_MAX, Strict
from services.talent.schemas.skills import SkillIn, SkillOut
from shared.mongo import digest
from shared.web import PageArgs
from shared.web.fields import Choice, Code, Id, Text

EVIDENCE_CHARACTERS_MAX = 200


class EvidenceIn(Strict):
    """Which body saw it, on what ground (an election, a visit, a project), and what about it."""

    body = Text(max=EVIDENCE_CHARACTERS_MAX, required=True)
    ground = Choice(list(Ground), required=True)
    about = Text(max=EVIDENCE_CHARACTERS_MAX, required=True, lines=True)


class NominationIn(Strict):
    """Putting a candidate forward."""

    channel = Choice(list(Channel), required=True)
    candidate_id = Id(required=True)
    skills = fields.List(fields.Nested(SkillIn), required=True, validate=validate.Length(min=1, max=SKILLS_MAX))
    statement = Text(max=STATEMENT_CHARACTERS_MAX, blank=True, lines=True, load_default="")
    evidence = fields.Nested(EvidenceIn)

    @post_load
    def build(self, row: dict[str, Any], **_: Any) -> Nominee:
        """Return the nominee, with what tells this request from another."""
        if "evidence" in row and row["channel"] != Channel.ORGANIZATION:
            raise ValidationError("Evidence of this kind belongs to the organization channel.", field_name="evidence")
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


class EvidenceOut(Schema):
    """What the organization channel goes by."""

    body = fields.String(required=True)
    ground = fields.String(required=True)
    about = fields.String(required=True)


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
    evidence = fields.Nested(EvidenceOut)
    status = fields.String(required=True)
    households_behind = fields.Integer()
    households_needed = fields.Integer()
    nominated_at = fields.AwareDateTime(format="iso", required=True)
    notice_ends_at = fields.AwareDateTime(format="iso", allow_none=True)
    objectable_until = fields.String(allow_none=True)
    decision = fields.String()
    reason = fields.String()
    decided_by = fields.String()
    decided_at = fields.AwareDateTime(format="iso")
    nominator_ids = fields.List(fields.String())
    verified_skills = fields.List(fields.String())
    not_verified = fields.List(fields.Nested(FaultOut))


class CandidaciesQuery(PageArgs):
    """Which candidacies."""

    status = Choice(list(Status), load_default=Status.DECIDABLE.value)


class EnteredByOut(Schema):
    """Somebody of the office who had a hand in an offer."""

    id = fields.String(required=True)
    name = fields.String(allow_none=True)


class VoiceOut(Schema):
    """One nomination of a candidacy, with its evidence. `household_no` numbers the neighbours' households within the candidacy;
    `account_days` is how old the nominator's account was then."""

    nomination_id = fields.String(required=True)
    channel = fields.String(required=True)
    nominator_id = fields.String(required=True)
    nominator_name = fields.String(allow_none=True)
    nominated_at = fields.AwareDateTime(format="iso", required=True)
    statement = fields.String(allow_none=True)
    skills = fields.List(fields.Nested(SkillOut), required=True)
    evidence = fields.Nested(EvidenceOut, allow_none=True)
    household_no = fields.Integer(allow_none=True)
    lives_with_candidate = fields.Boolean(required=True)
    account_days = fields.Integer(allow_none=True)
    account_source = fields.String(allow_none=True)
    entered_by = fields.List(fields.Nested(EnteredByOut), required=True)


class RingOut(Schema):
    """A circle that looks like a ring, and why: `signs` are inside_only, at_once, one_age."""

    households = fields.List(fields.List(fields.String()), required=True)
    signs = fields.List(fields.String(), required=True)
    inside = fields.Integer(required=True)
    support = fields.Integer(required=True)
    days = fields.Integer(required=True)
    opened_within_days = fields.Integer(allow_none=True)


class CirclesOut(Schema):
    """Circles that the candidate's household stands in, each household by the names of who lives there: `mutual` and `circle` are plain
    facts, `rings` are for the approver to look into."""

    mutual = fields.List(fields.List(fields.String()), required=True)
    circle = fields.List(fields.List(fields.String()), required=True)
    rings = fields.List(fields.Nested(RingOut), required=True)


class CandidacyOut(Schema):
    """A candidate with all channels that speak for them; `conflict` says why the reader may not decide."""

    id = fields.String(required=True)
    candidate_id = fields.String(required=True)
    candidate_name = fields.String(allow_none=True)
    status = fields.String(required=True)
    channels = fields.List(fields.String(), required=True)
    skills = fields.List(fields.String(), required=True)
    nominated_at = fields.AwareDateTime(format="iso", required=True)
    notice_ends_at = fields.AwareDateTime(format="iso", allow_none=True)
    households_behind = fields.Integer(required=True)
    households_needed = fields.Integer(required=True)
    conflict = fields.String(allow_none=True)
    objections_open = fields.Integer(required=True)


class CandidacyInFullOut(CandidacyOut):
    """A candidacy as it is decided: every voice, and what was decided."""

    voices = fields.List(fields.Nested(VoiceOut), required=True)
    circles = fields.Nested(CirclesOut, required=True)
    decision = fields.String()
    reason = fields.String()
    decided_by = fields.String()
    decided_at = fields.AwareDateTime(format="iso")
    verified_skills = fields.List(fields.String())
    not_verified = fields.List(fields.Nested(FaultOut))


class NoticeOut(Schema):
    """What anyone may read of a candidate: no full name, no licence, no words of others."""

    nomination_id = fields.String(required=True)
    community_code = fields.String(required=True)
    candidate = fields.String(required=True)
    channel = fields.String(required=True)
    channels = fields.List(fields.String())
    skills = fields.List(fields.String(), required=True)
    status = fields.String(required=True)
    nominated_at = fields.AwareDateTime(format="iso", required=True)
    notice_ends_at = fields.AwareDateTime(format="iso", required=True)
